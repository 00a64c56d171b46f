"""Removing a person of the team: here, because what they were working on goes back to the others."""

import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import actor, member
from accounts.models import User
from accounts.permissions import OwnerOnly
from conversations.actions import threads


class MemberView(APIView):
    permission_classes = (IsAuthenticated, OwnerOnly)

    @extend_schema(
        summary="Remove an agent",
        description="Their sign-ins end, and the open conversations that were assigned to them are nobody's again.",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, member_id: uuid.UUID) -> Response:
        owner = member(request)
        with stream.gathered():
            person = get_object_or_404(User, pk=member_id, team_owner=owner)
            threads.release_agent(person, actor(request))
            person.delete()
            stream.ring(owner.account_id)
        return Response(status=204)

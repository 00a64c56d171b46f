"""The people of an account. Its owner manages them; they see each other."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import tasks, team
from accounts.access import member
from accounts.api.serializers import InviteSerializer, UserSerializer, email_taken, limit_asking
from accounts.models import User
from accounts.payloads import user_payload
from accounts.permissions import OwnerWrites
from flame.lib.doorbell import ring_on_commit
from flame.lib.pagination import PagePagination


class TeamView(APIView):
    permission_classes = (IsAuthenticated, OwnerWrites)
    pagination_class = PagePagination

    @extend_schema(summary="The people of the account, its owner included", responses=UserSerializer(many=True))
    def get(self, request: Request) -> Response:
        people = User.objects.visible_to(member(request)).order_by("created_at", "id")
        paginator = self.pagination_class()
        page = paginator.paginate_queryset(people, request, view=self) or []
        return paginator.get_paginated_response([user_payload(person) for person in page])

    @extend_schema(
        summary="Invite an agent",
        description="They are mailed a link to set their password.",
        request=InviteSerializer,
        responses={201: UserSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = InviteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        limit_asking(request)
        try:
            invited, link = team.invite(member(request), **serializer.validated_data)
        except team.AddressTakenError:
            raise email_taken(request) from None
        ring_on_commit(tasks.mail, str(link.pk))
        return Response(user_payload(invited), status=201)

"""The event stream for who has no websocket: the same envelopes, asked for and waited for."""

import uuid
from typing import Any

from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import stream
from accounts.access import member, sign_in
from accounts.fanout import event_after
from accounts.tokens import TokenError, still_open
from accounts.vocabulary import STORED
from flame.lib.database import release_connection
from flame.lib.errors import Problem

MAX_WAIT = 25
MAX_SEQ = 2**63 - 1


class EventsQuery(serializers.Serializer[Any]):
    since = serializers.IntegerField(
        min_value=0, max_value=MAX_SEQ, required=False, help_text="The last event that you have; left out, the newest."
    )
    wait = serializers.IntegerField(
        min_value=0, max_value=MAX_WAIT, default=0, help_text="Seconds to wait for an event when there is none yet."
    )


class ActorSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["user", "assistant", "agent", "system"])
    id = serializers.CharField(allow_null=True)


class EnvelopeSerializer(serializers.Serializer[Any]):
    """An event as the websocket sends it (docs/asyncapi.yaml)."""

    v = serializers.IntegerField()
    type = serializers.ChoiceField([*STORED])
    seq = serializers.IntegerField()
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    conversation_id = serializers.UUIDField(allow_null=True)
    actor = ActorSerializer()
    data = serializers.DictField()  # type: ignore[assignment]  # the envelope's name; nothing is serialized with it


class EventsSerializer(serializers.Serializer[Any]):
    events = EnvelopeSerializer(many=True, help_text="In order, without gaps, up to 200.")
    last_seq = serializers.IntegerField(help_text="What to ask `since` next.")
    resync = serializers.BooleanField(help_text="What came after `since` cannot be told: read the lists anew.")


class EventsView(APIView):
    @extend_schema(
        summary="Read the account's events, waiting for the next one if asked to",
        parameters=[EventsQuery],
        responses=EventsSerializer,
    )
    def get(self, request: Request) -> Response:
        query = EventsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        account_id, wait = member(request).account_id, query.validated_data["wait"]
        since = query.validated_data.get("since", stream.last_seq(account_id))
        answer = told(account_id, since)
        if wait and not answer["events"] and not answer["resync"]:
            release_connection()
            async_to_sync(event_after)(account_id, since, wait)
            refuse_ended(request, account_id)
            answer = told(account_id, since)
        return Response(answer)


def told(account_id: uuid.UUID, since: int) -> dict[str, Any]:
    if gap := stream.gap(account_id, since):
        return {"events": [], "last_seq": gap.seq, "resync": True}
    events = stream.since(account_id, since)
    last_seq = events[-1].seq if events else since
    return {"events": [stream.envelope(event) for event in events], "last_seq": last_seq, "resync": False}


def refuse_ended(request: Request, account_id: uuid.UUID) -> None:
    """Who signed out, was removed or moved while they waited is told nothing."""
    if not still_open(account_id, [sign_in(request).family_id]):
        raise Problem(403, TokenError().code, _("Invalid token"))

"""What would happen to a message at a moment, and why."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import member
from assistants.models import Assistant
from assistants.outlook import Outlook, hours_of, outlook
from assistants.schedules import Ruling, next_change
from flame.lib.times import believable, utc, utc_or_none

WOULD = ["answer", "auto_response", "out_of_hours_text", "silence"]
REASONS = ["assistant_inactive", "open", "closed", "no_auto_response", "no_out_of_hours_text"]


class AsWritten(serializers.DateTimeField):
    """DRF takes a time without an offset for UTC; who asks about opening hours means the clock on the wall."""

    def enforce_timezone(self, value: datetime) -> datetime:
        return value


class OutlookQuery(serializers.Serializer[Any]):
    assistant = serializers.UUIDField(help_text="The assistant's id.")
    at = AsWritten(
        required=False,
        validators=[believable],
        help_text="RFC 3339; without an offset it is the assistant's own time. By default now.",
    )


class OpenRangeSerializer(serializers.Serializer[Any]):
    date = serializers.DateField(help_text="The local date on which the range began.")
    start_time = serializers.CharField()
    end_time = serializers.CharField()


class OutlookSerializer(serializers.Serializer[Any]):
    assistant_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    timezone = serializers.CharField()
    local_time = serializers.CharField(help_text="The assistant's wall clock.")
    open = serializers.BooleanField()
    basis = serializers.ChoiceField(
        ["always", "range", "exception"], help_text="What decided: no hours at all, the week's, or a special day's."
    )
    range = OpenRangeSerializer(allow_null=True, help_text="The range that is open.")
    label = serializers.CharField(  # type: ignore[assignment]  # the answer's name; nothing is serialized with it
        allow_blank=True, help_text="The special day's."
    )
    next_change_at = serializers.DateTimeField(allow_null=True)
    would = serializers.ChoiceField(WOULD)
    reason = serializers.ChoiceField(REASONS)
    text = serializers.CharField(allow_null=True, help_text="The canned text, with its placeholders.")
    why = serializers.CharField(help_text="The reason in a sentence.")


class OutlookView(APIView):
    @extend_schema(
        tags=["assistants"],
        summary="What an assistant would do with a message at a moment, and why",
        description="Asks no engine and sends nothing. A canned text is said to a customer once in twelve hours.",
        parameters=[OutlookQuery],
        responses=OutlookSerializer,
    )
    def get(self, request: Request) -> Response:
        query = OutlookQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        seen = Assistant.objects.visible_to(member(request)).prefetch_related("schedules", "exceptions")
        assistant = get_object_or_404(seen, pk=query.validated_data["assistant"])
        at = query.validated_data.get("at") or timezone.now()
        return Response(
            outlook_payload(assistant, at if at.tzinfo else at.replace(tzinfo=ZoneInfo(assistant.timezone)))
        )


def outlook_payload(assistant: Assistant, at: datetime) -> dict[str, Any]:
    plan = outlook(assistant, at)
    ruling = plan.ruling
    return {
        "assistant_id": str(assistant.id),
        "at": utc(at),
        "timezone": assistant.timezone,
        "local_time": at.astimezone(ZoneInfo(assistant.timezone)).isoformat(timespec="seconds"),
        "open": ruling.open,
        "basis": ruling.basis,
        "range": range_payload(ruling.begun, ruling) if ruling.begun and ruling.basis != "always" else None,
        "label": ruling.label,
        "next_change_at": utc_or_none(next_change(hours_of(assistant), at)),
        "would": plan.would,
        "reason": plan.reason,
        "text": plan.template or None,
        "why": why(plan),
    }


def range_payload(begun: date, ruling: Ruling) -> dict[str, Any]:
    return {
        "date": begun.isoformat(),
        "start_time": ruling.start and ruling.start.isoformat("seconds"),
        "end_time": ruling.end and ruling.end.isoformat("seconds"),
    }


def why(plan: Outlook) -> str:
    match plan.reason:
        case "assistant_inactive":
            return _("The assistant is inactive.")
        case "no_auto_response":
            return _("The assistant is open, but has no canned reply.")
        case "no_out_of_hours_text":
            return _("The assistant is closed, and has no text for that.")
        case "closed":
            return _("The assistant is closed.")
        case _:
            return _("The assistant is open.")

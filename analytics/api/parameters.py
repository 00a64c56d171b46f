"""What a report is asked. A parameter that is wrong, or does not exist, is a 400: no answer to another question."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.settings import api_settings

from accounts.access import member
from accounts.api.serializers import TimezoneField
from analytics.ranges import GROUPS, MAX_STEPS, EmptyRange, Range, TooManySteps, covering, read_moment
from analytics.scope import Scope
from integrations.models import PlatformName

MAX_ASSISTANTS = 100


@extend_schema_field({"type": "string", "examples": ["2026-03-01", "2026-03-01T09:00:00-06:00"]})
class MomentField(serializers.Field[date | datetime, str, str, Any]):
    """A day, which begins at midnight, or a time with its offset."""

    def to_internal_value(self, data: str) -> date | datetime:
        try:
            return read_moment(data)
        except ValueError:
            message = _("Give a day (2026-03-01) or a time with its offset (2026-03-01T09:00:00-06:00).")
            raise serializers.ValidationError(message, code="invalid_time") from None


class ReportQuery(serializers.Serializer[Any]):
    tz = TimezoneField(required=False, help_text="An IANA name; by default the user's own")
    group_by = serializers.ChoiceField(GROUPS, default="day", help_text="The steps of `series`; weeks begin on Monday")
    platform = serializers.ListField(
        child=serializers.ChoiceField(PlatformName.choices), default=[], help_text="Repeatable"
    )
    assistant_id = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MAX_ASSISTANTS,
        default=[],
        help_text="Only threads that are assigned to it now; repeatable",
    )

    def get_fields(self) -> dict[str, Any]:
        start = MomentField(
            required=False, help_text="A day or a time with its offset; by default seven days before `to`"
        )
        end = MomentField(required=False, help_text="The same, not included; by default the end of today")
        return {"from": start, "to": end, **super().get_fields()}  # no attribute can be called `from`

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = data.keys() - self.fields.keys() - {api_settings.URL_FORMAT_OVERRIDE}
        if unknown:
            message = serializers.ErrorDetail(_("There is no such parameter."), "unknown_parameter")
            raise serializers.ValidationError({name: [message] for name in sorted(unknown)})
        return dict(super().to_internal_value(data))


def read_scope(request: Request) -> Scope:
    """Raises ValidationError."""
    query = ReportQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    asked, user, now = query.validated_data, member(request), timezone.now()
    return Scope(
        user=user,
        range=_range(asked, ZoneInfo(asked.get("tz", user.timezone)), now),
        now=now,
        platforms=tuple(asked["platform"]),
        assistants=tuple(asked["assistant_id"]),
    )


def _range(asked: dict[str, Any], zone: ZoneInfo, now: datetime) -> Range:
    try:
        return covering(asked.get("from"), asked.get("to"), zone, asked["group_by"], now)
    except EmptyRange:
        raise _refused("to", "empty_range", _("The range ends before it begins.")) from None
    except TooManySteps:
        message = _("The range has more than %(most)d steps: shorten it, or group by longer ones.")
        raise _refused("group_by", "too_many_steps", message % {"most": MAX_STEPS}) from None


def _refused(field: str, code: str, message: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [serializers.ErrorDetail(message, code)]})

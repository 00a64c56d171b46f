"""What comes in is validated here; what goes out is described to OpenAPI (assistants.payloads makes it)."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import TimezoneField
from assistants.models import Assistant, PromptVersion, Schedule, ScheduleException
from flame.lib.times import believable

MAX_REPLY = 4_096
"""The longest text that every platform takes."""
MAX_PROMPT = 20_000


class AssistantSerializer(serializers.ModelSerializer[Assistant]):
    user_id = serializers.UUIDField(read_only=True)
    description = serializers.CharField(max_length=2_000, required=False, allow_null=True, allow_blank=True)
    auto_response = serializers.CharField(
        max_length=MAX_REPLY,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Takes {{contact_name}}, {{first_name}}, {{platform}} and {{assistant_name}}.",
    )
    ai_prompt = serializers.CharField(max_length=MAX_PROMPT, required=False, allow_null=True, allow_blank=True)
    out_of_hours_text = serializers.CharField(
        max_length=MAX_REPLY, required=False, allow_blank=True, help_text="The same placeholders; empty means silence."
    )
    timezone = TimezoneField(required=False)
    model = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Empty: the one that the operator set."
    )
    reply_mode = serializers.ChoiceField(
        Assistant.ReplyMode.choices,
        required=False,
        help_text="draft: people send all; auto_when_confident: what is not sure becomes a draft; auto: all is sent.",
    )
    max_tokens_per_day = serializers.IntegerField(
        min_value=0,
        max_value=2_147_483_647,
        required=False,
        allow_null=True,
        help_text="Over it, the embedded engine answers. Null: no cap.",
    )
    max_cost_per_day = serializers.DecimalField(
        max_digits=12,
        decimal_places=4,
        min_value=0,
        coerce_to_string=False,
        required=False,
        allow_null=True,
        help_text="In the currency of MODEL_PRICES. Null: no cap.",
    )

    class Meta:
        model = Assistant
        fields: ClassVar[list[str]] = [
            "id",
            "user_id",
            "name",
            "description",
            "type",
            "status",
            "auto_response",
            "ai_prompt",
            "out_of_hours_text",
            "timezone",
            "temperature",
            "max_tokens",
            "model",
            "reply_mode",
            "max_tokens_per_day",
            "max_cost_per_day",
            "created_at",
            "updated_at",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at", "updated_at"]


CLOCK = r"^([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9])?$"


@extend_schema_field({"type": "string", "pattern": CLOCK, "example": "09:00:00"})
class LocalTimeField(serializers.TimeField):
    """Hours and minutes on the assistant's clock. (OpenAPI's `time` has an offset from UTC.)"""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M:%S", "%H:%M"], **kwargs)


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    assistant_id = serializers.UUIDField(read_only=True)
    day_of_week = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Sunday.")
    start_time = LocalTimeField()
    end_time = LocalTimeField(help_text="Not after start_time: the range runs past midnight.")

    class Meta:
        model = Schedule
        fields: ClassVar[list[str]] = [
            "id",
            "assistant_id",
            "day_of_week",
            "start_time",
            "end_time",
            "enabled",
            "created_at",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at"]


class ScheduleExceptionSerializer(serializers.ModelSerializer[ScheduleException]):
    assistant_id = serializers.UUIDField(read_only=True)
    date = serializers.DateField(validators=[believable], help_text="On the assistant's calendar.")
    start_time = LocalTimeField(required=False, allow_null=True, help_text="Without times the date is closed.")
    end_time = LocalTimeField(
        required=False, allow_null=True, help_text="Not after start_time: the range runs past midnight."
    )

    class Meta:
        model = ScheduleException
        fields: ClassVar[list[str]] = ["id", "assistant_id", "date", "start_time", "end_time", "label", "created_at"]
        read_only_fields: ClassVar[list[str]] = ["id", "created_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        times = {name: attrs.get(name, getattr(self.instance, name, None)) for name in ("start_time", "end_time")}
        missing = [name for name, value in times.items() if value is None]
        if len(missing) == 1:
            raise serializers.ValidationError({missing[0]: _("Give both times, or neither to close the date.")})
        return attrs


class PromptVersionSerializer(serializers.ModelSerializer[PromptVersion]):
    author_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = PromptVersion
        fields: ClassVar[list[str]] = ["id", "number", "text", "author_id", "created_at"]
        read_only_fields = fields

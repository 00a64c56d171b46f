"""What a client says of a message that is to go out, and whether its platform can take it, before it is stored."""

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from conversations.api.message_files import MAX_FILES, OutgoingFile, validated_files, with_files
from conversations.api.refusals import refusal
from conversations.models import Conversation, Message
from conversations.windows import is_closed, person_may_write
from flame.lib.errors import Detail, Problem
from integrations.platforms.base import Capabilities
from integrations.platforms.content import PLACEHOLDERS
from integrations.registry import PLATFORMS

MAX_CONTENT = 20_000
MAX_CHOICES = 20
OURS = {
    "error",
    "native",
    "numbered",
    "reactions",
    "edited_at",
    "deleted_at",
    "uncaptioned",
    "draft_id",
    "run_id",
    "feedback",
}
"""Facts that only we write."""


class ChoiceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(max_length=1000, help_text="Comes back as `metadata.payload` of the tap.")
    title = serializers.CharField(max_length=200)


class TemplateSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=512)
    language = serializers.CharField(max_length=16)
    parameters = serializers.ListField(
        child=serializers.CharField(max_length=1024, trim_whitespace=False),
        max_length=50,
        required=False,
        default=list,
        help_text="For {{1}}, {{2}}…",
    )


class MessageMetadata(serializers.Serializer[Any]):
    """What goes with a message. Other keys are kept as they are and go nowhere."""

    reply_to = serializers.CharField(
        max_length=255, required=False, help_text="The message that it answers: its `id` or its `external_id`."
    )
    choices = serializers.ListField(
        child=ChoiceSerializer(),
        min_length=1,
        max_length=MAX_CHOICES,
        required=False,
        help_text="To be tapped, or where the platform cannot show them, to be answered with their number.",
    )
    attachments = serializers.ListField(
        child=OutgoingFile(),
        min_length=1,
        max_length=MAX_FILES,
        required=False,
        help_text="Files, of the message's `type`. Its content is the first one's caption, or follows them.",
    )
    template = TemplateSerializer(required=False, help_text="An approved text. WhatsApp only.")
    wait_for_customer = serializers.BooleanField(
        required=False,
        help_text="Outside the window: keep it for up to seven days and send it once the customer writes.",
    )
    format = serializers.ChoiceField(["plain", "html"], required=False, help_text="`html` on Telegram only.")

    def validate_choices(self, choices: list[dict[str, str]]) -> list[dict[str, str]]:
        for name in ("id", "title"):
            if len({choice[name] for choice in choices}) < len(choices):
                raise serializers.ValidationError(_("Each choice needs an id and a title of its own."), "duplicate")
        return choices

    def validate_attachments(self, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return validated_files(files)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "template" in attrs and "choices" in attrs:
            raise serializers.ValidationError({"choices": _("A template brings its own buttons.")})
        if "template" in attrs and "attachments" in attrs:
            raise serializers.ValidationError({"attachments": _("A template goes without files.")})
        return attrs


@extend_schema_field(MessageMetadata)
class MetadataField(serializers.DictField):
    def to_internal_value(self, data: Any) -> dict[str, Any]:
        metadata: dict[str, Any] = super().to_internal_value(data)
        if ours := sorted(OURS & metadata.keys()):
            raise serializers.ValidationError({ours[0]: _("This is not yours to set.")})
        known = MessageMetadata(data=metadata)
        known.is_valid(raise_exception=True)
        return {**metadata, **known.validated_data}


class NewMessage(serializers.Serializer[Any]):
    """A message to the customer, or with `internal` a note to the team."""

    content = serializers.CharField(
        max_length=MAX_CONTENT,
        trim_whitespace=False,
        allow_blank=True,
        default="",
        help_text="May be left out with a template, which brings its own, and with a file.",
    )
    type = serializers.ChoiceField(Message.Type.choices, default="text")
    internal = serializers.BooleanField(default=False)
    client_id = serializers.CharField(max_length=255, required=False, allow_null=True)
    metadata = MetadataField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        template = attrs.get("metadata", {}).get("template")
        if template and not attrs["internal"]:
            attrs["content"] = attrs["content"].strip() or shown(template)
        self.check_files(attrs)
        if not attrs["content"].strip():
            raise serializers.ValidationError({"content": _("A message cannot be blank.")}, "blank")
        return attrs

    def check_files(self, attrs: dict[str, Any]) -> None:
        metadata, kind = attrs.get("metadata", {}), attrs["type"]
        if bool(metadata.get("attachments")) == (kind == Message.Type.TEXT):
            sentence = _("Files go in metadata.attachments of a message of type image, file, audio or video.")
            raise serializers.ValidationError({"type": sentence}, "attachments")
        if kind != Message.Type.TEXT and not attrs["content"].strip() and not metadata.get("choices"):
            attrs["content"] = PLACEHOLDERS[kind]
            attrs["metadata"] = {**metadata, "uncaptioned": True}


def shown(template: dict[str, Any]) -> str:
    """What the team sees of a template whose text we do not have."""
    return " ".join(filter(None, (f"[plantilla {template['name']}]", " · ".join(template["parameters"]))))


def sendable(conversation: Conversation, message: dict[str, Any]) -> dict[str, Any]:
    """The valid message as it is to be queued. Raises a Problem when the conversation's platform cannot take it."""
    metadata = with_files(conversation, message["type"], message.get("metadata", {}))
    if message["internal"]:
        return {**message, "metadata": metadata}
    adapter = PLATFORMS.get(conversation.platform)
    if adapter is not None:
        refuse_unable(adapter.capabilities, metadata)
    if metadata.get("reply_to"):
        metadata = {**metadata, "reply_to": external_id(conversation, metadata["reply_to"])}
    refuse_closed(conversation, metadata)
    return {**message, "metadata": metadata}


def refuse_closed(conversation: Conversation, metadata: dict[str, Any]) -> None:
    """Raises a Problem with what would work, when the platform takes no free text for this customer now."""
    if metadata.get("template") or metadata.get("wait_for_customer"):
        return
    now, integration = timezone.now(), conversation.integration
    if integration is None or not is_closed(conversation, now) or person_may_write(conversation, integration, now):
        return
    able = PLATFORMS[conversation.platform].capabilities
    ways = [("metadata.wait_for_customer", "wait_for_customer", _("Let it wait until the customer writes."))]
    if able.templates:
        ways.insert(0, ("metadata.template", "template", _("Send an approved template.")))
    details = [Detail(field=field, code=code, message=words) for field, code, words in ways]
    if able.human_agent_hours is not None and not integration.human_agent:
        words = _("Have Meta review your app for human agents, and say so in the integration.")
        details.append(Detail(field=None, code="human_agent", message=words))
    sentence = _("The customer last wrote over %(hours)s hours ago; the platform takes no free text now.")
    raise Problem(400, "window_closed", sentence % {"hours": able.window_hours}, details=details)


def refuse_unable(able: Capabilities, metadata: dict[str, Any]) -> None:
    if metadata.get("template") and not able.templates:
        raise refusal("templates_unsupported", _("This platform has no templates."), "metadata.template")
    if metadata.get("reply_to") and not able.replies:
        raise refusal("replies_unsupported", _("This platform answers no single message."), "metadata.reply_to")
    if metadata.get("format") == "html" and not able.html:
        raise refusal("format_unsupported", _("This platform shows a text as it is."), "metadata.format")


def external_id(conversation: Conversation, name: str) -> str:
    """The platform's id of a message of this thread. Raises a Problem for what is none, or was not sent yet."""
    messages = conversation.messages.exclude(external_id=None)
    try:
        named = messages.filter(pk=uuid.UUID(name))
    except ValueError:
        named = messages.filter(external_id=name)
    try:
        return named.get().external_id or ""
    except Message.DoesNotExist:
        sentence = _("There is no such message in this conversation, or it has not been sent yet.")
        raise refusal("unknown_message", sentence, "metadata.reply_to") from None

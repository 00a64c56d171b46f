"""What comes in is validated here; what goes out is described to OpenAPI (conversations.payloads makes it)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.serializers import Owned
from accounts.models import User
from assistants.models import Assistant
from conversations.api.metadata_shape import METADATA
from conversations.models import Conversation, Message
from integrations.models import Integration, PlatformName
from integrations.platforms import phones

MAX_TAGS = 50
MAX_TAG = 50


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """A conversation as REST and the socket show it."""

    tags = serializers.ListField(child=serializers.CharField())
    integration_id = serializers.UUIDField(allow_null=True)
    assigned_assistant_id = serializers.UUIDField(allow_null=True)
    assigned_agent_id = serializers.UUIDField(allow_null=True)
    user_id = serializers.UUIDField()

    class Meta:
        model = Conversation
        fields = [
            "id",
            "user_id",
            "integration_id",
            "contact_external_id",
            "contact_name",
            "contact_phone",
            "contact_email",
            "contact_username",
            "language",
            "platform",
            "status",
            "priority",
            "assigned_assistant_id",
            "assigned_agent_id",
            "ai_state",
            "last_message",
            "last_message_time",
            "last_inbound_at",
            "window_expires_at",
            "contact_unreachable_at",
            "first_response_at",
            "resolved_at",
            "unread_count",
            "tags",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


@extend_schema_field(METADATA)
class ShownMetadata(serializers.DictField):
    pass


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message as REST and the socket show it."""

    conversation_id = serializers.UUIDField()
    in_reply_to = serializers.UUIDField(allow_null=True)
    agent_id = serializers.UUIDField(allow_null=True)
    assistant_id = serializers.UUIDField(allow_null=True)
    metadata = ShownMetadata()

    class Meta:
        model = Message
        fields = [
            "id",
            "conversation_id",
            "content",
            "sender",
            "type",
            "status",
            "metadata",
            "sequence",
            "internal",
            "external_id",
            "in_reply_to",
            "agent_id",
            "assistant_id",
            "client_id",
            "occurred_at",
            "sent_at",
            "delivered_at",
            "read_at",
            "failed_at",
            "created_at",
        ]
        read_only_fields = fields


class ConversationChange(serializers.Serializer[Any]):
    """What a person may set on a thread; absent fields keep their value."""

    contact_name = serializers.CharField(max_length=255, required=False)
    contact_phone = serializers.CharField(max_length=50, required=False, allow_null=True, allow_blank=True)
    contact_email = serializers.EmailField(max_length=255, required=False, allow_null=True, allow_blank=True)
    priority = serializers.ChoiceField(Conversation.Priority.choices, required=False)
    status = serializers.ChoiceField(Conversation.Status.choices, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=MAX_TAG), max_length=MAX_TAGS, required=False)
    assigned_assistant_id = Owned(
        queryset=Assistant.objects.all(), source="assigned_assistant", required=False, allow_null=True
    )

    def validate_contact_phone(self, phone: str | None) -> str | None:
        """In E.164, where it says which country it is of."""
        return phones.e164(phone) if phone and phone.startswith("+") else phone


class ConversationCreate(ConversationChange):
    """A thread that the business opens. With an integration and a contact's id it can be written to."""

    platform = serializers.ChoiceField(PlatformName.choices)
    contact_name = serializers.CharField(max_length=255)
    contact_external_id = serializers.CharField(max_length=255, required=False, allow_blank=True)
    integration_id = Owned(queryset=Integration.objects.all(), source="integration", required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        integration = attrs.get("integration")
        if integration is not None and integration.platform != attrs["platform"]:
            raise serializers.ValidationError({"integration_id": _("This integration belongs to another platform.")})
        return attrs


class StatusChange(serializers.Serializer[Any]):
    status = serializers.ChoiceField(Conversation.Status.choices)


class Assignment(serializers.Serializer[Any]):
    agent_id = Owned(queryset=User.objects.active(), allow_null=True)


class Handoff(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, required=False, default="requested", allow_blank=True)

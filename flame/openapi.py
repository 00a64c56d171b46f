"""What docs/openapi.yaml and /api/docs say besides the operations themselves (those describe themselves)."""

from typing import Any

DESCRIPTION = """\
One live inbox for WhatsApp, Messenger, Instagram and Telegram, with assistants that know when to hand over.

**Sign in** with `POST /api/auth/login` and send `Authorization: Bearer <access>`. **Every refusal** has one shape
(`Error`): `error` is for people, in Spanish or by `Accept-Language` in English; `code` is for programs and never
changes. **PUT keeps absent fields**, and PATCH is the same handler. **Lists** answer `count`, `next`, `previous` and
`results`; those with `X-Event-Seq` continue without a hole on the websocket `/ws/inbox` from that number.
"""

AREAS = {
    "auth": "Signing up, in, on and out; one's own profile and password.",
    "team": "The people of the account.",
    "events": "What happened, in order: the websocket's twin for plain HTTP.",
    "conversations": "Threads with customers and what is said in them.",
    "messages": "A message on its way out.",
    "media": "Files of messages, both ways.",
    "drafts": "What an assistant wrote and a person has to send.",
    "canned-responses": "Texts that the team writes often.",
    "assistants": "Assistants, their hours and what they know.",
    "integrations": "Accounts on the platforms.",
    "webhooks": "What platforms call.",
    "analytics": "How much is asked, how long it takes, and how satisfied customers are.",
    "health": "Whether this instance can be used.",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "FLAME Assistant",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "TAGS": [{"name": name, "description": description} for name, description in AREAS.items()],
    "DEFAULT_GENERATOR_CLASS": "flame.lib.openapi.EnglishGenerator",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_COERCE_PATH_PK_SUFFIX": True,
    "SCHEMA_PATH_PREFIX": "/api",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AIStateEnum": "conversations.models.Conversation.AIState",
        "AttachmentStateEnum": "conversations.models.attachments.Attachment.State",
        "BulkActionEnum": "conversations.api.bulk.CHANGES",
        "ConversationStatusEnum": "conversations.models.Conversation.Status",
        "MessageStatusEnum": "conversations.models.Message.Status",
        "MessageTypeEnum": "conversations.models.Message.Type",
        "AssistantStatusEnum": "assistants.models.Assistant.Status",
        "SourceKindEnum": "assistants.models.KnowledgeSource.Kind",
        "SourceStatusEnum": "assistants.models.KnowledgeSource.Status",
        "TrainingStatusEnum": "assistants.models.TrainingRun.Status",
        "EventTypeEnum": "accounts.vocabulary.STORED",
        "FileTypeEnum": "conversations.models.attachments.KINDS",
        "IntegrationStatusEnum": "integrations.models.Integration.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.describe_idempotency_keys",
        "flame.lib.openapi.name_commands",
        "flame.lib.openapi.describe_every_operation",
        "flame.raw_routes.describe_raw_routes",
        "flame.lib.openapi.complete_every_answer",
        "flame.lib.openapi.tell_defaults",
        "flame.examples.show_examples",
    ],
}

"""Files of a message that is to go out: which ones, and whether its platform takes them."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from rest_framework import serializers

from conversations.api.refusals import refusal
from conversations.models import Attachment, Conversation
from integrations.platforms.capabilities import Media
from integrations.registry import PLATFORMS

MAX_FILES = 10
Metadata = dict[str, Any]


class OutgoingFile(serializers.Serializer[Any]):
    file_id = serializers.UUIDField(required=False, help_text="Of `POST /api/media`; each goes with one message.")
    url = serializers.URLField(
        max_length=2000, required=False, help_text="A public https address, from which the platform fetches the file."
    )
    name = serializers.CharField(max_length=255, required=False, help_text="Of a file at a `url`.")

    def validate_url(self, url: str) -> str:
        if urlsplit(url).scheme != "https":
            raise serializers.ValidationError(_("Only https addresses are taken."))
        return url

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file_id" in attrs) == ("url" in attrs):
            raise serializers.ValidationError(_("Name a file_id or a url."))
        return attrs


def validated_files(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [file["file_id"] for file in files if "file_id" in file]
    if len(set(ids)) < len(ids):
        raise serializers.ValidationError(_("A file goes with one message."), "duplicate")
    return files


def with_files(conversation: Conversation, kind: str, metadata: Metadata) -> Metadata:
    """The metadata with its files as a row names them. Raises a Problem for what there is not or cannot go."""
    if not metadata.get("attachments"):
        return metadata
    named = [file["file_id"] for file in metadata["attachments"] if "file_id" in file]
    # Sent ones too: who sends the same request again is to get its message, not a refusal.
    rows = {
        row.pk: row for row in Attachment.objects.filter(user_id=conversation.user_id, pk__in=named, state="stored")
    }
    shown = []
    for file in metadata["attachments"]:
        if "url" in file:
            shown.append({"type": kind, "state": "linked", **file})
            continue
        row = rows.get(file["file_id"])
        if row is None:
            raise refusal("unknown_file", _("There is no such file."), "metadata.attachments")
        if kind not in {"file", row.type}:
            raise refusal("media_type", _("This file is of another type than the message."), "type")
        shown.append({"type": kind, "id": str(row.pk)})
        refuse_unsendable(conversation, kind, row)
    return {**metadata, "attachments": shown}


def refuse_unsendable(conversation: Conversation, kind: str, row: Attachment) -> None:
    adapter = PLATFORMS.get(conversation.platform)
    if adapter is None:
        return
    able = adapter.capabilities.media_of(kind)
    if able is None:
        raise refusal("media_unsupported", _("This platform takes no files of this type."), "type")
    if able.mimes and row.mime not in able.mimes:
        refuse_type(able, row)
    if (row.size or 0) > able.max_bytes:
        sentence = _("This platform takes files of this type up to %(limit)s MB.")
        words = sentence % {"limit": able.max_bytes // (1024 * 1024)}
        raise refusal("media_too_large", words, "metadata.attachments")


def refuse_type(able: Media, row: Attachment) -> None:
    sentence = _("This platform takes %(mimes)s here, not %(mime)s. It may go as a file.")
    words = sentence % {"mimes": ", ".join(able.mimes), "mime": row.mime}
    raise refusal("media_type", words, "metadata.attachments")

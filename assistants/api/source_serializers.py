"""A source as it comes in: which fields its kind needs, and what a file holds."""

import hashlib
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework import serializers

from assistants.api.serializers import MAX_REPLY
from assistants.knowledge.addresses import is_plausible
from assistants.knowledge.files import SUFFIXES, read_file, suffix_of
from assistants.knowledge.reading.limits import CHARACTERS
from assistants.knowledge.reading.plain import tidy
from assistants.models import KnowledgeSource
from flame.lib.clean import clean_text

Kind = KnowledgeSource.Kind
MAX_QUESTION = 1_000
NEEDS = {Kind.TEXT: "content", Kind.FAQ: "items", Kind.URL: "url", Kind.FILE: "file"}
"""The field that each kind is made of; the other three are refused beside it."""


class ItemSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=MAX_QUESTION)
    answer = serializers.CharField(max_length=MAX_REPLY)
    phrasings = serializers.ListField(
        child=serializers.CharField(max_length=MAX_QUESTION), required=False, default=list, max_length=100
    )


class SourceSerializer(serializers.ModelSerializer[KnowledgeSource]):
    assistant_id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(
        max_length=255, required=False, help_text="Of a page or a file: its address or its name, unless given."
    )
    content = serializers.CharField(max_length=CHARACTERS, required=False, write_only=True)
    items = ItemSerializer(many=True, required=False, write_only=True, allow_empty=False)
    url = serializers.CharField(max_length=2_000, required=False, help_text="https only.")
    file = serializers.FileField(required=False, write_only=True, allow_empty_file=True)
    error = serializers.CharField(
        read_only=True, allow_null=True, help_text="A sentence for people, by Accept-Language."
    )
    error_code = serializers.CharField(read_only=True, allow_null=True, help_text="For programs; never changes.")

    class Meta:
        model = KnowledgeSource
        fields: ClassVar[list[str]] = [
            "id",
            "assistant_id",
            "kind",
            "title",
            "content",
            "items",
            "url",
            "file",
            "status",
            "error",
            "error_code",
            "created_at",
            "updated_at",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "status", "created_at", "updated_at"]

    def validate_url(self, url: str) -> str:
        if not is_plausible(url):
            raise serializers.ValidationError(_("An https address of a public server is needed."), "address_refused")
        return url

    def validate_file(self, file: "UploadedFile[Any]") -> "UploadedFile[Any]":
        if not suffix_of(file.name or ""):
            message = _("Files of this kind cannot be read. These can: %(kinds)s.")
            raise serializers.ValidationError(message % {"kinds": ", ".join(SUFFIXES)}, "unsupported_file")
        return file

    def validate_content(self, content: str) -> str:
        return tidy(content)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The columns of the source. Raises ValidationError for a field that is missing, or of no use to its kind."""
        needed = NEEDS[Kind(attrs["kind"])]
        if not attrs.get(needed):
            raise serializers.ValidationError({needed: [_("This kind of source needs it.")]}, "required")
        for other in set(NEEDS.values()) - {needed}:
            if attrs.get(other):
                raise serializers.ValidationError({other: [_("This kind of source has no use for it.")]}, "unexpected")
        if "title" not in attrs and needed in {"content", "items"}:
            raise serializers.ValidationError({"title": [_("This kind of source needs it.")]}, "required")
        return self._of_file(attrs) if needed == "file" else self._of_the_rest(attrs)

    def _of_the_rest(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "url" in attrs:
            return {"title": attrs["url"][:255], **attrs, "status": KnowledgeSource.Status.PENDING}
        return attrs

    def _of_file(self, attrs: dict[str, Any]) -> dict[str, Any]:
        file: UploadedFile[Any] = attrs.pop("file")
        raw = file.read()
        read = read_file(suffix_of(file.name or ""), raw)
        status = KnowledgeSource.Status.FAILED if "error" in read else KnowledgeSource.Status.READY
        name = clean_text(file.name or "")[:255]
        return {"title": name, **attrs, **read, "digest": hashlib.sha256(raw).hexdigest(), "status": status}


class OneSourceSerializer(SourceSerializer):
    content = serializers.CharField(read_only=True)
    items = ItemSerializer(many=True, read_only=True)
    file = None  # type: ignore[assignment]  # DRF's way to leave a declared field out

    class Meta(SourceSerializer.Meta):
        fields: ClassVar[list[str]] = [name for name in SourceSerializer.Meta.fields if name != "file"]

"""Files: up for a message that is to be sent, and down for who may read the conversation."""

import hashlib
import logging
import uuid
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import member
from accounts.models import User
from conversations.actions.attachments import plain_name
from conversations.media_links import LIFETIME, link_to
from conversations.media_serving import refuse_unstored, served
from conversations.models import Attachment
from conversations.models.attachments import KINDS
from conversations.payloads import attachment_payload
from flame.lib.errors import Problem, by_status
from flame.lib.file_types import OPAQUE, kind_of, type_of
from flame.lib.openapi import refused
from flame.lib.signed_links import has_good_signature
from flame.lib.times import utc

logger = logging.getLogger(__name__)
KEPT_UNSENT = timedelta(hours=24)
BINARY = OpenApiResponse(OpenApiTypes.BINARY, "The file, to be saved and not shown.")
PENDING = refused("`media_pending`: it is still being fetched from the platform.")
GONE = refused("`media_unavailable`: it could not be fetched, or is no longer kept.")
SIGNED = [
    OpenApiParameter("expires", OpenApiTypes.INT, description="Of a signed link, instead of a token"),
    OpenApiParameter("signature", OpenApiTypes.STR, description="Of a signed link, instead of a token"),
    OpenApiParameter("Range", OpenApiTypes.STR, OpenApiParameter.HEADER, description="One range of bytes"),
]


class UploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=255, allow_empty_file=False)


class AttachmentSerializer(serializers.Serializer[Any]):
    """A file as messages show it. `error` stands there when `state` is `failed`."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(KINDS)
    mime = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(Attachment.State.choices)
    url = serializers.CharField(allow_null=True)


class LinkSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="A path of this server that needs no token until it expires.")
    expires_at = serializers.DateTimeField()


class UploadView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        summary="Upload a file that is to be sent",
        description="Up to 5 MB. Name its id in `metadata.attachments` of a message within 24 hours.",
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: AttachmentSerializer,
            413: refused("`payload_too_large`: over 5 MB."),
            415: refused("`unsupported_media_type`: its bytes are of no type that can be sent."),
        },
    )
    def post(self, request: Request) -> Response:
        user = member(request)
        serializer = UploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = upload(user, serializer.validated_data["file"])
        return Response(attachment_payload(row), status.HTTP_201_CREATED)


def upload(user: User, given: "UploadedFile[bytes]") -> Attachment:
    """The row first: bytes without one would be nobody's. Unless it is stored, it is pruned."""
    content, name = given.read(), plain_name(given.name or "")
    mime = type_of(content, given.content_type or "", name)
    if mime == OPAQUE:  # clients say text/plain for want of anything better
        mime = type_of(content, name=name)
    if mime == OPAQUE:
        raise Problem(415, "unsupported_media_type", _("Files of this type cannot be sent."))
    row = Attachment(
        user_id=user.account_id,
        type=kind_of(mime),
        mime=mime,
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        expires_at=timezone.now() + KEPT_UNSENT,
    )
    row.file = f"attachments/{row.user_id}/{row.id}"
    row.save()
    try:
        default_storage.save(row.file, ContentFile(content))
    except Exception as error:
        logger.exception("The storage did not take an upload.")
        raise by_status(503) from error
    row.state = Attachment.State.STORED
    row.save(update_fields=["state"])
    return row


class FileView(APIView):
    permission_classes = [AllowAny]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """Whoever asks takes the file as it is; only a refusal is JSON."""
        return JSONRenderer(), "application/json"

    @extend_schema(
        summary="Download a file",
        description="With a token, or with the signed link that `POST /api/media/{id}/link` gives out.",
        parameters=SIGNED,
        responses={(200, "*/*"): BINARY, (206, "*/*"): BINARY, 409: PENDING, 410: GONE, 416: refused("No such range.")},
    )
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        by_link = has_good_signature(request._request)  # noqa: SLF001 - DRF's own name for what it wraps
        row = get_object_or_404(Attachment, pk=pk) if by_link else found(request, pk)
        return served(row, request.headers.get("Range", ""))


class LinkView(APIView):
    @extend_schema(
        summary="Get a link to a file that works without a token for 15 minutes",
        request=None,
        responses={200: LinkSerializer, 409: PENDING, 410: GONE},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        row = found(request, pk)
        refuse_unstored(row)
        expires_at = timezone.now().replace(microsecond=0) + LIFETIME
        return Response({"url": link_to(row.id, expires_at), "expires_at": utc(expires_at)})


def found(request: Request, pk: uuid.UUID) -> Attachment:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return get_object_or_404(Attachment.objects.visible_to(member(request), timezone.now()), pk=pk)

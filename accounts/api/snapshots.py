"""Lists that the event stream continues: rows and the stream's number are read together (contract: X-Event-Seq)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stream
from accounts.access import member

HEADER = "X-Event-Seq"
EVENT_SEQ = OpenApiParameter(
    HEADER,
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="The newest event that this answer already shows; resume the websocket from it.",
)


def with_event_seq(method: Callable[..., Response]) -> Callable[..., Response]:
    """The number is read before the rows: an event in between is shown and sent, never missed."""

    @wraps(method)
    def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            seq = stream.last_seq(member(request).account_id)
            answer = method(view, request, *args, **kwargs)
        answer.headers[HEADER] = str(seq)
        return answer

    return extend_schema(parameters=[EVENT_SEQ])(wrapped)

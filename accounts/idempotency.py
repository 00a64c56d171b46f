"""`Idempotency-Key`: a POST that is sent again is answered again, not done again.

One row per user and key. It is leased while the first request runs and holds its answer for a day; only the answer to
the same request is given out. What ended in a 5xx may be tried again, and so may what a killed process left leased.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.authentication import bearer
from accounts.models import IdempotencyKey, User
from accounts.tokens import TokenError, user_of
from flame.lib.errors import Problem, problem_response

KEPT = timedelta(hours=24)
# Longer than any view may take; a request whose process was killed can be sent again after it.
LEASE = timedelta(seconds=60)
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")
# Answers there hold tokens, which are stored nowhere.
UNSTORED = "/api/auth/"
SERVER_ERROR = 500


class IdempotencyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST" or not _is_kept(request.path_info):
            return self.get_response(request)
        try:
            user = user_of(bearer(request.headers.get("Authorization", "")))
        except TokenError:
            return self.get_response(request)  # the view refuses it in its own words
        if not WELL_FORMED.fullmatch(key):
            message = _("An Idempotency-Key is 1 to 255 visible ASCII characters.")
            return problem_response(Problem(400, "idempotency_key_invalid", message))
        try:
            return self._once(request, user, key)
        except Problem as problem:
            return problem_response(problem)

    def _once(self, request: HttpRequest, user: User, key: str) -> HttpResponseBase:
        fingerprint = fingerprint_of(request)
        row = _claim(user, key, fingerprint)
        if row.status_code is not None:
            return _stored_answer(row)
        response = self.get_response(request)
        _settle(row, response)
        return response


def fingerprint_of(request: HttpRequest) -> str:
    """A digest of what was asked. A multipart boundary is made anew each time and says nothing."""
    content_type = request.headers.get("Content-Type", "").encode()
    boundary = content_type.partition(b"boundary=")[2].strip(b'"')
    body = request.body.replace(boundary, b"") if boundary else request.body
    return hashlib.sha256(b"\n".join([request.get_full_path().encode(), body])).hexdigest()


def _is_kept(path: str) -> bool:
    return path.startswith("/api/") and not path.startswith(UNSTORED)


def _claim(user: User, key: str, fingerprint: str) -> IdempotencyKey:
    """The row of this request: leased to us, or answered. Raises a Problem when it is someone else's."""
    now = timezone.now()
    lease: dict[str, Any] = {"fingerprint": fingerprint, "leased_until": now + LEASE, "created_at": now}
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, **lease)
    except IntegrityError:
        rows = IdempotencyKey.objects.filter(user=user, key=key)
    forgotten = Q(created_at__lt=now - KEPT)
    abandoned = Q(status_code__isnull=True, leased_until__lt=now, fingerprint=fingerprint)
    if rows.filter(forgotten | abandoned).update(status_code=None, content=None, **lease):
        return rows.get()
    row = rows.first()
    if row is not None and row.fingerprint != fingerprint:
        raise Problem(422, "idempotency_key_reused", _("This Idempotency-Key belongs to another request."))
    if row is None or row.status_code is None:
        message = _("The first request with this Idempotency-Key is still running.")
        raise Problem(409, "idempotency_in_progress", message, headers={"Retry-After": "1"})
    return row


def _settle(row: IdempotencyKey, response: HttpResponseBase) -> None:
    """Keep the answer, if it is still ours to give: a lease that ran out may have gone to another request."""
    leased = IdempotencyKey.objects.filter(pk=row.pk, leased_until=row.leased_until, status_code__isnull=True)
    if not isinstance(response, HttpResponse) or response.status_code >= SERVER_ERROR:
        leased.delete()
        return
    leased.update(
        status_code=response.status_code,
        content_type=response.headers.get("Content-Type", ""),
        content={"bytes": response.content.decode("latin-1")},
    )


def _stored_answer(row: IdempotencyKey) -> HttpResponse:
    response = HttpResponse(
        row.content["bytes"].encode("latin-1"), status=row.status_code, content_type=row.content_type or None
    )
    response.headers["Idempotency-Replayed"] = "true"
    return response

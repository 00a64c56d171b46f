"""Links to set a password: asked for by anyone, mailed to who has the address, good once."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import stream
from accounts.guessing import guesses
from accounts.mails import mail_link
from accounts.models import PasswordLink, User
from flame.lib.errors import Problem

LIFETIMES = {PasswordLink.Purpose.RESET: timedelta(hours=1), PasswordLink.Purpose.INVITE: timedelta(days=3)}


def request_link(email: str, purpose: PasswordLink.Purpose = PasswordLink.Purpose.RESET) -> PasswordLink:
    """Note that someone wants a link. Looks at no user, so it tells nothing about them, not even by its time."""
    return PasswordLink.objects.create(
        email=email.strip().lower(), purpose=purpose, expires_at=timezone.now() + LIFETIMES[purpose]
    )


def send_link(link: PasswordLink) -> None:
    """Make the token and mail it to who has the address, if anyone. Raises SMTPException or OSError."""
    token = secrets.token_urlsafe(32)
    PasswordLink.objects.filter(pk=link.pk).update(token_hash=_digest(token))
    user = User.objects.active().filter(email=link.email).first()
    if user:
        mail_link(user, PasswordLink.Purpose(link.purpose), token)


def user_of_link(token: str) -> User:
    """Whose password an unused link sets. Raises a 400 Problem."""
    return _open(token)[1]


def set_password(token: str, password: str, request: HttpRequest) -> None:
    """Use the link. A weak password raises Django's ValidationError and leaves it unused; all sign-ins end.

    Whoever guessed at the old one in vain, from where they are now, may sign in with the new one.
    """
    link, user = _open(token)
    validate_password(password, user)
    user.set_password(password)
    now = timezone.now()
    with transaction.atomic():
        unused = PasswordLink.objects.filter(used_at__isnull=True)
        if not unused.filter(pk=link.pk).update(used_at=now):
            raise _refusal()
        unused.filter(email=user.email).update(used_at=now)
        user.save(update_fields=["password"])
        stream.ring(user.account_id)
    guesses("login", user.email, request).forgive()


def _open(token: str) -> tuple[PasswordLink, User]:
    link = PasswordLink.objects.filter(
        token_hash=_digest(token), used_at__isnull=True, expires_at__gt=timezone.now()
    ).first()
    user = User.objects.active().filter(email=link.email).first() if link else None
    if link is None or user is None:
        raise _refusal()
    return link, user


def _refusal() -> Problem:
    return Problem(400, "link_invalid", _("This link was used or has expired; ask for another."))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

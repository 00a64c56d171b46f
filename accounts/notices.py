"""Telling a user something by mail."""

from datetime import timedelta

from django.core.mail import send_mail
from django.utils import timezone

from accounts.models import Notice, User

LIFETIME = timedelta(days=7)
MAX_SUBJECT = 255


def queue_notice(user: User, kind: str, subject: str, text: str) -> Notice:
    """Have a mail sent once the caller's transaction is durable. Texts are in the user's language already."""
    return Notice.objects.create(
        user=user,
        kind=kind,
        subject=" ".join(subject.split())[:MAX_SUBJECT],  # a header is one line, and names in it come from outside
        text=text,
        expires_at=timezone.now() + LIFETIME,
    )


def send_notice(notice: Notice) -> None:
    """Raises SMTPException or OSError when the mail server does not take it."""
    if notice.user.is_active:
        send_mail(notice.subject, notice.text, None, [notice.user.email])

"""The mails to people, in their language."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import PasswordLink, User


def mail_link(user: User, purpose: PasswordLink.Purpose, token: str) -> None:
    """Raises SMTPException or OSError when the mail server does not take it."""
    link = f"{settings.PUBLIC_URL}/reset-password?token={token}"
    with override(user.language):
        if purpose == PasswordLink.Purpose.INVITE:
            subject = _("Your invitation to FLAME Assistant")
            text = _(
                "Hello, %(name)s.\n\nYou were invited to a team on FLAME Assistant. Set your password here:\n\n"
                "%(link)s\n\nThe link is good once, for three days.\n"
            )
        else:
            subject = _("Set a new password")
            text = _(
                "Hello, %(name)s.\n\nSomeone asked for a new password for this address. If it was you, set it here:\n\n"
                "%(link)s\n\nThe link is good once, for one hour. If it was not you, there is nothing to do.\n"
            )
        send_mail(subject, text % {"name": user.name, "link": link}, None, [user.email])

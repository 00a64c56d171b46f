"""Inviting people to an account."""

from django.db import IntegrityError, transaction

from accounts import passwords
from accounts.models import PasswordLink, User


class AddressTakenError(Exception):
    """Somebody has this address already, here or in another account."""


def invite(owner: User, email: str, name: str, language: str | None = None) -> tuple[User, PasswordLink]:
    """A member without a password and the link that is to be mailed to them. Raises AddressTakenError."""
    try:
        with transaction.atomic():
            member = User.objects.create_user(
                email,
                name=name,
                role=User.Role.AGENT,
                team_owner=owner,
                timezone=owner.timezone,
                language=language or owner.language,
            )
            return member, passwords.request_link(email, PasswordLink.Purpose.INVITE)
    except IntegrityError as error:
        raise AddressTakenError from error

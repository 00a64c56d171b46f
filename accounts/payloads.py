"""The JSON of a user, wherever one is shown: REST, the socket's `hello`, exports."""

from typing import Any

from accounts.models import User
from flame.lib.times import utc


def user_payload(user: User) -> dict[str, Any]:
    """The mission's columns without the password's hash."""
    return {
        "id": str(user.id),
        "email": user.email,
        "name": user.name,
        "avatar_url": user.avatar_url,
        "role": user.role,
        "is_active": user.is_active,
        "timezone": user.timezone,
        "language": user.language,
        "account_id": str(user.account_id),
        "team_owner_id": str(user.team_owner_id) if user.team_owner_id else None,
        "created_at": utc(user.created_at),
        "updated_at": utc(user.updated_at),
    }

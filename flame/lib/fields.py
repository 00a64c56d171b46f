"""A JSON column whose values are encrypted at rest."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def cipher() -> MultiFernet:
    """FIELD_KEYS, newest first: the first encrypts, all decrypt."""
    try:
        return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_KEYS holds a value that is no Fernet key (32 bytes, urlsafe base64)."
        ) from error


class EncryptedJSONField(models.JSONField):
    """A dict in Python, `{"fernet": "<token>"}` in the column, so it stays JSON for every tool that reads the table."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, dict):
            token = cipher().encrypt(json.dumps(value, separators=(",", ":")).encode()).decode()
            value = {"fernet": token}
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        stored = super().from_db_value(value, expression, connection)
        if not isinstance(stored, dict) or "fernet" not in stored:
            return stored
        try:
            return json.loads(cipher().decrypt(stored["fernet"].encode()))
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "FIELD_KEYS cannot decrypt a stored credential: is an old key missing?"
            ) from error

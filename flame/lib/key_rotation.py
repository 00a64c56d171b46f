"""Writing encrypted columns anew with the newest of FIELD_KEYS, so that the older ones can be thrown away."""

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from flame.lib.fields import EncryptedJSONField, cipher

BATCH = 500


@dataclass
class Rotation:
    """Of one column: how many values were written anew, how many had the newest key already, whose no key opens."""

    rotated: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_columns(all_models: list[type[models.Model]]) -> list[tuple[type[models.Model], str]]:
    return [
        (model, column.name)
        for model in all_models
        for column in model._meta.local_fields  # noqa: SLF001 - Django's documented API
        if isinstance(column, EncryptedJSONField)
    ]


def rotate(model: type[models.Model], name: str) -> Rotation:
    """A value that somebody changes meanwhile is theirs: they wrote it with the newest key."""
    newest, done = Fernet(settings.FIELD_KEYS[0]), Rotation()
    rows = model._default_manager.annotate(raw=Cast(name, models.TextField()))  # noqa: SLF001 - the same
    for pk, raw in rows.values_list("pk", "raw").order_by("pk").iterator(BATCH):
        token = _token(raw)
        if token is None:
            continue
        if _opens(newest, token):
            done.current += 1
            continue
        try:
            value = json.loads(cipher().decrypt(token))
        except InvalidToken:
            done.unreadable.append(str(pk))
            continue
        done.rotated += rows.filter(pk=pk, raw=raw).update(**{name: value})
    return done


def _token(raw: str | None) -> bytes | None:
    stored: Any = json.loads(raw) if raw else None
    return stored["fernet"].encode() if isinstance(stored, dict) and "fernet" in stored else None


def _opens(key: Fernet, token: bytes) -> bool:
    try:
        key.decrypt(token)
    except InvalidToken:
        return False
    return True

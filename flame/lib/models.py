"""What every table of the mission begins with."""

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class Record(models.Model):
    """A row with a UUID and its time of creation. The database has the same default, for rows written by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        abstract = True


class ChangingRecord(Record):
    """A record that remembers when it last changed, also when saved with `update_fields`."""

    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            self.updated_at = timezone.now()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "updated_at"}
        super().save(**kwargs)


def choice(choices: type[models.TextChoices], default: models.TextChoices | None = None) -> Any:
    """A VARCHAR(50) of the mission's SQL that takes only its named values."""
    defaults: dict[str, Any] = {} if default is None else {"default": default, "db_default": default.value}
    return models.CharField(max_length=50, choices=choices.choices, **defaults)


def one_of(field: str, table: str, values: list[str]) -> models.CheckConstraint:
    """The database refuses what the choices do not name (a test compares the two lists)."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": values}), name=f"{table}_{field}_known")

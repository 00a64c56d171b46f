"""How far a training is, for people, and a sign of life for the other workers."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.utils import timezone

from accounts import stream
from assistants.announce import announce_training
from assistants.models import TrainingRun
from assistants.training.runs import LEASE, Lost, held

Item = TypeVar("Item")
TOLD_EVERY = 2.0
"""Seconds between two stored events of one stage, and between two renewals of the lease."""


class Progress:
    def __init__(self, run: TrainingRun) -> None:
        self._run = run
        self._told_at = 0.0

    def enter(self, stage: TrainingRun.Stage, total: int = 0) -> None:
        """Raises Lost, as all of these do."""
        self._run.stage, self._run.done, self._run.total = stage, 0, total
        self._tell()

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items of a stage, each counted when it is done."""
        for item in items:
            yield item
            self._run.done += 1
            self.look_up()

    def look_up(self) -> None:
        """To be called often by whatever takes long."""
        if time.monotonic() >= self._told_at + TOLD_EVERY:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        now = timezone.now()
        run = self._run
        with stream.gathered():
            changed = {"stage": run.stage, "done": run.done, "total": run.total}
            if not held(run).update(lease_until=now + LEASE, updated_at=now, **changed):
                raise Lost
            announce_training("training", run)

"""The life of a training run: begun once, claimed under a lease, taken up again after a kill, settled in one commit.

`attempts` is also the fence: who was given up for dead and comes back finds another number, and stops.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import stream
from accounts.stream import Actor
from assistants.announce import announce, announce_training
from assistants.knowledge.problems import problem
from assistants.models import Assistant, TrainingRun
from assistants.training import versions

LEASE = timedelta(seconds=30)
"""Longer than any step that does not look up in between: reading one file is the longest."""
MAX_ATTEMPTS = 3
Status = TrainingRun.Status


class Lost(Exception):
    """The run is not ours any more: it was taken up by another worker, or its assistant is gone."""


def begin_training(assistant: Assistant, actor: Actor) -> TrainingRun:
    """The assistant's running training, a new one if there is none. The caller holds the assistant's lock."""
    before = assistant.status if assistant.status != Assistant.Status.TRAINING else Assistant.Status.ACTIVE
    try:
        with transaction.atomic():
            run = TrainingRun.objects.create(assistant=assistant, status_before=before)
    except IntegrityError:
        return TrainingRun.objects.get(assistant=assistant, status=Status.RUNNING)
    assistant.status = Assistant.Status.TRAINING
    assistant.save(update_fields=["status"])
    announce("updated", assistant, actor)
    announce_training("training", run, actor)
    return run


def claim(run_id: uuid.UUID) -> TrainingRun | None:
    """Take a run whose lease is over, and count the try before it is made."""
    now = timezone.now()
    free = TrainingRun.objects.filter(pk=run_id, status=Status.RUNNING, lease_until__lte=now)
    if not free.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    run = TrainingRun.objects.select_related("assistant").filter(pk=run_id).first()
    if run is not None and run.attempts > MAX_ATTEMPTS:
        settle(run, Status.FAILED, error=problem("died", attempts=MAX_ATTEMPTS))
        return None
    return run


def runs_due() -> list[uuid.UUID]:
    due = TrainingRun.objects.filter(status=Status.RUNNING, lease_until__lte=timezone.now())
    return list(due.order_by("lease_until").values_list("id", flat=True)[:100])


def held(run: TrainingRun) -> Any:
    """The row, if it is still ours."""
    return TrainingRun.objects.filter(pk=run.pk, status=Status.RUNNING, attempts=run.attempts)


def give_back(run: TrainingRun, pause: timedelta) -> None:
    """For another try after a pause."""
    held(run).update(lease_until=timezone.now() + pause)


def settle(run: TrainingRun, status: Status, **results: Any) -> None:
    """End the run and return the assistant to what it was. Raises Lost. Nest it in what must be committed with it."""
    with stream.gathered():
        assistant = Assistant.objects.select_for_update().filter(pk=run.assistant_id).first()
        ended = {"status": status, "finished_at": timezone.now(), "updated_at": timezone.now(), **results}
        if assistant is None or not held(run).update(**ended):
            raise Lost
        for name, value in ended.items():
            setattr(run, name, value)
        if assistant.status == Assistant.Status.TRAINING:
            assistant.status = _status_after(run, assistant)
            assistant.save(update_fields=["status"])
            announce("updated", assistant)
        announce_training("trained", run)


def publish_reviewed(run: TrainingRun, actor: Actor) -> bool:
    """Publish what waits for a person's word; False where nothing does. The caller holds the assistant's lock."""
    if run.version is None:
        return False
    waiting = TrainingRun.objects.filter(pk=run.pk, status=Status.NEEDS_REVIEW)
    if not waiting.update(status=Status.PUBLISHED, updated_at=timezone.now()):
        return False
    versions.publish(run.version)
    run.status = Status.PUBLISHED
    announce_training("trained", run, actor)
    return True


def _status_after(run: TrainingRun, assistant: Assistant) -> str:
    """A model could make things up for an assistant that never learnt anything; a canned one needs no knowledge."""
    is_ignorant = assistant.type == Assistant.Type.AI and not assistant.versions.filter(published=True).exists()
    return Assistant.Status.INACTIVE if run.status == Status.FAILED and is_ignorant else run.status_before

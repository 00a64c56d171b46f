"""The doorbell of training, and the sweep that finds what no bell announced or what a killed worker left."""

import uuid

from celery import shared_task

from assistants.training import work
from assistants.training.runs import claim, runs_due
from flame.lib.doorbell import ring


@shared_task(ignore_result=True)
def train(run_id: str) -> bool:
    """Work on a training, if nobody does; True when this worker did."""
    run = claim(uuid.UUID(run_id))
    if run is None:
        return False
    work.train(run)
    return True


@shared_task(ignore_result=True)
def sweep_untrained() -> int:
    due = runs_due()
    for run_id in due:
        ring(train, str(run_id))
    return len(due)

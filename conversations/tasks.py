"""Doorbells of the queues, and the sweeps that find what no bell announced."""

import logging
import uuid
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from conversations import gestures
from conversations.actions.runs import trim_old_runs
from conversations.answering import answer_thread
from conversations.answering.claims import threads_due
from conversations.answering.finish import Verdict
from conversations.backtesting.life import backtests_due, claim
from conversations.backtesting.work import work_on
from conversations.delivery import deliver_thread, recover_lost
from conversations.downloads import fetch_due
from conversations.file_pruning import prune_unclaimed
from conversations.handoff_notices import tell_owners
from conversations.models import Conversation, Message
from conversations.profiles import look_up
from flame.lib import log_context
from flame.lib.doorbell import ring
from integrations import outbound
from integrations.platforms.base import PlatformError

logger = logging.getLogger(__name__)

BELL_SLACK = 0.05
"""The due time in the row is what counts, so a bell rings just after it."""


@shared_task(ignore_result=True)
def answer(conversation_id: str) -> bool:
    """Let the assistant answer a thread, if its burst has paused."""
    try:
        with log_context.about(conversation=conversation_id):
            verdict = answer_thread(uuid.UUID(conversation_id))
    except Conversation.DoesNotExist:  # deleted since the bell rang
        return False
    if verdict is Verdict.SPOKE:
        ring(deliver, conversation_id)
    elif verdict is Verdict.AGAIN:
        ring_when_due(conversation_id)
    return verdict is Verdict.SPOKE


def ring_when_due(conversation_id: str) -> None:
    """The bell of the newer message may have rung while the older one was still being thought about."""
    due = Conversation.objects.filter(pk=conversation_id).values_list("answer_due_at", flat=True).first()
    if due is not None:
        ring(answer, conversation_id, countdown=max((due - timezone.now()).total_seconds(), 0) + BELL_SLACK)


@shared_task(ignore_result=True)
def deliver(conversation_id: str) -> int:
    """Send what a thread has queued."""
    with log_context.about(conversation=conversation_id):
        return deliver_thread(uuid.UUID(conversation_id))


@shared_task(ignore_result=True)
def look_up_profile(conversation_id: str) -> bool:
    """Ask the platform for the name of a thread's contact."""
    with log_context.about(conversation=conversation_id):
        return look_up(uuid.UUID(conversation_id))


@shared_task(ignore_result=True)
def show_read(conversation_id: str) -> bool:
    """Let the customer see that their messages were read."""
    with log_context.about(conversation=conversation_id):
        return gestures.show_read(uuid.UUID(conversation_id))


@shared_task(ignore_result=True)
def acknowledge(message_id: str) -> bool:
    """Tell a message's sender that it came. Once: whoever tapped a button waits for seconds, and not for a retry."""
    message = Message.objects.select_related("integration").filter(pk=uuid.UUID(message_id)).first()
    if message is None or message.integration is None:
        return False
    try:
        return outbound.acknowledge(message.integration, message.metadata or {})
    except PlatformError as error:
        logger.info("A tap could not be acknowledged: %s", error)
        return False


@shared_task(ignore_result=True)
def sweep_unanswered() -> int:
    """Ring for threads whose assistant is due."""
    due = threads_due()
    for conversation_id in due:
        ring(answer, str(conversation_id))
    return len(due)


@shared_task(ignore_result=True)
def sweep_undelivered() -> int:
    """Ring for threads with something to send, also after a worker's death."""
    due = recover_lost()
    for conversation_id in due:
        ring(deliver, str(conversation_id))
    return len(due)


@shared_task(ignore_result=True)
def fetch() -> int:
    """Fetch customers' files that are due. Rung after each message with one, and by the clock."""
    return fetch_due()


@shared_task(ignore_result=True)
def prune_files() -> int:
    """Delete the files that no message has; answers how many."""
    return prune_unclaimed()


@shared_task(ignore_result=True)
def sweep_untaken() -> int:
    """Tell owners of threads that wait for a person; answers how many mails."""
    return tell_owners()


@shared_task(ignore_result=True)
def backtest(backtest_id: str) -> bool:
    """Work on a backtest, if nobody does; True when this worker did."""
    claimed = claim(uuid.UUID(backtest_id))
    if claimed is None:
        return False
    work_on(claimed)
    return True


@shared_task(ignore_result=True)
def sweep_backtests() -> int:
    """Ring for backtests whose bell was lost or whose worker died."""
    due = backtests_due()
    for backtest_id in due:
        ring(backtest, str(backtest_id))
    return len(due)


@shared_task(ignore_result=True)
def trim_runs() -> int:
    """Forget what assistants read and wrote RUNS_KEPT_DAYS ago; answers of how many runs."""
    return trim_old_runs(timezone.now() - timedelta(days=settings.RUNS_KEPT_DAYS))

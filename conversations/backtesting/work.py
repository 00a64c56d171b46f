"""Answering a backtest's questions one by one, each on record as a run, with no transaction open."""

import copy
import logging
from collections.abc import Callable

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from assistants.dialogue import Reply
from assistants.engine import decide_reply, withheld
from assistants.models import Assistant
from conversations.actions.runs import facts_of, prompt_version
from conversations.answering.budget import is_within_budget
from conversations.answering.modes import is_withheld
from conversations.answering.reading import dialogue_of
from conversations.backtesting.life import Lost, hold_on, settle
from conversations.backtesting.report import report_of
from conversations.models import AssistantRun, Backtest, Message

logger = logging.getLogger(__name__)


def unseen(done: int, total: int) -> None:
    """Nobody watches."""


def work_on(backtest: Backtest, progress: Callable[[int, int], None] = unseen) -> None:
    """Do a claimed backtest to its end; what a worker before did is not done again."""
    assistant, total = changed(backtest), len(backtest.questions)
    done = {str(inbound) for inbound in backtest.runs.values_list("inbound_id", flat=True)}
    try:
        for number, question in enumerate(backtest.questions, 1):
            if question not in done:
                hold_on(backtest)
                ask(backtest, assistant, question)
            progress(number, total)
        settle(backtest, Backtest.Status.DONE, report=report_of(backtest))
    except Lost:
        logger.info("Backtest %s is no longer ours", backtest.pk)


def changed(backtest: Backtest) -> Assistant:
    """The assistant as it may become, never stored. Whether it is switched off today is no matter."""
    assistant = copy.copy(backtest.assistant)
    assistant.status = Assistant.Status.ACTIVE
    assistant.model = backtest.model or assistant.model
    assistant.answers_from = backtest.version_id
    if backtest.ai_prompt is not None:
        assistant.ai_prompt = backtest.ai_prompt
    return assistant


def ask(backtest: Backtest, assistant: Assistant, question: str) -> None:
    inbound = Message.objects.select_related("conversation").filter(pk=question).first()
    if inbound is None:  # deleted since
        return
    dialogue, error = dialogue_of(inbound.conversation, until=inbound), ""
    reply = Reply("", "silence", "rules", "error")
    try:
        may_ask_model = is_within_budget(assistant, timezone.now())
        reply = decide_reply(assistant, dialogue, inbound.created_at, may_ask_model=may_ask_model)
        if is_withheld(reply, assistant.reply_mode):
            reply = withheld(dialogue, reply)
    except DatabaseError:
        raise
    except Exception as reason:  # one question that breaks the engine is a finding, not the end
        logger.exception("Backtest %s: message %s", backtest.pk, question)
        error = f"{type(reason).__name__}: {reason}"[:1000]
    keep(backtest, inbound, dialogue.question, reply, error)


def keep(backtest: Backtest, inbound: Message, question: str, reply: Reply, error: str) -> None:
    try:
        with transaction.atomic():
            AssistantRun.objects.create(
                user_id=backtest.user_id,
                assistant_id=backtest.assistant_id,
                conversation_id=inbound.conversation_id,
                inbound=inbound,
                backtest=backtest,
                trigger=AssistantRun.Trigger.BACKTEST,
                question=question,
                prompt_version=prompt_version(backtest.assistant) if backtest.ai_prompt is None else None,
                outcome=AssistantRun.Outcome.FAILED if error else AssistantRun.Outcome.SHOWN,
                error=error,
                finished_at=timezone.now(),
                **facts_of(reply),
            )
    except IntegrityError:  # another worker has answered it, or its conversation was deleted meanwhile
        logger.info("Backtest %s: message %s was answered already, or is gone", backtest.pk, inbound.pk)

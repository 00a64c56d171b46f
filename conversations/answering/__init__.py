"""The assistants' turn: claim a thread, think with no transaction open, speak only if nothing changed meanwhile."""

import logging
import uuid
from contextlib import nullcontext

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from assistants.dialogue import Reply
from assistants.engine import decide_reply
from assistants.models import Assistant
from assistants.providers.base import Cancelled, Watch
from conversations.answering.claims import Claim, claim_turn, forgive
from conversations.answering.finish import Verdict, fail_turn, finish_turn
from conversations.answering.thinking import Thinking
from conversations.gestures import shown_typing
from conversations.live_text import LiveText
from conversations.models import AssistantRun
from flame.lib.database import insist

logger = logging.getLogger(__name__)
LANDED = {AssistantRun.Outcome.SENT, AssistantRun.Outcome.DRAFTED}


def answer_thread(conversation_id: uuid.UUID) -> Verdict:
    """Let the thread's assistant answer, if it is due."""
    claimed = claim_turn(conversation_id)
    if claimed is None:
        return Verdict.NOTHING
    live = LiveText(claimed.run)
    try:
        reply = think(claimed, live)
        verdict = insist(lambda: finish_turn(claimed, reply))
    except (OperationalError, InterfaceError):
        live.end(aborted="failed")
        insist(lambda: forgive(claimed))
        raise
    except Exception as error:
        live.end(aborted="failed")
        fail_turn(claimed, error)
        raise
    settle(live, claimed)
    return verdict


def think(claimed: Claim, live: LiveText) -> Reply | None:
    """What to say; None when nobody wants it any more."""
    thinking = Thinking(claimed)

    def is_moot() -> bool:
        live.flush()
        return thinking.is_moot()

    watch = Watch(live.hear, is_moot)
    is_drafting = claimed.assistant.reply_mode == Assistant.ReplyMode.DRAFT  # the customer is to see nobody type
    try:
        with nullcontext() if is_drafting else shown_typing(claimed.last_inbound):
            return decide_reply(
                claimed.assistant, claimed.dialogue, timezone.now(), watch, may_ask_model=claimed.may_ask_model
            )
    except Cancelled:
        return None
    finally:
        live.flush()


def settle(live: LiveText, claimed: Claim) -> None:
    if live.was_shown:
        run = AssistantRun.objects.get(pk=claimed.run.pk)
        has_landed = run.outcome in LANDED or run.message_id is not None
        live.end(aborted="" if has_landed else run.outcome_reason or run.outcome)

"""Two machines that answer each other must stop: the other one never does."""

from datetime import datetime, timedelta
from difflib import SequenceMatcher

from django.utils import timezone

from assistants.dialogue import Dialogue
from conversations.models import AssistantRun, Conversation, Message
from flame.lib.folding import fold

MOST_IN_A_ROW = 6
IN_A_ROW = timedelta(minutes=5)
MOST_IN_A_DAY = 20
DAY = timedelta(days=1)
REPEATED = 3
REPEATED_WITHIN = timedelta(hours=1)
NEARLY_EQUAL = 0.9
LONG_ENOUGH = 20
"""Characters. "Hola" answered by "¡Hola!" is no loop."""
UNSAID = [AssistantRun.Outcome.DROPPED, AssistantRun.Outcome.FAILED, AssistantRun.Outcome.RUNNING]


def is_loop(conversation: Conversation, inbound: Message, dialogue: Dialogue) -> bool:
    """Whether the next reply would be one too many."""
    now = timezone.now()
    return is_flood(conversation, now) or is_repetition(conversation, inbound, now) or is_our_own_text(dialogue)


def is_flood(conversation: Conversation, now: datetime) -> bool:
    stopped = conversation.runs.filter(outcome_reason="loop").order_by("-created_at")
    since = stopped.values_list("created_at", flat=True).first()  # a person looked at it since
    said = conversation.messages.filter(sender=Message.Sender.ASSISTANT, in_reply_to__isnull=False)
    said = said.filter(created_at__gt=max(filter(None, (now - DAY, since))))
    times = list(said.order_by("-sequence").values_list("created_at", flat=True)[:MOST_IN_A_DAY])
    lately = [at for at in times if at > now - IN_A_ROW]
    return len(lately) >= MOST_IN_A_ROW or len(times) >= MOST_IN_A_DAY


def is_repetition(conversation: Conversation, inbound: Message, now: datetime) -> bool:
    """The same words in turn after turn. Within one burst they are impatience."""
    before = conversation.runs.filter(created_at__gt=now - REPEATED_WITHIN, inbound__isnull=False)
    before = before.exclude(outcome__in=UNSAID).exclude(inbound=inbound).order_by("-created_at")
    texts = [fold(text).strip() for text in before.values_list("inbound__content", flat=True)[: REPEATED - 1]]
    text = fold(inbound.content).strip()
    return bool(text) and texts == [text] * (REPEATED - 1)


def is_our_own_text(dialogue: Dialogue) -> bool:
    ours = next((turn.text for turn in reversed(dialogue.turns) if turn.author == "assistant"), "")
    theirs = dialogue.question
    if min(len(ours), len(theirs)) < LONG_ENOUGH:
        return False
    return SequenceMatcher(None, fold(ours), fold(theirs), autojunk=False).ratio() > NEARLY_EQUAL

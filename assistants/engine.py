"""How a reply comes to be: an assistant and a dialogue in, a reply or silence out. No conversation, no platform."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import translation

from assistants import phrases, registry
from assistants.dialogue import Dialogue, Reply, ReplyKind
from assistants.intents import asks_for_person
from assistants.languages import language_of
from assistants.models import Assistant
from assistants.placeholders import fill
from assistants.providers.base import Cancelled, Watch, unheard, wanted
from assistants.schedules import Range, is_open

QUIET = timedelta(hours=12)
"""A text that is the same for everybody is said to a customer once in this time."""


def decide_reply(
    assistant: Assistant,
    dialogue: Dialogue,
    now: datetime,
    *,
    on_delta: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Reply | None:
    """The reply to the customer's last burst, or None for silence, or because `cancelled()` turned true.

    Call it outside any transaction: it may take half a minute. It reads the assistant's schedules and sources and
    writes nothing. `on_delta` gets pieces of a text that may still change: the returned one counts.
    """
    if assistant.status == Assistant.Status.INACTIVE or not dialogue.burst:
        return None
    if assistant.type == Assistant.Type.AI and asks_for_person(dialogue.question):
        return _hand_over(dialogue, "asked_for_person", phrases.handing_over)
    if not _opened(assistant, now):
        return _canned(assistant.out_of_hours_text, "out_of_hours", assistant, dialogue, now)
    if assistant.type == Assistant.Type.AUTO:
        return _canned(assistant.auto_response, "auto", assistant, dialogue, now)
    return _think(assistant, dialogue, Watch(on_delta or unheard, cancelled or wanted))


def _think(assistant: Assistant, dialogue: Dialogue, watch: Watch) -> Reply | None:
    if not dialogue.question:
        return _hand_over(dialogue, "no_text", phrases.not_readable)
    try:
        return registry.answer(assistant, dialogue, language_of(dialogue), watch)
    except Cancelled:
        return None


def _hand_over(dialogue: Dialogue, reason: str, phrase: Callable[[], str]) -> Reply:
    with translation.override(language_of(dialogue)):
        return Reply(phrase(), "handoff", "rules", handoff=True, detail={"reason": reason})


def _opened(assistant: Assistant, now: datetime) -> bool:
    rows = [row for row in assistant.schedules.all() if row.enabled]
    return is_open([Range(row.day_of_week, row.start_time, row.end_time) for row in rows], assistant.timezone, now)


def _canned(
    template: str | None, kind: ReplyKind, assistant: Assistant, dialogue: Dialogue, now: datetime
) -> Reply | None:
    said = any(turn.kind == kind and now - turn.at < QUIET for turn in dialogue.turns)
    text = fill(template, assistant, dialogue)
    return Reply(text, kind, "rules") if text and not said else None

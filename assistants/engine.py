"""How a reply comes to be: an assistant and a dialogue in, a reply or silence out. No conversation, no platform."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import translation

from assistants import phrases, registry
from assistants.dialogue import Dialogue, Reply, ReplyKind
from assistants.intents import asks_for_person
from assistants.knowledge.shelf import answering_version
from assistants.languages import language_of
from assistants.models import Assistant
from assistants.outlook import Outlook, outlook
from assistants.placeholders import fill
from assistants.providers.base import UNWATCHED, Watch

QUIET = timedelta(hours=12)
"""A text that is the same for everybody is said to a customer once in this time."""


def decide_reply(
    assistant: Assistant, dialogue: Dialogue, now: datetime, watch: Watch = UNWATCHED, *, may_ask_model: bool = True
) -> Reply:
    """The reply to the customer's last burst; its kind is `silence` where none is due.

    Raises Cancelled (assistants.providers.base) once `watch.cancelled()` turned true. Call it outside any transaction:
    it may take half a minute. It reads the assistant's schedules and knowledge and writes nothing. The watch gets
    pieces of a text that may still change: the returned one counts. Without `may_ask_model`, free engines answer.
    """
    reply = _by_rule(assistant, dialogue, now)
    return reply or _think(assistant, dialogue, watch, may_ask_model=may_ask_model)


def preview_reply(assistant: Assistant, dialogue: Dialogue, *, may_ask_model: bool = True) -> Reply:
    """What the assistant says when it speaks: its status, its hours and what was said lately left aside."""
    if assistant.type == Assistant.Type.AUTO:
        return Reply(fill(assistant.auto_response, assistant, dialogue), "auto", "rules")
    return _asked_for_person(dialogue) or _think(assistant, dialogue, UNWATCHED, may_ask_model=may_ask_model)


def _think(assistant: Assistant, dialogue: Dialogue, watch: Watch, *, may_ask_model: bool) -> Reply:
    started = time.monotonic()
    names = registry.engines() if may_ask_model else registry.FREE
    version = answering_version(assistant)
    reply = registry.answer(names, assistant, dialogue, language_of(dialogue), watch)
    took = round(time.monotonic() - started, 3)
    number = str(version.number) if version else ""
    return replace(reply, trace=replace(reply.trace, total_seconds=took, knowledge_version=number))


def _by_rule(assistant: Assistant, dialogue: Dialogue, now: datetime) -> Reply | None:
    """What needs no engine; None where one has to think."""
    plan = outlook(assistant, now, dialogue.out_of_hours_text)
    if plan.reason == "assistant_inactive" or not dialogue.burst:
        return silence("answered" if not dialogue.burst else "inactive")
    if assistant.type == Assistant.Type.AI and (reply := _asked_for_person(dialogue)):
        return reply
    if plan.would != "answer":
        return _canned(plan, assistant, dialogue, now)
    return None if dialogue.question else _hand_over(dialogue, "no_text", phrases.not_readable)


def _asked_for_person(dialogue: Dialogue) -> Reply | None:
    if not asks_for_person(dialogue.question):
        return None
    return _hand_over(dialogue, "asked_for_person", phrases.handing_over)


def silence(gate: str) -> Reply:
    return Reply("", "silence", "rules", gate)


def _hand_over(dialogue: Dialogue, reason: str, phrase: Callable[[], str]) -> Reply:
    with translation.override(language_of(dialogue)):
        return Reply(phrase(), "handoff", "rules", reason)


def withheld(dialogue: Dialogue, answer: Reply) -> Reply:
    """An honest refusal in the place of an answer that is too uncertain; the answer is kept as a draft."""
    with translation.override(language_of(dialogue)):
        return replace(answer, text=phrases.not_known(), kind="handoff", reason="not_sure", draft=answer.text)


def _canned(plan: Outlook, assistant: Assistant, dialogue: Dialogue, now: datetime) -> Reply:
    kind: ReplyKind = "auto" if plan.ruling.open else "out_of_hours"
    text = fill(plan.template, assistant, dialogue)
    if not text:
        return silence(f"{kind}_without_text")
    said = any(turn.kind == kind and now - turn.at < QUIET for turn in dialogue.turns)
    return silence(f"{kind}_said_lately") if said else Reply(text, kind, "rules")

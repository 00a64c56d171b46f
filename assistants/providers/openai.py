"""The engine that asks a model: OpenAI's, or any server that speaks its chat completions."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import translation

from assistants import phrases, prompt
from assistants.dialogue import Certainty, Dialogue, Reply, Trace
from assistants.guard import Ground, objections
from assistants.intents import small_talk
from assistants.knowledge.index import Hit
from assistants.knowledge.passages import Passage
from assistants.knowledge.shelf import index_of
from assistants.knowledge.words import words
from assistants.models import Assistant
from assistants.providers.base import Watch
from assistants.providers.chat import Chat
from assistants.providers.embedded import SURE, consulted
from assistants.providers.holding import Holding
from assistants.providers.stream import Endpoint, Timeouts, Written

NAME = "openai"
OPENAI_URL = "https://api.openai.com/v1"
RECALLED_TURNS = 3


class OpenAIProvider:
    def answer(self, assistant: Assistant, dialogue: Dialogue, language: str, watch: Watch) -> Reply:
        return _Writing(assistant, dialogue, language, _chat()).reply(watch)


def _chat() -> Chat:
    """The library would take an empty OPENAI_BASE_URL of the environment for an address, so it always gets one."""
    timeouts = Timeouts(**settings.OPENAI_TIMEOUTS)
    endpoint = Endpoint(settings.OPENAI_BASE_URL or OPENAI_URL, settings.OPENAI_API_KEY, settings.OPENAI_MODEL)
    return Chat(endpoint, timeouts, time.monotonic() + timeouts.total)


@dataclass
class _Writing:
    """One reply being written: at most twice, the second time with the guard's objections."""

    assistant: Assistant
    dialogue: Dialogue
    language: str
    chat: Chat
    usage: dict[str, int] = field(default_factory=dict)

    def reply(self, watch: Watch) -> Reply:
        hits = relevant(self.assistant, self.dialogue)
        passages = prompt.fitting(hit.passage for hit in hits)
        messages = prompt.messages(self.assistant, self.dialogue, self.language, passages)
        holding = Holding(watch.on_delta, prompt.HANDOFF_SIGN)
        written = self._write(messages, replace(watch, on_delta=holding.hear))
        refused = self._objections(written.text, passages)
        if refused:
            again = [*messages, *_objected(written.text, refused)]
            written = self._write(again, Watch(cancelled=watch.cancelled))
        trace = self._trace(written, {"objections": refused, "rewritten": bool(refused)})
        return self._verdict(written, passages, hits, trace)

    def _write(self, messages: list[dict[str, str]], watch: Watch) -> Written:
        options = {
            "max_completion_tokens": self.assistant.max_tokens,
            "temperature": self.assistant.temperature,
            # What a model thinks counts against its ceiling: left alone, gpt-5-mini thinks 500 tokens away and is mute.
            "reasoning_effort": "low",
        }
        written = self.chat.complete(messages, options, watch)
        self.usage = {name: self.usage.get(name, 0) + count for name, count in written.usage.items()}
        return written

    def _objections(self, text: str, passages: list[Passage]) -> list[str]:
        if prompt.HANDOFF_SIGN in text:
            return []
        return objections(
            text,
            Ground(
                knowledge="\n".join("\n".join([p.title, *p.questions, p.text]) for p in passages),
                instructions=self.assistant.ai_prompt or "",
                conversation="\n".join(turn.text for turn in self.dialogue.turns),
                system_prompt=prompt.system_prompt(self.assistant, self.language),
            ),
        )

    def _verdict(self, written: Written, passages: list[Passage], hits: list[Hit], trace: Trace) -> Reply:
        given = {passage.id for passage in passages}
        seen = consulted([hits], given)
        if prompt.HANDOFF_SIGN in written.text:
            return self._hand_over("model", hits, Reply("", "handoff", NAME, passages=seen, trace=trace))
        still = self._objections(written.text, passages)
        if still:
            trace = replace(trace, guard={**trace.guard, "final": still})
            blocked = Reply("", "handoff", NAME, draft=written.text.strip(), passages=seen, trace=trace)
            return self._hand_over("guard", hits, blocked)
        confidence, certainty = self._certainty(hits)
        return Reply(written.text.strip(), "answer", NAME, "", confidence, certainty, passages=seen, trace=trace)

    def _certainty(self, hits: list[Hit]) -> tuple[float | None, Certainty]:
        """By the knowledge alone, never by the model's opinion of itself."""
        if small_talk(self.dialogue.question) or not index_of(self.assistant).passages:
            return None, "sure"
        confidence = _best(hits)
        return confidence, "sure" if confidence >= SURE else "close"

    def _hand_over(self, reason: str, hits: list[Hit], reply: Reply) -> Reply:
        with translation.override(self.language):
            text = phrases.not_known()
        return replace(reply, text=text, reason=reason, confidence=_best(hits), certainty="low")

    def _trace(self, written: Written, guard: dict[str, Any]) -> Trace:
        return Trace(
            model=written.model or self.chat.endpoint.model,
            tokens_in=self.usage.get("prompt_tokens", 0),
            tokens_out=self.usage.get("completion_tokens", 0),
            first_token_seconds=written.first_token_seconds,
            tries=tuple(self.chat.tries),
            finish_reason=written.finish_reason,
            guard=guard,
        )


def relevant(assistant: Assistant, dialogue: Dialogue) -> list[Hit]:
    """Passages for the question, then those for what was said before it: "¿y los domingos?" names nothing."""
    index = index_of(assistant)
    ignoring = words(dialogue.contact_name)
    lately = [turn.text for turn in dialogue.turns if turn.author == "customer"][-RECALLED_TURNS:]
    hits = index.search(dialogue.question, ignoring)
    known = {hit.passage.id for hit in hits}
    return hits + [hit for hit in index.search(" ".join(lately), ignoring) if hit.passage.id not in known]


def _best(hits: list[Hit]) -> float:
    return max((hit.confidence for hit in hits), default=0.0)


def _objected(text: str, refused: list[str]) -> list[dict[str, str]]:
    complaint = "REVIEW (not the customer): your text was not sent, for these stand in no fact: " + "; ".join(refused)
    return [
        {"role": "assistant", "content": text},
        {"role": "user", "content": f"{complaint}. Write it anew without them, or {prompt.HANDOFF_SIGN}."},
    ]

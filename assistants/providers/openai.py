"""The engine that asks a model: OpenAI's, or any server that speaks its chat completions."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import translation

from assistants import citations, phrases, prompt
from assistants.citations import Unmarking
from assistants.dialogue import Certainty, Dialogue, Reply, Trace
from assistants.guard import Ground, objections
from assistants.intents import small_talk
from assistants.knowledge.index import Hit
from assistants.knowledge.passages import Passage
from assistants.knowledge.shelf import index_of
from assistants.knowledge.words import words
from assistants.models import Assistant
from assistants.providers.base import ProviderError, Watch
from assistants.providers.chat import Chat
from assistants.providers.embedded import consulted
from assistants.providers.holding import Holding
from assistants.providers.meanings import Meanings
from assistants.providers.servers import endpoint_of
from assistants.providers.stream import Timeouts, Written
from assistants.tools import MAX_ROUNDS, Toolbox, as_message

NAME = "openai"
RECALLED_TURNS = 3


class OpenAIProvider:
    def answer(self, assistant: Assistant, dialogue: Dialogue, language: str, watch: Watch) -> Reply:
        return _Writing(assistant, dialogue, language, _chat(assistant)).reply(watch)


def _chat(assistant: Assistant) -> Chat:
    timeouts = Timeouts(**settings.OPENAI_TIMEOUTS)
    endpoint = endpoint_of(assistant.model or settings.OPENAI_MODEL)
    return Chat(endpoint, timeouts, time.monotonic() + timeouts.total)


@dataclass(frozen=True)
class _Checked:
    """A text as the customer would get it."""

    text: str
    cited: tuple[str, ...]
    objections: list[str]
    wants_person: bool = False


@dataclass
class _Writing:
    """One reply being written: tools for two rounds at most, then a text, once more if the guard objects to it."""

    assistant: Assistant
    dialogue: Dialogue
    language: str
    chat: Chat
    usage: dict[str, int] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    entries: dict[str, Passage] = field(default_factory=dict)
    """What the model was given, by its marks."""
    toolbox: Toolbox = field(init=False)
    meanings: Meanings = field(init=False)

    def __post_init__(self) -> None:
        self.toolbox = Toolbox(self.dialogue, self._look_up)

    def reply(self, watch: Watch) -> Reply:
        self.meanings = Meanings(watch, self.chat.tries)
        self.hits = relevant(self.assistant, self.dialogue, self.meanings)
        self.entries = prompt.marked(prompt.fitting(hit.passage for hit in self.hits))
        messages = prompt.messages(self.assistant, self.dialogue, self.language, self.entries)
        holding = Holding(Unmarking(watch.on_delta).hear, prompt.HANDOFF_SIGN)
        written = self._with_tools(messages, replace(watch, on_delta=holding.hear))
        if self.toolbox.handed_over:
            return self._hand_over("model", self._trace(written, {}))
        checked = self._check(written)
        guard = {"objections": checked.objections, "rewritten": bool(checked.objections)}
        if checked.objections:
            messages += _objected(written.text, checked.objections)
            written = self._write(messages, Watch(cancelled=watch.cancelled), tool_choice="none")
            checked = self._check(written)
            guard |= {"final": checked.objections} if checked.objections else {}
        return self._verdict(checked, self._trace(written, guard))

    def _with_tools(self, messages: list[dict[str, Any]], watch: Watch) -> Written:
        """The model's text, after the calls that it made; `messages` grows by them."""
        for _ in range(MAX_ROUNDS):
            written = self._write(messages, watch, tool_choice="auto")
            if not written.calls:
                return written
            if written.text:  # heard already: what comes next would not follow on it
                watch = Watch(cancelled=watch.cancelled)
            messages += [as_message(written.text, written.calls), *self.toolbox.run(written.calls)]
            if self.toolbox.handed_over:
                return written
            if self.toolbox.is_spent:
                break
        return self._write(messages, watch, tool_choice="none")

    def _write(self, messages: list[dict[str, Any]], watch: Watch, *, tool_choice: str) -> Written:
        options = {
            "max_completion_tokens": self.assistant.max_tokens,
            "temperature": self.assistant.temperature,
            # What a model thinks counts against its ceiling: left alone, gpt-5-mini thinks 500 tokens away and is mute.
            "reasoning_effort": "low",
            "tools": self.toolbox.offered(),
            "tool_choice": tool_choice,
        }
        written = self.chat.complete(messages, options, watch)
        self.usage = {name: self.usage.get(name, 0) + count for name, count in written.usage.items()}
        if written.calls and tool_choice == "none":
            raise ProviderError("tools_without_end", tries=self.chat.tries)
        return written

    def _look_up(self, query: str) -> str:
        """What a tool call finds, as entries that the model may cite from now on."""
        index = index_of(self.assistant)
        (meaning,) = self.meanings.of(index, query)
        found = index.search(query, meaning=meaning)
        given = {passage.id for passage in self.entries.values()}
        new = prompt.fitting((hit.passage for hit in found if hit.passage.id not in given), prompt.SEARCH_TOKENS)
        entries = prompt.marked(new, after=len(self.entries))
        self.hits += found
        self.entries |= entries
        return prompt.listed(entries)

    def _check(self, written: Written) -> _Checked:
        if prompt.HANDOFF_SIGN in written.text:
            return _Checked("", (), [], wants_person=True)
        cited = citations.read(written.text, self.entries)
        ground = Ground(
            knowledge="\n".join("\n".join([p.title, *p.questions, p.text]) for p in self.entries.values()),
            instructions=self.assistant.ai_prompt or "",
            conversation="\n".join(turn.text for turn in self.dialogue.turns),
            system_prompt=prompt.system_prompt(self.assistant, self.language),
            said_by_us="\n".join(turn.text for turn in self.dialogue.turns if turn.author != "customer"),
        )
        return _Checked(cited.text, cited.ids, [*cited.objections, *objections(cited.text, ground)])

    def _verdict(self, checked: _Checked, trace: Trace) -> Reply:
        if checked.wants_person:
            return self._hand_over("model", trace)
        if checked.objections:
            return replace(self._hand_over("guard", trace), draft=checked.text)
        confidence, certainty = self._certainty()
        return Reply(
            checked.text,
            "answer",
            NAME,
            confidence=confidence,
            certainty=certainty,
            # Not every model cites; what it was given is then all that is known.
            passages=consulted([self.hits], checked.cited or [passage.id for passage in self.entries.values()]),
            effects=self.toolbox.effects,
            trace=trace,
        )

    def _certainty(self) -> tuple[float | None, Certainty]:
        """By the knowledge alone, never by the model's opinion of itself."""
        if small_talk(self.dialogue.question) or not index_of(self.assistant).passages:
            return None, "sure"
        confidence = _best(self.hits)
        return confidence, "sure" if confidence >= index_of(self.assistant).tuning.sure else "close"

    def _hand_over(self, reason: str, trace: Trace) -> Reply:
        with translation.override(self.language):
            text = phrases.not_known()
        return Reply(
            text,
            "handoff",
            NAME,
            reason,
            _best(self.hits),
            "low",
            passages=consulted([self.hits]),
            effects=self.toolbox.effects,
            trace=trace,
        )

    def _trace(self, written: Written, guard: dict[str, Any]) -> Trace:
        return Trace(
            model=written.model or self.chat.endpoint.model,
            tokens_in=self.usage.get("prompt_tokens", 0),
            tokens_out=self.usage.get("completion_tokens", 0),
            first_token_seconds=written.first_token_seconds,
            tries=tuple(self.chat.tries),
            finish_reason=written.finish_reason,
            tool_calls=tuple(self.toolbox.calls),
            guard=guard,
        )


def relevant(assistant: Assistant, dialogue: Dialogue, meanings: Meanings) -> list[Hit]:
    """Passages for the question, then those for what was said before it: "¿y los domingos?" names nothing."""
    index = index_of(assistant)
    ignoring = words(dialogue.contact_name)
    lately = " ".join([turn.text for turn in dialogue.turns if turn.author == "customer"][-RECALLED_TURNS:])
    asked, recalled = meanings.of(index, dialogue.question, lately)
    hits = index.search(dialogue.question, ignoring, meaning=asked)
    known = {hit.passage.id for hit in hits}
    return hits + [hit for hit in index.search(lately, ignoring, meaning=recalled) if hit.passage.id not in known]


def _best(hits: list[Hit]) -> float:
    return max((hit.confidence for hit in hits), default=0.0)


def _objected(text: str, refused: list[str]) -> list[dict[str, str]]:
    complaint = "REVIEW (not the customer): your text was not sent, for these stand in no fact: " + "; ".join(refused)
    return [
        {"role": "assistant", "content": text},
        {"role": "user", "content": f"{complaint}. Write it anew without them, or {prompt.HANDOFF_SIGN}."},
    ]

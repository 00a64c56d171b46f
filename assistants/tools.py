"""What a model may ask for beside its text. The dialogue at hand is bound here: no argument names a thread or a person.

Arguments are checked again, whatever the server promised of its strict mode ("Function calling", OpenAI).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from assistants.confirmations import confirms
from assistants.dialogue import Dialogue, Effects

MAX_CALLS = 4
MAX_ROUNDS = 2
MAX_TAGS_OFFERED = 50
SUMMARY_CHARACTERS = 300
PRIORITIES = ["low", "medium", "high", "urgent"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


@dataclass(frozen=True)
class ToolCall:
    """As the model made it: `arguments` is the JSON that it wrote, whole or broken."""

    id: str
    name: str
    arguments: str


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SearchKnowledge(_Arguments):
    query: Text


class HandoffToHuman(_Arguments):
    reason: Text
    summary: Text


class SetPriority(_Arguments):
    level: Literal["low", "medium", "high", "urgent"]


class AddTags(_Arguments):
    tags: list[Text]


class Resolve(_Arguments):
    reason: Text


class Refused(Exception):
    """The call is not carried out. The text is for the model."""


@dataclass
class Toolbox:
    """The tools of one reply. `search` answers a question with entries that the model may cite."""

    dialogue: Dialogue
    search: Callable[[str], str]
    effects: Effects = field(default_factory=Effects)
    handed_over: bool = False
    calls: list[dict[str, Any]] = field(default_factory=list)
    """Each call as `{name, arguments, outcome}`, for the record."""

    def offered(self) -> list[dict[str, Any]]:
        """The definitions that are sent to the model."""
        tags = list(self.dialogue.known_tags[:MAX_TAGS_OFFERED])
        text, level = {"type": "string"}, {"type": "string", "enum": PRIORITIES}
        defined = [
            _tool("search_knowledge", "Look up more facts of the business.", query=text),
            _tool(
                "handoff_to_human",
                "Give the conversation to a person. `summary`: two lines for that person.",
                reason=text,
                summary=text,
            ),
            _tool("set_priority", "Raise the conversation's priority.", level=level),
            _tool("resolve", "Close the matter, once the customer has confirmed that it is settled.", reason=text),
        ]
        if tags:
            listed = {"type": "array", "items": {"type": "string", "enum": tags}}
            defined.append(_tool("add_tags", "Sort the conversation.", tags=listed))
        return defined

    @property
    def is_spent(self) -> bool:
        return len(self.calls) >= MAX_CALLS

    def run(self, calls: Sequence[ToolCall]) -> list[dict[str, str]]:
        """The tools' messages, one for each call, as the next request has to carry them."""
        return [{"role": "tool", "tool_call_id": call.id, "content": self._run(call)} for call in calls]

    def _run(self, call: ToolCall) -> str:
        try:
            result, outcome = self._carry_out(call), "ok"
        except Refused as refusal:
            result, outcome = json.dumps({"error": str(refusal)}), "refused"
        self.calls.append({"name": call.name[:64], "arguments": call.arguments[:1_000], "outcome": outcome})
        return result

    def _carry_out(self, call: ToolCall) -> str:
        if self.is_spent or self.handed_over:
            raise Refused("No more calls are possible.")
        model, carry_out = self._tools().get(call.name, (None, None))
        if model is None or carry_out is None:
            raise Refused("There is no such tool.")
        try:
            return carry_out(model.model_validate_json(call.arguments or "{}")) or '{"ok": true}'
        except ValidationError as error:
            wrong = error.errors()[0]
            raise Refused(f"{'.'.join(map(str, wrong['loc'])) or 'arguments'}: {wrong['msg']}") from error

    def _tools(self) -> dict[str, tuple[type[_Arguments], Callable[[Any], str | None]]]:
        return {
            "search_knowledge": (SearchKnowledge, lambda asked: self.search(asked.query)),
            "handoff_to_human": (HandoffToHuman, self._hand_over),
            "set_priority": (SetPriority, self._raise_priority),
            "add_tags": (AddTags, self._add_tags),
            "resolve": (Resolve, self._resolve),
        }

    def _hand_over(self, asked: HandoffToHuman) -> None:
        self.handed_over = True
        self.effects = replace(self.effects, summary=asked.summary[:SUMMARY_CHARACTERS])

    def _raise_priority(self, asked: SetPriority) -> None:
        present = self.effects.priority or self.dialogue.priority
        if present in PRIORITIES and PRIORITIES.index(asked.level) <= PRIORITIES.index(present):
            raise Refused("The priority is that high already; it can only be raised.")
        self.effects = replace(self.effects, priority=asked.level)

    def _add_tags(self, asked: AddTags) -> None:
        strange = [tag for tag in asked.tags if tag not in self.dialogue.known_tags]
        if strange:
            raise Refused("There is no such tag; only those that exist can be given.")
        self.effects = replace(self.effects, tags=tuple(dict.fromkeys((*self.effects.tags, *asked.tags))))

    def _resolve(self, asked: Resolve) -> None:
        if not confirms(self.dialogue.question):
            raise Refused("The customer has not confirmed that the matter is settled. Ask first.")
        self.effects = replace(self.effects, resolve=asked.reason[:SUMMARY_CHARACTERS])


def as_message(text: str, calls: Sequence[ToolCall]) -> dict[str, Any]:
    """What the model said, as the next request has to repeat it."""
    made = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]
    return {"role": "assistant", "content": text, "tool_calls": made}


def _tool(name: str, description: str, **properties: Any) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    function = {"name": name, "description": description, "parameters": parameters, "strict": True}
    return {"type": "function", "function": function}

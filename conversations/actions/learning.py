"""What a resolved thread teaches: questions that a person answered wait for approval as FAQs of its assistant."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistants.candidates import HIDDEN, suggest
from assistants.knowledge.passages import sentences
from assistants.knowledge.words import words
from conversations.models import Conversation, Message

READ = 100
"""How many of the newest messages are read."""
SHORTEST_NAME = 3
LONGEST = 1_000
"""A longer answer is about one customer's own case."""


@dataclass(frozen=True)
class Answered:
    question: str
    answer: str
    message: Message
    """The first one of the answer."""


def learn_from(conversation: Conversation) -> None:
    """Of a locked thread that is being resolved: what was said since it was resolved the last time."""
    assistant = conversation.assigned_assistant
    if assistant is None:
        return
    messages = conversation.messages.filter(internal=False, type=Message.Type.TEXT)
    before = conversation.status_changes.filter(to_status=Conversation.Status.RESOLVED).order_by("-id").first()
    if before is not None:
        messages = messages.filter(created_at__gt=before.changed_at)
    said = sorted(messages.select_related("agent").order_by("-sequence")[:READ], key=lambda each: each.sequence)
    for pair in answered(said):
        names = [conversation.contact_name, pair.message.agent.name if pair.message.agent else ""]
        at = pair.message.created_at
        suggest(assistant, without_names(pair.question, names), without_names(pair.answer, names), at)


def answered(said: Iterable[Message]) -> Iterator[Answered]:
    """Each question of the customer with the words that a person then wrote, until the customer wrote again."""
    asked: list[str] = []
    told: list[Message] = []
    for message in said:
        if message.sender == Message.Sender.USER:
            yield from _pair(asked, told)
            asked, told = ([], []) if told else (asked, told)
            asked += [sentence for sentence in sentences(message.content) if "?" in sentence and words(sentence)]
        elif message.sender == Message.Sender.AGENT:
            told.append(message)
        else:
            asked, told = [], []  # the assistant knew it already, or somebody was passed on
    yield from _pair(asked, told)


def _pair(asked: list[str], told: list[Message]) -> Iterator[Answered]:
    answer = "\n".join(message.content.strip() for message in told)
    if len(asked) == 1 and answer and len(answer) <= LONGEST and "?" not in answer:
        yield Answered(asked[0], answer, told[0])


def without_names(text: str, names: Iterable[str]) -> str:
    parts = {part for name in names for part in name.split() if len(part) >= SHORTEST_NAME}
    if not parts:
        return text
    alternatives = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
    return re.sub(rf"\b(?:{alternatives})\b", HIDDEN, text, flags=re.IGNORECASE)

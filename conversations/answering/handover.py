"""From the assistant to a person: the tag, the summary that spares them the reading, and the record."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.stream import Actor
from assistants.dialogue import Dialogue
from conversations.actions.messages import Outgoing, queue_reply
from conversations.actions.runs import end_run
from conversations.actions.threads import hand_off
from conversations.models import AssistantRun, Conversation

MOST_QUOTED = 200
MOST_SUMMARY = 600


def step_aside(conversation: Conversation, run: AssistantRun, dialogue: Dialogue, reason: str) -> None:
    """Hand a locked thread over without another word to the customer."""
    hand_over(conversation, run, reason, summary_of(conversation, dialogue, reason))
    end_run(run, AssistantRun.Outcome.HANDED_OFF, reason)


def hand_over(conversation: Conversation, run: AssistantRun, reason: str, summary: str) -> None:
    note = Outgoing(
        summary, assistant=run.assistant, internal=True, metadata={"kind": "summary", "run_id": str(run.id)}
    )
    queue_reply(conversation, note)
    hand_off(conversation, Actor("assistant", str(run.assistant_id)), reason, summary)


def summary_of(conversation: Conversation, dialogue: Dialogue, reason: str, told: str = "") -> str:
    """Two lines for who takes over, in the language of the account: what the customer wants, and why it is theirs."""
    if told.strip():
        return "\n".join(told.strip().splitlines()[:2])[:MOST_SUMMARY]
    question = " ".join(dialogue.question.split())
    asked = question if len(question) <= MOST_QUOTED else f"{question[: MOST_QUOTED - 1]}…"
    with translation.override(conversation.user.language):
        wanted = _("The customer writes: %(text)s") % {"text": asked or "-"}
        return f"{wanted}\n{why(reason)}"


def why(reason: str) -> str:
    told = {
        "asked_for_person": _("They asked for a person."),
        "not_known": _("The assistant's knowledge does not answer it."),
        "not_sure": _("The assistant has an answer, but is not sure of it."),
        "model": _("The model would rather leave it to a person."),
        "guard": _("What the model wrote must not be sent: it is kept as a draft."),
        "no_text": _("They sent something that the assistant cannot read."),
        "loop": _("The exchange looks like a loop, so the assistant stopped."),
        "assistant_failed": _("The assistant failed at it three times."),
        "kept_writing": _("They kept writing while the assistant answered."),
    }
    return told.get(reason, _("Reason: %(code)s") % {"code": reason})

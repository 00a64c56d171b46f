"""What becomes of a reply: sent, kept for a person to send, or handed over."""

from dataclasses import dataclass

from assistants.dialogue import Reply
from assistants.models import Assistant

Mode = Assistant.ReplyMode


@dataclass(frozen=True)
class Plan:
    sends: bool = False
    hands_over: bool = False
    draft: str = ""
    draft_reason: str = ""


def plan_of(reply: Reply, mode: str, *, window_open: bool) -> Plan:
    """What an owner wrote or approved (`rules`) needs nobody's look; what an engine wrote goes by the mode."""
    reviewed = reply.engine != "rules" and mode == Mode.DRAFT
    if reply.kind == "handoff":
        return Plan(window_open and not reviewed, hands_over=True, draft=reply.draft, draft_reason=reply.reason)
    if not window_open:
        return Plan(draft=reply.text, draft_reason="window_closed")
    if reviewed:
        return Plan(draft=reply.text, draft_reason="reply_mode")
    if reply.kind == "answer" and reply.certainty != "sure" and mode == Mode.CONFIDENT:
        return Plan(draft=reply.text, draft_reason="not_sure")
    return Plan(sends=True)


def is_withheld(reply: Reply, mode: str) -> bool:
    """Whether an answer is so uncertain that the customer is told of a person instead."""
    return reply.kind == "answer" and reply.certainty == "low" and mode == Mode.CONFIDENT

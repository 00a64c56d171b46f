"""Assistants, when they are open, and what they know. Nothing here knows a platform or a conversation."""

from assistants.models.assistant import Assistant, PromptVersion, Schedule, ScheduleException
from assistants.models.knowledge import FAQCandidate, KnowledgeSource, KnowledgeVersion, is_faq_item
from assistants.models.training import TrainingRun

__all__ = [
    "Assistant",
    "FAQCandidate",
    "KnowledgeSource",
    "KnowledgeVersion",
    "PromptVersion",
    "Schedule",
    "ScheduleException",
    "TrainingRun",
    "is_faq_item",
]

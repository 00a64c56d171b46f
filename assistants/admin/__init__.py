"""Assistants for staff: what they are, when they are open, what they know and how they learnt it."""

from assistants.admin import assistants, knowledge

__all__ = ["assistants", "knowledge"]

"""Who is in a benchmark's database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cast:
    secret: str
    """Signs the webhooks of both WhatsApp numbers."""
    quiet: str
    """The number at which nobody answers."""
    talking: str
    """The number at which the demo's FAQ assistant answers."""
    token: str
    """Of the owner of both numbers."""
    crowds: dict[str, str]
    """By how many conversations an owner has: that owner's token."""

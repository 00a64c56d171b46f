"""Small worlds with clocks of their own. The time is Thursday, 12 March 2026, noon in Mexico City (UTC-6)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics.ranges import covering, read_moment
from analytics.reports import build
from analytics.scope import Scope
from assistants.models import Assistant
from conversations.models import Conversation, Message, Rating

NOW = datetime(2026, 3, 12, 18, tzinfo=UTC)


def at(text):
    """A day of March 2026 and a time in UTC, as in `10 09:30:00`."""
    return datetime.fromisoformat(f"2026-03-{text}+00:00")


class World:
    """What happened in an account, told with its times."""

    def __init__(self, account):
        self.account = account

    def thread(self, born, platform="whatsapp", status="active", **fields):
        return Conversation.objects.create(
            user=self.account, platform=platform, contact_name="Eva", status=status, created_at=at(born), **fields
        )

    def say(self, thread, sender, when, sent=None, **fields):
        """A customer's message, or a reply sent then, or later."""
        thread.last_sequence += 1
        thread.save()
        defaults = {"status": "delivered", "content": "…", "occurred_at": at(when), "created_at": at(when)}
        if sender != "user":
            defaults["sent_at"] = at(sent or when)
        return Message.objects.create(
            conversation=thread, sender=sender, sequence=thread.last_sequence, **{**defaults, **fields}
        )

    def turn(self, thread, status, when, by="agent"):
        before, thread.status = thread.status, status
        thread.save()
        self.change(thread, when, actor_type=by, from_status=before, to_status=status)

    def hand_off(self, thread, when):
        same = {"from_status": thread.status, "to_status": thread.status}
        self.change(thread, when, kind="handed_off", actor_type="assistant", **same)

    def change(self, thread, when, **fields):
        thread.status_changes.create(changed_at=at(when), assistant=thread.assigned_assistant, **fields)

    def rate(self, thread, score, when):
        Rating.objects.create(conversation=thread, score=score, resolved_at=at(when), created_at=at(when))

    def scope(self, start="2026-03-10", end="2026-03-13", tz="UTC", group_by="day", **fields):
        asked = (read_moment(start), read_moment(end), ZoneInfo(tz), group_by, NOW)
        return Scope(**{"user": self.account, "range": covering(*asked), "now": NOW, **fields})

    def report(self, report, *args, **fields):
        return build(report, self.scope(*args, **fields))


@pytest.fixture
def world(ana):
    return World(ana)


@pytest.fixture
def chispa(ana):
    return Assistant.objects.create(user=ana, name="Chispa", type="ai")


def distribution(median, p90, mean, n):
    return {"median": median, "p90": p90, "mean": mean, "n": n}


NONE_YET = distribution(None, None, None, 0)

"""What the model cost, of whom, and how often it failed."""

from decimal import Decimal

import pytest

from analytics.reports import ASSISTANTS
from analytics.tests.conftest import at
from assistants.models import Assistant
from conversations.models import AssistantRun

NONE = {"median": None, "p90": None, "mean": None, "n": 0}


@pytest.fixture
def chispa(ana):
    return Assistant.objects.create(user=ana, name="Chispa", type="ai")


def attempt(assistant, when, **fields):
    return AssistantRun.objects.create(user=assistant.user, assistant=assistant, created_at=at(when), **fields)


def figures(part):
    return [part[name] for name in ("ai_cost", "ai_tokens", "ai_latency", "ai_failures")]


def test_attempts_are_summed_per_assistant_and_step(world, chispa, carla):
    answer = {"model": "m", "tokens_in": 100, "tokens_out": 20, "cost": Decimal("0.0015")}
    attempt(chispa, "10 09:00:00", total_ms=2000, **answer)
    attempt(chispa, "11 09:00:00", total_ms=4000, **answer)
    attempt(chispa, "11 10:00:00", total_ms=5, fallback=[{"engine": "openai", "error": "timeout"}])
    attempt(chispa, "11 11:00:00", outcome="failed")
    attempt(chispa, "01 09:00:00", **answer)
    attempt(Assistant.objects.create(user=carla, name="Suya", type="ai"), "10 09:00:00", **answer)

    report = world.report(ASSISTANTS)

    latency = {"median": 3.0, "p90": 3.8, "mean": 3.0, "n": 2}
    assert figures(report["totals"]) == [0.003, 240, latency, 2]
    assert [figures(part) for part in report["breakdown"]] == [[0.003, 240, latency, 2]]
    one = {"median": 2.0, "p90": 2.0, "mean": 2.0, "n": 1}
    assert figures(report["series"][0]) == [0.0015, 120, one, 0]
    assert figures(report["series"][2]) == [0, 0, NONE, 0]


def test_with_platforms_previews_are_left_out(world, chispa):
    attempt(chispa, "10 09:00:00", tokens_in=10)
    attempt(chispa, "10 09:00:00", tokens_in=5, conversation=world.thread("10 08:00:00"))
    assert world.report(ASSISTANTS, platforms=("whatsapp",))["totals"]["ai_tokens"] == 5
    assert world.report(ASSISTANTS, assistants=(chispa.id,))["totals"]["ai_tokens"] == 15

"""A backtest's answers beside what was said at the time, and what they come to."""

from statistics import mean
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from conversations.models import AssistantRun, Backtest, Message
from conversations.payloads import run_payload
from flame.lib.folding import fold

NOBODY = "nobody"


def answers_of(backtest: Backtest) -> QuerySet[AssistantRun]:
    """Its runs in the order of its questions' time, each with what was said then: `said_*`, null where nothing was."""
    then = (
        Message.objects.filter(
            conversation=OuterRef("conversation"), internal=False, sequence__gt=OuterRef("inbound__sequence")
        )
        .exclude(sender=Message.Sender.USER)
        .order_by("sequence")
    )
    runs = backtest.runs.order_by("inbound__created_at", "id")
    return runs.annotate(
        said_text=Subquery(then.values("content")[:1]),
        said_by=Subquery(then.values("sender")[:1]),
        said_kind=Subquery(then.values("metadata__kind")[:1]),
    )


def answer_payload(run: Any) -> dict[str, Any]:
    """A run that comes from `answers_of`, with `said` {text, by, kind}, and whether the two differ."""
    said = {"text": run.said_text or "", "by": run.said_by or NOBODY, "kind": run.said_kind or ""}
    return {**run_payload(run), "said": said, "differs": differs(run)}


def differs(run: Any) -> bool:
    return _plain(run.said_text or "") != _plain("" if run.decision == "silence" else run.text)


def report_of(backtest: Backtest) -> dict[str, Any]:
    """`answers` in all, `differ`; `handoffs` before and now (a person's answer counts as one), `silences`, what the
    guard objected to and blocked, what failed; `cost` by MODEL_PRICES, tokens, the mean time of an answer in ms.
    """
    runs: list[Any] = list(answers_of(backtest))
    took = [run.total_ms for run in runs if run.total_ms is not None]
    return {
        "answers": len(runs),
        "differ": sum(differs(run) for run in runs),
        "handoffs": sum(run.decision == "handoff" for run in runs),
        "handoffs_before": sum(run.said_by == "agent" or run.said_kind == "handoff" for run in runs),
        "silences": sum(run.decision == "silence" and not run.error for run in runs),
        "guard_objections": sum(bool(run.guard.get("objections")) for run in runs),
        "guard_blocked": sum(run.reason == "guard" for run in runs),
        "fallbacks": sum(bool(run.fallback) for run in runs),
        "failed": sum(bool(run.error) for run in runs),
        "cost": float(sum(run.cost for run in runs)),
        "tokens_in": sum(run.tokens_in for run in runs),
        "tokens_out": sum(run.tokens_out for run in runs),
        "mean_ms": round(mean(took)) if took else None,
    }


def _plain(text: str) -> str:
    return " ".join(fold(text).split())

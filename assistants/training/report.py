"""What a training tells its owner, and whether its version may answer without asking them.

JSON. Shares are percent, null where nothing could be asked: `recall_at_5`, `mrr` (0 to 1), `answered_percent` of the
known questions, `wrong_percent` of the known and the off-topic ones. Near misses stand apart: an answer that was taken
out leaves neighbours that no real question is as near to.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistants.knowledge.index import Index
from assistants.knowledge.problems import problem
from assistants.training.calibration import Asked, Results, is_said, mean_reciprocal_rank, recall, wrong_share

TARGET_WRONG = 5.0
"""Percent of known and off-topic questions that may be answered wrong."""
RECALL_MAY_FALL = 5.0
"""Points, from one version to the next."""
CHANCE = 2
"""So few questions fewer may be chance, whatever they are in percent."""
SHOWN = 20
AS_ITS_OWN = 0.97
"""The confidence at which a passage answers a phrasing that stands in another one."""


def report_of(index: Index, results: Results) -> dict[str, Any]:
    tuning, known = index.tuning, results.known
    asked_for_real = [*known, *results.off_topic]
    return {
        "passages": len(index.passages),
        "questions": {
            "known": len(known),
            "near_misses": len(results.near_misses),
            "off_topic": len(results.off_topic),
        },
        "recall_at_5": _percent(recall(known)) if known else None,
        "mrr": round(mean_reciprocal_rank(known), 3) if known else None,
        "answered_percent": _percent(_share_said(known, tuning)) if known else None,
        "wrong_percent": _percent(wrong_share(asked_for_real, tuning)),
        "wrong": {
            "known_percent": _percent(wrong_share(known, tuning)),
            "near_misses_percent": _percent(wrong_share(results.near_misses, tuning)),
            "off_topic_percent": _percent(wrong_share(results.off_topic, tuning)),
            "examples": [_told(asked) for asked in asked_for_real if asked.rank != 1 and is_said(asked, tuning)][
                :SHOWN
            ],
        },
        "contradictions": contradictions(index, known),
        "classifier": {
            "questions": len(index.classifier.classes) if index.classifier else 0,
            "used": tuning.likely <= 1,
        },
        "tuning": asdict(tuning),
    }


def _share_said(part: Sequence[Asked], tuning: Any) -> float:
    return sum(asked.rank == 1 and is_said(asked, tuning) for asked in part) / len(part)


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _told(asked: Asked) -> dict[str, Any]:
    said = asked.hits[0].passage
    return {"question": asked.question.text, "said": said.text, "source_id": said.source_id, "title": said.title}


def contradictions(index: Index, known: Sequence[Asked]) -> list[dict[str, Any]]:
    """Questions that another passage answers as if they were its own, and otherwise."""
    found = []
    for asked in known:
        other = asked.hits[0] if asked.hits and asked.rank != 1 else None
        if other is not None and other.confidence >= AS_ITS_OWN:
            own = index.passages[min(asked.question.answers)]
            answers = [
                {"source_id": each.source_id, "title": each.title, "text": each.text} for each in (own, other.passage)
            ]
            found.append({"question": asked.question.text, "answers": answers})
    return found[:SHOWN]


def reasons_for_review(report: dict[str, Any], before: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Why a person should look before it answers; `before` is the report of what answers now."""
    reasons = []
    if report["wrong_percent"] > TARGET_WRONG:
        reasons.append(problem("wrong_answers", wrong=report["wrong_percent"], target=TARGET_WRONG))
    was, now = (before or {}).get("recall_at_5"), report["recall_at_5"]
    fall = was - now if was is not None and now is not None else 0.0
    if fall > RECALL_MAY_FALL and fall / 100 * report["questions"]["known"] > CHANCE:
        reasons.append(problem("recall_fell", now=now, before=was))
    return reasons

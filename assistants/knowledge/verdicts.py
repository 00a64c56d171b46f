"""Whether what a search found may be said. The engine and the evaluation in training ask the same function."""

from collections.abc import Sequence

from assistants.dialogue import Certainty
from assistants.knowledge.index import Hit
from assistants.knowledge.tuning import Tuning


def certainty(hits: Sequence[Hit], tuning: Tuning) -> Certainty:
    """`sure`: say the first passage. `close`: ask whether one of them is meant. `low`: say that it is not known."""
    if not hits or hits[0].confidence < tuning.close:
        return "low"
    rival = max((hit.confidence for hit in hits[1:] if hit.passage.text != hits[0].passage.text), default=0.0)
    leads = hits[0].confidence >= tuning.plain > rival or hits[0].confidence - rival >= tuning.clear
    leads = leads or hits[0].likely >= tuning.likely
    return "sure" if hits[0].confidence >= tuning.sure and leads else "close"

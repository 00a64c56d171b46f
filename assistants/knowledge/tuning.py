"""What training chooses for an assistant: how rankings are weighed, and from where on a passage may be said.

The seam between ranking and engine: `Index.search` ranks with the weights, `verdicts` decides with the thresholds, and
assistants.training.calibration chooses all of them on held-back questions. Whoever changes what a confidence means
changes the defaults here and the grid there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    grams: float = 1.0
    """Weight of the ranking by character runs; that of stems is 1."""
    meaning: float = 0.0
    """Weight of the ranking by embeddings; 0: they do not help, or there are none."""
    sure: float = 0.64
    """From here on the best passage is said."""
    clear: float = 0.08
    """By so much it must lead the next one, or else the question is about either."""
    plain: float = 0.95
    """From here on the question is the phrasing itself, whatever comes second."""
    likely: float = 2.0
    """So likely by the classifier, the best passage needs no lead. Over 1: the classifier is not asked."""
    close: float = 0.4
    """From here on it is worth asking "did you mean …?"."""

"""What the embedded engine must reach on questions that chose none of its constants."""

from typing import Any

AT_LEAST = {"recall@5": 0.95, "answered_right": 0.6}
AT_MOST = {"wrong_on_off_topic": 0.01, "wrong_on_near_miss": 0.05}


def missed(figures: dict[str, Any]) -> list[str]:
    """Which of the figures are out of bounds, in words; a figure that nothing was asked for is not."""
    low = [(name, bound, "under") for name, bound in AT_LEAST.items() if _value(figures, name, bound) < bound]
    high = [(name, bound, "over") for name, bound in AT_MOST.items() if _value(figures, name, bound) > bound]
    return [f"{name} is {figures[name]}, {side} {bound}" for name, bound, side in low + high]


def _value(figures: dict[str, Any], name: str, bound: float) -> float:
    value = figures.get(name)
    return bound if value is None else float(value)

"""Which receipts follow a message, and when."""

from collections.abc import Iterable

from integrations.sandbox.chaos import Rule


def steps(rule: Rule | None, delays: dict[str, float]) -> Iterable[tuple[str, float]]:
    """Which receipts are sent, and how many seconds after the message."""
    late = rule.receipts_after if rule else 0.0
    delays = {status: seconds + late for status, seconds in delays.items()}
    in_order = list(delays.items())
    match rule.statuses if rule else None:
        case "none":
            return []
        case "duplicate":
            return [step for step in in_order for _ in range(2)]
        case "reverse":
            return zip(reversed(delays.keys()), delays.values(), strict=True)
        case "failed":
            return [("failed", delays["sent"])]
        case _:
            return in_order

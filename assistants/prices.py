"""What a model's tokens cost, by the operator's price table."""

from decimal import Decimal

from django.conf import settings

MILLION = Decimal(1_000_000)


def cost_of(model: str, tokens_in: int, tokens_out: int) -> Decimal:
    """In the table's currency; 0 for a model that it does not name. `gpt-5-mini-2025-08-07` is a `gpt-5-mini`."""
    names = [name for name in settings.MODEL_PRICES if model == name or model.startswith(f"{name}-")]
    if not names:
        return Decimal(0)
    price_in, price_out = settings.MODEL_PRICES[max(names, key=len)]
    return (price_in * tokens_in + price_out * tokens_out) / MILLION

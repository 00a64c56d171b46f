from datetime import UTC, datetime, timedelta

import pytest

from assistants.demo import create_demo_assistants
from assistants.dialogue import Dialogue, Turn

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)  # a Friday, noon in Mexico City


@pytest.fixture
def demo(ana):
    return create_demo_assistants(ana)


@pytest.fixture
def chispa(demo):
    return demo[0]


@pytest.fixture
def reception(demo):
    return demo[1]


def says(*texts, before=(), name="Lucía Pérez", language="", platform="whatsapp"):
    """A dialogue that ends with these messages of the customer."""
    burst = [Turn("customer", text, NOON - timedelta(seconds=len(texts) - i)) for i, text in enumerate(texts)]
    return Dialogue((*before, *burst), name, platform, language)

"""The platforms, as a real server process that speaks their formats and keeps what it got."""

import pytest

from integrations.sandbox.process import running


@pytest.fixture(scope="session")
def sandbox_process():
    with running() as client:
        yield client


@pytest.fixture
def sandbox(sandbox_process, settings):
    """Clean for each test; adapters speak to it. No account is registered, so receipts come only if asked for."""
    sandbox_process.clear()
    settings.META_GRAPH_BASE_URL = f"{sandbox_process.url}/graph"
    settings.INSTAGRAM_GRAPH_BASE_URL = f"{sandbox_process.url}/instagram"
    settings.TELEGRAM_API_BASE_URL = f"{sandbox_process.url}/telegram"
    return sandbox_process

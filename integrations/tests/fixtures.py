"""The way in, for tests of every app: a signed webhook through the door, then the worker's own task."""

import pytest
from asgiref.sync import async_to_sync

from integrations.tasks import receive
from integrations.tests.wire import meta_body, post, telegram_text, whatsapp_body, whatsapp_text
from integrations.webhooks import Webhooks


class Wire:
    """A platform's side: each call posts, expects 200 and lets a worker handle it."""

    def post(self, platform, body, headers=None):
        assert async_to_sync(post)(Webhooks(), platform, body, headers) == (200, "OK")

    def receive(self):
        receive()

    def whatsapp(self, *changes):
        self.post("whatsapp", whatsapp_body(*changes))
        receive()

    def says(self, text, **fields):
        self.whatsapp(whatsapp_text(text, **fields))

    def meta(self, integration, part, *, contact="5123", echo=False, at=1790416800500, channel="messaging"):
        """One event of Messenger or Instagram."""
        self.post(
            integration.platform, meta_body(integration, part, contact=contact, echo=echo, at=at, channel=channel)
        )
        receive()

    def telegram(self, update):
        self.post("telegram", update, {"x-telegram-bot-api-secret-token": "bot-webhook-secret"})
        receive()

    def telegram_says(self, text, **fields):
        self.telegram(telegram_text(text, **fields))


@pytest.fixture
def wire(transactional_db):
    return Wire()

"""A whole installation under test: a seeded database, the server's processes, the platforms, and people with tokens."""

import os
from contextlib import ExitStack, contextmanager

import requests

from accounts.demo import AGENT, DEMO_LOGIN, DEMO_PASSWORD
from conversations.models import Conversation, Message
from integrations.demo import CREDENTIALS
from integrations.models import InboundEvent
from tests.faults.databases import ALIAS, ON_POSTGRESQL, copied
from tests.faults.meta import Meta
from tests.faults.redis import redis_server
from tests.faults.server import roles_of, serving, sign_in
from tests.faults.waiting import wait_until

WHATSAPP, FACEBOOK = CREDENTIALS["whatsapp"], CREDENTIALS["facebook"]
NUMBER = WHATSAPP["phone_number_id"]
BOT = CREDENTIALS["telegram"]["bot_token"].partition(":")[0]
LAST = "5215559999999"
QUICK = {
    "DEBOUNCE_SECONDS": "0.3",
    "WORKER_LEASE_SECONDS": "3",
    "OUTBOX_LEASE_SECONDS": "3",
    "OUTBOX_SETTLE_SECONDS": "20",
    "SWEEP_SECONDS": "0.5",
    "RATE_LIMIT_ANONYMOUS": "1000000",
    "RATE_LIMIT_USER": "1000000",
}
"""So that a test need not wait as long as a customer would. The wait for receipts stays long: the sandbox sends them
again after pauses that double, like Meta, and a server that starts on a busy machine misses a few.
"""


class House:
    def __init__(self, server, sandbox, database, redis):
        self.server = server
        self.database = database
        self.sandbox = sandbox
        self.redis = redis
        webhooks = f"http://{server.address}/api/webhooks"
        self.meta = Meta(f"{webhooks}/whatsapp", WHATSAPP["app_secret"], NUMBER)
        sandbox.register("whatsapp", NUMBER, WHATSAPP["app_secret"], f"{webhooks}/whatsapp")
        sandbox.register("facebook", FACEBOOK["page_id"], FACEBOOK["app_secret"], f"{webhooks}/facebook")
        sandbox.register("telegram", BOT, CREDENTIALS["telegram"]["webhook_secret"], f"{webhooks}/telegram")
        sandbox.set_delays(sent=0.02, delivered=0.04, read=0.06)

    @property
    def messages(self):
        return Message.objects.using(ALIAS).order_by("conversation_id", "sequence")

    @property
    def conversations(self):
        return Conversation.objects.using(ALIAS)

    @property
    def inbox(self):
        return InboundEvent.objects.using(ALIAS).order_by("id")

    def token(self, email=DEMO_LOGIN):
        return sign_in(self.server, email, DEMO_PASSWORD)["access"]

    def agent(self):
        """A session with the agent's token."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token(AGENT['email'])}"
        return session

    def reply(self, session, conversation, text):
        url = f"http://{self.server.address}/api/conversations/{conversation.id}/messages"
        return session.post(url, json={"content": text}, timeout=10)

    def overtake(self):
        """One more customer is answered: what left before it and has no receipt then is known to be lost.

        Answers what was written, {contact: ids}.
        """
        self.meta.says(LAST, "¿A qué hora abren?", "wamid.last")
        return {LAST: ["wamid.last"]}

    def settle(self, seconds=40):
        """Wait until nothing waits any more, receipts included."""
        wait_until(lambda: not any(self.open_work().values()), seconds, lambda: f"{self.open_work()}")

    def open_work(self):
        """What still waits, by kind. A Telegram message ends at `sent`, others when they were read or have failed."""
        on_the_way = self.messages.outbound().exclude(status__in=["read", "failed"])
        return {
            "inbound": self.inbox.filter(state__in=["pending", "parked"]).count(),
            "unanswered": self.conversations.exclude(answer_due_at=None).count(),
            "undelivered": on_the_way.exclude(conversation__platform="telegram", status="sent")
            .exclude(status="sending", next_attempt_at=None)
            .count(),
        }


@contextmanager
def house(original, folder, sandbox, *, distributed=ON_POSTGRESQL and "REDIS_URL" in os.environ, **environment):
    """`distributed`: with a Redis, and a process for each role where the database allows it."""
    sandbox.clear()
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server()) if distributed else None
        database, url = stack.enter_context(copied(original, folder))
        outside = {"META_GRAPH_BASE_URL": f"{sandbox.url}/graph", "TELEGRAM_API_BASE_URL": f"{sandbox.url}/telegram"}
        given = {"DATABASE_URL": url, **outside, **QUICK, **({"REDIS_URL": redis.url} if redis else {}), **environment}
        roles = roles_of(redis) if ON_POSTGRESQL else ("all",)
        server = stack.enter_context(serving(given, folder, roles))
        yield House(server, sandbox, database, redis)

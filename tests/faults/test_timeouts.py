"""One send in ten is taken by its platform, and nobody is told: nothing is doubled, and what stays in doubt is flagged.

FAULT_SENDS: how many are sent (30; 1,000 is the full size, and then each silence lasts until we hang up).
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.demo import DEMO_LOGIN
from accounts.models import User
from conversations.models import ContactAlias, Conversation
from integrations.models import Integration
from tests.faults.databases import ALIAS
from tests.faults.waiting import wait_until

pytestmark = pytest.mark.faults

SENDS = int(os.environ.get("FAULT_SENDS", "30"))
TAKEN = {"hang": 30.0} if SENDS >= 1000 else {"accept_then_drop": True}
PLATFORMS = ("whatsapp", "facebook", "telegram")
SENDERS = 8


def open_threads(count):
    """Customers who wrote a moment ago, evenly over the platforms."""
    now, owner = timezone.now(), User.objects.using(ALIAS).get(email=DEMO_LOGIN)
    accounts = {account.platform: account for account in Integration.objects.using(ALIAS).filter(user=owner)}
    threads = [
        Conversation(
            user=owner,
            integration=accounts[PLATFORMS[number % len(PLATFORMS)]],
            platform=PLATFORMS[number % len(PLATFORMS)],
            contact_external_id=str(52_155_000_000 + number),
            contact_name=f"Cliente {number}",
            last_inbound_at=now,
            window_expires_at=now + timedelta(days=1),
        )
        for number in range(count)
    ]
    threads = Conversation.objects.using(ALIAS).bulk_create(threads)
    ContactAlias.objects.using(ALIAS).bulk_create(
        ContactAlias(integration=each.integration, conversation=each, external_id=each.contact_external_id)
        for each in threads
    )
    return threads


def test_one_send_in_ten_times_out_after_it_was_taken(build):
    with build(WORKER_THREADS="16") as house:
        threads = open_threads(SENDS)
        doubtful = threads[::10]
        for thread in doubtful:
            house.sandbox.add_fault(platform=thread.platform, contact=thread.contact_external_id, **TAKEN)
        agent = house.agent()
        with ThreadPoolExecutor(SENDERS) as pool:
            answers = list(pool.map(lambda thread: house.reply(agent, thread, f"Para {thread.contact_name}"), threads))
        assert {answer.status_code for answer in answers} == {201}
        house.settle(60 + SENDS / 4)

        messages = house.messages.outbound().select_related("conversation")
        sent = house.sandbox.sent()
        once = Counter((message.conversation.platform, message.content) for message in messages)
        assert Counter((each["platform"], each["text"]) for each in sent) == once
        assert set(once.values()) == {1}
        unconfirmed = messages.filter(status="sending", next_attempt_at=None)
        flagged = {(message.conversation_id, message.metadata["error"]["class"]) for message in unconfirmed}
        assert flagged == {(thread.id, "unknown") for thread in doubtful if thread.platform == "telegram"}
        statuses = Counter(messages.exclude(pk__in=unconfirmed).values_list("conversation__platform", "status"))
        share = Counter(thread.platform for thread in threads)
        assert statuses == {
            ("whatsapp", "read"): share["whatsapp"],
            ("facebook", "read"): share["facebook"],
            ("telegram", "sent"): share["telegram"] - len(flagged),
        }
        wait_until(lambda: house.sandbox.sent() == sent, 1)

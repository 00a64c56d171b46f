"""`python -m benchmarks.populate 10000 …`: tables, one account owner with two WhatsApp numbers, and for each number
given another owner with as many conversations. Prints a `Cast` as JSON.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flame.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - models exist only after the line above
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.tokens import issue  # noqa: E402
from assistants.demo import create_demo_assistants, train_demo  # noqa: E402
from benchmarks.cast import Cast  # noqa: E402
from conversations.models import Conversation, SearchTerm  # noqa: E402
from conversations.search import terms_of_contact  # noqa: E402
from integrations.demo import APP  # noqa: E402
from integrations.models import Integration  # noqa: E402

QUIET, TALKING = "100200300400001", "100200300400002"
BATCH = 2000


def cast(crowds: list[int]) -> Cast:
    owner = User.objects.create_user("bench@flame.local", "bench-secret-1", name="Bench")
    chispa, _ = create_demo_assistants(owner)
    train_demo(chispa)
    for number, assistant in ((QUIET, None), (TALKING, chispa)):
        credentials = {**APP, "phone_number_id": number, "business_account_id": number, "access_token": "bench-token"}
        Integration.objects.create(
            user=owner,
            platform="whatsapp",
            status=Integration.Status.ACTIVE,
            credentials=credentials,
            default_assistant=assistant,
        )
    tokens = {str(size): issue(crowded(size))["access"] for size in crowds}
    return Cast(APP["app_secret"], QUIET, TALKING, issue(owner)["access"], tokens)


def crowded(size: int) -> User:
    owner = User.objects.create_user(f"crowd-{size}@flame.local", "bench-secret-1", name=f"Crowd of {size}")
    now = timezone.now()
    for first in range(0, size, BATCH):
        made = Conversation.objects.bulk_create(
            Conversation(
                user=owner,
                platform="whatsapp",
                contact_name=f"Cliente {number}",
                contact_phone=f"+5215{number:09d}",
                last_message="¿A qué hora abren?",
                last_message_time=now - timedelta(seconds=number),
                unread_count=number % 4,
                status="pending" if number % 4 == 0 else "active",
                tags=["nuevo"] if number % 3 else [],
            )
            for number in range(first, min(first + BATCH, size))
        )
        SearchTerm.objects.bulk_create(
            SearchTerm(user=owner, conversation=each, term=term)
            for each in made
            for term in terms_of_contact([each.contact_name], None)
        )
    return owner


def settle_down() -> None:
    """What PostgreSQL's autovacuum does within a minute, and SQLite does not do at all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    made = cast([int(size) for size in sys.argv[1:]])
    settle_down()
    print(json.dumps(asdict(made)))

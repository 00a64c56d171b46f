"""A list asks the database as often for fifty rows as for one, whichever list it is."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assistants.models import Assistant
from conversations.models import Attachment, Conversation, Message
from flame.lib.openapi import EnglishGenerator
from tests.access.world import furnished

PAGES = ("#/components/schemas/Paginated", "#/components/schemas/MessagePage")


def lists():
    for path, methods in EnglishGenerator().get_schema(public=True)["paths"].items():
        answer = methods.get("get", {}).get("responses", {}).get("200", {})
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").startswith(PAGES):
            yield path


class World:
    """Ana's account with all kinds of things, and ways to have one more of each."""

    def __init__(self, ana: User) -> None:
        self.owner, self.ids = ana, furnished(ana, "71")
        self.assistant = Assistant.objects.get(pk=self.ids["assistants"])
        self.thread = Conversation.objects.get(pk=self.ids["conversations"])
        self.backtest = self.assistant.backtests.get()

    def path(self, described: str) -> str:
        parts = described.split("/")
        return "/".join(self.ids[parts[n - 1]] if part.startswith("{") else part for n, part in enumerate(parts))

    def more(self, collection: str, number: int) -> None:
        """One more of what the last word of a path names, with a neighbour in every foreign key."""
        getattr(self, f"more_{collection.replace('-', '_')}")(number)

    def more_team(self, number: int) -> None:
        User.objects.create_user(f"a{number}@example.com", name="A", role="agent", team_owner=self.owner)

    def more_assistants(self, number: int) -> None:
        self.owner.assistants.create(name=str(number), type="ai")

    def more_schedules(self, number: int) -> None:
        self.assistant.schedules.create(day_of_week=number % 7, start_time="09:00", end_time="18:00")

    def more_exceptions(self, number: int) -> None:
        self.assistant.exceptions.create(date=date(2026, 1, 1) + timedelta(days=number))

    def more_prompts(self, number: int) -> None:
        author = User.objects.create_user(f"a{number}@example.com", name="A", role="agent", team_owner=self.owner)
        self.assistant.prompt_versions.create(number=100 + number, text="", author=author)

    def more_sources(self, number: int) -> None:
        self.assistant.sources.create(kind="text", title=str(number), content="Abrimos a las 9.")

    def more_training(self, number: int) -> None:
        version = self.assistant.versions.create(number=100 + number, digest=str(number), passages=1, blob=b"")
        self.assistant.training_runs.create(version=version, status="published", status_before="active")

    def more_faq_candidates(self, number: int) -> None:
        self.assistant.faq_candidates.create(
            question="¿Abren?", answer="Sí.", key=f"k{number}", asked_at=timezone.now()
        )

    def more_backtests(self, number: int) -> None:
        version = self.assistant.versions.create(number=100 + number, digest=str(number), passages=1, blob=b"")
        self.assistant.backtests.create(user=self.owner, version=version, status="done")

    def more_integrations(self, number: int) -> None:
        self.owner.integrations.create(
            platform="telegram",
            credentials={"bot_token": f"{number}:AA-a-long-enough-token"},
            default_assistant=self.assistant,
        )

    def more_conversations(self, number: int) -> None:
        Conversation.objects.create(
            user=self.owner,
            integration=self.thread.integration,
            platform="telegram",
            contact_external_id=str(number),
            contact_name="Cliente",
            assigned_assistant=self.assistant,
            assigned_agent=self.owner,
        )

    def more_messages(self, number: int) -> Message:
        message = Message.objects.create(
            conversation=self.thread,
            sequence=100 + number,
            content="Hola",
            sender="assistant",
            type="image",
            assistant=self.assistant,
        )
        file = Attachment.objects.create(
            user=self.owner, message=message, type="image", state="stored", mime="image/png", file=str(number)
        )
        message.metadata = {"attachments": [{"id": str(file.id), "type": "image"}]}
        message.save()
        return message

    def more_runs(self, number: int) -> None:
        self.more_messages(number).runs.create(user=self.owner, assistant=self.assistant, conversation=self.thread)

    def more_drafts(self, number: int) -> None:
        message = self.more_messages(number)
        run = message.runs.create(user=self.owner, assistant=self.assistant, conversation=self.thread)
        self.thread.drafts.create(
            id=run.id, run=run, in_reply_to=message, status="sent", reason="reply_mode", written="Hola", content="Hola"
        )

    def more_answers(self, number: int) -> None:
        self.more_messages(number).runs.create(
            user=self.owner,
            assistant=self.assistant,
            conversation=self.thread,
            backtest=self.backtest,
            question="¿Abren?",
            trigger="backtest",
        )

    def more_canned_responses(self, number: int) -> None:
        self.owner.canned_responses.create(shortcut=f"s{number}", content="¡Hola!")


@pytest.mark.parametrize("described", [*lists()])
def test_a_list_asks_as_often_for_fifty_rows_as_for_one(client_of, ana, described):
    world, client = World(ana), client_of(ana)
    made, asked, shown = 0, [], []
    for rows in (1, 50):
        for number in range(made, rows):
            world.more(described.rpartition("/")[2], number)
        made = rows
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(world.path(described), {"page_size": 200})
        asked.append([query["sql"] for query in queries])
        shown.append(len(answer.json()["results"]))
    assert shown[1] == shown[0] + 49
    assert len(asked[1]) == len(asked[0]), "\n".join(asked[1])

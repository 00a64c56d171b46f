"""The websocket's description: the one that is written down, whole, and true of what is sent."""

import json

import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its stubs are a package of their own

from accounts import stream
from accounts.models import Event
from accounts.stream import Actor, Draft
from accounts.vocabulary import CONTROL, EPHEMERAL, STORED, UnknownEvent
from assistants.models import Assistant
from conversations.actions import threads
from conversations.frames import SHAPES
from flame.asyncapi import document
from integrations.actions import deactivate


@pytest.fixture(scope="module")
def described():
    return document()


def refs(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        for each in node.values():
            yield from refs(each)
    elif isinstance(node, list):
        for each in node:
            yield from refs(each)


def test_the_written_description_is_this_one(capsys):
    call_command("export_asyncapi", check=True)
    assert capsys.readouterr().out == "docs/asyncapi.yaml is as it was.\n"


def test_a_description_that_drifted_is_refused_and_left_alone(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    copy = tmp_path / "docs/asyncapi.yaml"
    copy.parent.mkdir()
    copy.write_text("asyncapi: 3.0.0\n")
    with pytest.raises(CommandError, match="export_asyncapi"):
        call_command("export_asyncapi", check=True)
    assert copy.read_text() == "asyncapi: 3.0.0\n"


def test_every_frame_is_described_and_every_reference_leads_somewhere(described):
    client = {f"client.{name}" for name in SHAPES}
    assert set(described["components"]["messages"]) == {*STORED, *EPHEMERAL, *CONTROL, *client}
    for ref in set(refs(described)):
        node = described
        for step in ref.removeprefix("#/").split("/"):
            node = node[step]


def complaints(described, frame):
    payload = described["components"]["messages"][frame["type"]]["payload"]
    schema = {**payload, "components": described["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(frame)]


def test_what_really_happens_is_as_described(described, client_of, ana, bruno, shop):
    thread = threads.start_conversation(
        ana.id, {"platform": "whatsapp", "contact_name": "Eva", "integration": shop}, stream.SYSTEM
    )
    by, api = Actor("agent", str(bruno.id)), client_of(ana)
    thread.assigned_assistant = Assistant.objects.create(user=ana, name="Chispa", type="ai")
    for act in (
        lambda row: threads.assign_agent(row, bruno, by),
        lambda row: threads.hand_off(row, by, "asked"),
        lambda row: threads.resume_assistant(row, by),
        lambda row: threads.change_status(row, "resolved", by),
    ):
        act(thread)
    deactivate(shop, by)
    url = f"/api/conversations/{thread.id}"
    assert api.post(f"{url}/messages", {"content": "Nota", "internal": True}, format="json").status_code == 201
    assert api.delete(url).status_code == 204
    assistant = api.post("/api/assistants", {"name": "Luz", "type": "ai"}, format="json").json()["id"]
    assert api.delete(f"/api/assistants/{assistant}").status_code == 204
    frames = [json.loads(json.dumps(stream.envelope(event))) for event in Event.objects.order_by("seq")]
    assert {frame["type"] for frame in frames} >= {
        "conversation.assigned",
        "conversation.handed_off",
        "conversation.resumed",
        "conversation.status_changed",
        "conversation.deleted",
        "message.created",
        "assistant.created",
        "assistant.deleted",
        "integration.status_changed",
    }
    assert [(frame["type"], told) for frame in frames if (told := complaints(described, frame))] == []


@pytest.mark.parametrize(
    ("type", "data"),
    [
        ("conversation.exploded", {"conversation": {}}),
        ("message.created", {}),
        ("message.created", {"message": {}, "mood": "good"}),
    ],
)
def test_what_is_not_described_is_not_published(ana, type, data):  # noqa: A002 - the envelope's name
    with pytest.raises(UnknownEvent):
        stream.publish(ana.id, Draft(type, data))
    assert Event.objects.count() == 0

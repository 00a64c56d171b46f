"""What customers asked, asked anew of a changed assistant: begun once, gone on with after a kill, and told."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from assistants.models import KnowledgeVersion
from assistants.tests.conftest import learn
from conversations.backtesting.life import begin_backtest, claim
from conversations.backtesting.questions import questions_of
from conversations.backtesting.work import work_on
from conversations.models import AssistantRun, Backtest, Message
from conversations.tasks import backtest
from conversations.tests.conftest import HOURS, open_thread

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "Ahora abrimos a las 11:00."


def tell(thread, *turns):
    """Each turn is (sender, text) or (sender, text, kind)."""
    for sender, text, *kind in turns:
        thread.last_sequence += 1
        metadata = {"kind": kind[0]} if kind else {}
        Message.objects.create(
            conversation=thread, sequence=thread.last_sequence, sender=sender, content=text, metadata=metadata
        )
    thread.save()


@pytest.fixture
def asked(shop, helper):
    """Two threads: one that the assistant answered, one that a person answered."""
    first = open_thread(shop, "5215550001", assigned_assistant=helper)
    tell(first, ("user", "¿A qué hora abren?"), ("assistant", HOURS, "answer"), ("user", "gracias"))
    second = open_thread(shop, "5215550002", assigned_assistant=helper, last_message_time=timezone.now())
    tell(second, ("user", "Hola"), ("user", "¿Venden bitcoin?"), ("agent", "No, lo sentimos."))
    return first, second


@pytest.fixture
def api(client_of, ana):
    return client_of(ana)


def new_version(assistant, answer):
    """Knowledge that is not published."""
    source = assistant.sources.get()
    source.items = [{"question": "¿A qué hora abren?", "answer": answer}]
    source.save()
    published = assistant.versions.get(published=True)
    learn(assistant)
    made = assistant.versions.exclude(pk=published.pk).get()
    KnowledgeVersion.objects.filter(pk=made.pk).update(published=False)
    KnowledgeVersion.objects.filter(pk=published.pk).update(published=True)
    return made


def test_the_last_message_of_each_burst_is_asked(helper, asked):
    texts = [Message.objects.get(pk=pk).content for pk in questions_of(helper, 10)]
    assert texts == ["¿A qué hora abren?", "gracias", "¿Venden bitcoin?"]
    assert [Message.objects.get(pk=pk).content for pk in questions_of(helper, 1)] == ["¿Venden bitcoin?"]


def test_a_backtest_shows_answer_by_answer_what_differs(api, helper, asked):
    before = Message.objects.count()
    begun = api.post(f"/api/assistants/{helper.id}/backtest", {"conversations": 10})
    assert (begun.status_code, begun.json()["status"], begun.json()["total"]) == (202, "running", 3)
    assert backtest(begun.json()["id"])
    path = f"/api/assistants/{helper.id}/backtests/{begun.json()['id']}"
    done = api.get(path).json()
    assert (done["status"], done["done"], done["error"]) == ("done", 3, "")
    counts = ("answers", "differ", "handoffs", "handoffs_before", "silences", "guard_blocked", "failed", "cost")
    assert [done["report"][name] for name in counts] == [3, 2, 1, 1, 0, 0, 0, 0.0]
    answers = api.get(f"{path}/answers").json()["results"]
    assert [(each["question"], each["decision"], each["differs"], each["said"]["by"]) for each in answers] == [
        ("¿A qué hora abren?", "answer", False, "assistant"),
        ("gracias", "answer", True, "nobody"),
        ("Hola\n¿Venden bitcoin?", "handoff", True, "agent"),
    ]
    assert answers[2]["said"] == {"text": "No, lo sentimos.", "by": "agent", "kind": ""}
    assert (Message.objects.count(), api.get(f"/api/assistants/{helper.id}/backtests").json()["count"]) == (before, 1)


def test_other_knowledge_is_tried_and_nothing_published_changes(api, helper, asked):
    version = new_version(helper, LATER)
    begun = api.post(f"/api/assistants/{helper.id}/backtest", {"version_id": str(version.id)}).json()
    backtest(begun["id"])
    answers = api.get(f"/api/assistants/{helper.id}/backtests/{begun['id']}/answers").json()["results"]
    assert (answers[0]["text"], answers[0]["knowledge_version"]) == (LATER, str(version.number))
    assert answers[0]["differs"]
    preview = api.post(f"/api/assistants/{helper.id}/preview", {"question": "¿A qué hora abren?"}).json()
    assert preview["text"] == HOURS


def test_a_running_backtest_is_not_doubled(api, helper, asked):
    one, two = (api.post(f"/api/assistants/{helper.id}/backtest", {}).json() for _ in range(2))
    assert one["id"] == two["id"]
    assert Backtest.objects.count() == 1


def test_what_a_killed_worker_did_is_not_done_again(helper, asked):
    begun = begin_backtest(helper, 10)
    dead = claim(begun.pk)
    assert claim(begun.pk) is None
    dead.questions = dead.questions[:1]
    work_on(dead)  # as far as it came
    Backtest.objects.update(status="running", lease_until=timezone.now() - timedelta(seconds=1), report=None)
    first = AssistantRun.objects.get(backtest=begun)
    assert backtest(str(begun.pk))
    begun.refresh_from_db()
    assert (begun.status, begun.report["answers"], begun.attempts) == ("done", 3, 2)
    assert AssistantRun.objects.filter(backtest=begun, inbound=first.inbound).get() == first


def test_who_lost_the_lease_writes_no_end(helper, asked):
    begun = begin_backtest(helper, 10)
    slow = claim(begun.pk)
    Backtest.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claim(begun.pk) is not None
    work_on(slow)
    begun.refresh_from_db()
    assert (begun.status, begun.report) == ("running", None)
    assert not AssistantRun.objects.filter(backtest=begun).exists()


def test_one_that_kills_its_workers_ends_as_failed(helper, asked):
    begun = begin_backtest(helper, 10)
    Backtest.objects.update(attempts=3)
    assert claim(begun.pk) is None
    begun.refresh_from_db()
    assert (begun.status, begun.error) == ("failed", "died")


def test_nothing_to_ask_and_strange_knowledge_are_refused(api, helper, carla, client_of):
    path = f"/api/assistants/{helper.id}/backtest"
    refused = api.post(path, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_asked")
    theirs = carla.assistants.create(name="x", type="ai").versions.create(number=1, digest="", passages=1, blob=b"")
    (strange,) = api.post(path, {"version_id": str(theirs.id)}).json()["details"]
    assert (strange["field"], strange["code"]) == ("version_id", "does_not_exist")
    assert client_of(carla).post(path, {}).status_code == 404
    assert not Backtest.objects.exists()


def test_the_runs_of_a_backtest_are_none_of_the_conversation(api, helper, asked):
    backtest(str(begin_backtest(helper, 10).pk))
    assert api.get(f"/api/conversations/{asked[0].id}/runs").json()["results"] == []


def test_the_command_does_it_and_tells(helper, asked, tmp_path, capsys):
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Hablas de usted.", "utf-8")
    call_command("backtest", str(helper.id), "--prompt", str(prompt), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["report"]["answers"], len(told["answers"])) == (3, 3)
    assert Backtest.objects.get().ai_prompt == "Hablas de usted."
    helper.refresh_from_db()
    assert helper.ai_prompt is None
    call_command("backtest", str(helper.id))
    told = capsys.readouterr().out
    assert ("handoffs 1" in told, "handoffs_before 1" in told) == (True, True)
    with pytest.raises(CommandError, match="There is no assistant"):
        call_command("backtest", "9b2c1c7e-0000-4000-8000-000000000000")

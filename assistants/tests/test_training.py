"""The life of a training: begun once, taken up after a kill, swapped at once, honest when it fails."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Event
from accounts.stream import SYSTEM
from assistants.knowledge import index
from assistants.knowledge.chunks import passages_of
from assistants.knowledge.shelf import index_of
from assistants.knowledge.tuning import Tuning
from assistants.models import Assistant, TrainingRun
from assistants.tasks import sweep_untrained, train
from assistants.training import work
from assistants.training.collecting import materials_of
from assistants.training.progress import Progress
from assistants.training.runs import LEASE, Lost, begin_training, claim, give_back, runs_due, settle
from assistants.training.work import train_now

HOURS = [{"question": "¿A qué hora abren?", "answer": "Abrimos a las nueve.", "phrasings": ["horario"]}]


@pytest.fixture
def shop_keeper(ana):
    assistant = ana.assistants.create(name="Tendero", type="ai")
    assistant.sources.create(kind="faq", title="Horario", items=HOURS)
    return assistant


def begun(assistant):
    with transaction.atomic():
        return begin_training(Assistant.objects.select_for_update().get(pk=assistant.pk), SYSTEM)


def status_of(assistant):
    return Assistant.objects.values_list("status", flat=True).get(pk=assistant.pk)


def events(account):
    return list(Event.objects.filter(account_id=account.pk).order_by("seq").values_list("type", flat=True))


def test_a_training_publishes_and_returns_the_assistant_to_what_it_was(shop_keeper, ana):
    run = begun(shop_keeper)
    assert (run.status, status_of(shop_keeper)) == ("running", "training")
    assert train(str(run.pk)) is True
    run.refresh_from_db()
    assert (run.status, run.stage, run.error, status_of(shop_keeper)) == ("published", "publish", None, "active")
    assert run.version.published
    assert [hit.passage.text for hit in index_of(shop_keeper).search("¿a qué hora abren?")] == ["Abrimos a las nueve."]
    assert set(events(ana)) == {"assistant.updated", "assistant.training", "assistant.trained"}
    trained = Event.objects.get(account_id=ana.pk, type="assistant.trained")
    assert (trained.data["run_id"], trained.data["status"]) == (str(run.pk), "published")


def test_an_inactive_assistant_learns_and_stays_inactive(shop_keeper):
    Assistant.objects.filter(pk=shop_keeper.pk).update(status="inactive")
    train_now(shop_keeper)
    assert status_of(shop_keeper) == "inactive"


def test_a_status_that_a_person_set_meanwhile_is_kept(shop_keeper):
    run = begun(shop_keeper)
    Assistant.objects.filter(pk=shop_keeper.pk).update(status="inactive")
    train(str(run.pk))
    assert status_of(shop_keeper) == "inactive"


def test_beginning_again_gives_the_run_that_runs(shop_keeper):
    run = begun(shop_keeper)
    assert begun(shop_keeper) == run
    with pytest.raises(IntegrityError), transaction.atomic():
        shop_keeper.training_runs.create(status_before="active")
    train(str(run.pk))
    assert begun(shop_keeper) != run


def test_the_second_worker_finds_the_run_taken(shop_keeper):
    run = begun(shop_keeper)
    assert claim(run.pk) == run
    assert (claim(run.pk), runs_due(), train(str(run.pk))) == (None, [], False)


def test_a_killed_worker_is_replaced_and_what_it_does_late_is_refused(shop_keeper):
    run = begun(shop_keeper)
    first = claim(run.pk)
    TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    assert runs_due() == [run.pk]
    second = claim(run.pk)
    assert second.attempts == 2
    for late in (lambda: Progress(first).enter("index"), lambda: settle(first, "failed")):
        with pytest.raises(Lost):
            late()
    work.train(first)  # ends without a word
    assert shop_keeper.versions.count() == 0
    work.train(second)
    assert shop_keeper.versions.count() == 1


def test_a_run_that_ends_its_worker_three_times_is_given_up(shop_keeper):
    run = begun(shop_keeper)
    for _ in range(3):
        assert claim(run.pk) is not None
        TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    assert claim(run.pk) is None
    run.refresh_from_db()
    assert (run.status, run.error, status_of(shop_keeper)) == ("failed", {"code": "died", "attempts": 3}, "inactive")


def test_the_sweep_rings_for_what_is_due(shop_keeper):
    run = begun(shop_keeper)
    assert sweep_untrained() == 1
    give_back(run, timedelta(seconds=5))
    assert sweep_untrained() == 0


def test_progress_renews_the_lease(shop_keeper):
    run = claim(begun(shop_keeper).pk)
    TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    progress = Progress(run)
    progress.enter(TrainingRun.Stage.INDEX, 7)
    run = TrainingRun.objects.get(pk=run.pk)
    assert run.lease_until > timezone.now() + LEASE / 2
    assert (run.stage, run.done, run.total) == ("index", 0, 7)


def test_a_first_training_without_knowledge_fails_and_leaves_inactive(ana):
    empty = ana.assistants.create(name="Vacío", type="ai")
    run = train_now(empty)
    assert (run.status, run.error, status_of(empty)) == ("failed", {"code": "no_knowledge"}, "inactive")


def test_a_canned_assistant_needs_no_knowledge(ana):
    canned = ana.assistants.create(name="Eco", type="auto", auto_response="Hola")
    assert train_now(canned).status == "failed"
    assert status_of(canned) == "active"


def test_a_later_training_that_fails_keeps_what_is_published(shop_keeper):
    train_now(shop_keeper)
    shop_keeper.sources.all().delete()
    assert (train_now(shop_keeper).status, status_of(shop_keeper)) == ("failed", "active")
    assert index_of(shop_keeper).search("horario")[0].passage.text == "Abrimos a las nueve."


def test_what_is_added_answers_from_the_next_training_on(shop_keeper):
    train_now(shop_keeper)
    shop_keeper.sources.create(kind="text", title="Taller", content="Reparamos bicicletas.")
    assert {hit.passage.title for hit in index_of(shop_keeper).search("bicicletas")} == {"Horario"}
    train_now(shop_keeper)
    assert index_of(shop_keeper).search("bicicletas")[0].passage.text == "Reparamos bicicletas."
    assert list(shop_keeper.versions.values_list("number", "published")) == [(2, True), (1, False)]


def test_unchanged_knowledge_is_not_built_again(shop_keeper):
    first, second = train_now(shop_keeper), train_now(shop_keeper)
    assert (second.status, second.version, second.report) == ("published", first.version, first.report)
    assert shop_keeper.versions.count() == 1


def test_a_crash_is_tried_three_times_and_then_told(shop_keeper, monkeypatch):
    monkeypatch.setattr(work, "passages_of", lambda _: 1 / 0)
    run = begun(shop_keeper)
    for tries in (1, 2, 3):
        assert train(str(run.pk)) is True
        run.refresh_from_db()
        assert run.attempts == tries
        TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now())
    assert (run.status, run.error, status_of(shop_keeper)) == ("failed", {"code": "crashed"}, "inactive")


def test_only_the_last_versions_are_kept(shop_keeper):
    for number in range(8):
        shop_keeper.sources.create(kind="text", title="x", content=f"Texto número {number}.")
        train_now(shop_keeper)
    assert [version.number for version in shop_keeper.versions.all()] == [8, 7, 6, 5, 4, 3]


def test_the_command_trains_and_says_how_it_went(shop_keeper, capsys):
    call_command("train", "Tendero")
    assert "passages: 1" in capsys.readouterr().out
    shop_keeper.sources.all().delete()
    with pytest.raises(CommandError, match="ended as failed"):
        call_command("train", str(shop_keeper.pk), "--json")
    assert json.loads(capsys.readouterr().out)["error_code"] == "no_knowledge"
    with pytest.raises(CommandError, match="No assistant"):
        call_command("train", "Nadie")


def test_what_an_older_release_stored_is_built_again_from_its_passages(shop_keeper, monkeypatch):
    monkeypatch.setattr(index, "METHOD", "0")
    stored = index.Index.of(index_of_sources(shop_keeper)).tuned(Tuning(sure=0.7)).dump()
    monkeypatch.undo()
    found = index.Index.load(stored)
    assert (found.tuning.sure, found.search("horario")[0].confidence) == (0.7, 1.0)


def test_a_version_that_cannot_be_read_answers_nothing(shop_keeper):
    shop_keeper.versions.create(number=1, digest="", passages=1, blob=b"no version", published=True)
    assert index_of(shop_keeper).passages == []


def test_too_much_is_refused(shop_keeper, monkeypatch):
    monkeypatch.setattr(work, "MOST_PASSAGES", 0)
    assert train_now(shop_keeper).error == {"code": "too_much_knowledge", "limit": 0}


def index_of_sources(assistant):
    return passages_of(materials_of(assistant))

"""Sources and trainings over REST: shapes, limits, and an error for each bad source."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assistants.models import KnowledgeSource, TrainingRun
from assistants.tasks import train

FAQ = {"kind": "faq", "title": "Horario", "items": [{"question": "¿Abren?", "answer": "Sí.", "phrasings": ["abierto"]}]}
CSV = "pregunta;respuesta;variantes\n¿Abren?;Sí.;abierto|están abiertos\n¿Cierran?;A las 6.;\n"


@pytest.fixture
def keeper(ana):
    return ana.assistants.create(name="Tendero", type="ai")


@pytest.fixture
def sources(client_of, ana, keeper):
    api = client_of(ana)

    class Sources:
        path = f"/api/assistants/{keeper.pk}/sources"

        def post(self, body, **headers):
            return api.post(self.path, body, headers=headers)

        def upload(self, name, content, **headers):
            raw = content.encode() if isinstance(content, str) else content
            body = {"kind": "file", "file": SimpleUploadedFile(name, raw)}
            return api.post(self.path, body, format="multipart", headers=headers)

        def list(self):
            return api.get(self.path).json()

    return Sources()


def refused_fields(answer):
    assert answer.status_code == 400, answer.content
    assert KnowledgeSource.objects.count() == 0
    return {detail["field"]: detail["code"] for detail in answer.json()["details"]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (FAQ, "ready"),
        ({"kind": "text", "title": "Taller", "content": "Reparamos bicicletas."}, "ready"),
        ({"kind": "url", "url": "https://example.com/ayuda"}, "pending"),
    ],
)
def test_a_source_is_taken(sources, keeper, body, status):
    answer = sources.post(body)
    assert answer.status_code == 201
    made = keeper.sources.get()
    expected = {"id": str(made.pk), "kind": body["kind"], "status": status, "error": None}
    assert {name: answer.json()[name] for name in expected} == expected
    assert sources.list()["results"] == [answer.json()]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"kind": "text", "title": "x"}, {"content": "required"}),
        ({"kind": "text", "title": "x", "content": " \n "}, {"content": "blank"}),
        ({"kind": "text", "content": "Hola"}, {"title": "required"}),
        ({**FAQ, "items": []}, {"items": "empty"}),
        ({**FAQ, "items": [{"question": "¿?"}]}, {"items.0.answer": "required"}),
        ({**FAQ, "content": "Hola"}, {"content": "unexpected"}),
        ({"kind": "video", "title": "x"}, {"kind": "invalid_choice"}),
        ({"kind": "url"}, {"url": "required"}),
        *(
            ({"kind": "url", "url": url}, {"url": "address_refused"})
            for url in (
                "http://example.com",
                "https://localhost/x",
                "https://127.0.0.1/x",
                "https://169.254.169.254/latest",
                "https://[::1]/",
                "https://10.0.0.8/",
                "file:///etc/passwd",
                "https://ana:secret@example.com/",
                "https://",
            )
        ),
    ],
)
def test_a_wrong_source_is_refused_and_nothing_is_stored(sources, body, wrong):
    assert refused_fields(sources.post(body)) == wrong


def test_a_file_of_a_kind_that_cannot_be_read_is_refused(sources):
    assert refused_fields(sources.upload("virus.exe", "MZ")) == {"file": "unsupported_file"}


def test_a_table_of_questions_is_read_at_once(sources, keeper):
    answer = sources.upload("preguntas.csv", CSV)
    assert (answer.status_code, answer.json()["status"], answer.json()["title"]) == (201, "ready", "preguntas.csv")
    assert keeper.sources.get().items == [
        {"question": "¿Abren?", "answer": "Sí.", "phrasings": ["abierto", "están abiertos"]},
        {"question": "¿Cierran?", "answer": "A las 6.", "phrasings": []},
    ]


def test_a_bad_file_is_kept_with_its_reason_in_the_readers_language(sources, keeper):
    answer = sources.upload("preguntas.csv", CSV + "¿Y luego?;\n")
    assert (answer.status_code, answer.json()["status"]) == (201, "failed")
    assert answer.json()["error"] == "La fila 4 no tiene respuesta."
    english = sources.upload("preguntas.csv", CSV + "¿Y luego?;\n", accept_language="en").json()
    assert (english["error"], english["error_code"]) == ("Row 4 has no answer.", "row_without_answer")
    assert keeper.sources.first().error == {"code": "row_without_answer", "row": 4}


def test_a_body_over_five_megabytes_is_413(sources):
    answer = sources.upload("grande.txt", b"a" * (5 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert KnowledgeSource.objects.count() == 0


def test_a_source_is_read_whole_and_removed(sources, client_of, ana, keeper):
    made = sources.post(FAQ).json()
    api, path = client_of(ana), f"{sources.path}/{made['id']}"
    assert api.get(path).json() == {**made, "content": "", "items": FAQ["items"]}
    assert api.delete(path).status_code == 204
    assert sources.list()["results"] == []


def test_the_list_costs_the_same_however_long(sources, django_assert_max_num_queries):
    for _ in range(5):
        sources.post(FAQ)
    with django_assert_max_num_queries(5):
        assert sources.list()["count"] == 5


def test_training_is_begun_once_and_watched(sources, client_of, ana, keeper):
    sources.post(FAQ)
    api, path = client_of(ana), f"/api/assistants/{keeper.pk}"
    first, second = api.post(f"{path}/train"), api.post(f"{path}/train")
    run = TrainingRun.objects.get()
    assert (first.status_code, first.json()) == (202, {"run_id": str(run.pk), "status": "training"})
    assert second.json() == first.json()
    assert api.get(path).json()["status"] == "training"
    assert api.get(f"{path}/training/{run.pk}").json()["status"] == "running"
    train(str(run.pk))
    seen = api.get(f"{path}/training/{run.pk}").json()
    assert {name: seen[name] for name in ("run_id", "status", "stage", "error")} == {
        "run_id": str(run.pk),
        "status": "published",
        "stage": "publish",
        "error": None,
    }
    assert json.dumps(seen["report"])
    assert api.get(f"{path}/training").json()["results"] == [seen]
    assert api.get(path).json()["status"] == "active"


def test_a_failed_training_says_why_in_the_readers_language(client_of, ana, keeper):
    api, path = client_of(ana), f"/api/assistants/{keeper.pk}"
    run_id = api.post(f"{path}/train").json()["run_id"]
    train(run_id)
    seen = api.get(f"{path}/training/{run_id}").json()
    assert (seen["status"], seen["error_code"]) == ("failed", "no_knowledge")
    assert seen["error"] == "No hay nada que aprender: agrega una fuente que se pueda leer."
    english = api.get(f"{path}/training/{run_id}", headers={"accept-language": "en"}).json()
    assert english["error"] == "There is nothing to learn: add a source that can be read."


def test_what_needs_a_review_is_published_once_by_a_person(client_of, ana, keeper):
    version = keeper.versions.create(number=1, digest="x", passages=1, blob=b"")
    run = keeper.training_runs.create(version=version, status="needs_review", status_before="active")
    api, path = client_of(ana), f"/api/assistants/{keeper.pk}/training/{run.pk}/publish"
    assert (api.post(path).json()["status"], keeper.versions.get().published) == ("published", True)
    again = api.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_review")

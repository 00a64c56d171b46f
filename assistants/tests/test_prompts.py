"""Each change of a prompt is a version, and an older one comes back."""

import pytest

from accounts.models import Event
from assistants.models import Assistant, PromptVersion
from assistants.prompts import version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(client_of, ana):
    answer = client_of(ana).post("/api/assistants", {"name": "Chispa", "type": "ai", "ai_prompt": "Habla de tú."})
    return Assistant.objects.get(pk=answer.json()["id"])


def versions():
    return list(PromptVersion.objects.order_by("number").values_list("number", "text", "author__name"))


def test_a_change_of_the_prompt_makes_a_version_and_another_change_does_not(client_of, bruno, made):
    client = client_of(bruno)
    client.put(f"/api/assistants/{made.id}", {"ai_prompt": "Habla de usted."})
    client.put(f"/api/assistants/{made.id}", {"name": "Otra"})
    client.put(f"/api/assistants/{made.id}", {"ai_prompt": "Habla de usted."})
    assert versions() == [(1, "Habla de tú.", "Ana"), (2, "Habla de usted.", "Bruno")]


def test_a_prompt_that_was_changed_by_hand_is_a_version_once_it_is_used(made):
    Assistant.objects.update(ai_prompt="Sé breve.")
    made.refresh_from_db()
    assert [version_of(made).number for _ in range(2)] == [2, 2]
    assert versions() == [(1, "Habla de tú.", "Ana"), (2, "Sé breve.", None)]


def test_an_older_version_is_made_the_prompt_again(client_of, ana, made):
    client = client_of(ana)
    client.put(f"/api/assistants/{made.id}", {"ai_prompt": "Habla de usted."})
    listed = client.get(f"/api/assistants/{made.id}/prompts").json()["results"]
    assert [(version["number"], version["text"]) for version in listed] == [(2, "Habla de usted."), (1, "Habla de tú.")]
    answer = client.post(f"/api/assistants/{made.id}/prompts/{listed[1]['id']}/restore")
    assert (answer.status_code, answer.json()["ai_prompt"]) == (200, "Habla de tú.")
    assert [number for number, *_ in versions()] == [1, 2, 3]
    assert Event.objects.order_by("seq").last().data["assistant"]["ai_prompt"] == "Habla de tú."


def test_staff_bring_an_older_version_back(client, made, django_user_model):
    staff = django_user_model.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff")
    client.force_login(staff)
    Assistant.objects.update(ai_prompt="Otro.")
    made.refresh_from_db()
    version_of(made)
    first = PromptVersion.objects.get(number=1)
    form = {"action": "restore_prompt", "_selected_action": [first.pk]}
    assert client.post("/admin/assistants/promptversion/", form).status_code == 200
    assert Assistant.objects.get().ai_prompt == "Otro."
    client.post("/admin/assistants/promptversion/", {**form, "confirmed": "yes"})
    assert Assistant.objects.get().ai_prompt == "Habla de tú."
    assert versions()[-1] == (3, "Habla de tú.", "Staff")

import pytest

from conversations.models import CannedResponse

URL = "/api/canned-responses"
HELLO = {"shortcut": "hola", "title": "Saludo", "content": "¡Hola! ¿En qué puedo ayudarte?"}


@pytest.fixture
def owner(client_of, ana):
    return client_of(ana)


def test_a_canned_response_is_kept_read_changed_and_deleted(owner):
    made = owner.post(URL, HELLO)
    body = made.json()
    assert (made.status_code, {name: body[name] for name in HELLO}) == (201, HELLO)
    path = f"{URL}/{body['id']}"
    assert owner.get(path).json() == body
    changed = owner.put(path, {"content": "Hola."})
    assert (changed.status_code, changed.json()["content"], changed.json()["shortcut"]) == (200, "Hola.", "hola")
    assert owner.patch(path, {"title": ""}).json()["title"] == ""
    assert owner.delete(path).status_code == 204
    assert (owner.get(path).status_code, CannedResponse.objects.count()) == (404, 0)


@pytest.mark.parametrize(
    ("given", "kept"), [("/Hola", "hola"), ("dirección", "dirección"), ("horario_2-b", "horario_2-b")]
)
def test_a_shortcut_is_one_word_in_lower_case(owner, given, kept):
    assert owner.post(URL, {**HELLO, "shortcut": given}).json()["shortcut"] == kept


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"shortcut": "dos palabras"}, "shortcut"),
        ({"shortcut": "/"}, "shortcut"),
        ({"shortcut": ""}, "shortcut"),
        ({"shortcut": "x" * 51}, "shortcut"),
        ({"shortcut": "İ" * 50}, "shortcut"),  # a hundred in lower case
        ({"content": " "}, "content"),
        ({"content": "x" * 20_001}, "content"),
        ({"title": "x" * 256}, "title"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(owner, fields, wrong):
    answer = owner.post(URL, HELLO | fields)
    assert (answer.status_code, [detail["field"] for detail in answer.json()["details"]]) == (400, [wrong])
    assert CannedResponse.objects.count() == 0


def test_a_shortcut_is_taken_once_in_an_account(owner, client_of, bruno, carla):
    owner.post(URL, HELLO)
    other = owner.post(URL, {**HELLO, "shortcut": "otra"}).json()
    for answer in (
        client_of(bruno).post(URL, {**HELLO, "shortcut": "HOLA"}),
        owner.put(f"{URL}/{other['id']}", {"shortcut": "hola"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "shortcut_taken")
    assert owner.get(f"{URL}/{other['id']}").json() == other
    assert client_of(carla).post(URL, HELLO).status_code == 201
    assert CannedResponse.objects.count() == 3


def test_the_team_shares_them_by_shortcut(owner, client_of, bruno, carla):
    client_of(carla).post(URL, HELLO)
    for shortcut in ("c", "a", "b"):
        client_of(bruno).post(URL, {**HELLO, "shortcut": shortcut})
    answer = owner.get(f"{URL}?page_size=2").json()
    assert (answer["count"], [row["shortcut"] for row in answer["results"]]) == (3, ["a", "b"])


def test_a_strangers_are_not_there(owner, client_of, carla):
    made = owner.post(URL, HELLO).json()
    stranger, path = client_of(carla), f"{URL}/{made['id']}"
    answers = [stranger.get(path), stranger.put(path, {"content": "x"}), stranger.delete(path)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert owner.get(path).json() == made

import pytest

from integrations.platforms.base import Choice
from integrations.registry import PLATFORMS

WHATSAPP = PLATFORMS["whatsapp"].capabilities


def choices(count, title="Sí", ids="x"):
    return [Choice(f"{ids}{number}", title) for number in range(count)]


@pytest.mark.parametrize(
    ("text", "offered", "kind"),
    [
        ("¿Sí?", choices(3), "buttons"),
        ("¿Sí?", choices(4), "list"),
        ("¿Sí?", choices(10), "list"),
        ("¿Sí?", choices(11), None),
        ("¿Sí?", choices(2, title="x" * 21), "list"),
        ("¿Sí?", choices(2, title="x" * 25), None),
        ("x" * 1025, choices(2), "list"),
        ("¿Sí?", choices(2, ids="x" * 199), "buttons"),
        ("¿Sí?", choices(4, ids="x" * 200), None),
        ("¿Sí?", [], None),
    ],
)
def test_choices_are_offered_in_the_best_way_that_takes_them_all(text, offered, kind):
    style = WHATSAPP.style(text, offered)
    assert (style.kind if style else None) == kind


def test_a_telegram_id_counts_in_bytes():
    telegram = PLATFORMS["telegram"].capabilities
    assert telegram.style("x", [Choice("ñ" * 32, "Sí")]) is not None
    assert telegram.style("x", [Choice("ñ" * 33, "Sí")]) is None


def test_the_team_reads_what_an_account_can_send(client_of, bruno, shop, bot):
    api = client_of(bruno)
    body = api.get(f"/api/integrations/{shop.id}/capabilities").data
    assert (body["platform"], body["text"], body["window_hours"], body["templates"]) == (
        "whatsapp",
        {"max": 4096, "unit": "characters"},
        24,
        True,
    )
    assert [(entry["kind"], entry["max"], entry["max_title"]) for entry in body["choices"]] == [
        ("buttons", 3, 20),
        ("list", 10, 24),
    ]
    assert {entry["type"]: entry["max_bytes"] for entry in body["media"]}["image"] == 5 * 1024 * 1024
    body = api.get(f"/api/integrations/{bot.id}/capabilities").data
    assert (body["text"]["unit"], body["window_hours"], body["mark_read"]) == ("utf16", None, False)


def test_a_stranger_reads_nothing_of_it(client_of, carla, shop):
    assert client_of(carla).get(f"/api/integrations/{shop.id}/capabilities").status_code == 404

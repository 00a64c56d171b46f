import pytest


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Administración"), ("en", "Administration"), ("fr", "Administración")]
)
def test_the_start_page_speaks_the_visitors_language_and_links_what_there_is(client, db, language, words):
    answer = client.get("/", headers={"accept-language": language})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "demo@flame.local" in page


def test_the_start_page_names_no_login_outside_the_demo(client, db, settings):
    settings.DEMO = False
    assert "demo@flame.local" not in client.get("/").content.decode()

"""Every text of ours has its Spanish, and the compiled catalogue is the one in the .po.

After a change: `pybabel compile -D django -d flame/locale -l es`.
"""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

CATALOGUE = Path(settings.BASE_DIR) / "flame/locale/es/LC_MESSAGES"
APPS = ("flame", "accounts", "assistants", "integrations", "conversations", "analytics")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


@pytest.fixture(scope="module")
def translations():
    with (CATALOGUE / "django.po").open("rb") as file:
        return read_po(file, locale="es", abort_invalid=True)


def texts_of(app: str) -> dict[str, str]:
    """Where each msgid is used."""
    found = {}
    for path in [
        *Path(settings.BASE_DIR, app).rglob("*.py"),
        *Path(settings.BASE_DIR, app).rglob("templates/**/*.html"),
    ]:
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        source = path.read_text()
        text = templatize(source) if path.suffix == ".html" else source
        for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            for msgid in [message] if isinstance(message, str) else [part for part in message if part]:
                found[msgid] = f"{path.relative_to(settings.BASE_DIR)}"
    return found | labels_of(app)


def labels_of(app: str) -> dict[str, str]:
    """The names of the fields, which are texts too (flame.lib.labels)."""
    with translation.override("en"):
        return {
            str(field.verbose_name): str(field)
            for model in apps.get_app_config(app).get_models()
            for field in model._meta.local_fields
            if field._verbose_name is None  # type: ignore[attr-defined]  # the stubs know only what is made of it
        }


@pytest.mark.parametrize("app", APPS)
def test_every_text_has_its_spanish(translations, app):
    known = {part for message in translations if message.id and all_filled(message) for part in ids(message)}
    missing = {msgid: where for msgid, where in texts_of(app).items() if msgid not in known}
    assert missing == {}


def test_the_catalogue_has_no_text_that_nobody_uses(translations):
    used = {msgid for app in APPS for msgid in texts_of(app)}
    assert [message.id for message in translations if message.id and not used.intersection(ids(message))] == []


def test_placeholders_survive_translation(translations):
    broken = [message.id for message in translations if message.id and list(message.check())]
    differing = [
        message.id
        for message in translations
        if isinstance(message.id, str) and fields(message.id) != fields(str(message.string))
    ]
    assert (broken, differing) == ([], [])


def test_the_compiled_catalogue_is_the_written_one(translations):
    with (CATALOGUE / "django.mo").open("rb") as file:
        assert pairs(read_mo(file)) == pairs(translations)


def pairs(catalogue) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {tuple(ids(message)): tuple(texts(message)) for message in catalogue if message.id}


def ids(message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def texts(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def all_filled(message) -> bool:
    return not message.fuzzy and all(texts(message))


def fields(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)\w|\{\w*\}", text))

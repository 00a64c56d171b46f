"""Every page of the admin, whatever is registered: for staff only, of constant cost, and without a secret."""

from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import BinaryField, DateField, DateTimeField, ForeignKey, IntegerField, JSONField, TimeField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from flame.lib.csv_export import ExportsCSV

APPS = ("accounts", "assistants", "integrations", "conversations", "analytics")
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
EXPORTED = [model for model in REGISTERED if isinstance(admin.site._registry[model], ExportsCSV)]
SAME = {"ID", "id", "error", "URL"}
"""The same in both languages."""
numbers = count(1)


def value_of(field, depth):
    """Something that the column takes, different each time."""
    number = next(numbers)
    if isinstance(field, ForeignKey):
        return made(field.related_model, depth + 1)
    if field.choices:
        return field.choices[0][0]
    by_type = {
        DateTimeField: timezone.now,
        DateField: lambda: timezone.now().date() + timedelta(days=number),
        TimeField: timezone.now,
        JSONField: dict,
        IntegerField: lambda: 1 + number % 5,
        BinaryField: lambda: b"x",
    }
    for kind, make in by_type.items():
        if isinstance(field, kind):
            return make()
    return f"{field.name}{number}@example.com"[: field.max_length]


def made(model, depth=0):
    """A row with every foreign key set, so that a page that asks for each row's neighbours is found out."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or isinstance(field, ForeignKey)]
    wanted = [
        field
        for field in fields
        if (isinstance(field, ForeignKey) and (field.related_model is not model or depth == 0))
        or not (field.null or field.has_default() or field.blank)
    ]
    return model.objects.create(**{field.name: value_of(field, depth) for field in wanted})


def url_of(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff@example.com", "staff-secret-1", name="Staff"))
    return client


def test_every_table_is_shown_searched_and_filtered():
    own = {model for app in APPS for model in apps.get_app_config(app).get_models()}
    pages = {model: admin.site._registry.get(model) for model in own}
    inside = {inline.model for page in pages.values() if page for inline in page.inlines}
    assert [model._meta.label for model, page in pages.items() if page is None and model not in inside] == []
    bare = [model for model, page in pages.items() if page and not (page.search_fields and page.list_filter)]
    assert [model._meta.label for model in bare] == []


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_page_is_in_spanish_and_in_english_if_asked(staff, model):
    row = made(model)
    for url in (url_of(model, "changelist"), url_of(model, "change", row.pk)):
        assert '<html lang="es' in staff.get(url).content.decode()
        assert '<html lang="en' in staff.get(url, headers={"accept-language": "en"}).content.decode()
    with translation.override("es"):
        labels = {str(field.verbose_name) for field in model._meta.local_fields}
    with translation.override("en"):
        assert labels & {str(field.verbose_name) for field in model._meta.local_fields} <= SAME


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_staff_see_its_list_and_each_row(staff, model):
    row = made(model)
    for url in (
        url_of(model, "changelist"),
        url_of(model, "changelist") + "?_facets=True",
        url_of(model, "changelist") + "?q=ana+1",
        url_of(model, "change", row.pk),
        url_of(model, "history", row.pk),
    ):
        assert staff.get(url).status_code == 200, url


@pytest.mark.parametrize("person", ["ana", "bruno", None])
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_nobody_else_sees_any_of_it(client, request, db, model, person):
    if person:
        client.force_login(request.getfixturevalue(person))
    row = made(model)
    for url in (url_of(model, "changelist"), url_of(model, "change", row.pk)):
        answer = client.get(url)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={url}")


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_list_costs_the_same_however_long(staff, model):
    url, asked = url_of(model, "changelist"), []
    for rows in (1, 29):
        for _ in range(rows):
            made(model)
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(url).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] < 12


@pytest.mark.parametrize("model", EXPORTED, ids=lambda model: model._meta.label)
def test_a_list_is_exported(staff, model):
    row = made(model)
    form = {"action": "export_csv", "_selected_action": [row.pk]}
    asked = staff.post(url_of(model, "changelist"), form)
    assert "Content-Disposition" not in asked.headers
    assert "datos personales" in asked.content.decode()
    answer = staff.post(url_of(model, "changelist"), {**form, "confirmed": "yes"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{model._meta.db_table}.csv"'
    header, line = answer.content.decode("utf-8-sig").splitlines()[:2]
    assert header.startswith('"id",')
    assert line.startswith(f'"{row.pk}",')


def test_the_pages_wear_our_colours_without_inline_code(staff):
    page = staff.get("/admin/").content.decode()
    assert "FLAME Assistant" in page
    assert 'href="/static/flame/admin.css"' in page
    assert "<style" not in page
    assert " style=" not in page
    assert staff.get("/static/flame/admin.css").status_code == 200

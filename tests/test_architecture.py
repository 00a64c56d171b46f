"""What the house rules promise about the code as a whole, held by looking at all of it."""

import ast
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, CheckConstraint, ForeignKey

APPS = ["accounts", "assistants", "integrations", "conversations", "analytics"]
"""From the ground up."""
OWN = {*APPS, "flame"}
MAX_LINES = 400
MAX_FUNCTION_LINES = 50
DRAWERS = {"utils", "helpers", "common", "core", "services", "misc"}


def modules():
    return [
        path
        for app in (*APPS, "flame", "tests", "benchmarks")
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def functions(path):
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def inner_imports(path):
    """(function, imported root) of every import of our own inside a function."""
    return [
        (function.name, name.partition(".")[0])
        for function in functions(path)
        for node in ast.walk(function)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        if name.partition(".")[0] in OWN
    ]


def own_models():
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]


def test_every_foreign_key_points_down_or_stays_in_its_app():
    up = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and APPS.index(field.related_model._meta.app_label) > APPS.index(model._meta.app_label)
    ]

    assert up == []


def test_imports_keep_their_contracts():
    # In a process of its own: what twisted does to every class is too much for its look at its own.
    program = "from importlinter.cli import lint_imports_command as lint; lint()"
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo"]
    ended = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout


def test_nothing_of_ours_is_imported_inside_a_function():
    found = {path.relative_to(settings.BASE_DIR): inner_imports(path) for path in modules()}

    assert {
        str(path): imports
        for path, imports in found.items()
        if imports and not (path.name == "apps.py" and {name for name, _ in imports} == {"ready"})
    } == {}


def test_no_file_and_no_function_outgrew_its_room():
    long_files = [path for path in modules() if len(path.read_text("utf-8").splitlines()) > MAX_LINES]
    long_functions = [
        f"{path}:{function.name}"
        for path in modules()
        for function in functions(path)
        if function.end_lineno - function.lineno >= MAX_FUNCTION_LINES
    ]

    assert (long_files, long_functions) == ([], [])


def test_nothing_lives_in_a_drawer():
    assert [
        path for path in modules() if DRAWERS & set(path.with_suffix("").relative_to(settings.BASE_DIR).parts)
    ] == []


def closed_lists():
    """(field, the values that the database takes) of every check made by `one_of`."""
    return [
        (model._meta.get_field(name), values)
        for model in own_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and constraint.name.endswith("_known")
        for lookup, values in constraint.condition.children
        for name, _, kind in [lookup.partition("__")]
        if kind == "in"
    ]


@pytest.mark.parametrize(("field", "values"), closed_lists(), ids=lambda each: getattr(each, "name", ""))
def test_the_database_takes_exactly_the_choices(field, values):
    assert list(values) == [value for value, _ in field.choices]


def test_every_choice_of_the_missions_tables_is_checked_by_the_database():
    checked = {field for field, _ in closed_lists()}
    mission = {"users", "assistants", "schedules", "conversations", "messages", "integrations"}

    assert [
        str(field)
        for model in own_models()
        if model._meta.db_table in mission
        for field in model._meta.get_fields()
        if isinstance(field, CharField) and field.choices and field.max_length == 50 and field not in checked
    ] == []

"""`.env.example` and settings name the same variables, and a copy of it changes nothing."""

import ast
import re

from django.conf import settings

from flame.tests.shell import manage

EXAMPLE = settings.BASE_DIR / ".env.example"
VARIABLE = re.compile(r"([A-Z][A-Z_]+)=(.*)")


def names_read_by_settings():
    """Every string in the first argument of `env.<reader>(…)`."""
    tree = ast.parse((settings.BASE_DIR / "flame" / "settings.py").read_text("utf-8"))
    return {
        constant.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("env.")
        for constant in ast.walk(call.args[0])
        if isinstance(constant, ast.Constant) and re.fullmatch("[A-Z][A-Z_]+", str(constant.value))
    }


def test_settings_and_the_example_name_the_same_variables():
    named = [match[1] for match in map(VARIABLE.fullmatch, EXAMPLE.read_text("utf-8").splitlines()) if match]

    assert set(named) == names_read_by_settings()
    assert len(named) == len(set(named))


def test_each_variable_has_its_one_line_of_comment_and_no_value():
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for before, comment, line in zip(lines, lines[1:], lines[2:], strict=False):
        if match := VARIABLE.fullmatch(line):
            assert match[2] == ""
            assert comment.startswith("# ")
            assert not before.startswith("#")


def test_a_copy_of_the_example_changes_nothing(house):
    ended = manage("doctor", **house | {"FLAME_ENV_FILE": str(EXAMPLE)})

    assert (ended.returncode, ended.stdout) == (0, "All is well.\n")

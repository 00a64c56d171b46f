"""The generated description says what holds for every operation."""

import pytest
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_operation_refuses_in_the_one_shape(schema):
    for path, _method, operation in operations(schema):
        refusals = {
            code for code, answer in operation["responses"].items() if answer.get("$ref", "").endswith("/Error")
        }
        assert {"429", "default"} <= refusals, path
        assert ({"401", "403"} <= refusals) == ({"bearer": []} in operation.get("security", [])), path


def test_every_operation_says_what_it_is_for(schema):
    assert [(path, method) for path, method, operation in operations(schema) if not operation.get("summary")] == []


def test_only_signing_in_needs_no_token(schema):
    open_paths = {path for path, _method, operation in operations(schema) if not any(operation.get("security", []))}
    assert {path for path in open_paths if path.startswith("/api/auth/")} == {
        "/api/auth/register",
        "/api/auth/login",
        "/api/auth/refresh",
        "/api/auth/forgot-password",
        "/api/auth/reset-password",
    }


def test_a_post_takes_an_idempotency_key(schema):
    parameters = schema["paths"]["/api/team"]["post"]["parameters"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in parameters

"""The API's description: complete, valid, the one that is written down, and served to whoever asks."""

import json
import re
from collections import Counter

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import get_resolver
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # its stubs are a package of their own

from flame.examples import WORDS
from flame.lib.openapi import ERROR, EnglishGenerator
from flame.lib.openapi_examples import bodies
from flame.openapi import AREAS
from integrations.registry import PLATFORMS

ERROR_REF = json.dumps({"$ref": "#/components/schemas/Error"})
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
WRITTEN = settings.BASE_DIR / "docs/openapi.yaml"


@pytest.fixture(scope="module")
def schema():
    return EnglishGenerator().get_schema(public=True)


@pytest.fixture(scope="module")
def every_operation(schema):
    return [
        (path, method, operation) for path, methods in schema["paths"].items() for method, operation in methods.items()
    ]


@pytest.fixture(scope="module")
def operations(every_operation):
    """Those of the API itself: health and webhooks have their own ways to refuse."""
    return [each for each in every_operation if each[0].startswith("/api/") and "/webhooks/" not in each[0]]


def test_the_description_is_valid_and_nothing_had_to_be_guessed():
    GENERATOR_STATS.reset()
    schema = EnglishGenerator().get_schema(public=True)
    assert [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache] == []
    assert schema["openapi"] == "3.1.0"
    validate_schema(schema)


def test_the_written_description_is_this_one(capsys):
    call_command("export_openapi", check=True)
    assert capsys.readouterr().out == "docs/openapi.yaml is as it was.\n"


def test_a_description_that_drifted_is_refused_and_left_alone_then_written_once(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    copy = tmp_path / "docs/openapi.yaml"
    copy.parent.mkdir()
    copy.write_text("openapi: 3.1.0\n")
    with pytest.raises(CommandError, match="run `python manage"):
        call_command("export_openapi", check=True)
    assert copy.read_text() == "openapi: 3.1.0\n"
    for changed in (True, False):
        call_command("export_openapi", json=True)
        assert json.loads(capsys.readouterr().out) == {"file": "docs/openapi.yaml", "changed": changed}
    assert copy.read_bytes() == WRITTEN.read_bytes()


def test_the_description_is_the_same_in_every_language(schema):
    with translation.override("es"):
        assert EnglishGenerator().get_schema(public=True) == schema


def test_every_operation_says_what_it_is_for_in_a_known_area(every_operation):
    assert [(path, method) for path, method, operation in every_operation if not operation.get("summary")] == []
    assert {tag for _path, _method, operation in every_operation for tag in operation["tags"]} == set(AREAS)


def test_every_operation_has_a_name_of_its_own(every_operation):
    names = Counter(operation["operationId"] for _path, _method, operation in every_operation)
    assert [name for name, times in names.items() if times > 1] == []
    assert {"auth_login", "conversations_list", "conversations_assign", "conversations_messages_create"} <= set(names)


def test_every_operation_refuses_in_the_one_shape(operations):
    for path, method, operation in operations:
        refusals = {code for code, answer in operation["responses"].items() if _is_refusal(answer)}
        assert {"429", "default"} <= refusals, (path, method)
        assert ({"401", "403"} <= refusals) == ({"bearer": []} in operation.get("security", [])), (path, method)
        assert ("404" in refusals) >= ("{" in path), (path, method)


def _is_refusal(answer) -> bool:
    return answer.get("$ref", "").startswith(ERROR) or ERROR_REF in json.dumps(answer)


def test_every_body_has_an_example_that_is_one(schema):
    shown = schema["components"]["examples"]
    for content in bodies(schema):
        named = [shown[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in examples_of(content)]
        values = [each["value"] for each in named]
        described = Draft202012Validator(
            {**content["schema"], "components": schema["components"]}, format_checker=FormatChecker()
        )
        assert values
        assert [error.message for value in values for error in described.iter_errors(value)] == []


def examples_of(content):
    return [{"value": content["example"]}] if "example" in content else [*content["examples"].values()]


def test_each_refusal_shows_what_its_status_says(schema):
    shown = {
        name: answer["content"]["application/json"]["examples"]
        for name, answer in schema["components"]["responses"].items()
    }
    assert shown.keys() == {"Error", *(f"Error{status}" for status in (400, 401, 403, 404, 429))}
    assert shown["Error401"]["token_missing"]["value"]["error"] == "Token de acceso requerido"
    assert shown["Error403"]["token_invalid"]["value"]["error"] == "Token inválido"
    described = Draft202012Validator({"$ref": "#/components/schemas/Error", "components": schema["components"]})
    for each in (each for examples in shown.values() for each in examples.values()):
        described.validate(each["value"])


def test_each_word_of_the_examples_is_said_somewhere(schema):
    schemas = schema["components"]["schemas"]
    own = {f"{name}.{each}" for name in schemas for each in schemas[name].get("properties", {})}
    assert WORDS.keys() - {*schemas, *own, *(each.partition(".")[2] for each in own)} == set()


def test_only_signing_in_needs_no_token(operations):
    open_paths = {path for path, _method, operation in operations if not any(operation.get("security", []))}
    assert {path for path in open_paths if path.startswith("/api/auth/")} == {
        "/api/auth/register",
        "/api/auth/login",
        "/api/auth/refresh",
        "/api/auth/forgot-password",
        "/api/auth/reset-password",
    }


def test_a_post_takes_an_idempotency_key_unless_its_answer_holds_tokens(operations):
    key = {"$ref": "#/components/parameters/IdempotencyKey"}
    takes = {path for path, _method, operation in operations if key in operation.get("parameters", [])}
    posts = {path for path, method, _operation in operations if method == "post"}
    assert takes == {path for path in posts if not path.startswith("/api/auth/")}


def test_patch_is_described_as_put(schema):
    for path, methods in schema["paths"].items():
        if "put" in methods:
            assert {**methods["patch"], "operationId": ""} == {**methods["put"], "operationId": ""}, path
    body = schema["paths"]["/api/assistants/{id}"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert "required" not in schema["components"]["schemas"][body["$ref"].rpartition("/")[2]]


def test_answers_leave_nothing_out_and_say_what_may_be_null(schema):
    schemas = schema["components"]["schemas"]
    answers = {name: each for name, each in schemas.items() if "properties" in each and not name.endswith("Request")}
    assert [name for name, each in answers.items() if {*each["required"]} != {*each["properties"]}] == []
    assert schemas["PaginatedConversationList"]["properties"]["next"]["type"] == ["string", "null"]
    assert not {"nullable", "readOnly"} & {*re.findall(r"\w+", json.dumps(schema))}


def test_what_may_be_left_out_of_a_body_promises_no_default(schema):
    bodies = {name: each for name, each in schema["components"]["schemas"].items() if name.endswith("Request")}
    assert "default" not in {key for body in bodies.values() for each in body["properties"].values() for key in each}
    assert bodies["NewMessageRequest"]["properties"]["internal"]["description"] == "Left out: false."


@pytest.mark.parametrize(("path", "name"), [("/health", "Health"), ("/health/live", "Liveness")])
def test_health_is_as_described_by_hand(transactional_db, client, schema, path, name):
    described = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    Draft202012Validator(described).validate(client.get(path).json())


def test_every_platform_has_a_webhook_and_meta_s_a_handshake(schema):
    described = {path: set(each) for path, each in schema["paths"].items() if path.startswith("/api/webhooks/")}
    assert described.keys() == {f"/api/webhooks/{name}" for name in PLATFORMS}
    assert described["/api/webhooks/whatsapp"] == {"get", "post"}
    assert described["/api/webhooks/telegram"] == {"post"}


def test_choices_have_names_and_free_json_is_typed(schema):
    schemas = schema["components"]["schemas"]
    assert [name for name in schemas if "enum" in json.dumps(schemas[name]) and not name.endswith("Enum")] == []
    assert schemas["ConversationStatusEnum"]["enum"] == ["active", "pending", "resolved", "archived"]
    assert {"error", "attachments", "choices"} <= schemas["Message"]["properties"]["metadata"]["properties"].keys()
    assert schemas["AssistantsTotals"]["properties"]["ai_cost"]["type"] == "number"
    assert schemas["Integration"]["properties"]["credentials"]["additionalProperties"] == {"type": "string"}


@pytest.mark.parametrize(
    "path",
    ["/api/conversations", "/api/conversations/{id}/messages", "/api/assistants", "/api/integrations"],
)
def test_lists_name_the_event_that_they_show(schema, path):
    header = schema["paths"][path]["get"]["responses"]["200"]["headers"]["X-Event-Seq"]
    assert header["schema"] == {"type": "integer"}


def test_every_api_route_is_described(schema):
    routes = {_shape(route) for route in _routes(get_resolver().url_patterns) if route.startswith("/api/")}
    assert routes - {_shape(path) for path in schema["paths"]} == {"/api/schema", "/api/docs"}


def _routes(patterns, prefix="/"):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        yield from _routes(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]


def _shape(path: str) -> str:
    return re.sub(r"[<{][^>}]*[>}]", "*", path)


@pytest.mark.parametrize(
    ("accept", "query", "content_type"),
    [
        ("*/*", "", "application/vnd.oai.openapi"),
        ("application/json", "", "application/json"),
        ("application/yaml", "", "application/yaml"),
        (BROWSER, "?format=json", "application/vnd.oai.openapi+json"),
    ],
)
def test_the_description_is_served_to_anybody_as_they_like_it(client, accept, query, content_type):
    expired = {"accept": accept, "authorization": "Bearer expired"}
    answer = client.get(f"/api/schema{query}", headers=expired)
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, content_type)
    read = json.loads if "json" in content_type else yaml.safe_load
    assert read(answer.content) == yaml.safe_load(WRITTEN.read_bytes())


def test_the_page_for_people_needs_nothing_from_outside(client):
    answer = client.get("/api/docs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = answer.content.decode()
    assert "//" not in page.replace("<!DOCTYPE html>", "")
    assert "<style" not in page
    assert "<script>" not in page
    assert page.count("/static/drf_spectacular_sidecar/swagger-ui-dist/") == 4
    script = client.get("/api/docs?script=")
    assert script.headers["Content-Type"] == "application/javascript"
    assert "/api/schema?format" in script.content.decode()
    assert client.get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js").status_code == 200

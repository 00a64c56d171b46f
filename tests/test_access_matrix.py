"""Every route of the description, as nobody, the owner, her agent, a stranger and staff, with own and foreign ids."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from flame.lib.openapi import EnglishGenerator
from tests.access.policies import FOREIGN_KEYS, POLICIES, TOLD, Policy, Who
from tests.access.world import everything, furnished

# Signed by platforms, not carried by a token: integrations/tests/test_webhooks.py.
SIGNED = "/api/webhooks/"


def operations() -> dict[str, dict[str, Any]]:
    paths = EnglishGenerator().get_schema(public=True)["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if path.startswith("/api/") and not path.startswith(SIGNED)
    }


def entry(route: str) -> str:
    return route.replace("PATCH ", "PUT ")


def policy_of(route: str) -> Policy:
    return POLICIES[entry(route)]


SCHEMAS = EnglishGenerator().get_schema(public=True)["components"]["schemas"]
OPERATIONS = operations()
ROUTES = [route for route in OPERATIONS if entry(route) in POLICIES]
CLOSED = [route for route in ROUTES if policy_of(route).who is not Who.ANYBODY]
WITH_IDS = [route for route in ROUTES if "{" in route]
WITHOUT_IDS = [route for route in CLOSED if "{" not in route]
NESTED = [route for route in ROUTES if route.count("{") > 1]
WRITES = [route for route in ROUTES if "requestBody" in OPERATIONS[route]]


def collections_of(route: str) -> list[str]:
    """Whose the ids in a path are: each parameter follows the name of its collection."""
    return re.findall(r"/([a-z-]+)/\{", route)


@pytest.fixture
def own(ana):
    return furnished(ana, "71")


@pytest.fixture
def foreign(carla):
    return furnished(carla, "72")


@pytest.fixture
def strangers(carla, foreign):
    """With what is theirs. Staff are strangers too: the admin is theirs, nobody's data over REST."""
    dora = User.objects.create_superuser("dora@example.com", "dora-secret-1", name="Dora")
    return {carla: foreign, dora: furnished(dora, "74")}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def aimed(route: str, ids: dict[str, str]) -> list[str]:
    """Method and path, with ids in the path's places."""
    for collection in collections_of(route):
        route = re.sub(r"\{\w+\}", ids[collection], route, count=1)
    return route.split(" ")


def ask(api, route: str, ids: dict[str, str], body: dict[str, Any]):
    method, path = aimed(route, ids)
    form = {"format": "multipart"} if any(isinstance(value, UploadedFile) for value in body.values()) else {}
    return getattr(api, method.lower())(path, body if method != "DELETE" else None, **form)  # a GET's are its query


def test_every_route_has_a_policy_and_every_policy_a_route():
    assert {entry(route) for route in OPERATIONS} == POLICIES.keys()
    assert {route for route in OPERATIONS if entry(route) not in OPERATIONS} == set()


def test_without_a_token_only_the_public_routes_answer(api, own):
    before = everything()
    for route in CLOSED:
        answer = ask(api, route, own, policy_of(route).body(own))
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), route
    assert everything() == before
    for route in ROUTES:
        if route not in CLOSED:
            assert ask(api, route, own, policy_of(route).body(own)).status_code == policy_of(route).answer, route


@pytest.mark.parametrize("route", CLOSED)
def test_the_owner_may_and_her_agent_may_unless_it_is_the_owner_s(client_of, ana, bruno, own, sandbox, route):
    policy = policy_of(route)
    with undone():
        assert ask(client_of(ana), route, own, policy.body(own)).status_code == policy.answer
    bruno, before = client_of(bruno), everything()
    with undone():
        answer = ask(bruno, route, own, policy.body(own))
        if policy.who is Who.OWNER:
            assert (answer.status_code, answer.json()["code"]) == (403, "owner_only")
            assert everything() == before
        else:
            assert answer.status_code == policy.answer


@pytest.mark.parametrize("route", WITH_IDS)
def test_strangers_find_nothing_and_change_nothing(client_of, own, strangers, route):
    before = everything()
    for stranger, theirs in strangers.items():
        answer = ask(client_of(stranger), route, own, policy_of(route).body(theirs))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), stranger
    assert everything() == before


@pytest.mark.parametrize("route", NESTED)
def test_a_thing_is_found_only_within_what_it_belongs_to(client_of, ana, own, foreign, route):
    another = furnished(ana, "73")
    api, before = client_of(ana), everything()
    for ids in product(*([(each, which[each]) for which in (own, foreign, another)] for each in collections_of(route))):
        if dict(ids) not in [{each: which[each] for each in collections_of(route)} for which in (own, another)]:
            assert ask(api, route, dict(ids), policy_of(route).body(own)).status_code == 404, ids
    assert everything() == before


@pytest.mark.parametrize("route", WITHOUT_IDS)
def test_strangers_see_and_touch_only_their_own(client_of, ana, bruno, own, strangers, route):
    hers = {str(ana.pk), str(bruno.pk), *own.values()}
    before = rows_with(hers)
    for stranger, theirs in strangers.items():
        with undone():
            answer = ask(client_of(stranger), route, own, policy_of(route).body(theirs))
            assert answer.status_code == policy_of(route).answer
            assert [each for each in hers if each in answer.content.decode()] == []
            assert rows_with(hers) == before


def rows_with(ids: set[str]) -> set[tuple[Any, ...]]:
    return {row for row in everything() if any(each in "".join(row) for each in ids)}


def foreign_keys() -> list[tuple[str, str, bool]]:
    """The properties of bodies that are ids: route, name, and whether they are many."""
    return [
        (route, name, "items" in schema)
        for route in WRITES
        for content in OPERATIONS[route]["requestBody"]["content"].values()
        for name, schema in SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]["properties"].items()
        if schema.get("items", schema).get("format") == "uuid" and TOLD.get(route) != name
    ]


@pytest.mark.parametrize(("route", "name", "many"), foreign_keys())
def test_an_id_in_a_body_reaches_only_the_own_account(client_of, ana, own, foreign, route, name, many):
    api, before = client_of(ana), everything()
    alien = foreign[FOREIGN_KEYS[name]]
    answer = ask(api, route, own, {**policy_of(route).body(own), name: [alien] if many else alien})
    assert (answer.status_code, {each["field"] for each in answer.json()["details"]}) == (400, {name})
    assert everything() == before


@pytest.mark.parametrize("route", WRITES)
def test_nobody_promotes_themselves_or_gives_away_what_is_theirs(client_of, ana, bruno, own, carla, route):
    roles = set(User.objects.values_list("pk", "role", "is_active", "team_owner"))
    hers = rows_with({str(carla.pk)})
    forged = {"role": "admin", "is_active": False, "is_staff": True, "is_superuser": True}
    forged |= dict.fromkeys(("user", "user_id", "owner", "account_id", "team_owner", "team_owner_id"), str(carla.pk))
    for user in (ana, bruno):
        with undone():
            ask(client_of(user), route, own, {**policy_of(route).body(own), **forged})
            assert roles <= set(User.objects.values_list("pk", "role", "is_active", "team_owner"))
            assert not User.objects.filter(role="admin").exists()
            assert rows_with({str(carla.pk)}) == hers

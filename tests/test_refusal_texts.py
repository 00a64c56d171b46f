"""Every body and every field of it: what is wrong is refused by its name, in both languages, and nothing is done."""

import pytest

from tests.access.policies import POLICIES
from tests.access.world import everything, furnished
from tests.test_access_matrix import OPERATIONS, SCHEMAS, WRITES, aimed, ask

NEVER = {"what": ["no", {"field": "takes"}]}
WRONG = {"metadata": {"choices": NEVER}}  # it takes any other key
JSON = [route for route in WRITES if not route.startswith("PATCH") and route != "POST /api/media"]


def properties(route):
    (content, *_) = OPERATIONS[route]["requestBody"]["content"].values()
    return [*SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]["properties"]]


@pytest.mark.parametrize("route", JSON)
def test_a_wrong_field_is_named_in_the_language_that_was_asked_for(client_of, ana, sandbox, route):
    own, api = furnished(ana, "71"), client_of(ana)
    api.default_format = "json"
    before = everything()
    for name in properties(route):
        said = {}
        for language in ("es", "en"):
            api.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            body = POLICIES[route].body(own)
            answer = ask(api, route, own, {**body, name: WRONG.get(name, NEVER)})
            said[language] = answer.json()
            assert (answer.status_code, said[language]["code"]) == (400, "validation_error"), (name, said)
        spanish, english = said["es"]["details"], said["en"]["details"]
        assert {each["field"].split(".")[0] for each in spanish} == {name}
        assert [(each["field"], each["code"]) for each in spanish] == [
            (each["field"], each["code"]) for each in english
        ]
        for one, other in zip([said["es"]["error"], *spanish], [said["en"]["error"], *english], strict=True):
            assert one != other, name
    assert everything() == before


@pytest.mark.parametrize("route", [route for route in WRITES if route != "POST /api/media"])
def test_a_body_that_is_no_object_is_refused(client_of, ana, sandbox, route):
    own, api = furnished(ana, "71"), client_of(ana)
    before = everything()
    for body in ("null", "[]", '["name"]', '"name"', "0", "false"):
        said = []
        for language in ("es", "en"):
            headers = {"Accept-Language": language}
            answer = api.generic(*aimed(route, own), body, "application/json", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), body
            said += [detail["message"] for detail in answer.json()["details"]]
        assert len(said) == len({*said}) == 2, body
    assert everything() == before

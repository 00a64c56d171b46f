"""Generated requests against the API's own description: no server error, and no answer that the description denies.

A few hundred calls, the same each time; SCHEMA_CALLS widens them, draws new ones, and then also looks at whether right
data is taken and wrong data refused.
"""

import os
import uuid
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from accounts.tokens import issue
from tests.access.policies import FOREIGN_KEYS
from tests.access.world import furnished
from tests.test_access_matrix import collections_of, undone

WIDE = "SCHEMA_CALLS" in os.environ
CALLS = int(os.environ.get("SCHEMA_CALLS", "400"))
# What no description can say: fields that must fit each other or what is stored, a secret that must be right.
RULES = {
    *("invalid", "invalid_choice", "does_not_exist", "required", "unique", "empty_range", "too_many_steps"),
    *("password_too_similar", "password_too_common", "password_too_short", "password_entirely_numeric"),
    *("wrong_password", "link_invalid", "unknown_timezone", "invalid_time", "max_digits", "blank", "address_refused"),
}


# A number as a text is taken for a number, a parameter without a value for none, a day for its first moment.
TAKEN_KINDLY = ("Incorrect type", "violates `type`", "smaller than minLength", "'date-time'")


def refuses_wrong_data(ctx, response, case):
    try:
        return negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData as failure:
        if any(words in failure.message for words in TAKEN_KINDLY):
            return None
        raise


def takes_right_data(ctx, response, case):
    try:
        return positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        body = response.json()
        if RULES & {body["code"], *(each["code"] for each in body["details"])}:
            return None
        raise


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    ignored_auth,
    *([refuses_wrong_data, takes_right_data] if WIDE else []),
]

api = schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application()).exclude(
    path_regex="^/api/webhooks/"
)
OPERATIONS = len(list(api.get_all_operations()))


def budget(share: float) -> settings:
    return settings(
        max_examples=max(1, int(CALLS * share / OPERATIONS)),
        deadline=None,
        database=None,
        derandomize=not WIDE,
        # Explicit are the edges of every parameter, some hundred calls an operation.
        phases=[Phase.explicit, Phase.generate] if WIDE else [Phase.generate],
        suppress_health_check=[*HealthCheck],
    )


@pytest.fixture
def own(ana):
    return furnished(ana, "71")


@pytest.fixture(autouse=True)
def _connection_outlives_requests():
    """A request that ends closes a connection in a transaction; Django's own test client hangs up this handler too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def aim(case: Case[Any], own: dict[str, str]) -> None:
    """Most ids that were made up become ids of what there is: beyond 404 and 400 is where the code is."""
    for name, collection in zip(case.path_parameters, collections_of(case.operation.path), strict=False):
        case.path_parameters[name] = aimed(case.path_parameters[name], own[collection])
    if "wait" in case.query:
        case.query["wait"] = 0  # waiting gives the connection back, which a test's transaction lives on
    if isinstance(case.body, dict):
        for name in FOREIGN_KEYS.keys() & case.body.keys():
            case.body[name] = aimed(case.body[name], own[FOREIGN_KEYS[name]])


def aimed(given: Any, existing: str) -> Any:
    try:
        return existing if uuid.UUID(str(given)).int % 4 else given
    except ValueError:
        return given


@pytest.mark.slow
@api.parametrize()
@budget(0.9)
def test_answers_are_as_described(case, ana, own, sandbox):
    aim(case, own)
    with undone():
        case.call_and_validate(headers={"Authorization": f"Bearer {issue(ana)['access']}"}, checks=CHECKS)


@pytest.mark.slow
@api.parametrize()
@budget(0.1)
def test_refusals_without_a_token_are_as_described(case, own):
    aim(case, own)
    with undone():
        case.call_and_validate(checks=CHECKS)

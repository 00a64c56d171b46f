"""Generated requests against the API's own description: no server error, and no answer that the description denies.

A few hundred calls, the same each time; SCHEMA_CALLS widens them, draws new ones, and then also looks at whether right
data is taken and wrong data refused.
"""

import math
import os
import re
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
ANYWHERE = frozenset({""})
SECRETS = frozenset({"password", "current_password"})
IDS = frozenset({*FOREIGN_KEYS, "assigned_agent_id", "assistant", "value"})
# What no description can say. By code, the fields that may be refused for it although their form is right.
RULES: dict[str, frozenset[str]] = {
    # Each of its own rule: how strong a password is, what a zone, a server, a file or a report may be.
    **dict.fromkeys(("password_too_similar", "password_too_common", "password_entirely_numeric"), SECRETS),
    **dict.fromkeys(("password_too_short", "wrong_password"), SECRETS),
    **dict.fromkeys(("unknown_timezone", "invalid_time", "empty_range", "too_many_steps"), ANYWHERE),
    **dict.fromkeys(("address_refused", "unsupported_media_type", "unique", "link_invalid"), ANYWHERE),
    "max_digits": frozenset({"max_cost_per_day"}),  # 12 digits, before and behind the point together
    "blank": ANYWHERE,  # spaces alone
    "bad_request": ANYWHERE,  # a NUL in the address
    "null_characters_not_allowed": ANYWHERE,  # and in a form; JSON goes without them
    # What an id names is there, and is the account's own: `aimed` leaves some that are made up.
    **dict.fromkeys(("does_not_exist", "invalid_choice"), IDS),
    # Fields that must fit each other, the platform or what is stored.
    "unsupported": frozenset({"human_agent"}),
    **dict.fromkeys(("templates_unsupported", "replies_unsupported", "format_unsupported"), frozenset({"metadata"})),
    **dict.fromkeys(("unknown_message", "unknown_file", "file_taken", "media_too_large"), frozenset({"metadata"})),
    **dict.fromkeys(("media_type", "media_unsupported"), frozenset({"type", "metadata"})),
    "duplicate": frozenset({"choices", "attachments"}),
    "unexpected": frozenset({"content", "items", "url", "file"}),
    "year_out_of_range": ANYWHERE,  # a moment that a zone pushes off the calendar
    **dict.fromkeys(("unknown", "masked"), frozenset({"credentials"})),
    "unsupported_file": frozenset({"file"}),
    "empty": frozenset({"items"}),
    "attachments": frozenset({"type", "metadata"}),
    "null": frozenset({"value"}),
    "required": frozenset({"value", "content", "items", "title", "url", "file", "current_password"}),
    "invalid": frozenset(
        {
            *("value", "before", "after", "integration_id", "platform", "start_time", "end_time", "choices"),
            *("attachments", "shortcut", "file"),  # one of two, any language's letters, only in a form
            "credentials",  # of a platform, or as it was shown
            *("avatar_url", "email", "contact_email"),  # narrower than the formats "uri" and "email"
        }
    ),
}
WRONG = re.compile(r"(?:(\w+): )?violates (`\w+`.*? at \S*/([^/\s]+).*)")


def is_a_rule(detail: dict[str, Any]) -> bool:
    fields = RULES.get(detail["code"], frozenset())
    return fields is ANYWHERE or not fields.isdisjoint((detail["field"] or "").split("."))


def is_taken_kindly(case: Case[Any], message: str) -> bool:
    """Whether each way in which the data was wrong is one that is taken."""
    where = re.search(r"in (query|body|header)", message)
    wrongs = WRONG.findall(message)
    return bool(wrongs) and all(
        is_kind(case, place or (where[1] if where else ""), wrong, name.rstrip(",")) for place, wrong, name in wrongs
    )


def is_kind(case: Case[Any], place: str, wrong: str, name: str) -> bool:
    if place == "header":  # the test sends its own token, and an Idempotency-Key is nobody's duty
        return True
    given = (case.query if place == "query" else case.body if isinstance(case.body, dict) else {}).get(name)
    if name in {"expires", "signature"}:  # a link that is not good leaves the token to decide
        return True
    if place == "query":  # empty is none, of many the last counts, an object has other names; `aim` sets `wait`
        return given is None or isinstance(given, list | dict) or given == "" or "date-time" in wrong or name == "wait"
    if name in IDS and given == "":  # nobody, as a form's empty choice is
        return True
    if "`maxLength`" in wrong:  # counted when it is clean: without NUL, and the space around it
        return isinstance(given, str) and given != given.replace("\0", "").strip()
    return re.search(r"`type` .*became (number|integer|boolean|string)", wrong) is not None  # see docs/adr


def refuses_wrong_data(ctx, response, case):
    try:
        return negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData as failure:
        if is_taken_kindly(case, failure.message):
            return None
        raise


def takes_right_data(ctx, response, case):
    try:
        return positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        body = response.json()
        if all(map(is_a_rule, body["details"] or [{"field": None, "code": body["code"]}])):
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
        max_examples=math.ceil(CALLS * share / OPERATIONS),
        deadline=None,
        database=None,
        derandomize=not WIDE,
        phases=[Phase.generate],  # Explicit are the edges of each parameter, some hundred calls an operation
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

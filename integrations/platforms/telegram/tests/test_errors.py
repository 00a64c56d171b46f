import pytest

from integrations.platforms.base import Response
from integrations.platforms.telegram import errors


def answer(status, description, **parameters):
    body = {"ok": False, "error_code": status, "description": description}
    return Response(status, {}, {**body, "parameters": parameters} if parameters else body)


@pytest.mark.parametrize(
    ("status", "description", "error_class"),
    [
        (429, "Too Many Requests: retry after 35", "rate_limited"),
        (401, "Unauthorized", "reauth"),
        (404, "Not Found", "reauth"),
        (403, "Forbidden: bot was blocked by the user", "recipient"),
        (403, "Forbidden: user is deactivated", "recipient"),
        (400, "Bad Request: chat not found", "recipient"),
        (400, "Bad Request: PEER_ID_INVALID", "recipient"),
        (400, "Bad Request: group is deactivated", "recipient"),
        (400, "Bad Request: message text is empty", "permanent"),
        (400, "Bad Request: message is too long", "permanent"),
        (400, "Bad Request: can't parse entities: unclosed tag", "permanent"),
        (409, "Conflict: terminated by other getUpdates request", "account"),
        (500, "Internal Server Error", "unknown"),
        (502, "Bad Gateway", "unknown"),
        (111, "Unknown description that won't match anything", "unknown"),
        (418, "I'm a teapot", "permanent"),
    ],
)
def test_a_refusal_is_classed_by_status_and_words(status, description, error_class):
    refusal = errors.refusal(answer(status, description))
    assert (refusal.error_class, refusal.code, refusal.message) == (error_class, str(status), description)


def test_a_flood_names_its_wait():
    assert errors.refusal(answer(429, "Too Many Requests", retry_after=35)).retry_after == 35.0
    assert errors.refusal(answer(429, "Too Many Requests")).retry_after == 1.0
    assert errors.refusal(answer(429, "Too Many Requests", retry_after="soon")).retry_after == 1.0
    assert errors.refusal(answer(403, "Forbidden", retry_after=35)).retry_after is None


def test_an_answer_that_is_no_json_is_classed_by_its_status():
    assert errors.refusal(Response(502, {}, "<html>")).error_class == "unknown"
    assert errors.refusal(Response(401, {}, "")).error_class == "reauth"
    assert errors.refusal(Response(200, {}, "OK")).error_class == "unknown"
    assert errors.refusal(Response(200, {}, {"ok": True, "result": {}})) is None

import pytest

from integrations.platforms.base import Response
from integrations.platforms.meta import errors


def answer(code, status=400, subcode=None, headers=None, **more):
    error = {"message": "No", "type": "OAuthException", "code": code, "fbtrace_id": "Axyz", **more}
    if subcode:
        error["error_subcode"] = subcode
    return Response(status, headers or {}, {"error": error})


@pytest.mark.parametrize(
    ("error_class", "codes"),
    [
        ("retry", [1, 2, 131000, 131016, 131057, 1200]),
        ("rate_limited", [4, 80007, 130429, 131048, 131056, 131064, 17, 32, 341, 613, 80002]),
        ("reauth", [0, 190, 3, 10, 200, 299, 131005, 230]),
        ("needs_template", [131047]),
        ("recipient", [131026, 130403, 131021, 131030, 131049, 131050, 130472, 551]),
        ("permanent", [100, 131008, 131009, 131051, 131053, 131062, 132000, 132001, 132016, 133016, 2500, 999999]),
        ("account", [33, 368, 131031, 131042, 131045, 133010, 130497]),
    ],
)
def test_a_code_means_the_same_whatever_the_status(error_class, codes):
    for code in codes:
        for status in (200, 400, 403, 429):
            refusal = errors.refusal(answer(code, status))
            assert (refusal.error_class, refusal.code) == (error_class, str(code))


@pytest.mark.parametrize(
    ("code", "subcode", "error_class"),
    [
        (190, 463, "reauth"),
        (10, 2018278, "needs_template"),
        (10, 2534022, "needs_template"),
        (10, 2018065, "needs_template"),
        (1545041, 0, "needs_template"),
        (10, 1545041, "needs_template"),
        (100, 1545041, "needs_template"),
        (230, 1545041, "needs_template"),
        (551, 1545041, "recipient"),
        (200, 1545041, "recipient"),
        (10, 2018108, "recipient"),
        (100, 2018001, "recipient"),
        (10, 1893063, "account"),
        (4, 2018022, "rate_limited"),
        (613, 2534040, "rate_limited"),
        (1200, 2018024, "retry"),
        (200, 2018028, "reauth"),
        (100, 33, "reauth"),
        (100, 2018047, "permanent"),
        (100, 2018034, "permanent"),
        (100, 2018109, "permanent"),
    ],
)
def test_a_subcode_may_decide_otherwise(code, subcode, error_class):
    assert errors.refusal(answer(code, subcode=subcode)).error_class == error_class


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_leaves_it_unknown_even_with_a_code(status):
    assert errors.refusal(answer(131016, status)).error_class == "unknown"
    assert errors.refusal(Response(status, {}, "<html>")).error_class == "unknown"


def test_meta_says_that_an_unknown_error_passes():
    assert errors.refusal(answer(987654, is_transient=True)).error_class == "retry"
    assert errors.refusal(answer(190, is_transient=True)).error_class == "reauth"


def test_the_wait_is_what_the_platform_names():
    assert errors.refusal(answer(130429, headers={"retry-after": "12"})).retry_after == 12.0
    usage = '{"1": [{"estimated_time_to_regain_access": 3}, {"estimated_time_to_regain_access": 0}]}'
    assert errors.refusal(answer(80006, headers={"x-business-use-case-usage": usage})).retry_after == 180.0
    assert errors.refusal(answer(190, headers={"retry-after": "12"})).retry_after is None


def test_without_a_named_wait_it_is_that_of_the_limit():
    assert errors.refusal(answer(613)).retry_after == 60.0
    assert errors.refusal(answer(80002)).retry_after == 300.0
    assert errors.refusal(answer(131056)).retry_after is None
    for odd in ("Wed, 21 Oct 2026 07:28:00 GMT", "-1", "NaN", "1e9", "99999999999", "²", ""):
        assert errors.refusal(answer(130429, headers={"retry-after": odd})).retry_after == 5.0


def test_the_message_holds_meta_s_words_and_trace():
    error = errors.refusal(answer(131047, error_data={"details": "More than 24 hours have passed"}))
    assert error.message == "No | More than 24 hours have passed | Axyz"


def test_no_error_is_no_refusal():
    assert errors.refusal(Response(200, {}, {"messages": [{"id": "wamid.1"}]})) is None
    assert errors.refusal(Response(401, {}, "Unauthorized")).error_class == "reauth"
    assert errors.refusal(Response(404, {}, None)).error_class == "permanent"

import pytest

from integrations.platforms.meta import signature

ESCAPED = (
    rb'{"object":"page","entry":[{"id":"1","time":1,"messaging":'
    rb'[{"message":{"mid":"m1","text":"\u00bfQu\u00e9 tal?"}}]}]}'
)
UTF_8 = ESCAPED.replace(rb"\u00bf", "¿".encode()).replace(rb"\u00e9", "é".encode())


@pytest.mark.parametrize(
    ("raw", "digits"),
    [
        (ESCAPED, "c5c5a32a264b45abf14c17a6ffbb86299a51927da8716545c8ff05625c4106c0"),
        (UTF_8, "d5509d42c969fe53a500ee3562d7404339dce805fb6983cf21577027c4e1e84f"),
    ],
)
def test_the_raw_bytes_are_signed(raw, digits):
    assert signature.signature(raw, "flame-test-secret") == f"sha256={digits}"
    assert signature.verify(raw, {signature.HEADER: f"sha256={digits}"}, "flame-test-secret")


@pytest.mark.parametrize("header", ["", "sha256", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "sha256=" + "F" * 64])
def test_another_header_does_not_pass(header):
    assert not signature.verify(ESCAPED, {signature.HEADER: header}, "flame-test-secret")


def test_the_same_text_in_other_bytes_does_not_pass():
    header = {signature.HEADER: signature.signature(ESCAPED, "flame-test-secret")}
    assert not signature.verify(UTF_8, header, "flame-test-secret")


def test_a_call_proves_that_it_comes_from_the_apps_server():
    expected = "9009f34eb6a25b2567f2cc953c2422a2b4c2b59c1be7c110556422d944c4b9f5"
    assert signature.proof("EAATOKEN", "flame-test-secret") == {"appsecret_proof": expected}
    assert signature.proof("EAATOKEN", "") == signature.proof("", "flame-test-secret") == {}

"""Answers that never end well, at the client of every send: they are left, and nobody knows if the message went."""

import pytest

from integrations import outbound
from integrations.platforms.base import PlatformError
from integrations.tests.test_platform_contract import REF, send


@pytest.mark.parametrize("torrent", ["drip", "endless", "gzip_bomb"])
def test_an_answer_without_an_end_is_left_and_the_message_is_unconfirmed(sandbox, monkeypatch, torrent):
    monkeypatch.setattr(outbound, "TOTAL_SECONDS", 1.0)
    sandbox.add_fault(torrent=torrent)
    with pytest.raises(PlatformError) as refusal:
        send("whatsapp", sandbox)
    assert refusal.value.error_class == "unknown"
    assert [each["client_ref"] for each in sandbox.sent()] == [REF]

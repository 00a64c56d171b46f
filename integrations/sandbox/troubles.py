"""The troubles that can be ordered by one word: `manage.py simulate --chaos 429`, `POST /sandbox/control/troubles/429`.

`rule` goes wrong with the next message to a customer (`chaos.Rule`), `inbound` with what the customer writes
(`control.Inbound`).
"""

from dataclasses import dataclass, field
from typing import Any

HOUR = 3600.0


@dataclass(frozen=True)
class Trouble:
    says: str
    rule: dict[str, Any] = field(default_factory=dict)
    inbound: dict[str, Any] = field(default_factory=dict)
    count: int = 1
    """How many messages it takes to show."""


TROUBLES: dict[str, Trouble] = {
    "duplicates": Trouble("each webhook comes four times", inbound={"duplicates": 3}),
    "batch": Trouble("the webhooks of three customers come in one body", inbound={"batch": True, "others": 2}, count=2),
    "reordering": Trouble("the newest webhook comes first", inbound={"order": "reverse"}, count=3),
    "clock-ahead": Trouble("the customer's clock is two hours ahead", inbound={"clock": 2 * HOUR}),
    "clock-behind": Trouble("the customer's clock is two hours behind", inbound={"clock": -2 * HOUR}),
    "late-receipts": Trouble("receipts come eight seconds late", {"receipts_after": 8}),
    "missing-receipts": Trouble("no receipt comes", {"statuses": "none"}),
    "duplicate-receipts": Trouble("each receipt comes twice", {"statuses": "duplicate"}),
    "reversed-receipts": Trouble("read comes before delivered and sent", {"statuses": "reverse"}),
    "failed-receipt": Trouble("the message is accepted, and then fails", {"statuses": "failed"}),
    "expired-token": Trouble("the access token has expired", {"status": 401, "code": 190, "subcode": 463}),
    "429": Trouble("too many requests, once", {"status": 429, "retry_after": 2}),
    "500": Trouble("the platform fails, and has not taken the message", {"status": 500}),
    "500-taken": Trouble("the platform fails, and has taken the message", {"status": 500, "accept": True}),
    "timeout": Trouble("no answer comes, and the message is taken", {"hang": 30, "accept": True}),
    "cut": Trouble("the connection ends in the answer, and the message is taken", {"accept_then_drop": True}),
    "drip": Trouble("the answer comes one byte a second", {"torrent": "drip"}),
    "endless": Trouble("the answer never ends", {"torrent": "endless"}),
    "gzip-bomb": Trouble("the answer unpacks to 200 MB", {"torrent": "gzip_bomb"}),
}

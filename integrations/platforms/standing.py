"""How an account stands at its platform: what `Platform.connect` and `check` answer."""

from dataclasses import dataclass, field
from typing import Any, Literal

Obstacle = Literal[
    "not_subscribed", "not_connected", "blocked", "wrong_app", "wrong_account", "webhook_elsewhere", "webhook_failing"
]
"""What keeps messages from flowing although the credentials hold.

`not_subscribed`: our app gets no webhooks of the account. `not_connected`, `blocked`: the platform lets the account
not speak. `wrong_app`, `wrong_account`: the token belongs to another app than ours, or to another account.
`webhook_elsewhere`: events go to another address. `webhook_failing`: the platform tried ours and was refused, or found
nobody.
"""


@dataclass(frozen=True)
class Standing:
    """How an account stands at its platform: the name it has there, what is in the way, and what else was said."""

    name: str
    obstacles: tuple[Obstacle, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

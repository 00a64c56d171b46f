"""What this process remembers of a model's server."""

from dataclasses import dataclass, field
from functools import lru_cache

from assistants.providers.manners import Manners
from flame.lib.breaker import Breaker


@dataclass(frozen=True)
class Server:
    base_url: str
    model: str
    breaker: Breaker = field(default_factory=Breaker)
    manners: Manners = field(default_factory=Manners)


@lru_cache
def server_of(base_url: str, model: str) -> Server:
    """The one memory of a server's model in this process."""
    return Server(base_url, model)

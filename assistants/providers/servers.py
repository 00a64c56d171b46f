"""What this process remembers of a model's server."""

from dataclasses import dataclass, field
from functools import lru_cache

import openai
from django.conf import settings

from assistants.providers.failures import Failure
from assistants.providers.manners import Manners
from flame.lib.breaker import Breaker

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True)
class Endpoint:
    base_url: str
    api_key: str
    model: str


def endpoint_of(model: str) -> Endpoint:
    """The library would take an empty OPENAI_BASE_URL of the environment for an address, so it always gets one."""
    return Endpoint(settings.OPENAI_BASE_URL or OPENAI_URL, settings.OPENAI_API_KEY, model)


def client_of(endpoint: Endpoint, connect: float) -> openai.AsyncOpenAI:
    """Without the library's own waiting and retrying."""
    return openai.AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        timeout=openai.Timeout(None, connect=connect),
        max_retries=0,
    )


@dataclass(frozen=True)
class Server:
    base_url: str
    model: str
    breaker: Breaker = field(default_factory=Breaker)
    manners: Manners = field(default_factory=Manners)

    def failed(self, failure: Failure) -> None:
        if failure.blames_server:
            self.breaker.failed()
        else:
            self.breaker.succeeded()


@lru_cache
def server_of(base_url: str, model: str) -> Server:
    """The one memory of a server's model in this process."""
    return Server(base_url, model)

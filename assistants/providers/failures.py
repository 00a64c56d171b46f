"""What goes wrong at a model's server, sorted by what helps: asking again, asking differently, or asking elsewhere."""

from dataclasses import dataclass

import openai

TRANSIENT_STATUS = {408, 409, 429}
THOUGHT_TOO_LONG = "thought_too_long"
OPTIONAL = (
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "reasoning_effort",
    "stream_options",
    "tool_choice",
    "tools",
)
"""What an answer can do without."""


@dataclass
class Failure(Exception):
    """A try without an answer. `code` is stable and shown to staff."""

    code: str
    retryable: bool
    wait: float = 0.0
    """Seconds that the server asked us to wait."""
    blames_server: bool = True
    """Whether it counts against the server's health."""
    parameter: str = ""
    """The parameter that the server does not take."""
    spoke: bool = False
    """Whether some of the text had already been heard."""

    def __str__(self) -> str:
        return self.code


def failure_of(error: Exception) -> Failure:
    """Any exception that a call raises, as one of the kinds."""
    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return Failure("timeout", retryable=True)
    if isinstance(error, openai.APIConnectionError):
        return Failure("connection", retryable=True)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIError):
        return Failure("stream_error", retryable=error.code != "insufficient_quota")
    if isinstance(error, ValueError):  # the library lets `json` and the decoder speak for a chunk that is no JSON
        return Failure("bad_data", retryable=True)
    return Failure(f"unexpected {type(error).__name__}", retryable=False)


def _of_status(error: openai.APIStatusError) -> Failure:
    status = error.status_code
    if error.code == "insufficient_quota":
        return Failure("quota", retryable=False)
    if status in TRANSIENT_STATUS:
        return Failure("rate_limited" if status == 429 else "busy", retryable=True, wait=_retry_after(error))  # noqa: PLR2004 - HTTP
    if status >= 500:  # noqa: PLR2004 - HTTP
        return Failure("server_error", retryable=True, wait=_retry_after(error))
    if status in (401, 403):
        return Failure("unauthorized", retryable=False)
    parameter = _parameter(error) if status in (400, 422) else ""
    return Failure("refused", retryable=False, blames_server=not parameter, parameter=parameter)


def _retry_after(error: openai.APIStatusError) -> float:
    try:
        return max(0.0, float(error.response.headers.get("retry-after", "0")))
    except ValueError:  # an HTTP date: no server of this kind sends one
        return 0.0


def _parameter(error: openai.APIStatusError) -> str:
    """The optional parameter that a refusal is about: by `param`, else by its name in the message."""
    named = [error.param or "", error.message]
    return next((name for text in named for name in OPTIONAL if name in text), "")

"""What a log line is about: the request being served, who is signed in, and the conversation at hand."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Subject:
    """Ids, "" where unknown."""

    request_id: str = ""
    user: str = ""
    conversation: str = ""


_current: ContextVar[Subject] = ContextVar("subject", default=Subject())  # noqa: B039 - frozen


def current() -> Subject:
    return _current.get()


def begin(request_id: str) -> None:
    """A new request, of which nothing else is known.

    Nobody ends it: Django logs a refusal after the last middleware has returned, and each request begins with its own.
    """
    _current.set(Subject(request_id))


def note(*, user: object = None, conversation: object = None) -> None:
    """From here on the lines are about this user or conversation, until the request or the task ends."""
    known = {"user": user, "conversation": conversation}
    _current.set(replace(_current.get(), **{name: str(value) for name, value in known.items() if value is not None}))


@contextmanager
def about(*, conversation: object) -> Iterator[None]:
    """For workers, whose threads go on to the next conversation."""
    token = _current.set(replace(_current.get(), conversation=str(conversation)))
    try:
        yield
    finally:
        _current.reset(token)


class SubjectFilter(logging.Filter):
    """Gives every record the subject's fields, for the formatters."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.__dict__.update(asdict(current()))
        return True

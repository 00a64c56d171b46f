"""An assistant's text while it is written, shown to the account's sockets; kept only for who begins to watch.

Each frame is a `message.delta {draft_id, index, text}`: pieces in order, `index` counting from 0. With `whole`, `text`
is everything up to that index; with `aborted`, the text will become neither a message nor a draft.
"""

import logging
import time
import uuid
from typing import Any

from django.core.cache import cache

from accounts import stream
from accounts.fanout import encode
from conversations.models import AssistantRun
from flame.lib import bell

logger = logging.getLogger(__name__)

PACE_SECONDS = 0.05
KEPT_SECONDS = 60
"""Longer than a model may write."""


class LiveText:
    """Of one run, in the thread that runs it."""

    def __init__(self, run: AssistantRun) -> None:
        self._run = run
        self._text = ""
        self._unshown = ""
        self._index = 0
        self._shown_at = 0.0
        self._is_kept = True

    @property
    def was_shown(self) -> bool:
        return self._index > 0

    def hear(self, piece: str) -> None:
        """The first piece is shown at once, the others in steps."""
        self._unshown += piece
        if time.monotonic() >= self._shown_at + PACE_SECONDS:
            self.flush()

    def flush(self) -> None:
        if not self._unshown:
            return
        piece, self._unshown = self._unshown, ""
        self._text += piece
        self._shown_at = time.monotonic()
        self._show({"index": self._index, "text": piece})
        self._keep({"index": self._index, "text": self._text})
        self._index += 1

    def end(self, *, aborted: str = "") -> None:
        """The message or draft that follows takes its place; or, aborted, nothing does."""
        if not self.was_shown:
            return
        if aborted:
            self._show({"index": self._index, "text": "", "aborted": aborted})
        self._keep(None)

    def _show(self, data: dict[str, Any]) -> None:
        show(self._run, data)

    def _keep(self, data: dict[str, Any] | None) -> None:
        """A cache that is away costs who comes late the beginning, and must not cost the reply."""
        if not self._is_kept or self._run.conversation_id is None:
            return
        try:
            if data is None:
                cache.delete(key_of(self._run.conversation_id))
            else:
                cache.set(key_of(self._run.conversation_id), frame_of(self._run, {**data, "whole": True}), KEPT_SECONDS)
        except Exception as error:  # noqa: BLE001 - each cache has its own exceptions
            self._is_kept = False
            logger.warning("The text being written cannot be kept for who comes late: %s", error)


def show_lost(run: AssistantRun) -> None:
    """The end of a text whose worker is gone."""
    show(run, {"index": 0, "text": "", "aborted": "worker_ended"})


def show(run: AssistantRun, data: dict[str, Any]) -> None:
    bell.send(stream.group(run.user_id), {"type": "frame.sent", "frame": encode(frame_of(run, data))})


def frame_of(run: AssistantRun, data: dict[str, Any]) -> dict[str, Any]:
    actor = {"type": "assistant", "id": str(run.assistant_id)}
    return stream.frame(
        "message.delta", {"draft_id": str(run.id), **data}, conversation_id=run.conversation_id, actor=actor
    )


def so_far(conversation_id: uuid.UUID) -> dict[str, Any] | None:
    """The frame that brings who begins to watch up to date; None when nothing is being written."""
    try:
        frame: dict[str, Any] | None = cache.get(key_of(conversation_id))
    except Exception as error:  # noqa: BLE001
        logger.warning("The text being written cannot be read: %s", error)
        return None
    return frame


def key_of(conversation_id: uuid.UUID) -> str:
    return f"live_text:{conversation_id}"

"""Log files that several processes share, and that never stand in the way."""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

logger = logging.getLogger(__name__)

MAX_BYTES = 10 * 1024 * 1024
KEPT = 5
_told: set[str] = set()


class SharedLogFile(RotatingFileHandler):
    """Rotates by size; follows the name when another process, or logrotate, has moved the file away.

    Two processes that rotate within the same microseconds make one rotation too many. A folder that cannot be written
    is spoken of once and tried again with each line: the console has them all.
    """

    def __init__(self, filename: str) -> None:
        super().__init__(filename, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True)

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802 - logging's name
        if self.stream is not None and self._was_moved(self.stream.fileno()):
            self.stream.close()
            self.stream = None  # it opens the file anew
        if self.stream is None:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return bool(super().shouldRollover(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        error, folder = sys.exc_info()[1], str(Path(self.baseFilename).parent)
        if not isinstance(error, OSError):
            super().handleError(record)
        elif folder not in _told:
            _told.add(folder)
            logger.warning("Log files in %s cannot be written, the console has every line: %s", folder, error)

    def _was_moved(self, opened: int) -> bool:
        try:
            named = os.stat(self.baseFilename)  # noqa: PTH116 - beside fstat
        except FileNotFoundError:
            return True
        return not os.path.samestat(named, os.fstat(opened))

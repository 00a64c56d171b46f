"""A database engine: Django's SQLite, with a queue for its writers.

A writer that finds SQLite locked sleeps and looks again, longer each time, while others pass by: under load some looked
for seconds, the webhook door among them. Our writers are threads of one process, so a lock of that process gives them
their turns. A writer of another process still has SQLite's own wait.
"""

import threading

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_turn = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        """Django begins every transaction here, and ours are IMMEDIATE: this is where they wait for the one writer."""
        if not _turn.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked")
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        finally:
            _turn.release()

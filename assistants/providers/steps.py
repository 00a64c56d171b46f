"""An event loop that is run step by step: each wait has its limit, and the whole has one."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Self

LOOK_SECONDS = 0.2
"""How often a waiting call looks whether it is still wanted."""


class Steps:
    """Use it as a context: leaving it cancels what still waits, which closes its connection."""

    def __init__(self, deadline: float, look_up: Callable[[], object]) -> None:
        """`look_up` runs between steps, outside the loop, where it may use the database."""
        self._deadline = deadline
        self._look_up = look_up
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, Any], limit: float) -> Any:
        """Run the loop until the work is done. Raises TimeoutError at the limit, by the monotonic clock."""
        task = self._runner.get_loop().create_task(work)
        limit = min(limit, self._deadline)
        while True:
            left = limit - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if self._runner.run(_settled(task, min(left, LOOK_SECONDS))):
                return task.result()
            self._look_up()


async def _settled(task: asyncio.Task[Any], seconds: float) -> bool:
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)

"""How much a file may cost, and how one is refused."""

from typing import Any

FILE_BYTES = 5 * 1024 * 1024
PAGES = 200
CHARACTERS = 4_000_000
"""Of text; ten thousand passages have about as many."""
MEMORY_BYTES = 768 * 2**20
CPU_SECONDS = 15
SECONDS = 20
"""By the clock; a busy machine gives a process less than one core."""


class Refused(Exception):
    """`problem` is JSON: {code, …}, in the words of assistants.knowledge.problems."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.problem = {"code": code, **params}

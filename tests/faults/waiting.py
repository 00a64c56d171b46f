"""Waiting for something to become true, with a deadline and a reason."""

import time


def wait_until(condition, seconds, why=""):
    """The condition's first true answer. `why` is text, or a callable that says how far it got."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {seconds} s: {why() if callable(why) else why}")
        time.sleep(0.05)
    return answer

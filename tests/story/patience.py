"""Waiting for a condition with a deadline: the one place where a test waits."""

import threading
import time

DEADLINE_SECONDS = 240.0
"""Only a failure takes it; a busy machine is none."""
LOOK_SECONDS = 0.02


def until(holds, what, seconds=DEADLINE_SECONDS):
    """The first truthy answer of ``holds``; fails with what was waited for."""
    never = threading.Event()
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what() if callable(what) else what}"
        never.wait(LOOK_SECONDS)

"""What surrounds the process of a command: streams, variables, the clock."""

from collections.abc import Callable, Mapping
from typing import TextIO


class World:
    """The process's surroundings, so that a test can hand over its own."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        clock: Callable[[], float],
        pause: Callable[[float], object],
    ) -> None:
        """``clock`` gives seconds since the epoch; ``pause`` waits a number of seconds."""
        self.environ = environ
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.clock = clock
        self.pause = pause

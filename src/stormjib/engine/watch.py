"""The watch: looks every second at what no request would notice, such as files that were taken away under the server."""

from collections.abc import Callable
from typing import Final

from stormjib.engine.rounds import Rounds

LOOK_SECONDS: Final = 1.0
SWEEP_LOOKS: Final = 600
"""Ten minutes: how often rows of what ended long ago are forgotten."""


class Watch(Rounds):
    """One thread. What it calls must not block for long."""

    def __init__(
        self,
        *,
        lost: Callable[[], str],
        on_fatal: Callable[[str], None],
        examine: Callable[[], None],
        sweep: Callable[[], None],
    ) -> None:
        """``lost`` says why what is written would not be found again, "" where all is well; then ``on_fatal`` is told.

        ``examine`` looks for what is damaged.
        """
        self._lost = lost
        self._examine = examine
        self._on_fatal = on_fatal
        self._sweep = sweep
        super().__init__("watch", self._run, None)

    def start(self) -> None:
        """Look from now on."""
        self.look()
        super().start()

    def look(self) -> None:
        """One look at the files."""
        reason = self._lost()
        if reason:
            self._on_fatal(reason)

    def _run(self) -> None:
        looks = 0
        while not self.pause(LOOK_SECONDS):
            self.look()
            self._examine()
            looks += 1
            if looks % SWEEP_LOOKS == 0:
                self._sweep()

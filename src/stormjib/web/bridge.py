"""The bridge between the writer's thread and the web server's event loop: how a request learns that it is on disk."""

import asyncio
from collections import deque
from typing import Any

from stormjib.ports import Accepted


class Bridge:
    """Brings answers from the writer's thread into one event loop, with one wake-up for a whole commit."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._answers: deque[tuple[asyncio.Future[Accepted], Accepted | None, BaseException | None]] = deque()
        self._woken = False

    def put(self, future: asyncio.Future[Accepted], result: Accepted | None, error: BaseException | None) -> None:
        """Called in the writer's thread."""
        self._answers.append((future, result, error))
        if not self._woken:
            self._woken = True
            if not self.loop.is_closed():
                self.loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        # Lowered before the queue is read: whatever is put in after that wakes the loop again.
        self._woken = False
        while self._answers:
            future, result, error = self._answers.popleft()
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            elif result is not None:
                future.set_result(result)


class Waiting:
    """One request that waits for its commit."""

    __slots__ = ("_bridge", "future")

    def __init__(self, bridge: Bridge, future: asyncio.Future[Accepted]) -> None:
        self._bridge = bridge
        self.future = future

    def set_running_or_notify_cancel(self) -> bool:
        """Alerts are written even if their sender has hung up."""
        return True

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - the writer's answers are of any type
        """It is on disk."""
        self._bridge.put(self.future, result, None)

    def set_exception(self, exception: BaseException, /) -> None:
        """It is not."""
        self._bridge.put(self.future, None, exception)

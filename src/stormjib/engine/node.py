"""A node: one running program, its heartbeat, and the takeover of what dead nodes left unfinished."""

import logging
from collections.abc import Collection

from stormjib.engine.rounds import Rounds
from stormjib.ports import Clock, Executor, Heartbeats

BEAT_SECONDS = 1.0
DEAD_SECONDS = 10.0
"""A node that has not been heard of for so long is dead; it is slower than any pause of a healthy one."""

_log = logging.getLogger(__name__)


class Node(Rounds):
    """Looks at the state again and again instead of waiting for a signal, so that a missed one costs a second.

    Without ``heartbeats`` the node is alone with its database, and every other executor in it is dead.
    """

    def __init__(self, executor: Executor, clock: Clock, heartbeats: Heartbeats | None = None) -> None:
        """Nothing runs before ``start``; the executor must be launched by then."""
        self._executor = executor
        self._clock = clock
        self._heartbeats = heartbeats
        super().__init__("node", self._run, None)

    def start(self) -> None:
        """Beat, and take over at once what a kill left. Alone, once is enough."""
        self.beat()
        if self._heartbeats is not None:
            super().start()

    def stop(self) -> None:
        """Leave in order: what this node still has is taken over at once."""
        super().stop()
        if self._heartbeats is not None:
            self._heartbeats.forget(self._executor.executor_id)

    def beat(self) -> tuple[str, ...]:
        """One round; the executors whose work was taken over."""
        now = self._clock()
        taken = self._executor.takeover(self._alive(now))
        for executor_id in taken:
            _log.warning("took over what %s left unfinished", executor_id)
        return taken

    def _alive(self, now: float) -> Collection[str]:
        if self._heartbeats is None:
            return ()
        self._heartbeats.beat(self._executor.executor_id, now)
        beats = self._heartbeats.beats()
        for executor_id in [executor_id for executor_id, at in beats.items() if now - at > 10 * DEAD_SECONDS]:
            self._heartbeats.forget(executor_id)
        return [executor_id for executor_id, at in beats.items() if now - at <= DEAD_SECONDS]

    def _run(self) -> None:
        while not self.pause(BEAT_SECONDS):
            self.beat()

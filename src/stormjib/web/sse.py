"""Live updates: a hub that wakes streams, and the streams of an incident and of the list as text/event-stream."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from stormjib.core.log import Entry
from stormjib.ports import Overloaded
from stormjib.web import templating

EVERYTHING: Final = ""
"""The topic of the list, which every incident touches."""
HEARTBEAT_SECONDS: Final = 5.0
"""How often a stream says ``beat``. A page that has heard nothing for three of them says that it is not live."""
STREAMS_MAX: Final = 500
ENTRIES_AT_ONCE_MAX: Final = 200
HEADERS: Final = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


class Bell:
    """Tells one stream that there is something new. It holds no data, so a slow reader can't make it grow."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        self._rung = False

    def ring(self) -> None:
        """Wake the stream; any thread may call it, and it never waits."""
        if self._rung:
            return
        self._rung = True
        with contextlib.suppress(RuntimeError):  # the loop is closed: the server is going down
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, timeout_seconds: float) -> bool:
        """Wait for a ring; False when none came in time. Whatever was committed before is to be read after this."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout_seconds)
        except TimeoutError:
            return False
        self._event.clear()
        self._rung = False
        return True


class Hub:
    """Wakes the streams of an incident after a commit.

    It is level-triggered: a stream keeps the number of the entry that it sent last and reads on from there in the log,
    so however many rings are missed or merged, nothing is lost and nothing is sent twice.
    """

    def __init__(self, boot: str, streams_max: int = STREAMS_MAX) -> None:
        """``boot`` differs at every start of the process, so that a revision of an earlier one is never taken for ours."""
        self._boot = boot
        self._streams_max = streams_max
        self._bells: dict[str, tuple[Bell, ...]] = {}
        self._lock = threading.Lock()
        self._published = 0
        self.closed = False

    @property
    def revision(self) -> str:
        """Changes with everything that is published."""
        return f"{self._boot}-{self._published}"

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return sum(len(bells) for bells in self._bells.values())

    @property
    def full(self) -> bool:
        """Whether no further stream may be opened now."""
        return self.streams >= self._streams_max

    def publish(self, incident_id: str, seq: int) -> None:  # noqa: ARG002 - the streams know what they have sent
        """Say that an entry of this incident is on disk. Called by the writer's thread after each commit; never waits."""
        self._published += 1
        for bell in self._bells.get(incident_id, ()):
            bell.ring()
        for bell in self._bells.get(EVERYTHING, ()):
            bell.ring()

    @contextlib.contextmanager
    def subscribe(self, topic: str) -> Iterator[Bell]:
        """A bell for one incident, or for ``EVERYTHING``; raises ``Overloaded``. Only within a running event loop."""
        bell = Bell(asyncio.get_running_loop())
        with self._lock:
            if self.full:
                raise Overloaded(f"{self._streams_max} live pages are open already; this one shows what is new on reload.", 30)
            self._bells[topic] = (*self._bells.get(topic, ()), bell)
        try:
            yield bell
        finally:
            with self._lock:
                left = tuple(other for other in self._bells[topic] if other is not bell)
                if left:
                    self._bells[topic] = left
                else:
                    del self._bells[topic]

    def close(self) -> None:
        """End every stream, because the server goes down."""
        self.closed = True
        with self._lock:
            bells = [bell for topic in self._bells.values() for bell in topic]
        for bell in bells:
            bell.ring()


def answer(stream: AsyncIterator[str]) -> Response:
    """A stream as an answer that nothing between the server and the browser may hold back."""
    return StreamingResponse(stream, headers={**templating.HEADERS, **HEADERS}, media_type="text/event-stream")


def message(data: str, *, event: str = "", event_id: str = "") -> str:
    """One event; a line break in the data starts another ``data:`` line."""
    head = (f"id: {event_id}\n" if event_id else "") + (f"event: {event}\n" if event else "")
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return head + "".join(f"data: {line}\n" for line in lines) + "\n"


async def incident_events(
    incident_id: str,
    after_seq: int,
    *,
    resumed: bool,
    hub: Hub,
    read: Callable[[str, int, int], Sequence[Entry]],
    render: Callable[[Entry], str],
    allowed: Callable[[], bool],
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
) -> AsyncIterator[str]:
    """Every entry after ``after_seq``, one event each whose id is its number, then ``room`` when the panes are out of date.

    A ``resumed`` stream says ``room`` at once, since the one before may have ended between an entry and its ``room``.
    ``beat`` says that the server lives. Both carry the newest number, so that a page sees that its panes are older than that.
    """
    stale = resumed
    with hub.subscribe(incident_id) as bell:
        yield "retry: 1000\n\n"
        while not hub.closed and allowed():
            entries = await run_in_threadpool(read, incident_id, after_seq, ENTRIES_AT_ONCE_MAX)
            for entry in entries:
                yield message(render(entry), event_id=str(entry.seq))
                after_seq = entry.seq
                stale = True
            if len(entries) == ENTRIES_AT_ONCE_MAX:
                continue
            yield message(str(after_seq), event="room" if stale else "beat")
            stale = False
            await bell.wait(heartbeat_seconds)


async def list_events(
    known_revision: str, *, hub: Hub, allowed: Callable[[], bool], heartbeat_seconds: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """``list`` whenever the list is not what a page of ``known_revision`` shows, else ``beat``; both carry the revision."""
    with hub.subscribe(EVERYTHING) as bell:
        yield "retry: 1000\n\n"
        while not hub.closed and allowed():
            revision = hub.revision
            yield message(revision, event="beat" if revision == known_revision else "list", event_id=revision)
            known_revision = revision
            await bell.wait(heartbeat_seconds)

"""How the server itself is: what it did since its start, counted, and what stands now, for whoever watches the watcher."""

import threading
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from stormjib import __version__
from stormjib.core.checkup import ProbeRecord
from stormjib.core.incident.telling import asked
from stormjib.core.log import Declared, EffectFailed, Entry, MessageSent, OutcomeUnknown, PageSent, RunFinished
from stormjib.engine.alarm import Alarm
from stormjib.engine.dispatcher import MARK
from stormjib.engine.incidents import Incidents
from stormjib.ports import Damaged, LogReader, NotFound
from stormjib.web.metrics import Family, Sample

PAGE_SECONDS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
ASKED_MAX: Final = 20_000
"""Entries whose time is remembered, to say how long it took until a page for one of them had arrived."""
OPEN_MAX: Final = 5_000
INTEGRATIONS: Final = ("command", "logs", "metrics", "recovery", "webhook")
READ_MAX: Final = 50
"""Open incidents whose runs are looked at; of more, the worst."""

Moment = Callable[[], float | None]
"""When something happened last, in seconds since the epoch; None where it never did."""


class Vitals:
    """``heard`` is called in the writer's thread, ``families`` by any."""

    def __init__(
        self,
        reader: LogReader,
        incidents: Incidents,
        alarm: Alarm,
        *,
        free_bytes: Callable[[], int],
        free_bytes_min: int,
        log: Path,
        moments: Mapping[str, tuple[str, Moment]],
        counts: Mapping[str, tuple[str, Callable[[], int]]],
        checked: Callable[[], Mapping[str, ProbeRecord]],
    ) -> None:
        """``moments`` and ``counts``: what others know, by the name of the metric, each with what it says."""
        self._reader = reader
        self._incidents = incidents
        self._alarm = alarm
        self._free_bytes = free_bytes
        self._free_bytes_min = free_bytes_min
        self._log = log
        self._moments = moments
        self._counts = counts
        self._checked = checked
        self._lock = threading.Lock()
        self._asked: OrderedDict[tuple[str, int], float] = OrderedDict()
        # From the start at 0: in a series that begins with its first failure no increase can be found.
        self._done = Counter({("failed", name): 0 for name in INTEGRATIONS})
        self._pages = [0] * (len(PAGE_SECONDS) + 1)
        self._page_seconds = 0.0

    def heard(self, entries: Sequence[Entry]) -> None:
        """What a commit wrote."""
        with self._lock:
            for entry in entries:
                self._hear(entry)

    def _hear(self, entry: Entry) -> None:
        self._asked[entry.incident, entry.seq] = entry.at
        if len(self._asked) > ASKED_MAX:
            self._asked.popitem(last=False)
        match entry.fact:
            case PageSent():
                self._done["pages", "delivered"] += 1
                since = self._asked.get((entry.incident, asked(entry)[0]))
                if since is not None:
                    self._pages[bisect_left(PAGE_SECONDS, entry.at - since)] += 1
                    self._page_seconds += max(entry.at - since, 0.0)
            case MessageSent():
                self._done["messages", "delivered"] += 1
            case EffectFailed():
                self._done["pages" if entry.fact.who else "messages", "failed"] += 1
                self._done["failed", entry.fact.integration] += 1
            case RunFinished():
                self._done["runs", "ok" if entry.fact.ok else "failed"] += 1
            case OutcomeUnknown():
                self._done["runs", "unknown"] += 1
            case Declared():
                self._done["declared", ""] += 1

    def families(self) -> Iterator[Family]:
        """Everything; raises ``StoreFailed`` where the log can't be read."""
        yield Family("stormjib_build_info", "gauge", "The version that runs.", [Sample(1, {"version": __version__})])
        with self._lock:
            done, pages, seconds = Counter(self._done), list(self._pages), self._page_seconds
        yield from _of_done(done)
        yield Family(
            "stormjib_page_seconds",
            "histogram",
            "From the entry that asks for a page until it had arrived.",
            _histogram(pages, seconds),
        )
        yield from self._now()
        yield from self._of_incidents()
        yield from self._of_disk()
        for name, (text, moment) in self._moments.items():
            at = moment()
            yield Family(f"stormjib_{name}_timestamp_seconds", "gauge", text, [] if at is None else [Sample(at)])
        for name, (text, count) in self._counts.items():
            yield Family(f"stormjib_{name}", "gauge", text, [Sample(count())])

    def _now(self) -> Iterator[Family]:
        pages, messages = self._alarm.standing(), self._alarm.untold()
        yield Family(
            "stormjib_pages_undelivered",
            "gauge",
            "Pages that have not arrived, nobody having acknowledged.",
            [Sample(len(pages))],
        )
        since = [Sample(min(one.since for one in pages))] if pages else []
        yield Family(
            "stormjib_pages_undelivered_since_timestamp_seconds", "gauge", "When the oldest of them failed first.", since
        )
        yield Family("stormjib_messages_undelivered", "gauge", "Messages that have not arrived.", [Sample(len(messages))])
        behind = max(self._reader.last_position() - self._reader.mark(MARK), 0)
        yield Family(
            "stormjib_effects_behind_entries", "gauge", "Entries whose effects have not all been started.", [Sample(behind)]
        )
        known = Counter("working" if one.works else "failing" for one in self._checked().values())
        reads = [Sample(known[state], {"state": state}) for state in ("working", "failing")]
        yield Family("stormjib_runbook_reads", "gauge", "The runbook's reads, as they were when last tried.", reads)
        tried = [one.at for one in self._checked().values()]
        newest = [Sample(max(tried))] if tried else []
        yield Family("stormjib_runbook_check_timestamp_seconds", "gauge", "When a read of the runbook was last tried.", newest)

    def _of_incidents(self) -> Iterator[Family]:
        heads, counts = self._reader.worst_open(OPEN_MAX)
        by = [Sample(count, {"severity": severity}) for severity, count in sorted(counts.items())]
        yield Family("stormjib_incidents_open", "gauge", "Open incidents.", by)
        lacking = sum(head.status == "declared" for head in heads)
        yield Family(
            "stormjib_incidents_unacknowledged", "gauge", "Open incidents that nobody has acknowledged.", [Sample(lacking)]
        )
        unknown = sum(self._unknown(head.id) for head in heads[:READ_MAX])
        yield Family("stormjib_runs_unknown", "gauge", "Runs whose outcome nobody knows, in open incidents.", [Sample(unknown)])

    def _unknown(self, incident_id: str) -> int:
        try:
            return self._incidents.use(incident_id, lambda now: sum(run.state == "unknown" for run in now.runs.values()))
        except (Damaged, NotFound):
            return 0

    def _of_disk(self) -> Iterator[Family]:
        yield Family("stormjib_disk_free_bytes", "gauge", "Room where the log is.", [Sample(self._free_bytes())])
        yield Family("stormjib_disk_free_bytes_min", "gauge", "Below it nothing new is taken.", [Sample(self._free_bytes_min)])
        size = sum(file.stat().st_size for file in self._log.parent.glob(f"{self._log.name}*"))
        yield Family("stormjib_log_bytes", "gauge", "What the log takes on disk.", [Sample(size)])


def _of_done(done: Counter[tuple[str, str]]) -> Iterator[Family]:
    for what, states, text in (
        ("pages", ("delivered", "failed"), "Tries to page somebody, by result."),
        ("messages", ("delivered", "failed"), "Tries to tell a channel or an audience, by result."),
        ("runs", ("ok", "failed", "unknown"), "Commands above read, by outcome."),
    ):
        yield Family(
            f"stormjib_{what}_total", "counter", text, [Sample(done[what, state], {"result": state}) for state in states]
        )
    failed = [Sample(count, {"integration": name}) for (what, name), count in sorted(done.items()) if what == "failed"]
    yield Family("stormjib_effects_failed_total", "counter", "What could not be told or asked, by integration.", failed)
    declared = [Sample(done["declared", ""])]
    yield Family("stormjib_incidents_declared_total", "counter", "Incidents that were declared since the start.", declared)


def _histogram(pages: Sequence[int], seconds: float) -> Iterator[Sample]:
    total = 0
    for limit, count in zip((*map(str, PAGE_SECONDS), "+Inf"), pages, strict=True):
        total += count
        yield Sample(total, {"le": limit}, "_bucket")
    yield Sample(seconds, suffix="_sum")
    yield Sample(total, suffix="_count")

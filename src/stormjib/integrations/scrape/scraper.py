"""The scraper: one thread that looks at every target and at this machine, into the ring, which it keeps on disk now and then."""

import logging
import math
import threading
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from stormjib import owned
from stormjib.evidence.metrics.catalogue import catalogue
from stormjib.evidence.metrics.judge import HOUR_SECONDS
from stormjib.evidence.metrics.ring import Ring
from stormjib.evidence.metrics.sample import Raw, Sample, Span
from stormjib.evidence.metrics.spec import Series, Window
from stormjib.evidence.metrics.tracks import labels_of, tracks
from stormjib.integrations.scrape.machine import machine
from stormjib.integrations.scrape.target import ScrapeFailed, Target
from stormjib.ports import Clock

TIMEOUT_SECONDS_MAX = 5.0
KEPT_EVERY_SECONDS = 300.0
PLACES_MAX = 240
HOST = "host"
HOLD_PLACES = 3

_log = logging.getLogger(__name__)


class Scraper:
    """A source of metrics. ``start`` begins the thread; a target that hangs holds nothing up but itself."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        every_seconds: float,
        clock: Clock,
        monotonic: Callable[[], float],
        file: Path | None = None,
        disks: Sequence[str] = ("/",),
    ) -> None:
        """``file`` keeps the ring over a restart."""
        self.name = "scraping"
        self.every_seconds = every_seconds
        self._targets = [Target(url, monotonic) for url in urls]
        self._clock = clock
        self._monotonic = monotonic
        self._file = file
        self._disks = disks
        self.ring = Ring()
        self._problems: dict[str, tuple[str, ...]] = {}
        self._down: set[str] = set()
        """The targets that did not answer, or with an error of theirs, when they said last how they are."""
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scraper", daemon=True)

    def start(self) -> None:
        """Take over what was kept, then look every few seconds."""
        self.load()
        self._thread.start()

    def stop(self) -> None:
        """End the thread and keep what there is; a target that hangs is not waited for."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        self.keep()
        for target in self._targets:
            target.close()

    def _run(self) -> None:
        kept = due = self._monotonic()
        while not self._stopping.is_set():
            self.look(min(self.every_seconds, TIMEOUT_SECONDS_MAX))
            if self._monotonic() - kept >= KEPT_EVERY_SECONDS:
                kept = self._monotonic()
                self.keep()
            # A slow target does not make the next look come sooner: looks that were missed stay missed.
            due = max(due + self.every_seconds, self._monotonic())
            self._stopping.wait(due - self._monotonic())

    def look(self, timeout_seconds: float) -> None:
        """Look at everything once. A target that fails is a gap in its series, never a zero of its own, and ``up`` 0 unless it answers without metrics."""
        with self._one_at_a_time:
            self._add(HOST, machine(self._disks), alone=True)
            for target in self._targets:
                try:
                    found = target.scrape(timeout_seconds)
                except ScrapeFailed as failed:
                    self._note(target.url, (str(failed),), up=None if failed.runs else False)
                    continue
                self._note(target.url, found.problems, up=True)
                self._add(self._instance(target), [sample for sample in found.samples if not math.isnan(sample.value)])

    def _note(self, url: str, problems: tuple[str, ...], *, up: bool | None) -> None:
        with self._lock:
            self._problems[url] = problems
        # Whoever answers again is not down any more, metrics or not.
        up = True if up is None and url in self._down else up
        if up is not None:
            (self._down.discard if up else self._down.add)(url)
            labels = (("target", url),) if len(self._targets) > 1 else ()
            self._add(f"up {url}", (Sample("up", labels, 1.0 if up else 0.0),))

    def _add(self, instance: str, samples: Sequence[Sample], *, alone: bool = False) -> None:
        with self._lock:
            self.ring.add(self._clock(), instance, samples, alone=alone)

    def _instance(self, target: Target) -> str:
        return target.url.partition("://")[2].partition("/")[0]

    # A source of metrics

    def tracks(self, asked: Window, timeout_seconds: float) -> tuple[tuple[Series, ...], float, tuple[str, ...]]:
        """A fresh look, then every metric since an hour before the detection: (tracks, seconds of a point, problems)."""
        self._fresh(min(timeout_seconds * 0.5, TIMEOUT_SECONDS_MAX))
        with self._lock:
            raws = self.ring.raws(asked.detected_at - HOUR_SECONDS)
            problems = tuple(told for each in self._problems.values() for told in each)
            back = self.ring.clock_went_back
        if back:
            problems = (*problems, f"The clock of this machine went back {back} times; what lay after it was dropped.")
        if not raws:
            return (), self.every_seconds, (*problems, "Nothing has been scraped yet.")
        span = self._span(raws, asked)
        wanted = catalogue(labels_of(raws))
        return tracks(raws, wanted, span, asked.service), span.step_seconds, problems

    def _fresh(self, timeout_seconds: float) -> None:
        """The detection is newer than the last look; but a look that is under way is not waited for."""
        if self._one_at_a_time.locked():
            return
        self.look(timeout_seconds)

    def _span(self, raws: Sequence[Raw], asked: Window) -> Span:
        start = min(raw.points[0][0] for raw in raws)
        end = max(asked.now, *(raw.points[-1][0] for raw in raws))
        step = max(2 * self.every_seconds, (end - start) / PLACES_MAX)
        places = max(math.ceil((end - start) / step), 1)
        replicas = {(raw.instance, raw.process) for raw in raws if raw.process}
        return Span(end - places * step, end, step, HOLD_PLACES if len(replicas) > 1 else 0)

    # On disk

    def keep(self) -> None:
        """Write the ring as a whole; a disk that is full costs the history after a restart and nothing else."""
        if self._file is None:
            return
        with self._lock:
            packed = self.ring.pack()
        try:
            owned.write(self._file, zlib.compress(packed, 1))
        except OSError as error:
            _log.warning("the scraped metrics could not be kept: %s", error.strerror)

    def load(self) -> None:
        """Take over what was kept; a damaged file is an empty ring."""
        if self._file is None or not self._file.exists():
            return
        try:
            stored = zlib.decompress(self._file.read_bytes())
        except (OSError, zlib.error) as error:
            _log.warning("the scraped metrics of before can't be read (%s); they begin anew", error)
            return
        if not self.ring.unpack(stored):
            _log.warning("the scraped metrics of before are of another version or damaged; they begin anew")

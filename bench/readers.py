"""People who read pages and ask the API while something else is measured, in a process of their own, so that nothing here waits for them."""

import contextlib
import http.client
import itertools
import multiprocessing
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bench.figure import percentile

PEOPLE: Final = 4
PAUSE_SECONDS: Final = 0.2
"""Between one page and the next of each."""


class Reads(msgspec.Struct):
    """How long each answer took, in milliseconds, by its path."""

    times: dict[str, list[float]] = {}
    refused: int = 0

    def all(self) -> list[float]:
        """Of whatever path."""
        return [took for found in self.times.values() for took in found]

    def by_path(self) -> dict[str, float]:
        """The p99 of each path."""
        return {path: round(percentile(found, 99), 1) for path, found in sorted(self.times.items())}


@contextlib.contextmanager
def reading(url: str, headers: Mapping[str, str], paths: Sequence[str]) -> Iterator[Reads]:
    """Read them in turn, each person at another place, until the end; what is read stands in ``times`` afterwards."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_read_all, args=(theirs, url, dict(headers), list(paths)))
    reads = Reads()
    process.start()
    try:
        ours.recv()
        yield reads
        ours.send("that is all")
        reads.times, reads.refused = ours.recv()
    finally:
        ours.close()
        theirs.close()
        process.terminate()
        process.join()


def _read_all(told: Connection, url: str, headers: dict[str, str], paths: list[str]) -> None:
    times: dict[str, list[float]] = defaultdict(list)
    refused: list[str] = []
    stopping = threading.Event()

    def read(person: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        start = person * len(paths) // PEOPLE
        for path in itertools.cycle([*paths[start:], *paths[:start]]):
            began = time.perf_counter()
            connection.request("GET", path, headers=headers | {"Accept": "application/json" if "/api/" in path else "text/html"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == http.client.OK:
                times[path].append((time.perf_counter() - began) * 1_000)
            elif answer.status != http.client.NOT_FOUND:
                refused.append(path)
            if stopping.wait(PAUSE_SECONDS):
                return

    people = [threading.Thread(target=read, args=(number,)) for number in range(PEOPLE)]
    for person in people:
        person.start()
    told.send("they read")
    told.recv()
    stopping.set()
    for person in people:
        person.join()
    told.send((dict(times), len(refused)))

"""A storm with people in it: distinct alerts at an even pace, then each of them ten times more, while somebody reads the pages.

Each alert names a service of the catalogue, whose team is paged, whoever is on call before all. What became of them is counted afterwards
from the log and from what the pager took; once with the storm brake, which holds pages back and sums them up, and once without.
"""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import roster
from bench.fault_site import Message, Pager
from bench.figure import Figure, Part, percentile
from bench.machine import busy_elsewhere
from bench.paging import TINY_RUNBOOK
from bench.readers import Reads, reading
from bench.receiver import Sender
from bench.server import Server, stormjib
from stormjib.core.access import SITE
from stormjib.core.log import Entry, PageHeld, PageRequested, PageSent
from stormjib.store.database import open_reader

ALERTS: Final = 10_000
A_SECOND: Final = ALERTS / 60
TIMES: Final = 10
PER_GROUP: Final = 20
SENDERS: Final = 4
WORST_EVERY: Final = 10
"""One group in so many is a P0; the others are P1."""
READ_BAR_MILLISECONDS: Final = 100.0
QUIET_SECONDS: Final = 300.0
"""The last page that sums up comes at most so long after the storm."""
NO_BRAKE: Final = 100_000
AGAIN_SECONDS: Final = 0.2
LOOK_SECONDS: Final = 1.0
PATHS: Final = (
    "/",
    "/incidents/INC-1",
    "/incidents/INC-30",
    "/alerts",
    "/intake",
    "/services",
    "/api/v1/incidents?order=worst",
    "/api/v1/incidents/INC-30",
    "/api/v1/alerts",
)
"""What people look at in a storm."""


class Outcome(msgspec.Struct):
    """What the log and the pager say afterwards; all but ``paged`` and ``held`` have to be 0."""

    lost: int
    """Distinct alerts that are in no incident."""
    unaccounted: int
    """Alerts that were answered for and have no outcome, or more than one."""
    groups: int
    """Those with no incident or with several."""
    undecided: int
    """People who were to be paged for an incident, whose page was neither sent nor held back."""
    doubled: int
    """Pages that a person got a second time for the same incident."""
    untold: int
    """Pages held back which the last page that sums up doesn't tell of."""
    paged: int = 0
    held: int = 0


def measure(where: Path, *, alerts: int, tell: Callable[[str], None]) -> Part:
    """With the storm brake and without it."""
    figures: list[Figure] = []
    raw: dict[str, object] = {"alerts": alerts, "repeats": alerts * TIMES}
    for name, more in (("with the storm brake", {}), ("without it", {"pages_max": NO_BRAKE})):
        share: dict[str, float] = {}
        with busy_elsewhere(share):
            found, numbers = _run(where, alerts, more)
        figures += [msgspec.structs.replace(one, name=f"{one.name}, {name}") for one in found]
        raw[name] = numbers | share
        tell(f"  {name}: {alerts:,} alerts and {alerts * TIMES:,} repeats (others {share['others']:.0%})")
    return Part(figures, raw)


def _run(where: Path, alerts: int, more: dict[str, object]) -> tuple[list[Figure], dict[str, object]]:
    runbook = where / "storm.md"
    runbook.write_text(TINY_RUNBOOK)
    groups = [f"service-{number}-" for number in range(-(-alerts // PER_GROUP))]
    pager = Pager()
    with (
        closing(pager),
        roster.catalogue(where, groups, pager.url, page="first, team bench") as catalogue,
        stormjib(where, runbook=runbook, catalogue=catalogue, **more) as server,
    ):
        bodies = [_alert(groups, number) for number in range(alerts)]
        with reading(server.url, server.reader, PATHS) as first:
            storm = _send(server, ([body] for body in bodies), A_SECOND)
        told_before = len(pager.pages())
        repeats = [bodies[at : at + PER_GROUP] for at in range(0, alerts, PER_GROUP)] * TIMES
        random.Random(1).shuffle(repeats)
        with reading(server.url, server.reader, PATHS) as second:
            again = _send(server, repeats)
        outcome = _settled(lambda: _outcome(server, pager, groups, alerts))
    figures = [*_figures(outcome), *_reads("the alerts", first), *_reads("the repeats", second)]
    figures += [
        Figure("an alert's answer, p99", "ms", percentile(storm.milliseconds, 99)),
        Figure("repeats accepted", "1/s", alerts * TIMES / again.seconds),
    ]
    numbers = msgspec.to_builtins(outcome) | {"pages before the repeats": told_before}
    return figures, numbers | {
        "asked again": storm.refused + again.refused,
        "p99 of reads": {"the alerts": first.by_path(), "the repeats": second.by_path()},
    }


class Sent(msgspec.Struct):
    """How a load was answered."""

    milliseconds: list[float] = []
    refused: int = 0
    """Requests that were asked again, because there was no room for them."""
    seconds: float = 0.0


def _send(server: Server, requests: Iterable[list[dict[str, Any]]], a_second: float = 0.0) -> Sent:
    """Over several connections, at a pace or as fast as they are answered."""
    sent, lock, left, began = Sent(), threading.Lock(), enumerate(requests), time.monotonic()

    def play(_: int) -> None:
        sender = Sender(server.url, server.path, dict(server.headers))
        while True:
            with lock:
                number, body = next(left, (-1, []))
            if number < 0:
                break
            if a_second:
                time.sleep(max(0.0, began + number / a_second - time.monotonic()))
            took, refused = _post(sender, json.dumps(body).encode())
            with lock:
                sent.milliseconds.append(took)
                sent.refused += refused
        sender.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(play, range(SENDERS)))
    sent.seconds = time.monotonic() - began
    return sent


def _post(sender: Sender, body: bytes) -> tuple[float, int]:
    """Until it is answered for, as a sender of alerts does it; the milliseconds, and how often there was no room."""
    began, refused = time.monotonic(), 0
    while True:
        sender.renew()
        try:
            sender.post(body)
        except ConnectionError as error:
            if not str(error).startswith(("HTTP/1.1 429", "HTTP/1.1 503")):
                raise
            refused += 1
            time.sleep(AGAIN_SECONDS)
        else:
            return (time.monotonic() - began) * 1_000, refused


def _settled(look: Callable[[], Outcome]) -> Outcome:
    """The outcome once every page is decided and told of, or so long after the storm that this should have been."""
    end = time.monotonic() + QUIET_SECONDS
    while True:
        time.sleep(LOOK_SECONDS)
        found = look()
        if not (found.undecided or found.untold) or time.monotonic() > end:
            return found


def _alert(groups: Sequence[str], number: int) -> dict[str, Any]:
    group = number // PER_GROUP
    return {
        "name": "Down",
        "service": groups[group],
        "severity": "P0" if group % WORST_EVERY == 0 else "P1",
        "summary": f"node-{number:05} does not answer",
        "labels": {"instance": f"node-{number:05}", "job": "bench"},
        "starts_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def _entries(server: Server) -> Iterator[Entry]:
    with closing(open_reader(server.log_file)) as reader:
        position = 0
        while found := reader.entries_after(position, 5_000):
            yield from (entry for _, entry in found)
            position = found[-1][0]


def _outcome(server: Server, pager: Pager, groups: Sequence[str], alerts: int) -> Outcome:
    with closing(sqlite3.connect(f"file:{server.log_file}?mode=ro", uri=True)) as database:
        (joined,) = database.execute("SELECT count(*) FROM alert WHERE firing = 1 AND incident != ''").fetchone()
        counts = Counter(dict(database.execute("SELECT outcome, sum(count) FROM intake GROUP BY outcome").fetchall()))
        incidents = dict(
            database.execute("SELECT service, count(*) FROM incident WHERE id != ? GROUP BY service", (SITE,)).fetchall()
        )
    entries = list(_entries(server))
    owed = {(entry.incident, who) for entry in entries if isinstance(entry.fact, PageRequested) for who in entry.fact.people}
    sent = {(entry.incident, entry.fact.who) for entry in entries if isinstance(entry.fact, PageSent) and not entry.fact.sums_up}
    held = _held(entries)
    pages = pager.pages()
    taken = Counter((message["incident"], message["who"]) for _, message in pages if not _sums_up(message))
    answered = alerts * (1 + TIMES)
    outcomes = sum(counts[name] for name in ("paged", "joined", "suppressed", "waiting", "refused"))
    return Outcome(
        lost=alerts - joined,
        unaccounted=abs(answered - counts["received"]) + abs(answered - outcomes),
        groups=sum(incidents.get(group) != 1 for group in groups) + len(incidents.keys() - set(groups)),
        undecided=len(owed - sent - held) + max(0, len(groups) * len(roster.PEOPLE) - len(owed)),
        doubled=sum(count - 1 for count in taken.values()) + pager.doubled(),
        untold=_untold(pages, held),
        paged=len(taken),
        held=len(held),
    )


def _held(entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """For which incident whose page was held back, and never sent by itself."""
    held, sent = set(), set()
    for entry in entries:
        match entry.fact:
            case PageHeld(reason="storm", who=who) if "/summary/" not in entry.cause:
                held.add((entry.incident, who))
            case PageSent(who=who, sums_up=False):
                sent.add((entry.incident, who))
            case _:
                pass
    return held - sent


def _sums_up(message: Message) -> bool:
    return "/summary/" in message["dedup_key"]


def _untold(pages: Iterable[tuple[float, Message]], held: Iterable[tuple[str, str]]) -> int:
    """Nobody has these incidents, so that a person's last page that sums up has to tell of each whose own page was held back."""
    told = {message["who"]: message.get("more", 0) + 1 for _, message in pages if _sums_up(message)}
    owed = Counter(who for _, who in held)
    return sum(abs(count - told.get(who, 0)) for who, count in owed.items())


def _figures(outcome: Outcome) -> list[Figure]:
    names = {
        "lost": "alerts in no incident",
        "unaccounted": "alerts without exactly one outcome",
        "groups": "groups without exactly one incident",
        "undecided": "people neither paged nor held back",
        "doubled": "pages doubled for a person and incident",
        "untold": "pages held back that no summary tells of",
    }
    return [Figure(name, "", float(getattr(outcome, field)), bar=0.0) for field, name in names.items()]


def _reads(during: str, reads: Reads) -> list[Figure]:
    found = reads.all()
    return [
        Figure(f"reads during {during}, p50", "ms", percentile(found, 50)),
        Figure(f"reads during {during}, p99", "ms", percentile(found, 99), bar=READ_BAR_MILLISECONDS),
        Figure(f"reads during {during} that were refused", "", float(reads.refused), bar=0.0),
    ]

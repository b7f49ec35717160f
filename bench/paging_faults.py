"""What becomes of pages while something else goes wrong: a pager that is away or drips, clocks that step, storms.

    python -m bench.paging_faults                  all of it, about a quarter of an hour
    python -m bench.paging_faults --only steps     one of: away, drip, steps, due, storm
    python -m bench.paging_faults --small          everything at a size that takes seconds

A real server, a real pager and the log, which is read beside the server. Each line says what was measured, whether the bar
is met, and how much of the machine others used meanwhile: on a busy machine the times are those of the machine.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from bench import fault_storms
from bench.fault_site import DRIP_BODY, DRIP_HEAD, REFUSED, TAKEN, FaultSite, Message, Pager, site, wait_until
from bench.faults_found import Found
from bench.machine import busy_elsewhere
from stormjib.core.log import EffectFailed, Entry, PageSent, TimerDue

AWAY_SPEED: Final = 60.0
MINUTE: Final = 60.0
HOUR: Final = 3_600.0
DAY: Final = 86_400.0
STEPS: Final = (-HOUR, HOUR, 20.0, -20.0, DAY, -DAY)
LATE_SECONDS_MAX: Final = 5.0
EARLY_SECONDS_MAX: Final = 1.5
RETRY_SECONDS_MAX: Final = 40.0
"""30 seconds between two tries, and a look at what is due."""
SICK: Final = 8
WAITED_SECONDS_MAX: Final = 60.0
"""For what should have come long ago."""


class Size(msgspec.Struct, frozen=True):
    """How much of everything."""

    away_hours: float = 6.0
    away_incidents: int = 5
    steps: tuple[float, ...] = STEPS
    escalate_seconds: float = 12.0
    due: int = 3_000
    due_after_seconds: float = 90.0
    storm: int = 10_000
    storm_seconds: float = 60.0
    runbook: str = ""
    """Of the storms; without one it is a runbook that asks for nothing."""


SMALL: Final = Size(0.1, 2, (-HOUR, DAY), 3.0, 60, 6.0, 200, 4.0)


def away(where: Path, size: Size) -> list[Found]:
    """Nobody can be paged for hours, in a time that runs faster; then the pager is back."""
    given = {"speed": AWAY_SPEED, "responders": ["ana", "bo", "cy"], "escalate_minutes": 15.0}
    with site(where, **given) as (server, pager):
        pager.answer = lambda _: REFUSED
        server.alert([f"service-{number}" for number in range(size.away_incidents)])
        time.sleep(size.away_hours * HOUR / AWAY_SPEED)
        owed = {(entry.incident, entry.fact.who) for entry in server.entries() if _failed(entry)}
        back = time.monotonic()
        pager.answer = lambda _: TAKEN
        wait_until(lambda: owed <= _reached(pager), WAITED_SECONDS_MAX)
        first = {}
        for at, message in pager.pages():
            first.setdefault((message["incident"], message["who"]), at)
        missing = len(owed - first.keys())
        last = max((first[pair] - back for pair in owed & first.keys()), default=0.0) * AWAY_SPEED
        time.sleep(3 * MINUTE / AWAY_SPEED)
        title = f"pager away for {size.away_hours:g} h (x {AWAY_SPEED:g}), {len(owed)} pages owed"
        return [
            Found(f"{title}: the last arrives after", "s", last, MINUTE),
            Found(f"{title}: not arrived", "", missing + (not owed), 0),
            Found(f"{title}: keys taken twice", "", pager.doubled(), 0),
        ]


def _failed(entry: Entry) -> bool:
    return isinstance(entry.fact, EffectFailed) and bool(entry.fact.who)


def _reached(pager: Pager) -> set[tuple[str, str]]:
    return {(message["incident"], message["who"]) for _, message in pager.pages()}


def drip(where: Path, size: Size) -> list[Found]:
    """Eight pages get an answer that never ends; a ninth leaves meanwhile, and the eight once the pager is well."""
    del size

    def sick(message: Message) -> int:
        name, _, number = message["service"].partition("-")
        return TAKEN if name != "sick" else (DRIP_BODY if int(number) % 4 == 0 else DRIP_HEAD)

    with site(where, responders=["ana"], escalate_minutes=60.0) as (server, pager):
        pager.answer = sick
        server.alert([f"sick-{number}" for number in range(SICK)])
        wait_until(lambda: len(pager.tries) == SICK, 30)
        took = []
        for number in range(2):
            began = time.monotonic()
            server.alert([f"well-{number}"])
            arrived = wait_until(lambda number=number: _served(pager, f"well-{number}") > 0, 60)
            took.append(_served(pager, f"well-{number}") - began if arrived else 60.0)
            time.sleep(3)
        back = time.monotonic()
        pager.answer = lambda _: TAKEN
        wait_until(lambda: all(_served(pager, f"sick-{number}") for number in range(SICK)), 90)
        healed = max(_served(pager, f"sick-{number}") or back + 90 for number in range(SICK)) - back
        time.sleep(1)
        return [
            Found("eight pages drip: the ninth and the tenth leave after", "s", max(took), LATE_SECONDS_MAX),
            Found("eight pages drip, then none: the last arrives after", "s", healed, RETRY_SECONDS_MAX),
            Found("eight pages drip: keys taken twice", "", pager.doubled(), 0),
        ]


def _served(pager: Pager, service: str) -> float:
    """When the first page for this service was taken, and not that of a later level; 0 where it was not."""
    pages = pager.pages()
    return next((at for at, message in pages if message["service"] == service and message["rung"] == 0), 0.0)


def steps(where: Path, size: Size) -> list[Found]:
    """The clock steps between a page and its escalation, while other pages wait for another try."""
    found: list[Found] = []
    given = {"responders": ["ana", "bo", "cy"], "escalate_minutes": size.escalate_seconds / MINUTE, "pages_max": 200}
    with site(where, **given) as (server, pager):
        for number, seconds in enumerate(size.steps):
            found += _step(server, pager, number, seconds, size.escalate_seconds)
        found += _behind(server, pager, size.escalate_seconds)
        back = sum(_goes_back(server))
        timers = [(entry.incident, entry.fact.key) for entry in server.entries() if isinstance(entry.fact, TimerDue)]
    return [
        *found,
        Found("clock steps: keys taken twice", "", pager.doubled(), 0),
        Found("clock steps: timers fired twice", "", len(timers) - len(set(timers)), 0),
        Found("clock steps: times in a timeline that go backwards", "", back, 0),
    ]


def _step(server: FaultSite, pager: Pager, number: int, seconds: float, escalate_seconds: float) -> list[Found]:
    name = f"step-{number}"
    pager.answer = lambda message: REFUSED if message["service"].startswith("retried") else TAKEN
    retried = [f"retried-{number}-{one}" for one in range(6)]
    first = time.monotonic()
    incidents = []
    for one in retried:
        incidents += server.alert([one])
        time.sleep(0.1)
    began = time.monotonic()
    incidents += server.alert([f"{name}-{one}" for one in range(3)])
    # Tries are 1, 3 and 7 seconds after the first one: some fail just after the step, before anybody can have seen it.
    step_at = first + (6.5 if escalate_seconds > 2 * 6.5 - 2 else 0.8)
    time.sleep(max(0.0, step_at - time.monotonic()))
    server.step(seconds)
    time.sleep(1.5)
    back = time.monotonic()
    pager.answer = lambda _: TAKEN
    wanted = {(f"{name}-{one}", 1) for one in range(3)}
    wait_until(lambda: wanted <= {(m["service"], m["rung"]) for _, m in pager.pages()}, 60)
    reached = {(m["service"], m["rung"]): at for at, m in reversed(pager.pages())}
    late = [reached.get(one, began + escalate_seconds + 60) - began - escalate_seconds for one in wanted]
    wait_until(lambda: all(_served(pager, one) for one in retried), 60)
    again = max(_served(pager, one) or back + 60 for one in retried) - back
    missing = len(wanted - reached.keys()) + sum(not _served(pager, one) for one in retried)
    for incident in incidents:
        server.acknowledge(incident)
    title = f"clock steps by {seconds:+,.0f} s"
    return [
        Found(f"{title}: the escalation is late by", "s", max(late), LATE_SECONDS_MAX),
        Found(f"{title}: the escalation is early by", "s", -min(late), EARLY_SECONDS_MAX),
        Found(f"{title}: pages that wait for another try arrive after", "s", again, RETRY_SECONDS_MAX),
        Found(f"{title}: pages and escalations that have not arrived", "", missing, 0),
    ]


def _behind(server: FaultSite, pager: Pager, escalate_seconds: float) -> list[Found]:
    """The machine comes up again with a clock that is an hour behind, which is put right a little later."""
    pager.answer = lambda message: REFUSED if message["service"] == "behind-0" else TAKEN
    began = time.monotonic()
    incidents = set(server.alert([f"behind-{one}" for one in range(3)]))
    # Killed before it is written down that a page was taken, it would be sent again, which is another matter.
    wait_until(lambda: len({one.incident for one in server.entries() if isinstance(one.fact, PageSent)} & incidents) > 1, 10)
    server.kill()
    server.step(-HOUR)
    server.start()
    back = time.monotonic()
    time.sleep(2)
    server.step(HOUR)
    pager.answer = lambda _: TAKEN
    wanted = {(f"behind-{one}", 1) for one in range(3)}
    wait_until(lambda: wanted <= {(m["service"], m["rung"]) for _, m in pager.pages()}, 60)
    reached = {(m["service"], m["rung"]): at for at, m in reversed(pager.pages())}
    due_at = max(back, began + escalate_seconds)
    late = [reached.get(one, due_at + 60) - due_at for one in wanted]
    wait_until(lambda: bool(_served(pager, "behind-0")), 90)
    again = (_served(pager, "behind-0") or back + 90) - back
    title = "killed, up again with a clock 1 h behind"
    return [
        Found(f"{title}: the escalation is late by", "s", max(late), escalate_seconds + LATE_SECONDS_MAX),
        Found(f"{title}: a page that waits arrives after", "s", again, 2 * MINUTE),
        Found(f"{title}: pages that have not arrived", "", len(wanted - reached.keys()) + (not _served(pager, "behind-0")), 0),
    ]


def _goes_back(server: FaultSite) -> list[bool]:
    newest: dict[str, float] = {}
    found = []
    for entry in server.entries():
        found.append(entry.at < newest.get(entry.incident, 0.0))
        newest[entry.incident] = entry.at
    return found


def due(where: Path, size: Size) -> list[Found]:
    """Thousands of incidents, declared by one request, are due to be escalated at the same moment."""
    return fault_storms.due(where, size.due, size.due_after_seconds, size.runbook)


def storm(where: Path, size: Size) -> list[Found]:
    """Thousands of services go down within a minute, while somebody acknowledges one after the other."""
    return fault_storms.storm(where, size.storm, size.storm_seconds, size.runbook)


CASES: Final[dict[str, Callable[[Path, Size], list[Found]]]] = {
    "away": away,
    "drip": drip,
    "steps": steps,
    "due": due,
    "storm": storm,
}


def run(name: str, where: Path, size: Size) -> list[Found]:
    """One case, each figure with the load that it was measured under."""
    share: dict[str, float] = {}
    with busy_elsewhere(share):
        found = CASES[name](where / name, size)
    load = f"others {share['others']:.0%}, load {os.getloadavg()[0]:.1f}"
    return [msgspec.structs.replace(one, load=load) for one in found]


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.paging_faults", description="Pages while something else goes wrong.")
    parser.add_argument("--only", choices=sorted(CASES), action="append", help="this one; may be given several times")
    parser.add_argument("--small", action="store_true", help="at a size that takes seconds")
    parser.add_argument("--where", type=Path, default=Path("/var/tmp"), help="a directory on a real disk (default /var/tmp)")
    for field in msgspec.structs.fields(Size):
        if field.name != "steps":
            kind = type(field.default)
            option = f"--{field.name.replace('_', '-')}"
            parser.add_argument(option, type=kind, help=f"{field.default or 'none'} unless told otherwise")
    given = parser.parse_args()
    sizes = {name: value for name, value in vars(given).items() if value is not None and name in Size.__struct_fields__}
    size = msgspec.structs.replace(SMALL if given.small else Size(), **sizes)
    missed = 0
    with tempfile.TemporaryDirectory(prefix="stormjib-faults-", dir=given.where) as name:
        for case in given.only or CASES:
            for found in run(case, Path(name), size):
                print(found.line(), flush=True)
                missed += not found.met
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

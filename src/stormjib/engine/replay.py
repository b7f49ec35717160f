"""Who would be woken: what really arrived, through the decisions of another catalogue, and what differs.

The decisions are those that are taken when an alert arrives: what it means (``Shelf``), how bad it is (``Judging``), whom an
escalation pages (``core.escalation``). What people did stays as it was: when each incident was acknowledged, and when it ended.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec

from stormjib.core.alert import Alert
from stormjib.core.catalogue.service import Service, alike
from stormjib.core.escalation import would_page
from stormjib.core.incident import Incident, evolve
from stormjib.core.opinion import wakes
from stormjib.core.policy import Policy
from stormjib.core.reach import sends
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity
from stormjib.engine.judging import Judging
from stormjib.engine.rules import Rules
from stormjib.engine.shelf import Shelf

ALONE_SECONDS: Final = 3600.0
"""How long an incident goes on that there really was none of, or that nobody has acknowledged."""
DECLARES, JOINS, RAISES, WAITS, LISTED = "opens an incident", "joins one", "makes one worse", "waits for a person", "is listed"
_DID: Final = {
    DECLARES: "opened an incident",
    JOINS: "joined one",
    RAISES: "made one worse",
    WAITS: "waited for a person",
    LISTED: "was listed",
}
MINUTE: Final = 60
TIMES_SHOWN_MAX: Final = 4


class Arrived(msgspec.Struct, frozen=True):
    """An alert that began to fire, and what became of its incident; times in seconds since the epoch, 0 where there is none."""

    at: float
    alert: Alert
    incident: str = ""
    acknowledged_at: float = 0.0
    ended_at: float = 0.0
    over_at: float = 0.0
    """When the alert itself was heard to be over, where it is of no incident."""

    @property
    def until(self) -> float:
        """Until then nobody has it: pages go out."""
        return self.acknowledged_at or min(self.ended_at or self.at + ALONE_SECONDS, self.at + ALONE_SECONDS)


Page = tuple[float, str, str]
"""After how many minutes, who, and by which method; "" in the site's own way."""


class Decided(msgspec.Struct, frozen=True):
    """What a catalogue makes of an alert."""

    service: str
    known: bool
    """Whether a service of the catalogue is meant."""
    severity: str
    """"" where nobody knows it."""
    runbook: str
    does: str
    pages: tuple[Page, ...] = ()
    deaf: tuple[str, ...] = ()
    """Whom it would page and who can't be reached."""


class Change(msgspec.Struct, frozen=True):
    """The same difference for so many alerts of a name."""

    alert: str
    service: str
    count: int
    first_at: float
    incident: str
    lost: bool
    """A P0 or P1 reaches nobody any more, or its service is not known."""
    reasons: tuple[str, ...]
    paged: bool = False
    """Somebody is paged for it all the same, though not by what its service says."""


class Replay(Judging):
    """One catalogue. ``decide`` takes the alerts in the order in which they came."""

    def __init__(self, policy: Policy, shelf: Shelf, runbook_of: Callable[[str], Runbook]) -> None:
        rules = Rules(Incident.new, evolve, (), lambda *_: (), runbook_of, shelf.choose, lambda: policy, meaning=shelf.meaning)
        super().__init__(rules)
        self._policy = policy
        self._open: dict[str, tuple[Severity, float]] = {}

    def decide(self, arrived: Arrived) -> Decided:
        """What it makes of the next one."""
        alert = arrived.alert
        meaning, judged, group = self._meaning(alert), self._judged(alert), self._group(alert)
        declares = judged.declare or bool(judged.severity and _outlasts(arrived, meaning.service, judged.severity))
        severity, until = self._open.get(group, (Severity.P4, 0.0))
        does, goes_on = (JOINS, True) if until > arrived.at else (LISTED if judged.severity else WAITS, False)
        if judged.severity and (judged.severity.rank < severity.rank if goes_on else declares):
            does = RAISES if goes_on else DECLARES
            self._open[group] = judged.severity, max(until, arrived.ended_at or arrived.at + ALONE_SECONDS)
        meant, said = meaning.meant, judged.severity.value if judged.severity else ""
        pages = (
            self._pages(arrived, judged.severity, meaning.runbook_sha256)
            if judged.severity and does in {DECLARES, RAISES}
            else ()
        )
        return Decided(meant.name, meant.service is not None, said, meaning.runbook_sha256, does, tuple(pages))

    def _pages(self, arrived: Arrived, severity: Severity, sha256: str) -> Iterator[Page]:
        """Whoever is paged again begins with their first step again."""
        service, book = self._meaning(arrived.alert).meant.name, self._rules.runbook(sha256)
        at, level = arrived.at, 0
        due: dict[str, list[tuple[float, str]]] = {}
        while at < arrived.until or at == arrived.at:
            asked = would_page(service, severity, book, self._policy, level=level, at=at)
            for who, steps in zip(asked.people, asked.steps or ((),) * len(asked.people), strict=True):
                yield from _sent(due.pop(who, ()), who, arrived.at, at)
                due[who] = [(at + after, method) for after, method in sends(steps)]
            at, level = at + asked.next_seconds, asked.level + 1
        for who, times in due.items():
            yield from _sent(times, who, arrived.at, max(arrived.until, arrived.at + 1))


def _outlasts(arrived: Arrived, service: Service | None, severity: Severity) -> bool:
    """Whether it pages for its service's second opinion; where it was over within the round, users were well."""
    opinion = service.second_opinion if service else None
    if opinion is None or not wakes(service, severity):
        return False
    return not 0 < arrived.over_at <= arrived.at + opinion.wait_seconds


def _sent(due: Iterable[tuple[float, str]], who: str, began: float, end: float) -> Iterator[Page]:
    return ((round((at - began) / MINUTE, 2), who, method) for at, method in due if at < end)


def heard(decided: Decided, reaches: Callable[[Page], bool]) -> Decided:
    """Without the pages that go to nobody, and with those whom they were for."""
    pages = tuple(filter(reaches, decided.pages))
    deaf = {who for _, who, _ in decided.pages} - {who for _, who, _ in pages}
    return msgspec.structs.replace(decided, pages=pages, deaf=tuple(sorted(deaf)))


def differences(
    arrived: Sequence[Arrived], base: Sequence[Decided], changed: Sequence[Decided], reaches: Callable[[Page], bool]
) -> list[Change]:
    """Those of most alerts first, and before all others what is lost. ``reaches``: whether a page of the other catalogue goes to anybody."""
    found: dict[tuple[str, str, bool, tuple[str, ...], bool], list[Arrived]] = {}
    for one, before, after in zip(arrived, base, changed, strict=True):
        if reasons := tuple(_reasons(before, after)):
            woke = bool(before.pages) and not any(map(reaches, after.pages))
            silent = woke and after.does not in {JOINS, RAISES}
            lost = silent or (before.known and not after.known and before.severity in {"P0", "P1"})
            found.setdefault((one.alert.name, before.service, lost, reasons, bool(after.pages) and not silent), []).append(one)
    made = [
        Change(name, service, len(some), some[0].at, some[0].incident, lost, reasons, paged)
        for (name, service, lost, reasons, paged), some in found.items()
    ]
    return sorted(made, key=lambda one: (not one.lost, -one.count, one.first_at))


def _reasons(before: Decided, after: Decided) -> Iterator[str]:
    if alike(before.service) != alike(after.service) or before.known != after.known:
        known = after.service if after.known else "none that is known"
        yield f"its service was {before.service or 'none'}, and is {known}"
    if before.severity != after.severity:
        yield f"it was {before.severity or 'of no known severity'}, and is {after.severity or 'of no known severity'}"
    if before.runbook != after.runbook:
        yield "it follows another runbook"
    if before.does != after.does:
        yield f"it {_DID[before.does]}, and {after.does}"
    for who in after.deaf:
        if who not in before.deaf:
            yield f"{who} can't be reached: they have no contact method, or no file, and the site has no webhook"
    if before.pages != after.pages:
        gone = {who: times for who, times in _by_person(before.pages).items() if who not in after.deaf}
        yield from _of_pages(gone, _by_person(after.pages))


def _by_person(pages: Iterable[Page]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for minutes, who, method in sorted(pages):
        found.setdefault(who, []).append(f"after {minutes:g} min" + (f" by {method}" if method else ""))
    return found


def _of_pages(before: dict[str, list[str]], after: dict[str, list[str]]) -> Iterator[str]:
    for who in before.keys() - after.keys():
        yield f"{who} is not paged"
    for who, times in after.items():
        was = before.get(who, [])
        more, less = (list((Counter(some) - Counter(other)).elements()) for some, other in ((times, was), (was, times)))
        said = [f"paged {_some(more)}"] * bool(more) + [f"not {'' if more else 'paged '}{_some(less)}"] * bool(less)
        if said:
            yield f"{who} is {', '.join(said)}"


def _some(times: Sequence[str]) -> str:
    """The first few; of a page that is repeated for hours nobody reads all."""
    if len(times) <= TIMES_SHOWN_MAX:
        return ", ".join(times)
    return f"{', '.join(times[: TIMES_SHOWN_MAX - 1])} and {len(times) - TIMES_SHOWN_MAX + 1} times more"

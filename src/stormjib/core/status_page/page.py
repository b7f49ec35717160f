"""The status page at a moment: components with ninety days of history, incidents and maintenance, as they were posted."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Final

import msgspec

from stormjib.core.catalogue.service import PublicComponent
from stormjib.core.log import StatusPosted
from stormjib.core.redact import shown
from stormjib.core.status_page.record import Maintenance, Record
from stormjib.core.status_page.words import OPERATIONAL, STATUSES, affected, title_of
from stormjib.core.text.visible import visible

DAYS: Final = 90
DAY_SECONDS: Final = 86_400.0
HOUR_SECONDS: Final = 3_600.0
OUTAGE_SECONDS: Final = 300.0
"""How old the uptime of a component may be that is down."""
MAINTENANCE: Final = "under maintenance"
UNKNOWN: Final = "unknown"
DOWN: Final = {"partial outage": 0.3, "major outage": 1.0}
"""How much of its time counts as down, as Atlassian weighs it, so that figures can be compared.

Source: https://support.atlassian.com/statuspage/docs/display-historical-uptime-of-components/
"""
STAGES: Final = ("investigating", "identified", "monitoring", "resolved")


class Update(msgspec.Struct, frozen=True):
    """One post. ``changes``: component, its status before, its status after."""

    id: str
    at: float
    stage: str
    status: str
    text: str
    changes: tuple[tuple[str, str, str], ...]


class Spell(msgspec.Struct, frozen=True):
    """A component was not well from then to then."""

    component: str
    start: float
    end: float
    status: str


class PublicIncident(msgspec.Struct, frozen=True):
    """The posts of an incident for customers, the first one first. ``worst``: of any component at any time."""

    id: str
    title: str
    updates: tuple[Update, ...]
    spells: tuple[Spell, ...]
    affected: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Customers were not told that it is over."""
        return self.updates[-1].status != "resolved"

    @property
    def worst(self) -> str:
        """The worst that a component was."""
        return max((one.status for one in self.spells), key=STATUSES.index, default=OPERATIONAL)


class Day(msgspec.Struct, frozen=True):
    """A day of UTC: the worst of it, and how many seconds of it are known and count as down."""

    date: str
    status: str
    known: float
    down: float


class Component(msgspec.Struct, frozen=True):
    """One line of the page. ``since``: from when on something is known within the days, None where nothing is.

    ``uptime`` is in percent of what is known, None where nothing is, and never rounded up.
    """

    name: str
    group: str
    status: str
    days: tuple[Day, ...]
    since: float | None
    uptime: float | None


class StatusPage(msgspec.Struct, frozen=True):
    """Everything that is public."""

    status: str
    updated_at: float
    components: tuple[Component, ...]
    incidents: tuple[PublicIncident, ...]
    """The newest first."""
    maintenance: tuple[Maintenance, ...]
    """The one that begins last first, without what was cancelled."""
    at: float


def status_page(record: Record, components: Sequence[PublicComponent], now: float) -> StatusPage:
    """What customers may read now. A component that is not on the page any more is not named, whatever was posted of it."""
    names = {one.name for one in components}
    incidents = [_incident(key, posts, names, now) for key, posts in record.posts.items()]
    incidents.sort(key=lambda one: one.updates[0].at, reverse=True)
    maintenance = [_redacted(one, names) for one in record.maintenance.values() if not one.cancelled]
    maintenance.sort(key=lambda one: one.planned.start, reverse=True)
    spells = [spell for one in incidents for spell in one.spells]
    at_work = {name for one in maintenance if one.state(now) == "in_progress" for name in one.planned.components}
    shown_components = tuple(_component(one, record, spells, one.name in at_work, now) for one in components)
    changes = [one.updates[-1].at for one in incidents] + [at for at, _ in record.listed.values()]
    changes += [at for one in maintenance for at in (one.planned_at, one.planned.start, one.over_at) if at <= now]
    return StatusPage(
        _overall(shown_components, incidents),
        max(changes, default=0.0),
        shown_components,
        tuple(incidents),
        tuple(maintenance),
        now,
    )


def next_change(page: StatusPage) -> float:
    """When the page becomes another one by the clock alone: an hour or maintenance begins or ends, an outage goes on."""
    hour = (page.at // HOUR_SECONDS + 1) * HOUR_SECONDS
    soon = page.at + OUTAGE_SECONDS if any(one.status in DOWN for one in page.components) else hour
    return min([hour, soon, *(at for one in page.maintenance for at in (one.planned.start, one.over_at) if at > page.at)])


def as_of(page: StatusPage) -> float:
    """The hour that it says it is of, or its last change since, so that a copy that nobody writes any more tells its age."""
    return max(page.at // HOUR_SECONDS * HOUR_SECONDS, page.updated_at)


def public_id(*parts: object) -> str:
    """A name that tells nothing of how many incidents there are: the exact second of a post is not public."""
    return sha256("/".join(map(str, parts)).encode()).hexdigest()[:12]


def clean(text: str) -> str:
    """As it may leave: no secret, and nothing in it that nobody sees."""
    return visible(shown(text))


def _incident(key: str, posts: dict[int, tuple[float, StatusPosted]], names: set[str], now: float) -> PublicIncident:
    ordered = [posts[seq] for seq in sorted(posts)]
    own = public_id(key, ordered[0][0])
    updates: list[Update] = []
    spells: list[Spell] = []
    state: dict[str, str] = {}
    for number, (at, fact) in enumerate(ordered):
        after = {name: status for name, status in affected(state, fact).items() if name in names}
        changed = sorted({name for name in {*state, *after} if state.get(name) != after.get(name)})
        changes = tuple((name, state.get(name, OPERATIONAL), after.get(name, OPERATIONAL)) for name in changed)
        before = updates[-1].status if updates and updates[-1].status != "resolved" else STAGES[0]
        stage = fact.stage.lower()
        update = Update(
            public_id(own, number), at, clean(fact.stage), stage if stage in STAGES else before, clean(fact.text), changes
        )
        until = ordered[number + 1][0] if number + 1 < len(ordered) else max(now, at)
        spells += [Spell(name, at, until, status) for name, status in after.items()]
        updates.append(update)
        state = after
    touched = tuple(dict.fromkeys(spell.component for spell in spells))
    title = title_of([fact for _, fact in ordered], names)
    return PublicIncident(own, clean(title), tuple(updates), tuple(spells), touched)


def _redacted(one: Maintenance, names: set[str]) -> Maintenance:
    planned = msgspec.structs.replace(
        one.planned,
        title=clean(one.planned.title),
        text=clean(one.planned.text),
        components=tuple(name for name in one.planned.components if name in names),
    )
    own = public_id("maintenance", one.id, one.planned_at)
    return msgspec.structs.replace(one, id=own, planned=planned, ended=clean(one.ended))


def _component(one: PublicComponent, record: Record, spells: Sequence[Spell], at_work: bool, now: float) -> Component:
    own = [spell for spell in spells if spell.component == one.name]
    standing = [spell.status for spell in own if spell.end >= now]
    status = max(standing, key=STATUSES.index, default=MAINTENANCE if at_work else OPERATIONAL)
    spans = record.known(one.name, now)
    days = tuple(_days(spans, own, now))
    seen, down = sum(day.known for day in days), sum(day.down for day in days)
    known = [start for start, end in spans if end > (now // DAY_SECONDS - DAYS + 1) * DAY_SECONDS]
    uptime = int((1 - down / seen) * 10_000) / 100 if seen >= 1 else None
    return Component(one.name, one.group, status, days, min(known, default=None), uptime)


def _days(known: Sequence[tuple[float, float]], spells: Sequence[Spell], now: float) -> Iterator[Day]:
    today = now // DAY_SECONDS
    for number in range(DAYS - 1, -1, -1):
        start = (today - number) * DAY_SECONDS
        end = min(start + DAY_SECONDS, now)
        seen = down = 0.0
        worst = ""
        cuts = sorted({min(max(at, start), end) for span in (*known, *((one.start, one.end) for one in spells)) for at in span})
        for low, high in pairwise(cuts):
            if any(since <= low and high <= until for since, until in known):
                status = max(
                    (one.status for one in spells if one.start <= low and high <= one.end), key=STATUSES.index, default=""
                )
                seen += high - low
                down += (high - low) * DOWN.get(status, 0.0)
                worst = max(worst or OPERATIONAL, status or OPERATIONAL, key=STATUSES.index)
        yield Day(f"{datetime.fromtimestamp(start, UTC):%Y-%m-%d}", worst or UNKNOWN, seen, down)


def _overall(components: Sequence[Component], incidents: Sequence[PublicIncident]) -> str:
    """The worst of all; ``incident`` where customers were told of a problem that touches no component."""
    worst = max((one.status for one in components if one.status != MAINTENANCE), key=STATUSES.index, default=OPERATIONAL)
    if worst != OPERATIONAL:
        return worst
    if any(one.open for one in incidents):
        return "incident"
    if not components:
        return UNKNOWN
    return MAINTENANCE if any(one.status == MAINTENANCE for one in components) else OPERATIONAL

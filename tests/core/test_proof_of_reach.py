"""Proof of reach: against a brute-force oracle, minute by minute, on random catalogues around the weeks in which clocks change.

``STORMJIB_REACH_CATALOGUES=1000`` for the figure of the bar.
"""

import os
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests.core.story import POLICY

from stormjib.core.catalogue.contact import QuietHours, Step, Webhook
from stormjib.core.catalogue.escalation import Escalation, Level, Promise
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.service import Service
from stormjib.core.oncall.schedule import Layer, Override, Restriction, Schedule, Shift
from stormjib.core.reach import sentences, unreached
from stormjib.core.runbook import Runbook

BOOK = Runbook(sha256="", title="")
ZONES = ("Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Auckland", "UTC")
CHANGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-09-06", "2026-09-27", "2026-10-04", "2026-10-25", "2026-11-01")
"""Days in which clocks change in one of the zones."""
NAMES = ("ana", "bo", "cy", "dan", "eve")
METHODS = ("push", "sms", "mail")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD = 2 * 60
CATALOGUES = int(os.environ.get("STORMJIB_REACH_CATALOGUES", "60"))


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes_of(text):
    return int(text[:2]) * 60 + int(text[3:])


# ---------------------------------------------------------------- random catalogues


def a_restriction(draw, kind=Restriction, **given):
    days = tuple(one for one in DAYS if draw.random() < 0.6) if draw.random() < 0.6 else ()
    begins, ends = draw.randrange(0, 1440, 30), draw.randrange(30, 1441, 30)
    return kind(days=days, begins=clock(begins), ends=clock(ends), **given)


def a_person(draw, name):
    methods = METHODS[: draw.choice((0, 1, 2, 3))]
    steps, quiet = (), ()
    if methods and draw.random() < 0.6:
        after = sorted({0, *(draw.choice((1, 3, 5, 10, 20)) for _ in range(draw.randrange(3)))})
        steps = tuple(
            Step(methods=tuple(draw.sample(methods, draw.randint(1, len(methods)))), after_minutes=one) for one in after
        )
    if methods and draw.random() < 0.5:
        quiet = tuple(
            a_restriction(draw, QuietHours, methods=(draw.choice(methods),)) for _ in range(draw.randint(1, 2))
        )  # fmt: skip
    contact = tuple(Webhook(name=one, to="https://push.example/x") for one in methods)
    return Person(name=name, time_zone=draw.choice(("", *ZONES)), contact=contact, notify=steps, quiet_hours=quiet)


def a_layer(draw, day):
    start = datetime.fromisoformat(day) - timedelta(days=draw.randrange(60), minutes=-draw.randrange(0, 1440, 15))
    return Layer(
        people=tuple(draw.choice((*NAMES, "nobody")) for _ in range(draw.randint(1, 3))),
        every=draw.choice(("1 week", "1 day", "12 hours", "3 days", "5 hours")),
        start=f"{start:%Y-%m-%d %H:%M}",
        end=f"{datetime.fromisoformat(day) + timedelta(days=draw.randrange(4)):%Y-%m-%d}" if draw.random() < 0.2 else "",
        restrictions=tuple(a_restriction(draw) for _ in range(draw.choice((0, 0, 1, 2)))),
        time_zone=draw.choice(("", "", *ZONES)),
    )


def a_schedule(draw, name, day, low):
    if draw.random() < 0.2:
        spans = sorted(low + 60 * draw.randrange(-600, 7000) for _ in range(6))
        turns = tuple(Shift(a, b, draw.choice(NAMES)) for a, b in zip(spans[::2], spans[1::2], strict=True))
        return Schedule(name=name, ical="x.ics", imported=turns)
    layers = tuple(a_layer(draw, day) for _ in range(draw.randint(1, 3)))
    return Schedule(name=name, time_zone=draw.choice(ZONES), layers=layers)


def a_level(draw, names):
    minutes = draw.choice((None, 1.0, 2.5, 4.0, 10.0, 20.0, Promise(p0=2.0), Promise(p1=7.0)))
    hours = (a_restriction(draw),) if draw.random() < 0.3 else ()
    return Level(page=tuple(draw.sample(names, draw.choice((1, 1, 2)))), acknowledge_minutes=minutes, hours=hours)


def a_site(draw, day, low):
    people = tuple(a_person(draw, name) for name in NAMES)
    teams = (Team(name="empty"), Team(name="crew", members=("cy", "dan")), Team(name="led", lead="eve"))
    schedules = tuple(a_schedule(draw, name, day, low) for name in ("first", "second"))
    names = ["first", "second", "first", "second", "empty", "crew", "led", "ana", "a stranger"]
    plans = tuple(
        Escalation(
            name=name,
            levels=tuple(a_level(draw, names) for _ in range(draw.randint(1, 4))),
            repeat=draw.choice((0, 0, 1, 2)),
            catch_all=tuple(draw.sample(names, draw.choice((0, 0, 1, 2)))),
            time_zone=draw.choice(ZONES),
        )
        for name in ("one", "two")
    )
    overrides = tuple(
        Override(draw.choice(("first", "second")), draw.choice(NAMES), begin, begin + 60 * draw.randrange(30, 900))
        for begin in (low + 60 * draw.randrange(0, 4000) for _ in range(draw.randrange(3)))
    )
    services = (Service(name="shop", escalation="one"), Service(name="till", escalation="two"), Service(name="odd"))
    return msgspec.structs.replace(
        POLICY,
        every_incident=False,
        responders=("bo", "first"),
        immediately_minutes=draw.choice((5.0, 3.0)),
        escalate_minutes=draw.choice((5.0, 8.0)),
        services=services[: draw.randint(1, 3)],
        escalation=plans,
        people=people,
        teams=teams,
        schedules=schedules,
        overrides=overrides,
    )


# ---------------------------------------------------------------- the oracle: nothing of the core but its data


class Walls:
    """What the clock of a zone shows: the latest that it has shown, for an hour that comes twice counts once."""

    def __init__(self, low, high):
        self.low, self.high, self.known = low, high, {}

    def at(self, zone, moment):
        if zone not in self.known:
            shown, latest, found = ZoneInfo(zone), datetime.min, []  # noqa: DTZ901 - what a wall shows
            for second in range(int(self.low), int(self.high), 30):
                latest = max(latest, datetime.fromtimestamp(second, shown).replace(tzinfo=None))
                found.append(latest)
            self.known[zone] = found
        return self.known[zone][int((moment - self.low) // 30)]


def inside(restriction, wall):
    begins, ends = minutes_of(restriction.begins), minutes_of(restriction.ends)
    ends += 1440 if ends <= begins else 0
    for back in (0, 1, 2):
        day = datetime.combine(wall.date(), datetime.min.time()) - timedelta(days=back)
        if restriction.days and DAYS[day.weekday()] not in restriction.days:
            continue
        if day + timedelta(minutes=begins) <= wall < day + timedelta(minutes=ends):
            return True
    return False


LENGTHS = {"1 week": 7 * 24, "1 day": 24, "12 hours": 12, "3 days": 72, "5 hours": 5}


class Oracle:
    def __init__(self, site, works, walls):
        self.site, self.works, self.walls = site, works, walls
        self.kept = {}

    def turn(self, schedule, at):
        """Who is on call, one after the other; the newest override first, then the last layer."""
        for one in reversed(self.site.overrides):
            if one.schedule == schedule.name and one.start <= at < one.end:
                return [one.person]
        for layer in reversed(schedule.layers):
            wall = self.walls.at(layer.time_zone or schedule.time_zone, at)
            start = datetime.fromisoformat(layer.start)
            if wall < start or (layer.end and wall >= datetime.fromisoformat(layer.end)):
                continue
            if layer.restrictions and not any(inside(one, wall) for one in layer.restrictions):
                continue
            person = layer.people[(wall - start) // timedelta(hours=LENGTHS[layer.every]) % len(layer.people)]
            if person != "nobody":
                return [person]
        return [one.person for one in schedule.imported if one.start <= at < one.end][:1]

    def people(self, names, at):
        found = []
        for name in names:
            schedule = next((one for one in self.site.schedules if one.name == name), None)
            team = next((one for one in self.site.teams if one.name == name), None)
            if schedule:
                found += self.turn(schedule, at)
            elif team:
                found += team.members or ([team.lead] if team.lead else [])
            else:
                found.append(name)
        return list(dict.fromkeys(found))

    def times(self, who, severity, at):
        """After how many minutes a page that leaves now arrives, by each step."""
        person = next((one for one in self.site.people if one.name == who), None)
        if person is None or not person.contact:
            return [0] if self.works(who, "") else []
        steps = [(one.after_minutes, one.methods) for one in person.notify] or [(0, [one.name for one in person.contact])]
        for quiet in person.quiet_hours:
            if severity != "P0" and inside(quiet, self.walls.at(person.time_zone or "UTC", at)):
                steps = [(0, quiet.methods)]
                break
        found, used = [], []
        for after, methods in steps:
            left = [one for one in methods if one not in used]
            used += left[:1]
            if left and self.works(who, left[0]):
                found.append(after)
        return found

    def page(self, plan, level, severity, at, promised):
        key = (plan.name, level, severity, at)
        if key not in self.kept:
            self.kept[key] = self._page(plan, level, severity, at, promised)
        return self.kept[key]

    def _page(self, plan, level, severity, at, promised):
        count = len(plan.levels) * (plan.repeat + 1)
        people = []
        while level < count and not people:
            step = plan.levels[level % len(plan.levels)]
            if not step.hours or any(inside(one, self.walls.at(plan.time_zone, at)) for one in step.hours):
                people = self.people(step.page, at)
            if not people:
                level += 1
        if not people:
            everyone = [name for step in plan.levels for name in step.page]
            people = self.people(plan.catch_all or everyone, at) or [one.name for one in self.site.people]
        if level >= count:
            wait = self.site.escalate_minutes * (1, 1, 1, 2, 4, 6)[min(level - count, 5)]
        else:
            said = plan.levels[level % len(plan.levels)].acknowledge_minutes
            if isinstance(said, Promise):
                said = said.p0 if severity == "P0" else said.p1
            wait = promised if said is None else said
        return level, {who: self.times(who, severity, at) for who in people}, wait

    def after(self, plan, severity, began, promised):
        """In minutes; None where nobody is reached."""
        now, level, waiting = 0.0, 0, {}
        while now <= AHEAD:
            level, people, wait = self.page(plan, level, severity, began + now * 60, promised)
            waiting |= {who: [now + one for one in times] for who, times in people.items()}
            best = min((one for times in waiting.values() for one in times), default=None)
            if best is not None and best < now + wait:
                return best
            now, level = now + wait, level + 1
        return None


def plan_of(site, service):
    wanted = next(one for one in site.services if one.name == service).escalation
    if wanted:
        return next(one for one in site.escalation if one.name == wanted)
    return Escalation(
        name="", levels=tuple(Level(page=(one,), acknowledge_minutes=site.escalate_minutes) for one in site.responders)
    )


@pytest.mark.parametrize("seed", range(CATALOGUES))
def test_it_is_what_trying_every_minute_finds(seed):
    draw = random.Random(seed)
    day = draw.choice(CHANGES)
    low = (datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=1)).timestamp()
    days = 2
    site = a_site(draw, day, low)
    proven = {(who, method) for who in NAMES for method in METHODS if draw.random() < draw.choice((0.3, 0.6, 0.9))}
    proven |= {(who, "") for who in (*NAMES, "a stranger", "")} if draw.random() < 0.5 else set()
    works = lambda who, method: (who, method) in proven  # noqa: E731
    oracle = Oracle(site, works, Walls(low - 86400, low + (days + 1) * 86400))
    found = list(unreached(site, lambda _: BOOK, works, low, days=days))
    for service in site.services:
        for severity, promised in (("P0", site.immediately_minutes), ("P1", 15.0)):
            ours = [one for one in found if (one.service, one.severity) == (service.name, severity)]
            assert all(one.start < one.end and one.within_minutes == promised for one in ours)
            said = {}
            for one in ours:
                begin = low + -(-(one.start - low) // 60) * 60
                said |= {at: one.after_minutes for at in range(int(begin), int(-(-one.end // 1)), 60) if at < one.end}
            wanted = {}
            for at in range(int(low), int(low + days * 86400), 60):
                after = oracle.after(plan_of(site, service.name), severity, at, promised)
                if after is None or after > promised:
                    wanted[at] = after
            different = {at: (said.get(at, "in time"), wanted.get(at, "in time")) for at in said.keys() | wanted.keys()
                         if said.get(at, "in time") != pytest.approx(wanted.get(at, "in time"))}  # fmt: skip
            assert not different, (service.name, severity, dict(sorted(different.items())[:3]))


def test_fifty_services_cost_as_much_as_they_have_hand_offs_and_not_minutes():
    """What is asked is counted, for a clock says nothing on a busy machine: brute force asks four million times."""
    draw = random.Random(7)
    low = datetime(2026, 10, 12, tzinfo=UTC).timestamp()
    site = a_site(draw, "2026-10-25", low)
    plans = tuple(msgspec.structs.replace(site.escalation[n % 2], name=f"plan {n}") for n in range(50))
    services = tuple(Service(name=f"s{n}", escalation=f"plan {n}") for n in range(50))
    site = msgspec.structs.replace(site, escalation=plans, services=services)
    asked = []
    list(unreached(site, lambda _: BOOK, lambda who, method: bool(asked.append(who)) or method == "push", low))
    assert 5_000 < len(asked) < 100_000


def test_a_time_is_said_with_what_it_costs():
    ana = Person(
        name="Ana",
        contact=(Webhook(name="push", to="https://push.example/x"), Webhook(name="call", to="https://push.example/y")),
        notify=(Step(methods=("push",)), Step(methods=("call",), after_minutes=20)),
    )
    nights = Layer(people=("Ana",), restrictions=(Restriction(days=("sat",), begins="02:00", ends="06:00"),))
    site = msgspec.structs.replace(
        POLICY,
        every_incident=False,
        services=(Service(name="checkout", escalation="p"), Service(name="till", escalation="p")),
        people=(Person(name="bo"), ana),
        schedules=(Schedule(name="all", time_zone="Europe/Berlin", layers=(Layer(people=("bo",)), nights)),),
        escalation=(Escalation(name="p", levels=(Level(page=("all",), acknowledge_minutes=30),)),),
    )
    low = datetime(2026, 12, 2, tzinfo=UTC).timestamp()
    found = unreached(site, lambda _: BOOK, lambda _, method: method != "push", low, days=7)
    assert sentences(found) == [
        "Sat 5 Dec 02:00–06:00 Europe/Berlin: P0 of checkout, till reaches nobody within 5 minutes; the first would be Ana after 20 minutes.",
        "Sat 5 Dec 02:00–06:00 Europe/Berlin: P1 of checkout, till reaches nobody within 15 minutes; the first would be Ana after 20 minutes.",
    ]
    nobody = sentences(unreached(site, lambda _: BOOK, lambda *_: False, low, days=7))
    assert "P0 of checkout, till reaches nobody within 5 minutes, and nobody in the 2 hours after it begins." in nobody[0]


def test_what_gets_better_with_every_minute_is_one_time_with_its_worst():
    """Towards a hand-off somebody else comes nearer, level by level."""
    bo = Person(name="bo", contact=(Webhook(name="push", to="https://push.example/x"),))
    site = msgspec.structs.replace(
        POLICY,
        every_incident=False,
        services=(Service(name="till", escalation="p"),),
        people=(Person(name="ana"), bo),
        schedules=(Schedule(name="all", layers=(Layer(people=("ana", "bo"), every="1 day", start="2026-12-01"),)),),
        escalation=(Escalation(name="p", levels=(Level(page=("all",), acknowledge_minutes=10),), catch_all=("ana",), repeat=20),),
    )
    low = datetime(2026, 12, 1, tzinfo=UTC).timestamp()
    p0, p1 = sentences(unreached(site, lambda _: BOOK, lambda _, method: bool(method), low, days=4))
    assert p0.startswith(
        "Tue 1 Dec 00:00–Wed 2 Dec 00:00 UTC (1 more time): P0 of till reaches nobody within 5 minutes, and at worst nobody"
    )
    assert p1.startswith(
        "Tue 1 Dec 00:00–23:50 UTC (1 more time): P1 of till reaches nobody within 15 minutes, and at worst nobody"
    )

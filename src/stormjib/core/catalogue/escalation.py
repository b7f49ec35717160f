"""An escalation policy: who is paged first, who next and who in the end, while nobody acknowledges."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.catalogue.check import Name
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.service import alike
from stormjib.core.catalogue.source import Place
from stormjib.core.oncall.schedule import Restriction, Schedule
from stormjib.core.text.meant import meant

Minutes = Annotated[float, Meta(gt=0, le=24 * 60)]
Target = Schedule | Team | Person
KINDS: dict[str, type[Target]] = {"schedule": Schedule, "team": Team, "person": Person}
"""The words that tell a team from a schedule of the same name: ``team payments``."""


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long there is to acknowledge, by the severities that page."""

    p0: Minutes | None = msgspec.field(name="P0", default=None)
    p1: Minutes | None = msgspec.field(name="P1", default=None)


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who is paged together, and how long they have to acknowledge before the next level is paged."""

    page: Annotated[
        tuple[Name, ...],
        Meta(
            description="Names of schedules, teams and people; `team shop` or `schedule shop` where two have one name.",
        ),
    ]
    acknowledge_minutes: Annotated[
        Minutes | Promise | None,
        Meta(
            description="Until the next level is paged, also by severity: {P0: 5, P1: 15}; what the runbook says where it is empty."
        ),
    ] = None
    hours: Annotated[
        tuple[Restriction, ...], Meta(description="When this level is paged at all; at other times it is passed over.")
    ] = ()

    def minutes(self, severity: str) -> float | None:
        """How long its people have, where it says so."""
        given = self.acknowledge_minutes
        return {"P0": given.p0, "P1": given.p1}.get(severity) if isinstance(given, Promise) else given


class Escalation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file of escalation/."""

    name: Name
    summary: Annotated[str, Meta(max_length=500, description="What it is for, in a sentence.")] = ""
    levels: Annotated[tuple[Level, ...], Meta(min_length=1, max_length=50, description="The first is paged first.")]
    repeat: Annotated[int, Meta(ge=0, le=20, description="How often all levels are paged again before the catch-all.")] = 0
    catch_all: Annotated[
        tuple[Name, ...],
        Meta(
            description="Who is paged after the last level, again and again until somebody acknowledges; all of the levels where it is empty."
        ),
    ] = ()
    time_zone: Annotated[str, Meta(description="Whose clock the hours of its levels are; as in Europe/Berlin.")] = "UTC"

    @property
    def last(self) -> int:
        """The number of the catch-all's first round; levels count from 0 through all repetitions."""
        return len(self.levels) * (self.repeat + 1)

    @property
    def final(self) -> tuple[str, ...]:
        """Who is paged again and again in the end."""
        return self.catch_all or tuple(dict.fromkeys(name for level in self.levels for name in level.page))


def named(target: str, among: tuple[Target, ...]) -> Iterator[Target]:
    """What a level means by this name; several only where a check of the catalogue would refuse it."""
    kind, _, rest = target.partition(" ")
    wanted = KINDS.get(kind) if rest else None
    name = alike(rest if wanted else target)
    return (one for one in among if alike(one.name) == name and (wanted is None or isinstance(one, wanted)))


def misled(policy: Escalation, among: Sequence[Target]) -> Iterator[tuple[Place, str]]:
    """Whom it names and a page would not reach: where, and a sentence."""
    for number in (number for number, level in enumerate(policy.levels) if not level.page):
        yield ("levels", number, "page"), "this level pages nobody: name somebody, or take it out"
    given = [(("levels", n, "page", k), name) for n, level in enumerate(policy.levels) for k, name in enumerate(level.page)]
    for place, name in (*given, *((("catch_all", k), name) for k, name in enumerate(policy.catch_all))):
        found = list(named(name, tuple(among)))
        if not found:
            add = ": add schedules/, teams/ or people/ with it, or take it out"
            yield place, f"there is no schedule, team or person {name!r}{meant(name, [one.name for one in among]) or add}"
        elif len(found) > 1:
            words = [f"{word} {name}" for one in found for word, kind in KINDS.items() if isinstance(one, kind)]
            yield place, f"{name!r} is more than one: write {' or '.join(map(repr, words))}"
        elif isinstance(found[0], Team) and not (found[0].members or found[0].lead):
            yield place, f"a page to the team {found[0].name} reaches nobody: give it members, or name somebody else"

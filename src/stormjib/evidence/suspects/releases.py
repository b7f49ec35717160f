"""Releases: what was deployed shortly before the trouble began."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from stormjib.core.incident import Incident
from stormjib.core.observation import Measured, State
from stormjib.core.text import units
from stormjib.evidence.readers.amount import span_seconds
from stormjib.evidence.suspects.signal import Signal
from stormjib.evidence.suspects.tree import Tree
from stormjib.evidence.suspects.words import DEPLOYMENT

HALF_LIFE_SECONDS: Final = 1_800.0
"""A release of half an hour before the trouble is half as suspicious as one of just before."""
STRENGTH_MAX: Final = 0.8
AFTER_SECONDS_MAX: Final = 20.0
"""Clocks differ, and ages are rounded; what was made later than that after the detection is an answer to the trouble."""
_STANDS_OUT: Final = 2.0
"""Its predecessor has to be so many times as old: what was all made at once, as on a fresh machine, is no change."""
_RECENT_SECONDS: Final = 6 * 3_600.0
_ROUNDED: Final = 1.5
"""How many of its unit an age in words may be off."""
_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)?")


class Release(msgspec.Struct, frozen=True):
    """Something that was made at a time (seconds since the epoch), as the evidence of entry ``seq`` says."""

    name: str
    of: str
    at: float
    seq: int
    seen_at: float
    step_seconds: float = 1.0
    """How exact ``at`` is: "About a minute ago" is said of all that is one to two minutes old."""

    def is_finer_than(self, later: "Release") -> bool:
        """Whether what was seen later is the same, said less exactly; a moment that can't be the same is another release."""
        return self.step_seconds < later.step_seconds and abs(later.at - self.at) <= _ROUNDED * later.step_seconds


def of_releases(tree: Tree, incident: Incident, began_at: float) -> Iterator[Signal]:
    """The newest release of each component, where it stands out from the one before it."""
    for newest, before in _newest(tree, incident):
        age = max(newest.seen_at - newest.at, 1.0)
        if before is not None and newest.seen_at - before.at < _STANDS_OUT * age:
            continue
        ahead = began_at - newest.at
        if before is None or ahead < -AFTER_SECONDS_MAX or ahead > _RECENT_SECONDS:
            continue
        strength = STRENGTH_MAX * 0.5 ** (max(ahead, 0.0) / HALF_LIFE_SECONDS)
        says = f"{newest.name} was made {units.duration(max(round(ahead), 0))} before the trouble began"
        yield Signal(DEPLOYMENT + newest.of, "changed", strength, newest.seq, says)


def _newest(tree: Tree, incident: Incident) -> Iterator[tuple[Release, Release | None]]:
    """By component and source: an image and a commit are told apart, and may both say the same."""
    groups: dict[tuple[str, str], dict[str, Release]] = {}
    for when, fact in incident.evidence:
        if fact.before_run or fact.source not in {"images", "git log"}:
            continue
        read = _images if fact.source == "images" else _commits
        for release in read(tree, fact.facts, when.seq, when.at):
            known = groups.setdefault((fact.source, release.of), {})
            if release.name not in known or not known[release.name].is_finer_than(release):
                known[release.name] = release
    for found in groups.values():
        ordered = sorted(found.values(), key=lambda one: (-one.at, one.name))
        yield ordered[0], ordered[1] if len(ordered) > 1 else None


def _images(tree: Tree, facts: tuple[Measured | State, ...], seq: int, at: float) -> Iterator[Release]:
    """One release for each image; tags of one image are one."""
    ids = {one.thing: one.value for one in facts if isinstance(one, State) and one.name == "image"}
    seen: set[str] = set()
    for one in facts:
        if not isinstance(one, Measured) or one.name != "age" or one.value < 0:
            continue
        repository = one.thing.rpartition(":")[0] or one.thing
        component = tree.of(repository.rpartition("/")[2])
        identity = ids.get(one.thing, one.thing)
        if component and f"{component} {identity}" not in seen:
            seen.add(f"{component} {identity}")
            yield Release(f"the image {one.thing}", component, at - one.value, seq, at, _step(one.value))


def _commits(tree: Tree, facts: tuple[Measured | State, ...], seq: int, at: float) -> Iterator[Release]:
    """Those whose time the format tells; they are the service's."""
    for one in facts:
        if isinstance(one, State) and one.name == "at":
            made = moment(one.value, at)
            if made is not None:
                step = _step(at - made) if one.value.endswith("ago") else 1.0
                yield Release(f"the commit {one.thing[:7]}", tree.service, made, seq, at, step)


def _step(age_seconds: float) -> float:
    """The unit in which an age is told."""
    return next(unit for unit in (86_400.0, 3_600.0, 60.0, 1.0) if age_seconds >= unit or unit == 1.0)


def moment(said: str, now: float) -> float | None:
    """Seconds since the epoch of ``2026-11-25 21:38:13 +0000`` or ``3 minutes ago``; None of anything else."""
    if said.endswith("ago"):
        span = span_seconds(said)
        return None if span is None else now - span
    found = _ISO.search(said[:200])
    if not found:
        return None
    zone = (found[3] or "+00:00").replace("Z", "+00:00")
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}")
    except ValueError:
        return None
    return at.astimezone(UTC).timestamp()

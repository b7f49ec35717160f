"""What is wrong with a schedule's file: times that no clock shows, turns that nobody has, hand-offs that never come."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from stormjib.core.catalogue.service import alike
from stormjib.core.catalogue.source import Place
from stormjib.core.oncall.schedule import NOBODY, Layer, Restriction, Schedule
from stormjib.core.oncall.wall import hand_off, minute, moment, period

Mistakes = Iterator[tuple[Place, str]]


def strangers(schedule: Schedule, names: Sequence[str]) -> Iterator[tuple[Place, str]]:
    """Whom its layers name and nobody knows: where, and the name."""
    known = set(map(alike, names))
    for number, layer in enumerate(schedule.layers):
        for place, person in enumerate(layer.people):
            if alike(person) not in known and person != NOBODY:
                yield ("layers", number, "people", place), person


def of_schedule(schedule: Schedule) -> Mistakes:
    """Where in its file, and a sentence."""
    if schedule.imported:
        yield ("imported",), "stormjib fills this in itself; take it out"
    if bool(schedule.layers) == bool(schedule.ical):
        both = "give layers or ical, not both" if schedule.ical else "nobody is ever on call here; give it layers, or ical"
        yield ("ical",), both
    if "://" not in schedule.ical and (schedule.ical.startswith("/") or ".." in schedule.ical.split("/")):
        yield ("ical",), f"{schedule.ical!r} is outside of the catalogue; put the calendar beside its files, or give its address"
    scheme, is_address, _ = schedule.ical.partition("://")
    if is_address and scheme not in {"http", "https"}:
        yield (
            ("ical",),
            f"a calendar is read from an address with http:// or https://, or from a file of the catalogue, not from {scheme}://",
        )
    for number, layer in enumerate(schedule.layers):
        for place, sentence in _of_layer(layer):
            yield ("layers", number, *place), sentence


def _of_layer(layer: Layer) -> Mistakes:
    start, last = moment(layer.start), moment(layer.end)
    if not set(layer.people) - {NOBODY}:
        yield ("people",), "this layer has nobody; name people, in the order of their turns, or take the layer out"
    if start is None:
        yield ("start",), f"{layer.start!r} is no day and no time of a day; write 2026-01-05 09:00, or 2026-01-05"
    if layer.end and (last is None or (start and last <= start)):
        yield ("end",), f"{layer.end!r} is no day and no time of a day after start; write 2026-02-01 09:00, or take it out"
    length = period(layer.every)
    if length is None:
        yield ("every",), f"{layer.every!r} is no length of a turn; write such as 1 week, 2 days or 12 hours"
    if layer.hand_off:
        yield from _of_hand_off(layer, length)
    yield from of_hours("restrictions", layer.restrictions)


def of_hours(key: str, hours: Sequence[Restriction]) -> Mistakes:
    """Where below the key, and a sentence."""
    for number, one in enumerate(hours):
        if (begins := minute(one.begins)) is None or begins == minute("24:00"):
            yield (key, number, "from"), f"{one.begins!r} is no time of a day; write such as 09:00"
        if minute(one.ends) in {None, 0}:
            yield (key, number, "to"), f"{one.ends!r} is no end of a day's hours; write such as 17:00, or 24:00"


def _of_hand_off(layer: Layer, length: timedelta | None) -> Mistakes:
    wanted = hand_off(layer.hand_off)
    if wanted is None:
        yield ("hand_off",), f"{layer.hand_off!r} is no moment of a week or a day; write mon 09:00, or 09:00"
        return
    often, days, say = ("every day", 1, "days or weeks") if wanted[0] is None else ("once a week", 7, "weeks")
    if length and length % timedelta(days=days):
        sentence = f"a hand-off at {layer.hand_off} can come {often}, and a turn is {layer.every}; give every in {say}, or take hand_off out"
        yield ("hand_off",), sentence

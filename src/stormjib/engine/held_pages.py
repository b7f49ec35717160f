"""Whom a storm of pages kept from being told of an incident, read from the log: by the server and by whoever looks without it."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from stormjib.core.incident import Happened, Incident
from stormjib.core.log import PageHeld
from stormjib.ports import Damaged, LogReader


def held_back(incident: Incident, log: LogReader) -> str:
    """Who was neither paged for it nor got the summary page, in a sentence; "" for nobody, or where it is acknowledged."""
    if not (incident.held and incident.owes_page):
        return ""
    waiting = [held for held, told in _held(incident, log) if not told]
    if not waiting:
        return ""
    names = ", ".join(held.who for held in waiting)
    follows = f"one page that sums up all of them leaves with {waiting[0].summary}"
    return f"The page to {names} was held back, for they have had as many as anybody gets in ten minutes; {follows}"


def outcomes(incident: Incident, log: LogReader) -> dict[str, str]:
    """By person whose own page a storm held back: what became of it, in words."""
    return {
        held.who: f"told in the summary page with {held.summary}" if told else "held back" for held, told in _held(incident, log)
    }


def _held(incident: Incident, log: LogReader) -> list[tuple[PageHeld, bool]]:
    newest = {held.who: (when, held) for when, held in incident.held if held.reason == "storm"}
    replay = cache(log.replay)
    return [(held, _told(incident, when, held, replay)) for when, held in newest.values()]


def _told(incident: Incident, when: Happened, held: PageHeld, replay: Callable[[str], Incident]) -> bool:
    """Whether a page to the same person for this incident, or for all that was held back, has arrived since."""
    if any(sent.who == held.who and not sent.sums_up and after.seq > when.seq for after, sent in incident.pages):
        return True
    carrier = incident
    with suppress(Damaged):
        carrier = replay(held.summary) if held.summary and held.summary != incident.id else incident
    summed_up = any(sent.who == held.who and sent.sums_up and after.at >= when.at for after, sent in carrier.pages)
    return summed_up or any(one.who == held.who and one.reason == "over" and after.at >= when.at for after, one in carrier.held)

"""What the chat is told, and where: one post at a time in each place, which tells whatever happened since the one before.

So the order is kept, a chat that is slow or down gets fewer and longer posts, and what is under way is known from the log.
"""

from collections.abc import Iterator
from typing import Final

from stormjib.core import log
from stormjib.core.incident.state import Incident
from stormjib.core.incident.talk import CHANNEL, ENGINEERING, INCIDENTS, KEY, SUPPORT, Talk
from stormjib.core.severity import duty

_COURSE = log.Declared | log.SeverityChanged | log.Resolved | log.Reopened | log.Ended
_DECIDED = (
    log.RoleTaken
    | log.RunProposed
    | log.RunApproved
    | log.RunForced
    | log.RunRefused
    | log.RunExpired
    | log.RunFinished
    | log.OutcomeUnknown
    | log.OutcomeSettled
)
_TOLD = (
    _COURSE
    | _DECIDED
    | log.Acknowledged
    | log.PageRequested
    | log.StatusPosted
    | log.NoteAdded
    | log.RunbookChosen
    | log.DebtTaken
    | log.DebtRepaid
)
_CUSTOMERS: Final = "customers"


def follow(incident: Incident, entry: log.Entry) -> None:
    """Learn what is to be told, what was, and whether a post or the channel begins with this entry; in place."""
    _channel(incident, entry)
    if incident.policy is None or not incident.policy.chat:
        return
    match entry.fact:
        case log.Posted(place=place, until=until) if place in incident.talks:
            left = tuple(one for one in incident.talks[place].waiting if one.seq > until)
            incident.talks[place] = Talk(left)
        case log.EffectFailed(effect=key, permanent=True) if key.removeprefix(KEY) in incident.talks:
            # It is told with what comes next: trying the same again would fail the same.
            incident.talks[key.removeprefix(KEY)].asked = 0
            return
    for place in _places(incident, entry.fact):
        talk = incident.talks.get(place, Talk())
        incident.talks[place] = Talk((*talk.waiting, entry), talk.asked)
    for place, talk in incident.talks.items():
        if talk.waiting and not talk.asked and (place != CHANNEL or (incident.channel and incident.channel.reference)):
            talk.asked = entry.seq


def _channel(incident: Incident, entry: log.Entry) -> None:
    """It is asked for once, unless that has failed for good; in shadow nobody is asked for anything."""
    fact, walled = entry.fact, incident.shadow or (incident.policy is not None and incident.policy.shadow)
    if isinstance(fact, log.EffectFailed) and fact.effect == "channel" and fact.permanent:
        incident.channel_asked = 0
    elif isinstance(fact, log.Declared | log.SeverityChanged | log.Reopened) and duty(incident.severity).opens_channel:
        incident.channel_asked = incident.channel_asked or (0 if walled or incident.channel else entry.seq)


def _places(incident: Incident, fact: log.AnyFact) -> Iterator[str]:
    """Where it is told."""
    has_channel = bool(incident.channel and incident.channel.reference) or (
        incident.open and duty(incident.worst, 0).opens_channel
    )
    if has_channel and isinstance(fact, _TOLD | log.Linked | log.Closed):
        yield CHANNEL
    if isinstance(fact, _COURSE):
        yield INCIDENTS
        if duty(incident.worst, 0).opens_channel:
            yield ENGINEERING
    if isinstance(fact, log.StatusPosted) and fact.audience == _CUSTOMERS:
        yield SUPPORT

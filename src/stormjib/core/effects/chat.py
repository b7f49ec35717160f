"""What the chat is told: the channel of an incident, what stands in it, and the posts to it and to the directory's channels."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from stormjib.core import comms
from stormjib.core.effects.effect import OpenChannel, Post
from stormjib.core.incident import Incident
from stormjib.core.incident.talk import CHANNEL, KEY
from stormjib.core.log import Acknowledged, Closed, Ended, Entry, PageRequested
from stormjib.core.narrate import narrate
from stormjib.core.policy import Policy
from stormjib.core.redact import redacted
from stormjib.core.runbook import Runbook
from stormjib.core.text.visible import opening

TEXT_CHARS_MAX: Final = 3_000
"""Of one post; what has no place in it stands in the next."""
LINE_CHARS_MAX: Final = 1_000
BUTTONS_MAX: Final = 10
_TITLE_CHARS_MAX: Final = 200


def channel_name(at: float, number: int = 1) -> str:
    """``#incident-YYYY-MM-DD-HHMMSS`` in UTC, as the runbook's step 3 asks; the second one of a second ends in ``-2``."""
    return f"#incident-{datetime.fromtimestamp(at, UTC):%Y-%m-%d-%H%M%S}" + (f"-{number}" if number > 1 else "")


def channel(incident: Incident, entry: Entry, policy: Policy) -> OpenChannel:
    """That of the incident; without a chat it is but a name."""
    name = channel_name(entry.at, incident.channel_number)
    if not policy.chat:
        return OpenChannel("channel", name=name, topic=incident.title)
    url, service = address(incident, policy), policy.service_of(incident.service)
    return OpenChannel(
        "channel",
        name=name,
        topic=opening(incident.headline, _TITLE_CHARS_MAX),
        purpose=f"{incident.id}: what is decided and done. Its page: {url}",
        summary=summary(incident, policy),
        links=(("Incident", url), ("Runbook", f"{policy.base_url}/runbook"), *(service.dashboards.items() if service else ())),
        at=entry.at,
    )


def address(incident: Incident, policy: Policy) -> str:
    """Of the incident's page."""
    return f"{policy.base_url}/incidents/{incident.id}"


def summary(incident: Incident, policy: Policy) -> str:
    """How things stand, in a few lines."""
    has, ended = incident.acknowledged, incident.resolved or incident.closed
    waiting = [run.proposal.run_id for run in incident.runs.values() if run.waits_for_person]
    posts = [f"{post.stage or 'Update'} ({post.audience}): {opening(post.text, _TITLE_CHARS_MAX)}" for _, post in incident.posts]
    lines = [
        f"{incident.called} {incident.id}: {opening(incident.headline, _TITLE_CHARS_MAX)}",
        f"Status: {incident.status}" + (f" by {ended.by}, {_time(ended.at)}" if ended and not incident.end else ""),
        f"Acknowledged by {has.by}, {_time(has.at)}" if has else "Nobody has acknowledged it." if incident.open else "",
        f"Waits for a decision: {', '.join(waiting)}" if waiting else "",
        f"Temporary measures: {len(incident.debts)}" if incident.debts else "",
        f"Last update: {posts[-1]}" if posts else "",
        f"Declared {_time(incident.declared.at)}" if incident.declared else "",
        address(incident, policy),
    ]
    return redacted("\n".join(filter(None, lines)))


def buttons(incident: Incident) -> tuple[tuple[str, str, str], ...]:
    """What can be done from the summary: what it says, what it does, and to what. No two of one message do it by one name."""
    asks = (("Acknowledge", "stormjib:acknowledge", incident.id),) if incident.open and not incident.acknowledged else ()
    waiting = [run.proposal.run_id for run in incident.runs.values() if run.state == "proposed"]
    return (*asks, *((f"Approve {run_id} …", f"stormjib:approve:{run_id}", run_id) for run_id in waiting[:BUTTONS_MAX]))


def posts(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[Post]:
    """Those that begin with this entry."""
    for place, talk in incident.talks.items():
        own = incident.channel if place == CHANNEL else None
        name = own.name if own else comms.channel_of(place, runbook)
        if talk.asked != entry.seq or not name:
            continue
        told = list(_fitting(incident, place, talk.waiting))
        facts = [one.fact for one, _ in told]
        people = [who for fact in facts for who in _concerned(fact)] if own else []
        last = own is not None and isinstance(facts[-1], Closed | Ended) and policy.archives_channels
        yield Post(
            f"{KEY}{place}",
            place=place,
            channel=own.reference if own else "",
            name=name,
            text=redacted("\n".join(text for _, text in told)),
            until=told[-1][0].seq,
            url=address(incident, policy),
            at=entry.at,
            people=tuple(dict.fromkeys(people)),
            summary=(own.summary, summary(incident, policy)) if last and own else ("", ""),
            archives=last,
        )


def _fitting(incident: Incident, place: str, waiting: tuple[Entry, ...]) -> Iterator[tuple[Entry, str]]:
    """As much as one post holds, one entry at least."""
    about = "" if place == CHANNEL else f"{incident.called} {incident.id} ({opening(incident.headline, _TITLE_CHARS_MAX)}): "
    length = 0
    for one in waiting:
        said = narrate(one.fact)
        by = f" ({one.by})" if one.by and one.by not in said and one.by != "stormjib" else ""
        text = f"{_time(one.at)}  {about}{opening(said, LINE_CHARS_MAX)}{by}"
        length += len(text) + 1
        if length > TEXT_CHARS_MAX and one is not waiting[0]:
            return
        yield one, text


def _concerned(fact: object) -> tuple[str, ...]:
    match fact:
        case PageRequested(people=people):
            return people
        case Acknowledged(who=who, through=""):
            return (who,)
        case _:
            return ()


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M} UTC"

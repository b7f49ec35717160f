"""What is kept beside the timeline, held against what follows from it: rows of incidents, of alerts, and marks."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.access import SITE
from stormjib.core.log import TokenEnded, TokenMade
from stormjib.ports import Head
from stormjib.store import records
from stormjib.store.raw import RawLog
from stormjib.store.rebuild import Rebuilt, rebuild

_SAID: Final = ("title", "severity", "status", "service", "runbook_sha256", "declared_at", "updated_at")
"""Of an incident's row: what its entries alone decide."""
_AGAIN: Final = "Rows are made again from the entries: stormjib recover LOG --to DIR."


def found_beside(raw: RawLog, only: str | None, last: int) -> Iterator[tuple[str, str]]:
    """The incident ("" where it is no one's) and a sentence for each row that does not follow from the entries.

    ``last`` is the position of the newest entry. Raises ``Damaged`` where an incident's entries contradict each other.
    """
    for head in raw.rows():
        if head.id == SITE and only in {None, SITE}:
            yield from ((SITE, reason) for reason in _tokens(raw))
        if only in {None, head.id}:
            with records.isolated(head.id):
                rebuilt = rebuild(head.id, raw.timeline(head.id), head)
            # The rows of alerts stay where an incident's timeline was exported, and are held against nothing.
            alerts = () if rebuilt.incident.exported else _alerts(raw, head, rebuilt)
            yield from ((head.id, reason) for reason in (*_row(head, rebuilt), *alerts))
    if only is None:
        yield from (("", f"Alerts belong to {name}, which does not exist. {_AGAIN}") for name in raw.strays())
        for name, position in raw.marks():
            if not 0 <= position <= last:
                yield "", f"{name} stands at position {position} of the log, which ends at {last}: it was altered."


def _tokens(raw: RawLog) -> Iterator[str]:
    """Each token is one that the site's log knows, as it was made."""
    made: dict[str, TokenMade] = {}
    ends: dict[str, float] = {}
    for entry in raw.timeline(SITE):
        match entry.fact:
            case TokenMade():
                made[entry.fact.digest] = entry.fact
                ends[entry.fact.digest] = entry.fact.expires_at
            case TokenEnded():
                ends[entry.fact.digest] = entry.fact.at
    tokens = raw.tokens()
    for digest in made.keys() - {token.digest for token in tokens}:
        # One that was revoked has ended in the log; its row goes with that.
        if ends[digest] == made[digest].expires_at:
            yield f"The row of the token {digest[:8]} of {made[digest].name} is missing, and nothing in the log revoked it."
    for token in tokens:
        fact, named = made.get(token.digest), f"The token {token.id} of {token.name} ({' '.join(token.scopes)})"
        if fact is None:
            yield f"{named} was put in by hand: nothing in the log made it. Revoke it: stormjib token revoke {token.id}"
        elif (token.name, token.scopes, bool(token.machine), token.expires_at) != (
            fact.name,
            fact.scopes,
            fact.machine,
            ends[token.digest],
        ):
            yield f"The row of {named[4:]} is not what the log made it: it was altered. Revoke it: stormjib token revoke {token.id}"


def _row(head: Head, rebuilt: Rebuilt) -> Iterator[str]:
    made = rebuilt.head()
    for name in _SAID:
        if getattr(head, name) != getattr(made, name):
            yield f"Its row says {name} {getattr(head, name)!r}, and its entries make it {getattr(made, name)!r}. {_AGAIN}"
    if head.alerts_listed < rebuilt.listed:
        yield f"Its row says that {head.alerts_listed} alerts are listed, and its entries list {rebuilt.listed}."


def _alerts(raw: RawLog, head: Head, rebuilt: Rebuilt) -> Iterator[str]:
    """An alert may have gone on to another incident since, or have ended where a closed one was not told."""
    rows = {(source, fingerprint): firing for source, fingerprint, firing in raw.alerts(head.id)}
    for key, made in rebuilt.alerts.items():
        if key not in rows and raw.alert(*key) is None:
            yield f"The row of its alert {made.name} ({key[1]} of {key[0]}) is missing. {_AGAIN}"
        elif head.open and rebuilt.incident.reopened is None and made.firing and not rows.get(key, True):
            yield f"Its alert {made.name} ({key[1]} of {key[0]}) fires by its entries, and its row says that it does not."
    # Where more joined than are listed, one that moved here from another incident may count as listed without an entry.
    if head.alerts_total == head.alerts_listed:
        for source, fingerprint in rows.keys() - rebuilt.alerts.keys():
            yield f"The row of the alert {fingerprint} of {source} says that it is listed here, and no entry lists it."

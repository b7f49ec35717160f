"""The balance of the intake: every alert that was received has one outcome, or somebody is paged for those that have none.

Somebody is paged as well once no alert is taken, because the disk runs full.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from stormjib.core.log import Declared, NoteAdded
from stormjib.core.log.fact import ITSELF
from stormjib.core.severity import Severity
from stormjib.engine.inbox import Inbox
from stormjib.engine.rounds import Rounds
from stormjib.engine.unlogged import Unlogged
from stormjib.ports import Clock, Counted, Counts, LogReader, NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.ports.intake import (
    JOINED,
    MENDED,
    OUTCOMES,
    PAGED,
    RECEIVED,
    REFUSED,
    REQUESTS,
    SUPPRESSED,
    TRUNCATED,
    UNACCOUNTED,
    UNREAD,
    WAITING,
)

CHECK_SECONDS: Final = 60.0
DISK_SECONDS: Final = 5.0
"""Between two looks at the disk: where it is full, an escalation stands still."""
SERVICE: Final = "stormjib"
DISK: Final = "intake/disk"

_log = logging.getLogger(__name__)


class SourceAccount(msgspec.Struct, frozen=True):
    """What one source sent and what became of it: ``received`` is the sum of all outcomes, or ``missing`` is not 0."""

    source: str
    received: int
    paged: int
    joined: int
    suppressed: dict[str, int]
    """By rule; see ``engine.intake.RULES``."""
    waiting: int
    """For a person, because the severity says nothing that is known."""
    refused: dict[str, int]
    """Alerts by answer."""
    unaccounted: dict[str, int]
    """By the incident that somebody was paged for; below zero where alerts were counted twice."""
    missing: int
    """What has no outcome, and nobody was paged for so far."""
    unread: dict[str, int]
    """Refused requests of which nobody knows how many alerts they held, by answer."""
    requests: int
    truncated: int
    """Alerts that the sender says it left out of its messages."""
    mended: int
    last_seen_at: float | None
    """When the last request was taken or refused, seconds since the epoch."""


def accounts(counted: Iterable[Counted]) -> list[SourceAccount]:
    """The account of each source."""
    sources: dict[str, list[Counted]] = {}
    for one in counted:
        sources.setdefault(one.source, []).append(one)
    return [_account(source, counts) for source, counts in sources.items()]


def _account(source: str, counts: Sequence[Counted]) -> SourceAccount:
    def by_rule(outcome: str) -> dict[str, int]:
        return {one.rule: one.count for one in counts if one.outcome == outcome and one.count}

    def total(*outcomes: str) -> int:
        return sum(one.count for one in counts if one.outcome in outcomes)

    seen = [one.at for one in counts if one.outcome in {RECEIVED, REQUESTS, UNREAD}]
    return SourceAccount(
        source=source,
        received=total(RECEIVED),
        paged=total(PAGED),
        joined=total(JOINED),
        suppressed=by_rule(SUPPRESSED),
        waiting=total(WAITING),
        refused=by_rule(REFUSED),
        unaccounted=by_rule(UNACCOUNTED),
        missing=total(RECEIVED) - total(*OUTCOMES),
        unread=by_rule(UNREAD),
        requests=total(REQUESTS),
        truncated=total(TRUNCATED),
        mended=total(MENDED),
        last_seen_at=max(seen) if seen else None,
    )


class IntakeCheck(Rounds):
    """Looks at the disk every few seconds and at the account once a minute, and at the start. ``check`` may be called by any thread but the writer's."""

    def __init__(self, log: LogReader, inbox: Inbox, clock: Clock, runbook_sha256: Callable[[], str], unlogged: Unlogged) -> None:
        """``unlogged`` reaches people where nothing can be written."""
        self._log = log
        self._inbox = inbox
        self._clock = clock
        self._runbook_sha256 = runbook_sha256
        self._unlogged = unlogged
        self._one = threading.Lock()
        self._refuses = False
        super().__init__("intake-check", self._run, None)

    def check(self) -> list[str]:
        """The incidents that say what is unaccounted for; none where everything has its outcome."""
        with self._one:
            found = accounts(self._log.intake())
            odd = [account for account in found if account.missing]
            said = [incident for account in found for incident in account.unaccounted]
            return [self._say(account, said) for account in odd]

    def look_at_disk(self) -> None:
        """Declare an incident where alerts are refused; while it is open, the next time is the same one.

        Where there is no room for that, whoever is on call is paged without one.
        """
        if nothing := self._inbox.refuses(all_of_it=True):
            self._unlogged.page(nothing)
            return
        self._unlogged.over()
        why = self._inbox.refuses()
        if why and not self._refuses:
            reason = f"{why} Until then alerts are refused with 503: a sender that repeats them loses none."
            title = "Intake: no alert is taken, the disk runs full"
            declared = Declared(title, Severity.P1, SERVICE, self._runbook_sha256(), self._clock(), reason)
            self._inbox.declare(lambda _: (declared,), by=ITSELF, cause=DISK, again=(DISK, lambda _: ()))
        self._refuses = bool(why)

    def _say(self, account: SourceAccount, said: Sequence[str]) -> str:
        """One page for an episode: while its incident is open, what is found in addition is a note in it."""
        number = abs(account.missing)
        what = "are unaccounted for" if account.missing > 0 else "were counted more than once"
        title = f"Intake: {number} alerts {what}"
        reason = (
            f"{account.source}: {account.received} alerts were received and the outcomes add up to "
            f"{account.received - account.missing}. Alerts may have been lost: compare {account.source} with /intake."
        )
        # The same imbalance, found again because this was interrupted, is the same cause.
        cause = f"intake/{account.source}/{len(account.unaccounted)}/{sum(account.unaccounted.values())}"
        _log.error("%s. %s", title, reason)
        incident = next((one for one in said if self._open(one)), "")
        if incident:
            note = NoteAdded(f"{title}. {reason}")
            self._inbox.submit(incident, lambda _: (note,), by=ITSELF, cause=cause)
        else:
            declared = Declared(title, Severity.P1, SERVICE, self._runbook_sha256(), self._clock(), reason)
            incident = self._inbox.declare(lambda _: (declared,), by=ITSELF, cause=cause).entries[0].incident
        self._inbox.count(Counts({(account.source, UNACCOUNTED, incident): account.missing}))
        return incident

    def _open(self, incident: str) -> bool:
        with suppress(NotFound):
            return self._log.incident(incident).open
        return False

    def _run(self) -> None:
        rounds = 0
        while not self.ending:
            # A log that takes or says nothing now is asked again soon; where it is broken, its writer ends the server.
            with suppress(Overloaded, Unavailable, StoreFailed):
                self.look_at_disk()
                if rounds % int(CHECK_SECONDS / DISK_SECONDS) == 0:
                    self.check()
            rounds += 1
            self.pause(DISK_SECONDS)

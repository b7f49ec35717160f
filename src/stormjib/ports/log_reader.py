"""The reading side of the log, for the engine, the pages and the command line alike."""

from typing import Protocol

from stormjib.core.access import Session, Token
from stormjib.core.alert import StillFiring
from stormjib.core.checkup import ProbeRecord
from stormjib.core.incident import Incident
from stormjib.core.log import Entry
from stormjib.ports.intake import Counted
from stormjib.ports.records import AlertState, Head, RunbookRow

ENTRIES_MAX = 100_000


class LogReader(Protocol):
    """Any thread may use it; it sees what is committed. Every method raises ``StoreFailed`` where the database refuses."""

    def close(self) -> None:
        """Read nothing any more."""

    def entries(self, incident_id: str, after_seq: int = 0, limit: int = ENTRIES_MAX) -> list[Entry]:
        """Entries of an incident after ``after_seq``, in order."""

    def entries_after(self, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        """Entries of every incident after a position of the whole log, in order, each with its position.

        Those that can't be read are left out; where only such follow, there are none.
        """

    def facts_after(self, kind: str, position: int, limit: int = 1_000) -> list[tuple[int, Entry]]:
        """The entries with one kind of fact after a position of the whole log, in order, each with its position."""

    def last_position(self) -> int:
        """The position of the newest entry of the whole log, 0 where there is none."""

    def hashes_after(self, position: int, limit: int) -> list[tuple[int, str, int, bytes]]:
        """Position, incident, seq and hash of the entries after a position of the whole log, in order."""

    def stored(self, incident_id: str) -> list[tuple[int, int, float, str, str, str, bytes]]:
        """Position, seq, time, who, cause, fact as stored and hash of every entry of an incident that is still here, in order."""

    def unnamed_blobs(self) -> tuple[int, list[str]]:
        """The position of the newest entry, and the blobs that no entry up to there names."""

    def replay(self, incident_id: str, until_seq: int | None = None) -> Incident:
        """The incident after all its entries, or after those up to ``until_seq``; raises ``NotFound``."""

    def mark(self, name: str) -> int:
        """How far somebody has read the log; 0 where nobody has."""

    def incidents(self, *, open_only: bool = False, before_number: int | None = None, limit: int = 100) -> list[Head]:
        """Incidents, the newest first; ``before_number`` is the last number of the page before."""

    def worst_open(self, limit: int) -> tuple[list[Head], dict[str, int]]:
        """The open incidents, the worst first, then those that nobody has acknowledged; and how many there are per severity.

        The order is the database's, so that a limit never hides what is worse than what it shows.
        """

    def worst_first(self, limit: int, *, open_only: bool) -> tuple[list[Head], dict[str, int]]:
        """As ``worst_open``, and behind them those that are over, the newest first, unless only open ones are wanted."""

    def ended(self, since: float, limit: int) -> list[Head]:
        """Incidents that are over, however they ended, with an entry since then (seconds since the epoch); the newest entry first."""

    def incident_count(self) -> int:
        """How many incidents there are."""

    def incident(self, incident_id: str) -> Head:
        """One incident; raises ``NotFound``."""

    def alerts(
        self, *, firing: bool | None = None, incident_id: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[AlertState]:
        """Alerts: first those that wait for a person, then the others, each the newest first.

        ``before_id`` is the last id of the page before.
        """

    def alerts_of(self, source: str) -> list[AlertState]:
        """All that one source ever sent, the newest first."""

    def alert(self, alert_id: int) -> AlertState:
        """One alert by its number; raises ``NotFound``."""

    def worst_alerts(self, limit: int) -> list[AlertState]:
        """Those that fire first, by the severity of their incident; then the others, the newest first."""

    def still_firing(self, incident_id: str) -> StillFiring:
        """All alerts of an incident that fire."""

    def alert_count(self, *, firing: bool | None = None, incident_id: str | None = None) -> int:
        """How many alerts there are of this kind."""

    def blob(self, sha256: str) -> bytes | None:
        """The bytes that an entry names, None where the log keeps none of this sha256."""

    def runbooks(self) -> list[RunbookRow]:
        """Every runbook that was ever in force, the newest first."""

    def runbook(self, sha256: str) -> bytes:
        """A runbook's bytes as given; raises ``NotFound``."""

    def tokens(self) -> list[Token]:
        """Every token, by name."""

    def sessions(self) -> list[Session]:
        """Who is signed in, the one that ends first first."""

    def taken(self) -> list[tuple[str, str]]:
        """The source and the name of each signed message that is remembered, the oldest first."""
        ...

    def checked(self) -> dict[str, ProbeRecord]:
        """What is known of the runbook's commands, by ``Known.key``."""

    def generations(self) -> list[tuple[int, str]]:
        """Each start of the server, in order: the position behind which its entries begin, and its name."""

    def intake(self) -> list[Counted]:
        """What arrived and what became of it, all as of one moment, ordered by source, outcome and rule."""

    def setting(self, name: str) -> str | None:
        """A value of the installation itself."""

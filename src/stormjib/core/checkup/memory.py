"""What is remembered of a command: when it last worked, since when it fails; and how that is said."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from stormjib.core.checkup.verdict import Verdict
from stormjib.core.redact import shown
from stormjib.core.text.units import DAY, MINUTE, duration

FINDING_CHARS_MAX: Final = 500
_WEEKDAY_DAYS: Final = 6
"""Up to so many days a weekday says which day is meant."""


class ProbeRecord(msgspec.Struct, frozen=True):
    """The last check of one command on one target; times are seconds since the epoch, UTC.

    ``worked_at`` is None where it never worked, ``failing_since`` where it works. ``source`` is ``check`` or the incident
    that ran it. ``runbook_sha256`` and ``line`` say where the command stood.
    """

    key: str
    text: str
    target: str
    runbook_sha256: str
    line: int
    at: float
    code: str
    finding: str
    exit_code: int | None
    worked_at: float | None
    failing_since: float | None
    source: str

    @property
    def works(self) -> bool:
        """Whether the last check worked."""
        return self.failing_since is None


History = Mapping[str, ProbeRecord]
"""By ``ProbeRecord.key``."""


def key_of(text: str, target: str) -> str:
    """What a command is remembered by: it survives a change of the runbook as long as its text and target stay."""
    return hashlib.sha256(f"{shown(text.strip())}\0{target}".encode("utf-8", "surrogatepass")).hexdigest()


def remember(
    earlier: ProbeRecord | None,
    verdict: Verdict,
    *,
    text: str,
    target: str,
    at: float,
    line: int,
    exit_code: int | None = None,
    runbook_sha256: str = "",
    source: str = "check",
) -> ProbeRecord:
    """What is known after a check; one that is older than what is known already changes nothing."""
    if earlier is not None and earlier.at > at:
        return earlier
    since = earlier.failing_since if earlier else None
    return ProbeRecord(
        key=key_of(text, target),
        text=text,
        target=target,
        runbook_sha256=runbook_sha256 or (earlier.runbook_sha256 if earlier else ""),
        line=line,
        at=at,
        code=verdict.code,
        finding=verdict.sentence[:FINDING_CHARS_MAX],
        exit_code=exit_code,
        worked_at=at if verdict.works else (earlier.worked_at if earlier else None),
        failing_since=None if verdict.works else (at if since is None else since),
        source=source,
    )


def began_to_fail(earlier: ProbeRecord | None, now: ProbeRecord) -> bool:
    """Whether a command that worked the last time does not any more."""
    return not now.works and earlier is not None and earlier.works


def newest(*histories: History) -> dict[str, ProbeRecord]:
    """Several memories as one: of each command the newest check."""
    merged: dict[str, ProbeRecord] = {}
    for one in (one for history in histories for one in history.values()):
        if one.key not in merged or merged[one.key].at <= one.at:
            merged[one.key] = one
    return merged


def words(checked: ProbeRecord | None, now: float) -> str:
    """``worked 6 h ago``, ``failing since Tuesday 14:05 UTC`` or ``never ran``."""
    if checked is None:
        return "never ran"
    if checked.failing_since is not None:
        return f"failing since {_moment(checked.failing_since, now)}"
    return f"worked {_ago(now - checked.at)}"


def failing(history: History, keys: Iterable[str]) -> int:
    """How many of these commands fail."""
    return sum(1 for key in keys if key in history and not history[key].works)


def _ago(seconds: float) -> str:
    return "just now" if seconds < MINUTE else f"{duration(seconds)} ago"


def _moment(at: float, now: float) -> str:
    """The weekday and the time; the date where the weekday would not tell, the time alone where it was today."""
    then, today = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC)
    if then.date() == today.date():
        return f"{then:%H:%M} UTC"
    recent = 0 <= now - at < _WEEKDAY_DAYS * DAY
    return f"{then:%A %H:%M} UTC" if recent else f"{then:%Y-%m-%d %H:%M} UTC"

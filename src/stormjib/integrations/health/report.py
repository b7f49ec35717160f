"""The report of a service's checks: each with what it proves, the limits they are held to."""

from collections.abc import Sequence
from typing import Final

import msgspec

SCHEMA: Final = "stormjib.health/1"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as healthy where a check does not say it, and how long a check may take."""

    request_timeout_seconds: float = 5.0
    """one request, from the connection to the last byte"""
    check_timeout_seconds: float = 30.0
    """one check, whatever it does"""
    body_bytes_max: int = 2 * 1024 * 1024
    disk_used_share_max: float = 0.9
    memory_used_share_max: float = 0.9
    disk_path: str = "/"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was checked."""

    name: str
    ok: bool
    detail: str
    """a sentence"""
    seconds: float
    """how long the check took"""
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    """of value and limit: "s", "share", or the operator's own"""
    proves: tuple[str, ...] = ()
    """``functional``, ``latency``, ``errors``, ``health``"""
    by: str = ""
    """what kind of check it is, as ``shown_by`` says it"""
    measured: bool = True
    """False where there is nothing to measure; then it is neither well nor ill, and ``ok`` is False."""
    of_service: bool = True
    """False of the machine around it: that a disk has space says nothing of a service."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one service's checks; healthy when each that was measured is well, and at least one of its own was."""

    checks: tuple[Check, ...]
    base_url: str
    comprehensive: bool
    service: str = ""
    health_path: str | None = None
    """Where its health check was found, where nobody has said where it is."""

    @property
    def healthy(self) -> bool:
        """Whether everything that was measured is well. Where nothing of the service was, nobody knows, and that is not healthy."""
        return self.measured and all(check.ok for check in self.checks if check.measured)

    @property
    def measured(self) -> bool:
        """Whether anything of the service itself was measured."""
        return any(check.measured and check.of_service for check in self.checks)


class _Envelope(msgspec.Struct, frozen=True):
    schema: str
    service: str
    healthy: bool
    base_url: str
    comprehensive: bool
    checks: tuple[Check, ...]


class _Envelopes(msgspec.Struct, frozen=True):
    schema: str
    healthy: bool
    services: tuple[_Envelope, ...]


def to_json(reports: Sequence[Report]) -> str:
    """Give one JSON object with the schema "stormjib.health/1"; of several services it holds a list of such objects."""
    found = tuple(_Envelope(SCHEMA, r.service, r.healthy, r.base_url, r.comprehensive, r.checks) for r in reports)
    whole = found[0] if len(found) == 1 else _Envelopes(SCHEMA, all(report.healthy for report in reports), found)
    return msgspec.json.encode(whole).decode()

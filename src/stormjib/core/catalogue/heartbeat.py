"""A heartbeat: something that checks in again and again, and whose silence is an alert.

A cron expression is that of Debian's cron, also where clocks change. Source: https://github.com/cuu508/cronsim
"""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError
from msgspec import Meta

from stormjib.core.catalogue.check import in_address, must

EARLY_SECONDS: Final = 30.0
"""A check-in so shortly before its time is for that time: clocks differ."""
_UNITS: Final = {"m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 7 * 86_400.0}
_COUNT_MAX: Final = 1_000


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file of heartbeats/: what has to send something to /heartbeat/NAME."""

    name: Annotated[str, Meta(min_length=1, max_length=80, description="The last part of its address, /heartbeat/NAME.")]
    summary: Annotated[str, Meta(max_length=500, description="What checks in, in a sentence.")] = ""
    service: Annotated[str, Meta(description="What is wrong where it stays away: a service of the catalogue.")] = ""
    severity: Annotated[
        Literal["P0", "P1", "P2", "P3", "P4"], Meta(description="Of its alert; only P0 and P1 page by themselves.")
    ] = "P1"
    labels: Annotated[dict[str, str], Meta(description="Of its alert, beside heartbeat: NAME.")] = {}
    sender: Annotated[
        str, Meta(max_length=100, description="The token that checks in, by its name; without it the first that ever did.")
    ] = ""
    every: Annotated[str, Meta(description="How often: 10m, 1h, 1d, 1w.")] = ""
    cron: Annotated[str, Meta(description="In its place when, as in a crontab: 30 2 * * 1-5.")] = ""
    time_zone: Annotated[str, Meta(description="Whose clock cron is; as in Europe/Berlin.")] = "UTC"
    grace: Annotated[str, Meta(description="How late a check-in may be.")] = "10m"

    def __post_init__(self) -> None:
        """Refuse what is no time, and a name that no address can hold."""
        must(in_address(self.name), f"{self.name!r} is no part of an address; use small letters, digits, - and _", "name")
        must(bool(self.every) != bool(self.cron), "give every or cron, and not both", "every")
        for key, text in (("every", self.every or "1h"), ("grace", self.grace)):
            must(_seconds(text) > 0, f"{text!r} is no time; write such as 10m, 1h, 1d or 1w", key)
        try:
            CronSim(self.cron or "* * * * *", datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            must(False, f"{self.cron!r} is no cron expression: {error}; write such as 30 2 * * 1-5", "cron")

    @property
    def grace_seconds(self) -> float:
        """How late it may be."""
        return _seconds(self.grace)

    def expected(self, last: float) -> float:
        """When the check-in after one is to come."""
        if self.every:
            return last + _seconds(self.every)
        after = datetime.fromtimestamp(last + EARLY_SECONDS, ZoneInfo(self.time_zone))
        return next(moment.timestamp() for moment in CronSim(self.cron, after))


def _seconds(text: str) -> float:
    count, unit = text[:-1], text[-1:]
    good = unit in _UNITS and count.isascii() and count.isdigit() and int(count) <= _COUNT_MAX
    return int(count) * _UNITS[unit] if good else 0.0

"""A silence: which alerts of a service page nobody for a time, and what breaks it: it never hides what is worse or other than was meant."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from stormjib.core.catalogue.service import alike
from stormjib.core.severity import Severity

TIMER: Final = "silence"
"""Of the end of one: ``silence/17``."""


class Silence(msgspec.Struct, frozen=True):
    """One, in seconds of UTC; ``id`` is the number of its entry in the log of the site."""

    id: str
    service: str
    alerts: tuple[str, ...]
    """The names of the alerts that it was meant for; without any it is meant for all of the service."""
    up_to: Severity
    """The worst that it hides."""
    start: float
    end: float
    reason: str = ""
    by: str = ""
    begun: bool = False
    """It began with its entry, so that it is in force also where the clock has gone back behind its start since."""

    def is_about(self, service: str, at: float) -> bool:
        """Whether it is in force then for this service."""
        return (self.begun or self.start <= at) and at < self.end and alike(self.service) == alike(service)

    def broken_by(self, alert: str, severity: Severity) -> str:
        """Why this alert is not what it was meant to hide, as a clause; "" where it is."""
        if severity.rank < self.up_to.rank:
            return f"{alert} is {severity.value}, and it hides no worse than {self.up_to.value}"
        if self.alerts and alert not in self.alerts:
            return f"{alert} is new: it was meant for {', '.join(self.alerts)}"
        return ""


def hiding(silences: Iterable[Silence], service: str, alert: str, severity: Severity, at: float) -> Silence | None:
    """The silence that hides an alert, the one that lasts longest."""
    found = [one for one in silences if one.is_about(service, at) and not one.broken_by(alert, severity)]
    return max(found, key=lambda one: one.end, default=None)


def broken(silences: Iterable[Silence], service: str, alert: str, severity: Severity, at: float) -> Sequence[tuple[Silence, str]]:
    """Those in force for the service that an alert breaks which none hides, each with why."""
    about = [one for one in silences if one.is_about(service, at)]
    return [(one, why) for one in about if (why := one.broken_by(alert, severity))]

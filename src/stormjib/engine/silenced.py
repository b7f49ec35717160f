"""Silenced: which alerts a silence hides, which silences an alert breaks, and what was hidden by one that is over."""

from collections.abc import Iterable

from stormjib.core.access import SITE, SITE_NUMBER
from stormjib.core.log import SilenceEnded
from stormjib.core.log.fact import ITSELF
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.severity import Severity
from stormjib.core.silence import TIMER, Silence, broken, hiding
from stormjib.engine.ledger import Ledger
from stormjib.engine.rules import Rules


class Silenced:
    """Used by the writer's thread only, within a job of the ledger."""

    def __init__(self, ledger: Ledger, rules: Rules) -> None:
        self._ledger = ledger
        self._rules = rules
        self._over: dict[str, Silence] = {}
        """What has ended; the settings in force follow after the commit. Where that fails, a page too many is the better mistake."""
        self._told: set[str] = set()

    def hides(self, service: str, alert: str, severity: Severity, now: float) -> tuple[bool, str]:
        """Whether an alert that would page does not; else the silences that are in its way are over, and which it broke, in words."""
        silences = [one for one in self._rules.policy().silences if one.id not in self._over]
        if not silences:
            return False, ""
        if hiding(silences, service, alert, severity, now):
            return True, ""
        found = broken(silences, service, alert, severity, now)
        for one, why in found:
            self._ledger.keep_log(SITE, SITE_NUMBER)
            ended = SilenceEnded(int(one.id), one.service, why)
            self._ledger.append(SITE, (ended,), by=ITSELF, cause=f"{TIMER}/{one.id}/broken")
            self._over[one.id] = one
        return False, "; ".join(f"it broke silence {one.id} of {one.by}: {why}" for one, why in found)

    def end(self, number: str) -> None:
        """One is over, by its time or by a person."""
        self._over |= {one.id: one for one in self._rules.policy().silences if one.id == number}

    def again(self) -> None:
        """A job was not written: what it freed is to be freed again."""
        self._told.clear()

    def freed(self) -> Iterable[Silence]:
        """Those that are over, each once."""
        found = [one for name, one in self._over.items() if name not in self._told]
        self._told |= self._over.keys()
        return found


def past_of(silence: Silence, now: float) -> str:
    """What is said of an alert that it hid, and that is heard at its end."""
    return f"it was silenced until {utc_minute(min(silence.end, now))} by {silence.by} (silence {silence.id})"

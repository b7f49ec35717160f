"""The checks of the protected services: run when a recovery is measured or a baseline taken, each service by its own."""

import time
from collections.abc import Callable

from stormjib.core.policy import Policy
from stormjib.integrations.health.check import Tools, check
from stormjib.integrations.health.recovery import Baseline, BaselineFile, baseline_of
from stormjib.integrations.health.report import Report
from stormjib.ports import Clock


class ServiceChecks:
    """Every protected service by the name that the settings give it."""

    def __init__(self, policy: Policy, tools: Tools, file: BaselineFile, clock: Clock) -> None:
        """Nothing is asked yet."""
        self.policy = policy
        """The settings in force; another may take their place."""
        self.tools = tools
        self._file = file
        self._clock = clock
        self.examine: Callable[[str], Report] = self._examine
        """Runs the checks of a service now; another may stand in for it."""
        self.monotonic: Callable[[], float] = time.monotonic
        """What the answers are timed by, in seconds."""

    def measured(self) -> tuple[str, ...]:
        """The names of the services that something measures."""
        return tuple(one.name for one in self.policy.services if one.proofs)

    def name_of(self, service: str) -> str:
        """The one name of a service that alerts and people may call otherwise; what is not known keeps its own."""
        return self.policy.name_of(service)

    def baseline(self, service: str) -> Baseline | None:
        """How a service was when it was well, None where nobody has measured it."""
        return self._file.read(service)

    def take_baseline(self, service: str) -> tuple[Baseline | None, Report]:
        """Measure how a service is now; None, and the old one stays, where it is not well."""
        report = self.examine(service)
        found = baseline_of(report, self._clock())
        if found is not None:
            self._file.write(found)
        return found, report

    def _examine(self, service: str) -> Report:
        found = next(one for one in self.policy.services if one.name == service)
        was = self._file.read(service)
        return check(found, self.tools, known_path=was.health_path if was else None, clock=self.monotonic)

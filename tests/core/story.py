"""A log in memory that follows the same rules as the writer: append, what follows, the effects."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from stormjib.core.actions import BY_NAME, Context
from stormjib.core.catalogue.check import CommandCheck
from stormjib.core.catalogue.service import Service
from stormjib.core.derived_facts import proves
from stormjib.core.effects import AnyEffect, react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import AlertReceived, AnyFact, Declared, Entry
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy, Trusted
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity

RUNBOOK = compile_runbook((Path(__file__).parents[2] / "runbooks" / "incident-response.md").read_bytes())
HEALTH = "python scripts/health_check.py --comprehensive"
PROVES = CommandCheck(name="all", argv=("true",), proves=("functional", "latency", "errors"))
SERVICE = Service(name="service", target_url="http://service.example", check=(PROVES,))
POLICY = Policy(
    responders=("ana", "bo"), services=(SERVICE,), every_incident=True, trusted=(Trusted(HEALTH, "it only asks"),),
    variables=frozenset({"ADMIN_TOKEN"}),
)  # fmt: skip
START = 1_790_000_000.0


class Story:
    """One incident; ``at`` is the clock, moved by hand."""

    def __init__(self, policy: Policy = POLICY, runbook: Runbook = RUNBOOK) -> None:
        self.policy, self.runbook = policy, runbook
        self.incident = Incident.new("INC-1")
        self.entries: list[Entry] = []
        self.effects: list[AnyEffect] = []
        self.at = START

    def tell(self, *facts: AnyFact, by: str = "ana") -> list[AnyEffect]:
        """Append facts and all that follows; the effects that they ask for."""
        before = len(self.effects)
        self._follow([self._add(fact, by) for fact in facts])
        return self.effects[before:]

    def take(self, entry: Entry) -> None:
        """Append an entry with a cause of its own, and all that follows."""
        self._follow([self._put(entry)])

    def _follow(self, queue: list[Entry]) -> None:
        while queue:
            entry = queue.pop(0)
            queue += [self._add(fact, "stormjib") for fact in proves(self.incident, entry, self.runbook, self.policy)]

    def declare(self, severity: Severity = Severity.P1, **labels: str) -> list[AnyEffect]:
        alert = AlertReceived("f1", "alertmanager", "ReadinessFailing", "watermark-lab-api", "not ready", self.at, labels=labels)
        policy = self.policy.recorded("watermark-lab-api")
        declared = Declared("API not ready", severity, "watermark-lab-api", self.runbook.sha256, self.at, policy=policy)
        return self.tell(alert, declared)

    def decided(self, name: str, who: str = "ana", /, *, policy: Policy | None = None, **given: object) -> Sequence[AnyFact]:
        """What an action of the table would write now, by its name and its parameters as the API has them."""
        action = BY_NAME[name]
        context = Context(who, self.at, self.runbook, policy or self.policy)
        return action.facts(self.incident, msgspec.convert(given, action.parameters), context)

    def act(self, name: str, who: str = "ana", /, *, policy: Policy | None = None, **given: object) -> list[AnyEffect]:
        """Somebody does it; the effects."""
        return self.tell(*self.decided(name, who, policy=policy, **given), by=who)

    def kinds(self) -> list[str]:
        return [type(entry.fact).__name__ for entry in self.entries]

    def _add(self, fact: AnyFact, by: str) -> Entry:
        return self._put(Entry("INC-1", len(self.entries) + 1, self.at, by, fact))

    def _put(self, entry: Entry) -> Entry:
        evolve(self.incident, entry)
        self.entries.append(entry)
        self.effects += react(self.incident, entry, self.runbook, self.policy)
        return entry

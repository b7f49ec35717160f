"""The ledger: the state of every open incident in memory, and the changes that become entries of the log."""

import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from stormjib.core import log
from stormjib.core.escalation import on_call
from stormjib.core.incident import Incident, Refused
from stormjib.core.log.fact import ITSELF
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.engine.change import Change
from stormjib.engine.folding import fold_on
from stormjib.engine.incident_clock import IncidentClock
from stormjib.engine.layers import Layers
from stormjib.engine.rules import Rules
from stormjib.ports import Clock, Counted, Damaged, Emitted, Head, LogStore
from stormjib.ports.records import summarise

_log = logging.getLogger(__name__)

FOLLOWS_MAX: Final = 1_000
"""Facts that may follow from one append, before it counts as one that does not end."""
SERVICES_MAX: Final = 1_000
"""Services, as incidents call them, whose settings are kept at hand."""


class Ledger(Layers):
    """What the writer knows. Used by the writer's thread only.

    A job changes things between ``start`` and ``keep`` or ``drop``; ``commit`` makes everything kept durable.
    """

    def __init__(self, store: LogStore, rules: Rules, clock: Clock, *, folds_max: int) -> None:
        """Read the open incidents; raises ``StoreFailed``."""
        super().__init__(store)
        self._rules = rules
        self._clock = clock
        self.times = IncidentClock(clock)
        self._folds_max = folds_max
        self._folds: OrderedDict[str, Incident] = OrderedDict()
        self._damaged: dict[str, Damaged] = {}
        self._emitted: list[Emitted] = []
        self._channels = (0, 0)  # the second of the newest declaration, and how many there were in it
        self._policy_now = rules.policy()
        self._policy_recorded: dict[str, Policy] = {}

    # One job

    def start(self) -> None:
        """Begin a job's change."""
        self.change = Change(self._group.number)

    def keep(self) -> None:
        """The job succeeded."""
        self.change.encode()
        self._group.merge(self.change)

    def drop(self) -> None:
        """The job failed: nothing of it is written, and the incidents it touched are read again when needed."""
        for incident_id in self.change.heads:
            self._folds.pop(incident_id, None)

    def incident(self, incident_id: str) -> Incident:
        """The state with everything kept and changed so far; raises ``NotFound`` and ``Damaged``."""
        if incident_id in self._damaged:
            raise self._damaged[incident_id]
        fold = self._folds.get(incident_id)
        if fold is None:
            head = self.head(incident_id)
            self._flush_entries()
            try:
                fold = self._read(head)
            except Damaged as error:
                self.set_aside(error)
                raise
            self._folds[incident_id] = fold
        self._folds.move_to_end(incident_id)
        return fold

    def _read(self, head: Head) -> Incident:
        fold = self._rules.new(head.id)
        for entry in self._store.entries(head.id) if head.seq else ():
            fold_on(self._rules.evolve, fold, entry)
        if fold.seq != head.seq:
            raise Damaged(
                f"The log of {head.id} ends at entry {fold.seq} and had {head.seq}. `stormjib log verify` says what else is "
                "damaged; restore the newest backup.",
                head.id,
            )
        return fold

    def set_aside(self, error: Damaged) -> bool:
        """This incident takes nothing more until the next start; False where that is known already, or is nobody's."""
        if not error.incident or error.incident in self._damaged:
            return False
        _log.error("%s takes nothing more: %s", error.incident, error)
        self._damaged[error.incident] = error
        self._folds.pop(error.incident, None)
        return True

    def is_damaged(self, incident_id: str) -> bool:
        """Whether it is known by now that the incident takes nothing more."""
        return incident_id in self._damaged

    def damaged(self) -> dict[str, str]:
        """The incidents that take nothing more, each with why; any thread may ask."""
        return {incident_id: error.reason for incident_id, error in list(self._damaged.items())}

    def readable(self, incident_id: str) -> bool:
        """Whether the incident's log can be read and so be written to."""
        try:
            self.incident(incident_id)
        except Damaged:
            return False
        return True

    def next_in(self, group_key: str) -> str | None:
        """The oldest open incident of a group whose log can be read, where the one that alerts would join can't be."""
        return next((head.id for head in self.open_of(group_key) if self.readable(head.id)), None)

    def declare(
        self, facts: Callable[[str], Sequence[log.AnyFact]], *, by: str, cause: str, group_key: str, runbook_sha256: str = ""
    ) -> tuple[log.Entry, ...]:
        """Open an incident under the next id."""
        number = (self.newest()[1] if self.change.number is None else self.change.number) + 1
        head = Head(id=f"INC-{number}", number=number, group_key=group_key, runbook_sha256=runbook_sha256)
        told = facts(head.id)
        if not told:
            return ()
        self.change.number, self.change.heads[head.id] = number, head
        return self.append(head.id, told, by=by, cause=cause)

    def append(self, incident_id: str, facts: Sequence[log.AnyFact], *, by: str, cause: str) -> tuple[log.Entry, ...]:
        """Write entries for these facts and for all that follows from them; the first one carries the cause."""
        if not facts:
            return ()
        incident = self.incident(incident_id)
        if incident.gone:
            # A timer that was still waiting finds nothing left to do; a person is told.
            if by == ITSELF:
                return ()
            raise Refused(incident.gone)
        head = self.own_head(incident_id)
        at = self.times.at(incident)
        causes = (cause, *[""] * (len(facts) - 1))
        facts = [self._decided(fact, incident, at) for fact in facts]
        if self._must_record(incident, facts):
            self._add(head, incident, log.PolicyChanged(self._policy(incident.service)), at, ITSELF, "")
        written = [self._add(head, incident, fact, at, by, given) for fact, given in zip(facts, causes, strict=True)]
        runbook, policy = self._rules.runbook(head.runbook_sha256), self._rules.policy()
        left = deque(written)
        while left:
            last = left.popleft()
            for fact in [fact for rule in self._rules.follows for fact in rule(incident, last, runbook, policy)]:
                entry = self._add(head, incident, self._decided(fact, incident, at), at, ITSELF, "")
                written.append(entry)
                left.append(entry)
            if len(written) > FOLLOWS_MAX + len(facts):
                raise RuntimeError(f"{incident_id}: more than {FOLLOWS_MAX} facts follow from one; the rules don't end.")
        summarise(head, incident)
        self._follow(head)
        return tuple(written)

    def _add(self, head: Head, incident: Incident, fact: log.AnyFact, at: float, by: str, cause: str) -> log.Entry:  # noqa: PLR0917
        entry = log.Entry(head.id, head.seq + 1, at, by, fact, cause)
        # A text that has no UTF-8 form is its sender's mistake, and has to be found while only this job can fail.
        stored = log.encode_fact(fact)
        (by + cause).encode()
        head.seq = entry.seq
        self._rules.evolve(incident, entry)
        if incident.runbook_sha256:
            head.runbook_sha256 = incident.runbook_sha256
        runbook = self._rules.runbook(head.runbook_sha256)
        self.change.entries.append((entry, stored, self._rules.react(incident, entry, runbook, self._rules.policy())))
        if cause:
            self.change.causes[head.id, cause] = entry
        return entry

    def _decided(self, fact: log.AnyFact, incident: Incident, at: float) -> log.AnyFact:
        """With the settings, the runbook's name of the severity and whoever is on call, so that nothing depends on a later start."""
        if isinstance(fact, log.RunProposed | log.RunForced | log.AlertWaits):
            people = on_call(self._rules.policy(), getattr(fact, "service", incident.service), at)
            return msgspec.structs.replace(fact, on_call=people)
        if isinstance(fact, log.Declared):
            second, number = self._channels
            self._channels = int(at), number + 1 if second == int(at) else 1
            called, policy = self._called(fact.severity, fact.runbook_sha256), self._policy(fact.service)
            return msgspec.structs.replace(fact, policy=policy, called=called, channel_number=self._channels[1])
        if isinstance(fact, log.SeverityChanged):
            return msgspec.structs.replace(fact, called=self._called(fact.severity, incident.runbook_sha256))
        if incident.shadow and isinstance(fact, log.PageRequested):
            return msgspec.structs.replace(fact, shadow=True)
        if isinstance(fact, log.RunbookChosen):
            return msgspec.structs.replace(fact, called=self._called(incident.severity, fact.runbook_sha256))
        return fact

    def _called(self, severity: Severity, runbook_sha256: str) -> str:
        name = self._rules.runbook(runbook_sha256).called(severity.value) if runbook_sha256 else severity.value
        return "" if name == severity.value else name

    def _must_record(self, incident: Incident, facts: Sequence[log.AnyFact]) -> bool:
        """Whether something may follow from these facts, and the log does not hold the settings of now."""
        if any(isinstance(fact, log.Exported) for fact in facts):
            return False
        follows = incident.declared is not None or any(isinstance(fact, log.AlertWaits) for fact in facts)
        policy = self._policy(incident.service)
        return follows and incident.policy is not policy and incident.policy != policy

    def _policy(self, service: str) -> Policy:
        """The settings in force, as the log of an incident of this service keeps them."""
        now = self._rules.policy()
        if now is not self._policy_now or len(self._policy_recorded) > SERVICES_MAX:
            self._policy_now, self._policy_recorded = now, {}
        found = now.service_of(service)
        # One for all services that the site does not know.
        name = found.name if found else ""
        if name not in self._policy_recorded:
            self._policy_recorded[name] = now.recorded(service)
        return self._policy_recorded[name]

    def _follow(self, head: Head) -> None:
        """Which incident the alerts of its group join from now on."""
        if head.number <= 0:
            return
        head.group_key = head.group_key or head.service
        current = self._own(head.group_key)
        if head.goes_on_in:
            self.change.moved[head.group_key] = head.id
        # The oldest open one, as after a restart: a reopened incident comes before the one that was opened meanwhile.
        if head.open and (current is None or current in self._damaged or head.number < self.head(current).number):
            self.change.groups[head.group_key] = head.id
        elif not head.open and current == head.id:
            self.change.groups[head.group_key] = next((other.id for other in self.open_of(head.group_key)), None)

    # The group

    def commit(self) -> list[Emitted]:
        """Make everything kept durable and return the entries with their effects; raises ``StoreFailed``."""
        self._flush_entries()
        counted = [Counted(*key, count, self._clock()) for key, count in self._group.counts.items() if count]
        self._store.commit(self._group.encoded, counted)
        self._settle()
        emitted, self._emitted = self._emitted, []
        self._group = Change()
        return emitted

    def reset(self) -> None:
        """The transaction failed: forget what was kept, and what the folds have learnt from it."""
        for incident_id in {*self._group.heads, *self.change.heads, *(entry.incident for _, entry, _ in self._emitted)}:
            self._folds.pop(incident_id, None)
        self._group, self.change, self._emitted = Change(), Change(), []
        self._newest = None
        self._store.rollback()

    def _flush_entries(self) -> None:
        """Give the store what is kept, so that it can be read back before the commit."""
        group = self._group
        for body in group.blobs:
            self._store.put_blob(body)
        group.blobs = []
        if not group.heads:
            return
        placed = list(enumerate(group.entries, self.newest()[0] + 1 if group.entries else 0))
        self._store.append([(position, entry, stored) for position, (entry, stored, _) in placed], list(group.heads.values()))
        self._emitted += [(position, entry, effects) for position, (entry, _, effects) in placed]
        if placed:
            self._newest = placed[-1][0], max(self.newest()[1], *(head.number for head in group.heads.values()))
        group.entries = []

    def _settle(self) -> None:
        for incident_id, head in self._group.heads.items():
            if head.open:
                self._heads[incident_id] = head
            else:
                self._heads.pop(incident_id, None)
                self.times.forget(incident_id)
        self._moved.update(self._group.moved)
        for group_key, current in self._group.groups.items():
            if current is None:
                self._groups.pop(group_key, None)
            else:
                self._groups[group_key] = current
        while len(self._folds) > self._folds_max:
            self._folds.popitem(last=False)

"""Everything that a person may ask for, one method each: the same way in for the page, the API and the command line."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Self

import msgspec

from stormjib.core import action, closure, comms, postmortem, respond, view
from stormjib.core.alert import StillFiring
from stormjib.core.checkup import Known
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact, Declared, Entry
from stormjib.core.picture import Room
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity
from stormjib.engine.held import held_back
from stormjib.ports import Appended, Clock, Inbox, LogReader, NotFound


class UnknownIncidentError(NotFound):
    """There is no incident with this id."""


class Written(msgspec.Struct, frozen=True):
    """What an action wrote: the incident, its newest entry, and how many entries were added."""

    incident: str
    seq: int
    entries: int


class Desk:
    """The actions of responders. Each one is decided by the core and on disk before it returns."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        reader: LogReader,
        runbook_of: Callable[[str], Runbook],
        current_runbook: Callable[[], Runbook],
        policy: Policy,
        clock: Clock,
        checked: Callable[[], Mapping[str, Known]] = dict,
        choose_runbook: Callable[[str], str] | None = None,
    ) -> None:
        """Keep the parts; nothing is opened here. ``checked``: what the runbook's check knows of each command.

        ``choose_runbook``: service → the runbook that its incidents follow; without it the current one.
        """
        self._inbox = inbox
        self._reader = reader
        self._runbook_of = runbook_of
        self._choose = choose_runbook or (lambda _: current_runbook().sha256)
        self._policy = policy
        self._clock = clock
        self._checked = checked
        self._key = ""

    def once(self, key: str) -> Self:
        """The same desk for one act under a client's idempotency key: the same person with the same key again changes nothing."""
        desk = copy.copy(self)
        desk._key = key
        return desk

    # Looking

    def incident(self, incident_id: str) -> Incident:
        """The incident now; raises ``UnknownIncidentError``."""
        found = self._reader.replay(incident_id)
        if found.declared is None:
            message = f"There is no incident {incident_id}; `stormjib incident list` shows those that exist."
            raise UnknownIncidentError(message)
        return found

    def room(self, incident_id: str) -> Room:
        """The whole picture of one incident."""
        found = self.incident(incident_id)
        runbook, alerts = self._runbook_of(found.runbook_sha256), self.still_firing(incident_id)
        held = held_back(found, self._reader)
        return view.room(found, runbook, self._policy, self._clock(), self._checked(), alerts=alerts, held_back=held)

    def still_firing(self, incident_id: str) -> StillFiring:
        """What is known of the incident's alerts that fire, all of them."""
        return self._timed(self._reader.still_firing(incident_id))

    def _timed(self, alerts: StillFiring) -> StillFiring:
        quiet_seconds = self._policy.quiet_after_minutes * 60
        return msgspec.structs.replace(alerts, at=self._clock(), quiet_seconds=quiet_seconds)

    def entries(self, incident_id: str, after_seq: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """The log from ``after_seq`` on; raises ``UnknownIncidentError``."""
        if after_seq == 0:
            self.incident(incident_id)
        return self._reader.entries(incident_id, after_seq, limit)

    def postmortem(self, incident_id: str) -> str:
        """The post-mortem as it would be drafted now, as Markdown."""
        found = self.incident(incident_id)
        entries = self._reader.entries(incident_id, 0, 1_000_000)
        return postmortem.draft(found, entries, self._runbook_of(found.runbook_sha256)).text

    # Declaring

    def declare(self, title: str, severity: Severity, service: str, who: str, cause: str = "") -> Written:
        """Open an incident by hand. A repeated ``cause`` is the same declaration, whoever makes it."""
        if not title.strip():
            message = "An incident needs a title: a few words about what is broken."
            raise Refused(message)
        at = self._clock()
        sha256 = self._choose(service)

        def facts(_: str) -> Sequence[AnyFact]:
            return (
                Declared(
                    title=title.strip(),
                    severity=severity,
                    service=service,
                    runbook_sha256=sha256,
                    detected_at=at,
                    reason=f"declared by {who}",
                ),
            )

        return _written(self._inbox.declare(facts, by=who, cause=own_cause(cause), group=service or title.strip()))

    # The incident as a whole

    def acknowledge(self, incident_id: str, who: str, seen: Severity | None = None) -> Written:
        """Somebody has it; a second acknowledgement changes nothing. ``seen``: what they know its severity to be."""
        return self._do(incident_id, who, lambda now: respond.acknowledge(now, who, seen))

    def note(self, incident_id: str, who: str, text: str) -> Written:
        """Write something down."""
        return self._do(incident_id, who, lambda now: respond.add_note(now, text))

    def severity(self, incident_id: str, who: str, severity: Severity, reason: str, seen: Severity | None = None) -> Written:
        """Judge anew. ``seen``: what they know the severity to be."""
        return self._do(incident_id, who, lambda now: respond.change_severity(now, severity, reason, seen))

    def reopen(self, incident_id: str, who: str, reason: str) -> Written:
        """It was not over."""
        return self._do(incident_id, who, lambda now: respond.reopen(now, who, reason))

    def action_item(self, incident_id: str, who: str, text: str, owner: str, due: str) -> Written:
        """Something to do afterwards."""
        return self._do(incident_id, who, lambda now: respond.add_action_item(now, text, owner, due))

    # Commands

    def collect(self, incident_id: str, who: str, command_id: str) -> Written:
        """Run a read again, or for the first time."""
        return self._with(incident_id, who, lambda now, book: action.collect(now, book, self._policy, command_id))

    def propose(self, incident_id: str, who: str, command_id: str, reason: str = "") -> Written:
        """Ask for a command above ``read``."""
        return self._with(
            incident_id,
            who,
            lambda now, book: action.propose(now, book, self._policy, command_id, at=self._clock(), reason=reason),
        )

    def approve(self, incident_id: str, who: str, run_id: str, reason: str = "") -> Written:
        """Say yes to a run."""
        return self._with(
            incident_id,
            who,
            lambda now, book: action.approve(now, book, self._policy, run_id, who, at=self._clock(), reason=reason),
        )

    def refuse(self, incident_id: str, who: str, run_id: str, reason: str = "") -> Written:
        """Say no to a run."""
        return self._do(incident_id, who, lambda now: action.refuse(now, run_id, who, reason))

    def settle(self, incident_id: str, who: str, run_id: str, *, took_effect: bool, note: str = "") -> Written:
        """Say what became of a run whose outcome nobody knew."""
        return self._do(incident_id, who, lambda now: action.settle(now, run_id, who, took_effect=took_effect, note=note))

    # Tasks, communication, recovery

    def tick(self, incident_id: str, who: str, item_id: str, note: str = "") -> Written:
        """A person says that an item is done."""
        return self._with(incident_id, who, lambda now, book: closure.tick(now, book, item_id, who, note))

    def untick(self, incident_id: str, who: str, item_id: str, reason: str = "") -> Written:
        """A person takes a tick back."""
        return self._do(incident_id, who, lambda now: closure.untick(now, item_id, who, reason))

    def post_status(
        self, incident_id: str, who: str, *, stage: str, audience: str, text: str = "", values: Mapping[str, str] | None = None
    ) -> Written:
        """Tell an audience, in the words of the runbook's template unless a text is given."""
        return self._with(
            incident_id,
            who,
            lambda now, book: comms.post(now, book, stage=stage, audience=audience, text=text, values=values or {}),
        )

    def preview_status(self, incident_id: str, stage: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
        """The text that would be posted, and the fields that are still empty."""
        book = self._runbook_of(self.incident(incident_id).runbook_sha256)
        return comms.fill(comms.status_template(book, stage), values)

    def verify(self, incident_id: str, who: str) -> Written:
        """Measure the recovery now."""
        return self._with(incident_id, who, lambda now, book: closure.verify(now, book, self._policy, who))

    def resolve(self, incident_id: str, who: str, reason: str = "") -> Written:
        """Say that the service is back; refused until that is proven."""
        return self._with(
            incident_id,
            who,
            lambda now, book: closure.resolve(
                now, book, who, reason, policy=self._policy, alerts=self._timed(self._inbox.still_firing(now.id))
            ),
        )

    def close(self, incident_id: str, who: str) -> Written:
        """End the incident; refused until every criterion holds."""
        return self._with(
            incident_id,
            who,
            lambda now, book: closure.close(
                now, book, who, policy=self._policy, alerts=self._timed(self._inbox.still_firing(now.id))
            ),
        )

    def clear_alerts(self, incident_id: str, who: str, wanted: str, reason: str, *, every: bool = False) -> Written:
        """An alert, or ``every`` one of a name, fires no more although its sender does not say so, with a reason."""
        return _written(self._inbox.clear_alerts(incident_id, wanted, by=who, reason=reason, every=every), incident_id)

    def overrule(self, incident_id: str, who: str, proof_id: str, reason: str) -> Written:
        """Answer for a proof of the recovery that is missing or failed."""
        return self._with(
            incident_id, who, lambda now, book: closure.overrule(now, book, proof_id, who, reason, policy=self._policy)
        )

    def _do(self, incident_id: str, who: str, decide: Callable[[Incident], Sequence[AnyFact]]) -> Written:
        return _written(
            self._inbox.submit(incident_id, decide, by=who, cause=own_cause(self._key and f"{who}/{self._key}")), incident_id
        )

    def _with(self, incident_id: str, who: str, decide: Callable[[Incident, Runbook], Sequence[AnyFact]]) -> Written:
        return self._do(incident_id, who, lambda now: decide(now, self._runbook_of(now.runbook_sha256)))


def own_cause(key: str) -> str:
    """A key that a client chose, told apart from the engine's own causes: nobody outside can name one of those.

    Otherwise a key such as ``run/INC-2-R1/started`` would make the engine believe that this had happened already.
    """
    return f"client/{key}" if key else ""


def _written(appended: Appended, incident_id: str = "") -> Written:
    last = appended.entries[-1] if appended.entries else None
    return Written(last.incident if last else incident_id, last.seq if last else 0, len(appended.entries))

"""The state of an incident after some entries."""

import msgspec

from stormjib.core import log
from stormjib.core.incident.alerts import AlertState
from stormjib.core.incident.paging import Paging
from stormjib.core.incident.roles import Role
from stormjib.core.incident.talk import Talk
from stormjib.core.incident.telling import NOBODY, Message, not_arrived, untold, why
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.severity import Severity

OPEN = ("new", "declared", "acknowledged")
"""The statuses of what is not over."""


class Happened(msgspec.Struct, frozen=True):
    """Where in the log something stands, when it was and who did it; ``through``: the sender of alerts where they did it, "" for here."""

    seq: int
    at: float
    by: str
    through: str = ""
    named: bool = False
    """Whether it is a person whom that sender names."""


class Run(msgspec.Struct):
    """One wish to run a command above ``read``, from proposal to outcome."""

    proposal: log.RunProposed
    proposed: Happened
    approvals: dict[str, str] = {}
    """Who said yes, and the reason given."""
    state: str = "proposed"
    """proposed, approved, released, started, finished, refused, expired, withdrawn, unknown or settled"""
    result: log.RunFinished | None = None
    ended: Happened | None = None
    note: str = ""
    forced: str = ""
    """Who ran it alone by break-glass, and answers for it."""
    waited_since: tuple[float, float] = (0.0, 0.0)
    """When the wait for what has to be stored before it began, and when it began anew: seconds since the epoch."""

    @property
    def waits_for_person(self) -> bool:
        """Nothing goes on before somebody answers."""
        return self.state in {"proposed", "unknown"}


class Tick(msgspec.Struct, frozen=True):
    """Why an item counts as done."""

    done: Happened
    proof_seq: int
    who: str
    note: str


class Episode(msgspec.Struct, frozen=True):
    """From the detection or a reopening to the end. Times are seconds since the epoch, None for what did not happen."""

    began: float
    acknowledged: float | None
    resolved: float | None
    ended: float | None


class Incident(msgspec.Struct):
    """The state after some entries. It is changed in place by ``evolve``, which is its only writer."""

    id: str
    seq: int = 0
    title: str = ""
    severity: Severity = Severity.P4
    called: str = Severity.P4.value
    """The severity in the runbook's own words, such as SEV1; P0 … P4 where it has none."""
    called_before: str = ""
    """What it was called before its severity changed last; "" where it never did."""
    called_since: float = 0.0
    """When its severity changed last; 0 where it never did."""
    worst: Severity = Severity.P4
    """The worst that it was judged to be."""
    raised_by: str = ""
    """The alert that made it as bad as it is, its name and what it says; "" where a person judged, or it began so."""
    joined: str = ""
    """The alert that joined and for which people are paged, in short; "" once somebody has acknowledged it."""
    service: str = ""
    runbook_sha256: str = ""
    runbook_since: int = 0
    """The entry with which somebody chose it; 0 where it follows the one that it was declared with."""
    policy: Policy | None = None
    """What the site had decided when the newest entry was written; None where the log does not say."""
    shadow: bool = False
    """It was declared, or opened again, in shadow, so that nothing of it leaves, whatever the settings say later."""
    wakes: bool = False
    """It pages although its severity alone does not."""
    asks_users: bool = False
    """Its service wants to be checked whether its users are well."""
    users: str = ""
    """Whether its users were well when an alert declared it, as a short clause; "" where that was not checked, or not yet."""
    detected_at: float = 0.0
    declared: Happened | None = None
    acknowledged: Happened | None = None
    """Who has it as it is now: a worse severity and a reopening ask for a new acknowledgement."""
    holders: tuple[str, ...] = ()
    """Who acknowledged it last, or was handed it since; they stay so where it becomes worse, until somebody acknowledges that."""
    first_acknowledged: Happened | None = None
    answered: Happened | None = None
    """The first acknowledgement of this episode."""
    paging: Paging = Paging()
    duties_since: Happened | None = None
    """When the severity's duties began: at the detection, at its last change, or when it was reopened."""
    resolved: Happened | None = None
    closed: Happened | None = None
    end: log.Ended | None = None
    """How it ended without a recovery; None where it is open, or was resolved and closed."""
    linked: list[tuple[Happened, log.Linked]] = []
    """The incidents that have ended in this one, that it was split from, or into."""
    reopened: Happened | None = None
    """What was proven before it proves nothing any more."""
    episodes: list[Episode] = []
    """Those that are over; a reopening begins the next one."""
    own_target: str = ""
    """Where its service's commands run, as it was declared; "" where the site's do."""
    channel_number: int = 1
    channel_asked: int = 0
    """The entry that asks for the channel; 0 for none, and where it has failed for good."""
    channel: log.ChannelOpened | None = None
    channel_opened: Happened | None = None
    requested: list[tuple[Happened, log.PageRequested]] = []
    pages: list[tuple[Happened, log.PageSent]] = []
    held: list[tuple[Happened, log.PageHeld]] = []
    unreached: dict[str, tuple[Happened, log.EffectFailed]] = {}
    """Whom a page has not reached: since when, and how it failed last. Empty once somebody has the incident."""
    tried: dict[str, dict[str, int]] = {}
    """By person: the contact methods that get the page that was asked for last, each with the entry since which it does."""
    alerts: dict[str, AlertState] = {}
    """Those with an entry of their own, by source and fingerprint; the store knows of all."""
    answered_at_source: dict[str, log.SourceAnswered] = {}
    """Those that are acknowledged where they come from, until that has ended there."""
    alerts_total: int = 0
    runs: dict[str, Run] = {}
    values: dict[str, tuple[Happened, log.ValueGiven]] = {}
    """What people gave for the placeholders and variables of the runbook's commands, by name; the newest counts."""
    evidence: list[tuple[Happened, log.EvidenceCollected]] = []
    metrics: tuple[Happened, log.MetricsReviewed] | None = None
    logs: list[tuple[Happened, log.LogsRead]] = []
    changes: list[tuple[Happened, log.ChangeReported]] = []
    suspects: tuple[Happened, log.SuspectsRanked] | None = None
    ticks: dict[str, Tick] = {}
    overdue: dict[str, Happened] = {}
    debts: dict[str, log.DebtTaken] = {}
    debts_repaid: dict[str, Happened] = {}
    posts: list[tuple[Happened, log.StatusPosted]] = []
    messages: dict[tuple[int, str], Message] = {}
    """What became of what people are told, by the number of the entry that asks for it and whom it tells."""
    talks: dict[str, Talk] = {}
    """What the chat is to be told, by place."""
    failures: list[tuple[Happened, log.EffectFailed]] = []
    verified: dict[str, list[tuple[Happened, log.Verified]]] = {}
    overruled: dict[str, tuple[Happened, log.ProofOverruled]] = {}
    lowered: dict[str, log.RiskLowered] = {}
    postmortem: log.PostmortemDrafted | None = None
    postmortem_drafted: Happened | None = None
    written: dict[str, str] = {}
    """What people wrote into the post-mortem, by field."""
    action_items: list[log.ActionItemAdded] = []
    action_items_done: dict[int, Happened] = {}
    notes: int = 0
    exported: log.Exported | None = None
    """Where its timeline stands, where it is not here any more; then only what this says is known."""
    roles: dict[str, Role] = {}
    vacant_said: int = 0
    """The entry that said which roles nobody holds, 0 where none did."""
    needs: tuple[Happened, str] | None = None
    """What the response needs, in a person's words, and who says so."""
    updated_at: float = 0.0

    @classmethod
    def new(cls, incident_id: str) -> "Incident":
        """An incident that nothing has happened to yet."""
        return cls(id=incident_id)

    @property
    def status(self) -> str:
        """``declared``, ``acknowledged``, ``resolved`` or ``closed``; ``new`` before the declaration.

        What ended otherwise says how: ``false alarm``, ``cancelled``, ``duplicate of INC-7``, ``merged into INC-7``.
        """
        if self.end:
            return f"{self.end.how} {self.end.into}".rstrip()
        if self.closed:
            return "closed"
        if self.resolved:
            return "resolved"
        if self.acknowledged:
            return "acknowledged"
        return "declared" if self.declared else "new"

    @property
    def episode(self) -> Episode:
        """The one that goes on, or was the last."""
        began = self.reopened.at if self.reopened else self.detected_at
        acknowledged, resolved, closed = (when.at if when else None for when in (self.answered, self.resolved, self.closed))
        return Episode(began, acknowledged, resolved, closed)

    @property
    def reopened_seq(self) -> int:
        """The entry of the last reopening, 0 where there was none: what is proven by it or before proves nothing now."""
        return self.reopened.seq if self.reopened else 0

    @property
    def gone(self) -> str:
        """Where its timeline is, in a sentence, once it is not here any more; "" before."""
        if not self.exported:
            return ""
        return (
            f"{self.id} is kept in the export {self.exported.file}, all {self.exported.entries} entries of it, and no longer here. "
            "The file is text, an entry a line."
        )

    @property
    def open(self) -> bool:
        """Declared and neither resolved nor closed: a new alert of its group joins it."""
        return self.declared is not None and self.resolved is None and self.closed is None

    @property
    def alarm(self) -> str:
        """Who should have been woken or told and was not, a sentence each; "" where there is nothing of the kind."""
        return " ".join(sentence for sentence in (self.page_alarm, self.message_alarm) if sentence)

    @property
    def message_alarm(self) -> str:
        """Who should have been told and was not, in one sentence; "" where every message has arrived."""
        if not self.untold:
            return ""
        failed = list(self.untold.values())[-1]
        return f"The message to {', '.join(self.untold)} has not arrived: {why(failed)}"

    @property
    def untold(self) -> dict[str, log.EffectFailed]:
        """Who waits for a message that failed, and how it failed last; nobody once the incident is closed after a recovery."""
        return untold(self.messages) if self.closed is None or self.end else {}

    def not_delivered(self, when: Happened, post: log.StatusPosted) -> str:
        """That what this post says has reached nobody, and why; "" where it has been delivered."""
        message = self.messages.get((when.seq, post.audience))
        if message is None or message.failed:
            return f"not delivered: {why(message.failed)}" if message and message.failed else "on its way"
        read = self.policy is not None and self.policy.status_page and post.audience == log.messages.AUDIENCES[0]
        return "" if message.left or read else NOBODY

    @property
    def told(self) -> tuple[tuple[Happened, log.StatusPosted], ...]:
        """The posts that somebody outside has, or may have once they arrive."""
        return tuple(one for one in self.posts if self.not_delivered(*one) != NOBODY)

    @property
    def page_alarm(self) -> str:
        """Who should have been woken and was not, or nobody knows; "" where there is nothing of the kind."""
        since = self.acknowledged.seq if self.acknowledged else 0
        by_hand = {who for when, one in self.requested if one.asked_by and when.seq > since for who in one.people}
        waits = {who: one for who, one in self.unreached.items() if not since or who in by_hand}
        return not_arrived(waits) if self.open else ""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """How it is tied to which other incidents, in words: ("duplicate of", "INC-7"), ("holds", "INC-8"), ("split into", "INC-9")."""
        held = {"duplicate of": "has the duplicate", "merged into": "has taken in"}
        newest = {link.other: link.tie for _, link in self.linked}
        tied = tuple((held.get(tie, tie), other) for other, tie in newest.items() if tie != "reopened")
        return ((self.end.how, self.end.into), *tied) if self.end and self.end.into else tied

    @property
    def headline(self) -> str:
        """The title, and what has raised it since, so that nobody is woken for a P0 in the words of a P3."""
        return f"{self.title} (raised by: {self.raised_by})" if self.raised_by else self.title

    @property
    def wakes_for(self) -> str:
        """What whoever is woken has to know first: what joined where somebody had the rest, else the headline."""
        return f"{self.joined} (joined {self.id}: {self.headline})" if self.joined else self.headline

    @property
    def owner(self) -> str:
        """The person who has it; "" where nobody does, or only a sender of alerts says that somebody has."""
        has = self.acknowledged
        return has.by if has and (not has.through or has.named) else ""

    @property
    def owes_page(self) -> bool:
        """Somebody has to be woken: it is open, its severity pages, and nobody has it."""
        return self.open and self.acknowledged is None and self.paging.since > 0

    @property
    def action_items_open(self) -> dict[int, log.ActionItemAdded]:
        """Those that are not done, by number."""
        return {n: item for n, item in enumerate(self.action_items, 1) if n not in self.action_items_done}

    @property
    def firing(self) -> tuple[str, ...]:
        """The names of the alerts that still fire."""
        return tuple(sorted({alert.name for alert in self.alerts.values() if alert.firing}))

    @property
    def own_evidence(self) -> list[tuple[Happened, log.EvidenceCollected]]:
        """What was collected since it follows this runbook, whose ids other runbooks use for other commands."""
        return [pair for pair in self.evidence if pair[0].seq > self.runbook_since] if self.runbook_since else self.evidence

    def collected(self, command_id: str, text: str = "") -> tuple[Happened, log.EvidenceCollected] | None:
        """The newest evidence of a command. ``text``, as it would run now, tells it from what the runbook before was still waiting for."""
        told = shown(text) if self.runbook_since else ""
        found = (pair for pair in reversed(self.own_evidence) if pair[1].command_id == command_id)
        return next((pair for pair in found if not told or pair[1].text == told), None)

"""Explain: for any alert why it did or did not page anybody, rule by rule, from what the log says and the settings of now."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from stormjib.core import log
from stormjib.core.access import SITE
from stormjib.core.alert import Alert, Triage, group
from stormjib.core.catalogue.service import alike
from stormjib.core.incident.telling import asked
from stormjib.core.log.fact import ITSELF
from stormjib.core.narrate import narrate
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.opinion import wakes
from stormjib.core.policy import Policy
from stormjib.core.shadow import SAID
from stormjib.core.silence import Silence, hiding
from stormjib.core.text.units import counted
from stormjib.engine.intake import judge, reason, settled
from stormjib.engine.returns import FLAPPING
from stormjib.engine.rules import Meaning
from stormjib.engine.unknown_severity import LOG
from stormjib.ports import AlertState, LogReader, NotFound

TOLD_MAX: Final = 1_000
"""Of the newest entries about alerts of no incident, those in which the alert is looked for."""
PAGES_MAX: Final = 30
OPEN_MAX: Final = 1_000
_NAMES: Final[dict[type[log.AnyFact], str]] = {
    log.Acknowledged: "acknowledged",
    log.Declared: "second opinion",
    log.UsersChecked: "second opinion",
}
NEVER_BEGUN: Final = "it is the end of an alert whose beginning was never received, and ends nothing"


class Rule(msgspec.Struct, frozen=True):
    """One step of the decision; ``at`` in seconds since the epoch and ``entry`` of the incident's timeline, where there are such."""

    name: str
    says: str
    at: float | None = None
    entry: int = 0


class Explanation(msgspec.Struct, frozen=True):
    """``outcome`` is the whole in a sentence; the rules stand in the order in which they were asked."""

    id: int
    outcome: str
    paged: bool
    rules: tuple[Rule, ...]
    alert: AlertState


class _Course(msgspec.Struct, frozen=True):
    """What the timeline of its incident says of the alert: its own entries, whether it opened it or made it worse, and the pages."""

    own: Sequence[log.Entry]
    opened: bool
    raised: bool
    again: bool
    """Whether it opened its incident again."""
    flaps: Sequence[log.Entry]
    anew: bool
    """It joined where only a sender had acknowledged."""
    pages: Sequence[log.Entry]
    sent_to: Sequence[str]
    """By whom a page was taken."""
    over: log.Entry | None
    """With what its incident was over, where it was not opened again."""


class Explainer:
    """Any thread may ask."""

    def __init__(self, reader: LogReader, meaning: Callable[[Alert], Meaning], policy: Callable[[], Policy]) -> None:
        self._reader = reader
        self._meaning = meaning
        self._policy = policy

    def explain(self, alert_id: int) -> Explanation:
        """The alert with this number, as lists show it; raises ``NotFound``."""
        state = self._reader.alert(alert_id)
        meaning = self._meaning(state.alert)
        judged = judge(state.alert.severity, self._policy().severity_words, meaning.words)
        course = self._course(state)
        rules = (
            *_arrived(state),
            *_meant(state.alert, meaning),
            _severity(state.alert, judged),
            *self._decided(state, judged, course),
        )
        walled = f" {SAID}" if self._policy().shadow and state.incident and not course.sent_to else ""
        walled += f" {state.incident} is over, and nobody is paged while it fires on." if course.over and state.firing else ""
        own = course.opened or course.raised or course.again or course.anew
        return Explanation(
            alert_id,
            _outcome(state, judged, course, self._alone(state.alert, judged, state.received_at, state.asked)) + walled,
            bool(own and course.sent_to),
            rules,
            state,
        )

    def would(self, alert: Alert, at: float) -> tuple[Rule, ...]:
        """What would be decided of one that came now (``at``): its service, its severity, and what that severity does."""
        meaning = self._meaning(alert)
        alert = settled(alert, self._policy().severity_words, meaning.words)
        judged = judge(alert.severity, self._policy().severity_words, meaning.words)
        name = alike(meaning.meant.name or group(alert))
        is_open = next((one.id for one in self._reader.worst_open(OPEN_MAX)[0] if alike(one.group_key) == name), "")
        if not alert.firing:
            said = "it would end what is known of it"
        elif is_open:
            said = f"it would join {is_open}, which is open for its service"
        elif judged.declare and not self._hidden(alert, judged, at):
            said = "it would declare an incident, for none is open for its service"
        else:
            said = self._alone(alert, judged, at)
        return (*_meant(alert, meaning), _severity(alert, judged), Rule("decision", said))

    def _course(self, state: AlertState) -> _Course:
        entries = self._reader.entries(state.incident) if state.incident else []
        key = (state.alert.source, state.alert.fingerprint)
        own = [
            one for one in entries if isinstance(one.fact, log.AlertReceived) and (one.fact.source, one.fact.fingerprint) == key
        ]
        seqs = {one.seq for one in own}
        declared = next((one.seq for one in entries if isinstance(one.fact, log.Declared)), 0)
        raised = [one.seq - 1 for one in entries if isinstance(one.fact, log.SeverityChanged) and one.fact.raised_by]
        anew = [
            one.seq - 1 for one in entries if isinstance(one.fact, log.PageRequested) and one.fact.anew and not one.fact.asked_by
        ]
        first = min(seqs, default=0)
        pages = [one for one in entries if one.seq >= first and _is_page(one)]
        sent = dict.fromkeys(one.fact.who for one in pages if isinstance(one.fact, log.PageSent))
        again = {one.seq + 1 for one in entries if isinstance(one.fact, log.Reopened) and one.by == ITSELF}
        says = f"alert {state.alert.name}{FLAPPING}"
        flaps = [
            one for one in entries if isinstance(one.fact, log.NoteAdded) and one.by == ITSELF and one.fact.text.startswith(says)
        ]
        raises, opens, wakes = (bool(seqs & set(those)) for those in (raised, again, anew))
        ends = [one for one in entries if isinstance(one.fact, log.Ended | log.Resolved | log.Reopened)][-1:]
        over = next((one for one in ends if not isinstance(one.fact, log.Reopened)), None)
        return _Course(own, 0 < first < declared, raises, opens, flaps, wakes, pages, tuple(sent), over)

    def _decided(self, state: AlertState, judged: Triage, course: _Course) -> Iterator[Rule]:
        incident = state.incident
        if not (incident or state.firing or state.count):
            yield Rule("decision", NEVER_BEGUN)
            return
        if not incident:
            yield Rule("decision", self._alone(state.alert, judged, state.received_at, state.asked))
            yield from self._told(state.alert) if judged.severity is None else self._opinion(state.asked)
            return
        yield from self._opinion(state.asked)
        for entry in course.own:
            yield Rule("timeline", narrate(entry.fact), entry.at, entry.seq)
        if course.opened:
            yield Rule(
                "decision", f"it declared {incident}: {self._declares(state.alert, judged)}, where none is open for its service"
            )
        elif course.own and not course.again:
            yield Rule(
                "decision",
                f"it joined {incident}, which was open for its service: what joins pages nobody, unless it is worse, "
                "or only a sender of alerts has acknowledged",
            )
        elif not course.own:
            yield Rule(
                "decision", f"it belongs to {incident}, which has no entry for it alone: of many alerts only the number is told"
            )
        if course.again:
            within = self._policy().reopens_within(self._meaning(state.alert).meant.name)
            why = f"reopen_minutes is {within:g}" if within else "it flaps"
            yield Rule("decision", f"it opened {incident} again, which was over shortly before; {why}")
        yield from (Rule("flapping", narrate(one.fact), one.at, one.seq) for one in course.flaps[-1:])
        if course.raised:
            yield Rule("decision", f"it is worse than {incident} was, which raised its severity")
        for entry in course.pages[:PAGES_MAX]:
            yield Rule(_NAMES.get(type(entry.fact), "page"), narrate(entry.fact), entry.at, entry.seq)
        if course.over:
            yield Rule("over", narrate(course.over.fact), course.over.at, course.over.seq)

    def _declares(self, alert: Alert, judged: Triage) -> str:
        if judged.severity and self._waits(alert, judged):
            return f"its service pages for {judged.severity.value} after a round, or at once where its users are not well"
        return "a P0 or P1 does at once"

    def _waits(self, alert: Alert, judged: Triage) -> bool:
        """Whether it pages by its service's own word, and not by its severity alone."""
        own = judged.severity if not judged.declare else None
        return own is not None and wakes(self._meaning(alert).service, own)

    def _alone(self, alert: Alert, judged: Triage, at: float, asked: int = 0) -> str:
        """Why it is in no incident; ``asked`` is the entry of the round in which it waited."""
        if judged.severity is None:
            return "it declares nothing, for nobody knows how bad it is; a person decides"
        if (asked or self._waits(alert, judged)) and not self._hidden(alert, judged, at):
            waits = "it waits a round at most while its users are well" if alert.firing else "it ended while it waited a round"
            return f"its service pages for {judged.severity.value}, and {waits}"
        if not judged.declare and not self._waits(alert, judged):
            return f"{judged.severity.value} declares nothing by itself, and no incident is open for its service; it is listed"
        if by := self._hidden(alert, judged, at):
            return f"silence {by.id} of {by.by} hides it until {utc_minute(by.end)}, up to {by.up_to.value}: {by.reason}"
        name, made = alike(self._meaning(alert).meant.name), (one.fact for one in self._kept(SITE))
        silent = any(
            isinstance(one, log.SilenceMade) and alike(one.service) == name and one.start <= at < one.end for one in made
        )
        why = "a silence that is over may have hidden it" if silent else "what decided then is not known any more"
        return f"it is in no incident; by the settings of now it would declare one, and {why}"

    def _hidden(self, alert: Alert, judged: Triage, at: float) -> Silence | None:
        if not (alert.firing and judged.severity):
            return None
        return hiding(self._policy().silences, self._meaning(alert).meant.name, alert.name, judged.severity, at)

    def _opinion(self, asked: int) -> Iterator[Rule]:
        """What was asked and answered of its users, where it waits for that; ``asked`` is the entry."""
        for entry in self._kept() if asked else ():
            fact = entry.fact
            own = entry.seq if isinstance(fact, log.OpinionAsked) else isinstance(fact, log.UsersChecked) and fact.asked
            if own == asked:
                yield Rule("second opinion", narrate(fact), entry.at)

    def _kept(self, of: str = LOG) -> Sequence[log.Entry]:
        """The newest entries of what belongs to no incident."""
        try:
            newest = self._reader.incident(of).seq
        except NotFound:
            return ()
        return self._reader.entries(of, max(newest - TOLD_MAX, 0))

    def _told(self, alert: Alert) -> Iterator[Rule]:
        """Who was told that it waits."""
        later: dict[int, dict[str, str]] = {}
        for entry in reversed(self._kept()):
            fact = entry.fact
            if isinstance(fact, log.MessageSent | log.EffectFailed):
                later.setdefault(asked(entry)[0], {}).setdefault(
                    fact.audience, narrate(fact) if isinstance(fact, log.EffectFailed) else ""
                )
            if isinstance(fact, log.AlertWaits) and (fact.source, fact.fingerprint) == (alert.source, alert.fingerprint):
                said = later.get(entry.seq, {})
                waits = [f"the message to {who} that it waits is on its way" for who in fact.on_call if who not in said]
                got = ", ".join(who for who in fact.on_call if said.get(who) == "")
                told = [f"{got} got a message that it waits"] if got else []
                yield Rule(
                    "told", "; ".join([*told, *filter(None, said.values()), *waits]) or "nobody was told that it waits", entry.at
                )
                return


def _is_page(entry: log.Entry) -> bool:
    fact = entry.fact
    return isinstance(
        fact, log.UsersChecked | log.PageRequested | log.PageSent | log.PageHeld | log.Escalated | log.Acknowledged
    ) or (bool(fact.who) if isinstance(fact, log.EffectFailed) else isinstance(fact, log.Declared) and fact.wakes)


def _arrived(state: AlertState) -> Iterator[Rule]:
    fired = f"it began to fire {counted(state.count, 'time')}" if state.count else "its beginning was never received"
    sender = f", sent by {state.alert.sender}" if state.alert.sender else ""
    now = "and fires" if state.firing else "and fires no more"
    yield Rule(
        "arrived",
        f"from {state.alert.source}{sender}; {fired} {now}; a message that repeats what is known changes nothing",
        state.began_at or state.received_at,
    )


def _meant(alert: Alert, meaning: Meaning) -> Iterator[Rule]:
    meant = meaning.meant
    if meant.service is not None:
        yield Rule("service", f"{meant.name}, {meant.why or 'as the alert names it'}")
    elif alert.service:
        yield Rule("service", f"{alert.service}, as the alert names it; no service that is set up has this name or these labels")
    else:
        yield Rule("service", "none: it names none, and no service has these labels; alerts of its name belong together")
    if meaning.runbook:
        yield Rule("runbook", meaning.runbook)


def _severity(alert: Alert, judged: Triage) -> Rule:
    told = reason(alert, judged)
    return Rule("severity", f"{judged.severity.value}: {told}" if judged.severity else told)


def _outcome(state: AlertState, judged: Triage, course: _Course, alone: str) -> str:
    incident, names = state.incident, ", ".join(course.sent_to)
    if not (incident or state.firing or state.count):
        return f"It paged nobody: {NEVER_BEGUN}."
    if not incident and judged.severity is None:
        return f"It paged nobody and {'waits' if state.firing else 'waited'} for a person: {judged.reason.partition(';')[0]}."
    if not incident:
        return f"It paged nobody: {alone}."
    did = f"declared {incident}" if course.opened else f"made {incident} worse" if course.raised else ""
    if course.again:
        did = f"{did} and opened it again" if did else f"opened {incident} again"
    if course.anew and not did:
        did = f"joined {incident}, which only a sender of alerts had acknowledged"
    if did and names:
        return f"It paged {names}: it {did}."
    if did:
        return f"It {did}, and no page for it has been taken yet; the timeline says why."
    return f"It paged nobody by itself: it joined {incident}" + (f", for which {names} had a page." if names else ".")

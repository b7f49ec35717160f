"""The one door for whatever a person does: parse, check scope and state, keep the key, decide, commit."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from stormjib.core.actions import Action, Context, parameters_of
from stormjib.core.actions.choose_runbook import named
from stormjib.core.alert import Alert
from stormjib.core.incident import OPEN, Incident, Refused
from stormjib.core.log import AnyFact
from stormjib.core.policy import Policy
from stormjib.core.redact import redacted
from stormjib.core.runbook import Runbook
from stormjib.core.severity import NAMED, Severity, canonical
from stormjib.core.status_page.record import Maintenance
from stormjib.engine.admission import Forbidden, Invalid, Who, admitted, cause_of
from stormjib.engine.inbox import Inbox
from stormjib.engine.incidents import timed, unknown
from stormjib.engine.written import Written, written
from stormjib.ports import Clock, LogReader

OPEN_MAX: Final = 1_000
HEARD_MAX: Final = 1_000
"""Alerts whose names and services are known to those who would silence them."""
"""Open incidents among which one of the same service is looked for."""
_log = logging.getLogger(__name__)


class Door:
    """Nothing that a person does is written anywhere else. It is on disk when ``perform`` returns."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        reader: LogReader,
        runbook_of: Callable[[str], Runbook],
        choose_runbook: Callable[[str], str],
        policy: Policy,
        clock: Clock,
        books: Callable[[str], Mapping[str, str]] = lambda _: {},
        run_clock: Callable[[str], float],
        hide: Callable[[str], str] = redacted,
    ) -> None:
        """``runbook_of``: a runbook by its sha256; ``choose_runbook``: service → the runbook that its incidents follow.

        ``run_clock``: what time it is for a run, by its id; see ``RunClock``. ``hide``: a text without secrets.
        """
        self._run_clock = run_clock
        self._hide = hide
        self._inbox = inbox
        self._reader = reader
        self._runbook_of = runbook_of
        self._choose = choose_runbook
        self._books = books
        self.policy = policy
        """The settings in force; another may take their place."""
        self._clock = clock
        self.maintenance: Callable[[], tuple[Maintenance, ...]] = tuple
        """All that customers were told of."""

    def perform(self, action: Action[Any], incident_id: str, given: Mapping[str, object], who: Who, *, key: str = "") -> Written:
        """Do it. The same person with the same ``key`` again writes nothing; a declaration's key counts while its incident is open.

        Raises ``Forbidden``, ``Invalid``, ``Refused``, ``NotFound``, and what the inbox raises.
        """
        try:
            return self._perform(action, incident_id, given, who, key)
        except (Forbidden, Refused) as refusal:
            _log.info("refused: %s by %s in %s: %s", action.name, who.name, incident_id or "no incident", refusal)
            raise

    def _perform(self, action: Action[Any], incident_id: str, given: Mapping[str, object], who: Who, key: str) -> Written:
        parameters = self._admitted(action, incident_id, given, who)
        match action.on:
            case "new":
                return self._declare(action, parameters, who, cause_of(who, _own_key(parameters) or key))
            case "site":
                return self._on_site(action, parameters, who, cause_of(who, key))
            case "tokens":
                raise Forbidden(f"{action.summary}: that concerns no incident.")
            case "alerts":
                return self._on_alerts(action, incident_id, parameters, who, cause_of(who, key))
            case "incident":
                return self._act(action, incident_id, parameters, who, cause_of(who, key))

    def rehearse(
        self, action: Action[Any], incident_id: str, given: Mapping[str, object], who: Who
    ) -> tuple[str, Sequence[AnyFact]]:
        """What it would write now, into which incident ("" for a new one), without writing it. Raises as ``perform`` does.

        Which alerts a name means is known only where they are ended, so that one alert of this name counts as found.
        """
        parameters = self._admitted(action, incident_id, given, who)
        if action.on == "new":
            cause = cause_of(who, _own_key(parameters))
            earlier = self._inbox.declared(cause) if cause else None
            found = self._reader.replay(earlier.incident) if earlier else Incident.new("")
            found = found if found.status in OPEN else Incident.new("")
            return found.id, action.facts(found, parameters, self._of_new(parameters, who))
        if action.on == "site":
            return "", action.facts(Incident.new(""), parameters, self._of_site(who))
        found = self._reader.replay(incident_id)
        if found.declared is None:
            raise unknown(incident_id)
        at = max(self._clock(), found.updated_at)
        context = self._context(found, who, parameters, at, self._other(parameters, self._reader.replay))
        if action.reads_alerts:
            alerts = timed(self._reader.still_firing(incident_id), self.policy, self._clock())
            context = msgspec.structs.replace(context, alerts=alerts)
        return incident_id, action.facts(found, parameters, context)

    def followed(self, given: Mapping[str, object]) -> tuple[str, str]:
        """The name, "" where none was asked for, and the sha256 of the runbook of a new incident; raises ``Invalid``.

        ``given`` has the ``service`` and the ``runbook``, as somebody typed them.
        """
        service, wanted = str(given.get("service", "")), str(given.get("runbook", "")).strip()
        if not wanted:
            return "", self._choose(service)
        books = self._books(service)
        try:
            name = named(books, wanted, service)
        except Refused as error:
            raise Invalid(str(error)) from error
        return name, books[name]

    def _level(self, action: Action[Any], incident_id: str, given: Mapping[str, object]) -> tuple[Callable[[str], str], str]:
        """How a severity's name is read, and which there are, in words.

        As the site, then the runbook of the incident or of the service that is declared, has it.
        """
        words = self.policy.severity_words
        if not any(one.kind == "severity" for one in parameters_of(action.parameters)):
            return canonical, NAMED
        begins = action.on in {"new", "site"}
        followed = self.followed(given)[1] if begins else self._reader.replay(incident_id).runbook_sha256
        book = self._runbook_of(followed) if followed else None
        levels = [(one.name, one.level) for one in book.severities if one.level and one.name != one.level] if book else []
        own = f"the runbook has {', '.join(f'{name} ({level})' for name, level in levels)}; " if levels else ""
        site = f"; the settings also know: {', '.join(name for name, _ in words)}" if words else ""
        return partial(book.level if book else canonical, own=words), f"{own}{NAMED}{site}"

    def _admitted(self, action: Action[Any], incident_id: str, given: Mapping[str, object], who: Who) -> msgspec.Struct:
        """The action's own struct. What is not there is named before what is wrong."""
        try:
            level, named = self._level(action, incident_id, given)
            return self._by_one_name(action, admitted(action, given, who, level, named, hide=self._hide))
        except Invalid as error:
            if action.on not in {"new", "site"} and not self._reader.entries(incident_id, 0, 1):
                raise unknown(incident_id) from error
            raise

    def _by_one_name(self, action: Action[Any], parameters: msgspec.Struct) -> msgspec.Struct:
        """A new incident has its service's own name, so that alerts that mean the service join it; and its runbook's."""
        if action.on != "new":
            return parameters
        given = msgspec.structs.asdict(parameters)
        found = self.policy.service_named(given["service"])
        return msgspec.structs.replace(
            parameters, service=found.name if found else given["service"], runbook=self.followed(given)[0]
        )

    def _declare(self, action: Action[Any], parameters: msgspec.Struct, who: Who, cause: str) -> Written:
        """A repeated key with a worse severity is no repetition: it raises the incident that is open, so that people are paged."""
        decide = partial(action.facts, parameters=parameters, context=self._of_new(parameters, who))
        severity: str = getattr(parameters, "severity", Severity.P4).value
        group = str(getattr(parameters, "service", "") or getattr(parameters, "title", "").strip())

        def again(now: Incident) -> Sequence[AnyFact]:
            # What this key said first is said: people may have judged it since.
            first = self._reader.entries(now.id, 0, 1)
            return () if first and getattr(first[0].fact, "severity", None) == Severity(severity) else decide(now)

        appended = self._inbox.declare(
            lambda new: decide(Incident.new(new)),
            by=who.name,
            cause=cause,
            group=group,
            again=(f"raised/{cause}/{severity}", again),
        )
        if appended.repeated:
            last = appended.entries[-1]
            return self._called(Written(last.incident, last.seq, 0), self._reader.replay(last.incident).severity.value)
        return self._called(written(appended), severity)

    def _act(self, action: Action[Any], incident_id: str, parameters: msgspec.Struct, who: Who, cause: str) -> Written:
        def decide(now: Incident) -> Sequence[AnyFact]:
            context = self._context(now, who, parameters, self._inbox.time(now), self._other(parameters, self._inbox.incident))
            if action.reads_alerts:
                alerts = timed(self._inbox.still_firing(now.id), self.policy, self._clock())
                context = msgspec.structs.replace(context, alerts=alerts)
            return action.facts(now, parameters, context)

        done = written(self._inbox.submit(incident_id, decide, by=who.name, cause=cause), incident_id)
        severity: Severity | None = getattr(parameters, "severity", None)
        return self._called(done, severity.value) if severity else done

    def _called(self, done: Written, severity: str) -> Written:
        """With the severity as it is, and as the incident's runbook calls it."""
        followed = self._reader.replay(done.incident).runbook_sha256
        return msgspec.structs.replace(done, severity=severity, called=self._runbook_of(followed).called(severity))

    def _on_alerts(self, action: Action[Any], incident_id: str, parameters: msgspec.Struct, who: Who, cause: str) -> Written:
        def decide(now: Incident, alerts: Sequence[Alert], unlisted: int) -> Sequence[AnyFact]:
            context = msgspec.structs.replace(
                self._context(now, who, parameters, self._inbox.time(now)), named=tuple(alerts), unlisted=unlisted
            )
            return action.facts(now, parameters, context)

        wanted: Sequence[str] = getattr(parameters, "wanted", ())
        return written(self._inbox.on_alerts(incident_id, wanted, decide, by=who.name, cause=cause), incident_id)

    def _on_site(self, action: Action[Any], parameters: msgspec.Struct, who: Who, cause: str) -> Written:
        """What an override would change may have changed since it was asked for: it is decided in the writer's thread."""
        appended = self._inbox.record(
            lambda: (action.facts(Incident.new(""), parameters, self._of_site(who)), lambda _: None), by=who.name, cause=cause
        )
        return msgspec.structs.replace(written(appended), incident="")

    def _of_site(self, who: Who) -> Context:
        heard = tuple(one.alert for one in self._reader.worst_alerts(HEARD_MAX))
        now, maintenance = self._clock(), self.maintenance()
        return Context(who.name, now, Runbook("", ""), self.policy, machine=who.machine, maintenance=maintenance, heard=heard)

    def _other(self, parameters: msgspec.Struct, find: Callable[[str], Incident]) -> Incident | None:
        """The incident that ``into`` names; raises ``NotFound``."""
        named = str(getattr(parameters, "into", "")).strip().upper()
        return find(named) if named else None

    def _context(self, now: Incident, who: Who, parameters: msgspec.Struct, at: float, other: Incident | None = None) -> Context:
        """``at`` is the incident's own time; a run that is named has its own."""
        run_id = str(getattr(parameters, "run_id", ""))
        at = self._run_clock(run_id) if run_id else at
        runbook = self._runbook_of(now.runbook_sha256)
        books = tuple(self._books(now.service).items())
        return Context(who.name, at, runbook, self.policy, machine=who.machine, books=books, other=other)

    def _of_new(self, parameters: msgspec.Struct, who: Who) -> Context:
        """With the worst incident that is open for the same service, where the parameters ask."""
        service = str(getattr(parameters, "service", ""))
        asks = service and getattr(parameters, "separate", None) is False
        is_open = self._reader.worst_open(OPEN_MAX)[0] if asks else ()
        beside = next(((one.id, Severity(one.severity)) for one in is_open if one.service == service), None)
        runbook = self._runbook_of(self.followed(msgspec.structs.asdict(parameters))[1])
        return Context(who.name, self._clock(), runbook, self.policy, machine=who.machine, beside=beside)


def _own_key(parameters: msgspec.Struct) -> str:
    return str(getattr(parameters, "cause", "")).strip()

"""What the site decides: who is on call, how long things may take, what it trusts."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final

import msgspec

from stormjib.core.catalogue.audience import Audience
from stormjib.core.catalogue.check import CommandCheck
from stormjib.core.catalogue.contact import AnyContact, Step
from stormjib.core.catalogue.escalation import Escalation, Level, Target
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.service import Component, PublicComponent, Service, alike
from stormjib.core.oncall.schedule import Override, Schedule
from stormjib.core.place import LOCAL
from stormjib.core.silence import Silence


class Trusted(msgspec.Struct, frozen=True):
    """A command whose computed risk the site's operator lowers to ``read``, by its exact text."""

    command: str
    reason: str


NOBODY: Final = ("on-call",)
"""Who is paged where nobody is named."""
PEOPLE: Final = ("teams", "people", "schedules", "escalation", "audiences")
"""Kinds of files of the catalogue that say who is paged, and who is told."""
_UNRECORDED: Final = {
    "decides_pages": True,
    "overrides": (),
    "silences": (),
    **dict.fromkeys(PEOPLE, ()),
    "group_by": (),
    "reopen_minutes": 0.0,
    "flap_turns": 0,
    "flap_minutes": 10.0,
}
"""Who is to be paged stands in the log by name, so by what it was found need not; nor what was decided of an alert."""


class Policy(msgspec.Struct, frozen=True, dict=True):
    """The site's own answers to what a runbook leaves open. Every limit carries its unit in its name."""

    responders: tuple[str, ...] = NOBODY
    """Who is paged where a service names no escalation policy: the first is paged first."""
    immediately_minutes: float = 5.0
    escalate_minutes: float = 5.0
    approval_expires_minutes: float = 30.0
    probe_timeout_seconds: float = 10.0
    action_timeout_seconds: float = 120.0
    services: tuple[Service, ...] = ()
    """The protected services, each with the checks that prove its recovery."""
    every_incident: bool = False
    """Whether the one service has no name of its own, so that each incident is its."""
    reviews_metrics: bool = False
    """Whether there is a place to ask for metrics: a Prometheus server, or the service's own ``/metrics``."""
    reads_logs: bool = False
    """Whether the logs that the runbook names are grouped into patterns when an incident is declared."""
    components: tuple[Component, ...] = ()
    """The parts that the operator names for every service without parts of its own; without any they are read out of the evidence."""
    trusted: tuple[Trusted, ...] = ()
    break_glass: bool = True
    """Whether one person alone may run what needs two, with a reason, told to everybody."""
    break_glass_never: tuple[str, ...] = ()
    """Commands, by their exact text, that need two people whatever happens."""
    variables: frozenset[str] = frozenset()
    """The names of the variables that the site gives its commands with a value."""
    target: str = ""
    """Where commands run whose service does not say it; "" is this machine."""
    targets: tuple[str, ...] = ()
    """Other places that the runbook of such a service may name."""
    severity_words: tuple[tuple[str, str], ...] = ()
    """The operator's own words for severities in alerts, each with P0 to P4; they come before those that everybody knows."""
    roles: tuple[tuple[str, str], ...] = ()
    """The roles of a response, each with what it is called here; the usual ones where there are none."""
    sends: bool = False
    """Whether what is told leaves this machine: a webhook is set."""
    status_page: bool = False
    """Whether customers can read what is posted for them, and of a component."""
    tells_end: bool = False
    """Whether leadership is told of the end; not in logs of old, whose incidents are long over."""
    role_minutes: float = 0.0
    """After so long it is said which roles nobody holds; 0: never, as in logs of old."""
    quiet_after_minutes: float = 270.0
    """An alert that was not heard for so long has gone quiet: Alertmanager repeats every four hours."""
    decides_pages: bool = False
    """Whether whom to page is an entry of its own, ``PageRequested``; in logs of old, pages follow from ``responders``."""
    escalation: tuple[Escalation, ...] = ()
    teams: tuple[Team, ...] = ()
    people: tuple[Person, ...] = ()
    """Who is in the catalogue."""
    audiences: tuple[Audience, ...] = ()
    """Who is told beside the channels in which people read; in the log by name, as its messages follow from it."""
    schedules: tuple[Schedule, ...] = ()
    """With what their calendars said last. To be asked by ``shifts``, ``on_call`` and ``gaps``."""
    overrides: tuple[Override, ...] = ()
    """All that nobody took back, in the order in which they were made, for all schedules."""
    group_by: tuple[str, ...] = ()
    """Labels by which alerts of one service are of different incidents."""
    reopen_minutes: float = 0.0
    """An alert that comes back so soon after its incident was over opens it again; 0: it opens a new one."""
    flap_turns: int = 0
    """An alert that fires more often in ``flap_minutes`` flaps; 0: none does."""
    flap_minutes: float = 10.0
    sources: tuple[str, ...] = ()
    """Where alerts come from that is told of acknowledgements."""
    silences: tuple[Silence, ...] = ()
    """All that are not over."""
    chat: str = ""
    """The chat that is connected, such as slack; "" is none."""
    archives_channels: bool = False
    """Whether the channel of an incident is archived when it is closed."""
    shadow: bool = False
    """Whether all is decided and nothing leaves: nobody is paged or told, and no command starts."""
    base_url: str = "http://127.0.0.1:8700"
    hosts: frozenset[str] = frozenset()
    """The hosts in the files of an incident's service and of what it needs, by their digests: a value that an alert brings may lead there."""

    @property
    def pageable(self) -> tuple[Target, ...]:
        """Whatever of the catalogue a page may be for."""
        return (*self.schedules, *self.teams, *self.people)

    @property
    def public_components(self) -> tuple[PublicComponent, ...]:
        """What the status page tells of: by group and name, those without a group first."""
        found = {one.status.name: one.status for one in reversed(self.services) if one.status and one.status.public}
        return tuple(sorted(found.values(), key=lambda one: (one.group.casefold(), one.name.casefold())))

    def escalation_of(self, service: str) -> Escalation:
        """The policy that the service names, or the team that owns it; without any the responders, one after the other, then all."""
        found = self.service_of(service)
        owner = next((one for one in self.teams if found and alike(one.name) == alike(found.owner)), None)
        wanted = alike((found and found.escalation) or (owner and owner.escalation) or "")
        policy = next((one for one in self.escalation if alike(one.name) == wanted), None)
        if policy:
            return policy
        levels = tuple(Level(page=(who,), acknowledge_minutes=self.escalate_minutes) for who in self.responders or NOBODY)
        return Escalation(name="", levels=levels)

    def steps_of(self, people: Iterable[str], severity: str, at: float) -> tuple[tuple[Step, ...], ...]:
        """How each of them is reached who is paged at this moment; () where the site's webhook is for all of them."""
        known = {alike(one.name): one for one in self.people}
        found = tuple(one.steps(severity, at) if one else () for one in map(known.get, map(alike, people)))
        return found if any(found) else ()

    def methods_of(self, who: str, severity: str, at: float) -> tuple[str, ...]:
        """A person's contact methods of this moment, in the order of their steps; () where they are reached in the site's own way."""
        return tuple(
            dict.fromkeys(name for steps in self.steps_of((who,), severity, at) for step in steps for name in step.methods)
        )

    def contact_of(self, who: str, method: str) -> AnyContact | None:
        """A person's contact method, by the two names."""
        found = self.reached(who)
        return next((one for one in found.contact if one.name == method), None) if found else None

    def reached(self, who: str) -> Person | Audience | None:
        """The person, or the audience with methods of its own, of this name; None where nobody of this name has any."""
        everybody: tuple[Person | Audience, ...] = (*self.people, *self.audiences)
        return next((one for one in everybody if one.contact and alike(one.name) == alike(who)), None)

    def person(self, said: str) -> str:
        """Whose name, full name or mail address this is, by the catalogue's name; "" where that is nobody, or may be several people."""
        wanted = alike(" ".join(said.split()))
        found = [one.name for one in self.people if wanted in {alike(one.name), alike(one.full_name), alike(one.email)} - {""}]
        return found[0] if len(found) == 1 else ""

    def audience(self, name: str) -> Audience | None:
        """The audience of this name, None where no file has it."""
        return next((one for one in self.audiences if alike(one.name) == alike(name)), None)

    @cached_property
    def _by_name(self) -> Mapping[str, Service]:
        """By name and alias, the first where two have one; an alert asks for it many times, and there may be hundreds."""
        return {name: service for service in reversed(self.services) for name in service.names}

    def service_named(self, name: str) -> Service | None:
        """The service of this name or alias; None where there is none."""
        return self._by_name.get(alike(name))

    def service_of(self, name: str) -> Service | None:
        """The service that an incident of this name belongs to; None where its recovery can't be measured.

        Never another service: what proves one proves nothing of the other. An incident that names none is of the only one.
        """
        only = self.services[0] if len(self.services) == 1 else None
        named = self.service_named(name)
        return named or (only if self.every_incident or not name.strip() else None)

    def place_for(self, service: str, wanted: str) -> tuple[str, str]:
        """Where a command of this service runs that the runbook wants at ``wanted`` ("": says nothing), and why it must not, else "".

        A document gives itself no way to another machine: it chooses among what the operator lists.
        """
        found = self.service_of(service)
        own = found if found and (found.target or found.targets) else None
        usual, others = (own.target, own.targets) if own else (self.target, self.targets)
        usual, place = usual or LOCAL, wanted or usual or LOCAL
        listed = {usual, *others}
        name = "" if place == LOCAL else place
        if place in listed:
            return name, ""
        rest = f"Those are {', '.join(sorted(listed))}. " if others else ""
        whose = f"the service {found.name}" if own and found else "this site"
        return name, (
            f"The runbook has it run at {place}, which is not among the targets of {whose}. {rest}"
            f'List it there, targets = ["{place}"], or take it out of the runbook.'
        )

    def group_of(self, name: str, labels: Mapping[str, str]) -> str:
        """Alerts of one group are of one incident while it is open. ``name``: of their service."""
        parts = [f"{label}={labels[label]}" for label in self.group_by if label in labels] if self.group_by else ()
        return " ".join((name, *parts))

    def reopens_within(self, service: str) -> float:
        """For how many minutes after its end an incident of this service is opened again by its alerts."""
        found = self.service_of(service)
        return self.reopen_minutes if found is None or found.reopen_minutes is None else found.reopen_minutes

    def flapping(self, service: str) -> tuple[int, float]:
        """After how many turns in how many minutes an alert of this service flaps."""
        found = self.service_of(service)
        turns = self.flap_turns if found is None or found.flap_turns is None else found.flap_turns
        return turns, (found and found.flap_minutes) or self.flap_minutes

    def followers(self, is_it: Callable[[str], bool]) -> tuple[str, ...]:
        """The services whose incidents may follow a runbook, by name; "" for incidents that name none.

        ``is_it`` says of a file whether it is that runbook, and of "" whether the site's own is.
        """
        site = ("",) if is_it("") else ()
        named = (one.name for one in self.services if any(is_it(rule.file) for rule in one.books) or (site and not one.books))
        return (*site, *named)

    def name_of(self, name: str) -> str:
        """The one name of a service that alerts and people may call otherwise; what is not known keeps its own."""
        found = self.service_of(name)
        return found.name if found else name

    def components_of(self, service: str) -> tuple[Component, ...]:
        """The parts of a service, as its own file names them, else those that are the site's; and the services that it needs."""
        found = self.service_of(service)
        own = found.components if found and found.components else self.components
        if found is None or not (found.components or found.depends_on):
            return own
        needed = [one for one in map(self.service_named, found.depends_on) if one]
        around = (Component(one.name, one.aliases) for one in needed)
        parts = tuple(part.name for part in own if part.name != found.name)
        itself = Component(found.name, found.aliases, (*parts, *(one.name for one in needed)))
        return (itself, *(part for part in own if part.name != found.name), *around)

    def hosts_of(self, service: str) -> frozenset[str]:
        """The hosts of its addresses, and of the addresses of what it needs, as ``hosts_in`` gives them."""
        found = self.service_of(service)
        needed = map(self.service_named, found.depends_on) if found else ()
        return self.hosts.union(*(one.hosts for one in (found, *needed) if one))

    def recorded(self, service: str) -> "Policy":
        """What the log of an incident keeps of it: all that its effects follow from. Of its service what its checks prove, and no address.

        Of other services nothing: they are nothing to this incident, and there may be hundreds. Nor of who is on call when: who is
        asked to come stands in the log by name.
        """
        found = self.service_of(service)
        kept = (_recorded(found),) if found else ()
        unsaid = _UNRECORDED | {"audiences": tuple(one.recorded for one in self.audiences)}
        return msgspec.structs.replace(self, services=kept, hosts=self.hosts_of(service), **unsaid)

    def against_break_glass(self, text: str) -> str:
        """Why one person alone may not run this command, as a clause; "" where it may be."""
        if not self.break_glass:
            return "the settings turn break-glass off (break_glass = false)"
        never = text.strip() in {command.strip() for command in self.break_glass_never}
        return "the settings name it under break_glass_never" if never else ""

    def trusts(self, text: str) -> Trusted | None:
        """The operator's line for this exact command, if there is one."""
        return next((line for line in self.trusted if line.command.strip() == text.strip()), None)


def _recorded(service: Service) -> Service:
    check = (CommandCheck(name="proves", argv=("true",), proves=service.proofs),) if service.proofs else ()
    return Service(
        name=service.name,
        aliases=service.aliases,
        target=service.target,
        targets=service.targets,
        check=check,
        values=service.values,
        second_opinion=service.second_opinion,
    )

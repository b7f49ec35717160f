"""The row of the table of actions: one thing that a person may do, for every face of the program."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Literal, TypeVar

import msgspec

from stormjib.core import values
from stormjib.core.access import Token
from stormjib.core.alert import Alert, StillFiring
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import AnyFact
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity
from stormjib.core.shadow import SAID
from stormjib.core.status_page.record import Maintenance

Scope = Literal["read", "respond", "admin"]
P = TypeVar("P", bound=msgspec.Struct)


class Context(msgspec.Struct, frozen=True):
    """What a decision may look at beside the incident and the parameters. ``at``: seconds since the epoch."""

    who: str
    at: float
    runbook: Runbook
    policy: Policy
    machine: bool = False
    """A program acts, and no person."""
    alerts: StillFiring = StillFiring()
    """What the store knows of those that fire; only where the row reads alerts."""
    named: tuple[Alert, ...] = ()
    """The firing alerts that the parameters name; only where the row clears alerts."""
    unlisted: int = 0
    """How many of those have no entry of their own."""
    tokens: tuple[Token, ...] = ()
    """All that there are; only where the row acts on tokens."""
    fresh: Token = Token(b"", "", (), 0.0)
    """One that is just made, and that a decision may give to somebody; only there, too."""
    beside: tuple[str, Severity] | None = None
    """The worst incident that is open for the same service; only where the row declares one, and is asked to look."""
    books: tuple[tuple[str, str], ...] = ()
    """The runbooks that the incident may follow: each with its name and its sha256."""
    written: Runbook | None = None
    """The runbook without the incident's values in its commands; in ``runbook`` they stand."""
    maintenance: tuple[Maintenance, ...] = ()
    """All that customers were ever told of; only where the row concerns the site."""
    heard: tuple[Alert, ...] = ()
    """Alerts that were heard of, the worst and the newest; only where the row concerns the site."""
    other: Incident | None = None
    """The incident that the parameter ``into`` names."""


class Words(msgspec.Struct, frozen=True):
    """How the command line says it. The sentences, without full stop, may name ``{incident}``, ``{seq}`` and every parameter."""

    command: str
    """What is typed after ``stormjib``."""
    done: str = ""
    """What it says afterwards."""
    repeated: str = "{incident} was so already"
    """What it says where nothing changed."""
    following: str = ""
    """The command that comes next."""
    group: str = "An incident"
    does: str = "act:perform"
    """The module of the command line and its function, where it takes more than sending it."""
    incident: Literal["given", "the only open one", "of the run", "none"] = "given"
    waits: bool = False
    """It takes ``--wait``."""
    stdin: str = ""
    """The parameter for which ``-`` reads standard input."""


class Action(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """One thing that a person may do."""

    name: str
    summary: str
    """One sentence, beginning with what is done, without its full stop."""
    parameters: type[P]
    example: P
    scope: Scope = "respond"
    on: Literal["incident", "new", "alerts", "site", "tokens"] = "incident"
    """Whether it acts on an incident, declares one, acts on the firing alerts that its parameter ``alert`` names, or concerns the
    installation, or who may use it."""
    machines: bool = False
    """Whether a program may do it, too. Programs look and ask; to approve, to acknowledge and to end is for people."""
    reads_alerts: bool = False
    outward: bool = False
    """Somebody hears of it, or something is started: a server in shadow refuses it."""
    when: Callable[[Incident], str | None] = lambda _: None
    """Why it may not be done now, None where it may: it shows or hides the button, and refuses."""
    done: Callable[[Incident], bool] = lambda _: False
    """Whether there is nothing left to do: no button, and doing it again writes nothing."""
    decide: Callable[[Incident, P, Context], Sequence[AnyFact]]
    """What it writes. Pure; raises ``Refused``."""
    button: str
    path: str
    """Its address in the API, below ``/api/v1/``."""
    form: str = ""
    """The last part of its form's address, as in ``/incidents/INC-7/acknowledge``, where it is not that of the API's."""
    from_form: Callable[[Mapping[str, str]], dict[str, object]] | None = None
    """Parameters from the fields of a form, where they are more than text under another name."""
    words: Words

    def offered(self, incident: Incident) -> bool:
        """Whether there is a button for it now."""
        return (
            self.on in {"incident", "alerts"}
            and incident.declared is not None
            and not incident.gone
            and self.when(incident) is None
            and not self.done(incident)
        )

    def walled(self, incident: Incident, policy: Policy) -> bool:
        """Whether it would reach nobody, because of shadow."""
        return self.outward and (policy.shadow or incident.shadow)

    def facts(self, incident: Incident, parameters: P, context: Context) -> Sequence[AnyFact]:
        """What it writes here and now; nothing where it is done already. Raises ``Refused`` with a sentence."""
        if self.walled(incident, context.policy):
            raise Refused(f"{SAID} Do it in the system that pages today; nothing was written.")
        if self.on in {"new", "site", "tokens"}:
            return self.decide(incident, parameters, context)
        if incident.declared is None:
            raise Refused(f"There is no incident {incident.id}; `stormjib incident list` shows those that exist.")
        reason = incident.gone or self.when(incident)
        if reason:
            raise Refused(reason)
        runbook = values.filled(context.runbook, incident, context.policy)
        context = msgspec.structs.replace(context, runbook=runbook, written=context.runbook)
        return () if self.done(incident) else self.decide(incident, parameters, context)


def unless_closed(incident: Incident) -> str | None:
    """Most things are over once the incident is closed."""
    if not incident.closed:
        return None
    there = f"do that in {incident.end.into}, or " if incident.end and incident.end.into else ""
    return f"{incident.id} is {incident.status}; {there}reopen it first: stormjib incident reopen {incident.id}."


def unless_settled(incident: Incident) -> str | None:
    """A temporary measure can be taken back as long as it is in force, also when its incident is closed."""
    return None if incident.debts else unless_closed(incident)

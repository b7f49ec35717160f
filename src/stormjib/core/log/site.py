"""The site's own files as they change, who takes whose turn on call, silences, what the status page tells of; in the log of the site."""

from stormjib.core.log.fact import Fact
from stormjib.core.severity import Severity


class CatalogueChanged(Fact, frozen=True):
    """Another state of the catalogue is in force. ``sha256`` names the state, over all its files."""

    sha256: str
    files: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    """Each file that is new, another or gone, with the sha256 of what stands in it, "" where it is gone; the first of them."""
    total: int = 0
    """How many files that are."""
    commit: str = ""
    """Who wrote it, by git: the newest commit of the directory, its author and its subject; "" where git does not know."""
    uncommitted: tuple[str, ...] = ()
    """Those of the files that are not as that commit has them."""


class OverrideMade(Fact, frozen=True):
    """Somebody else than the schedule says is on call, in seconds of UTC. The number of its entry names it."""

    schedule: str
    person: str
    start: float
    end: float
    reason: str = ""
    warning: str = ""
    other: int = 0
    """How many entries further the other half of a swap stands; 0 where it is of none, and in logs of old."""


class OverrideRemoved(Fact, frozen=True):
    """An override counts no more; ``override`` is the number of its entry."""

    override: int
    schedule: str
    person: str
    reason: str = ""
    warning: str = ""


class ContactTestRequested(Fact, frozen=True):
    """Somebody wants to know whether a contact method works; what became of it is the entry of its message."""

    who: str
    method: str
    digest: str = ""
    """Of the method as it was defined then; "" in logs of old."""


class ReachReported(Fact, frozen=True):
    """In the weeks to come an incident would not reach anybody in time: when, a sentence each, and who is told."""

    sentences: tuple[str, ...]
    told: tuple[str, ...]


class ComponentsListed(Fact, frozen=True):
    """What the status page tells of from now on. Before that nothing is known of a component, whatever people posted."""

    components: tuple[str, ...]


class MaintenancePlanned(Fact, frozen=True):
    """Customers are told of work to come, in seconds of UTC. The number of its entry names it."""

    title: str
    text: str
    start: float
    end: float
    components: tuple[str, ...] = ()


class MaintenanceEnded(Fact, frozen=True):
    """It is over before its time, or does not come; ``maintenance`` is the number of its entry."""

    maintenance: int
    title: str
    text: str = ""


class SilenceMade(Fact, frozen=True):
    """Alerts of a service that are expected page nobody, in seconds of UTC. The number of its entry names it."""

    service: str
    start: float
    end: float
    alerts: tuple[str, ...] = ()
    """Their names; without any all of the service."""
    up_to: Severity = Severity.P1
    """The worst that it hides."""
    reason: str = ""
    warning: str = ""


class SilenceEnded(Fact, frozen=True):
    """A silence is over before its time: a person or an alert ended it; ``silence`` is the number of its entry."""

    silence: int
    service: str
    why: str = ""


def changed(fact: CatalogueChanged) -> str:
    """Which files, and who by git."""
    listed = [f"{name} is gone" if not sha256 else name for name, sha256 in fact.files.items()]
    more = f" and {fact.total - len(listed)} more" if fact.total > len(listed) else ""
    not_there = f"; not committed: {', '.join(fact.uncommitted)}" if fact.uncommitted else ""
    by = f"; commit {fact.commit}" if fact.commit else ""
    return f"the catalogue has changed: {', '.join(listed)}{more}{by}{not_there}"


Site = (
    CatalogueChanged
    | ContactTestRequested
    | ReachReported
    | OverrideMade
    | OverrideRemoved
    | SilenceMade
    | SilenceEnded
    | ComponentsListed
    | MaintenancePlanned
    | MaintenanceEnded
)

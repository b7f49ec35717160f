"""How a component is, in words: chosen by whoever posts, proposed from the severity; and its facts in sentences."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, assert_never

from stormjib.core.catalogue.service import alike
from stormjib.core.comms import CUSTOMERS, RESOLVED
from stormjib.core.incident import Incident, Refused
from stormjib.core.log import ComponentsListed, MaintenanceEnded, MaintenancePlanned, StatusPosted
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.text.hosts import is_among
from stormjib.core.text.meant import meant

OPERATIONAL: Final = "operational"
STATUSES: Final = (OPERATIONAL, "degraded", "partial outage", "major outage")
"""From well to worst."""
TITLE: Final = "Service disruption"
"""What customers read where nobody gave a title: never that of the incident, which is for us."""
_PROPOSED: Final = {Severity.P0: "major outage", Severity.P1: "partial outage", Severity.P4: OPERATIONAL}


def affected(posts: Mapping[str, str] | None, posted: StatusPosted) -> dict[str, str]:
    """Which components are not well after a post, each with its status; before it they were as in ``posts``."""
    if posted.stage == RESOLVED:
        return {}
    return {name: status for name, status in {**(posts or {}), **posted.components}.items() if status != OPERATIONAL}


def title_of(posts: Sequence[StatusPosted], names: Collection[str]) -> str:
    """What customers call the incident: the newest title that was given, else after the components of ``names`` that it touched."""
    titles = [post.title for post in posts if post.title]
    touched = dict.fromkeys(name for post in posts for name in affected({}, post) if name in names)
    return titles[-1] if titles else f"Problem with {', '.join(touched)}" if touched else TITLE


def now_affected(incident: Incident) -> dict[str, str]:
    """The components of which customers were told that they are not well."""
    found: dict[str, str] = {}
    for _, posted in incident.posts:
        found = affected(found, posted) if posted.audience == CUSTOMERS else found
    return found


def chosen(incident: Incident, given: Mapping[str, str], stage: str, policy: Policy) -> dict[str, str]:
    """What a post says of components; where it says nothing and is the first, the service's own by the severity. Raises ``Refused``."""
    before = now_affected(incident)
    if not given and stage != RESOLVED and not any(post.audience == CUSTOMERS for _, post in incident.posts):
        service = policy.service_of(incident.service)
        own = service.status.name if service and service.status and service.status.public else ""
        proposal = _PROPOSED.get(incident.severity, "degraded")
        return {own: proposal} if own and proposal != OPERATIONAL else {}
    found = {component_named(name, policy): _status(text) for name, text in given.items()}
    ill = [name for name, status in found.items() if status != OPERATIONAL]
    if ill and stage == RESOLVED:
        raise Refused(f"A resolved incident leaves every component operational, and {ill[0]} is not; post Monitoring instead.")
    return {name: status for name, status in found.items() if status != before.get(name, OPERATIONAL)}


def component_named(name: str, policy: Policy) -> str:
    """A component of the status page by its own name, in whatever case it is written; raises ``Refused``."""
    known = [one.name for one in policy.public_components]
    found = next((one for one in known if one.casefold() == name.strip().casefold()), None)
    if found is None:
        there = f"there are: {', '.join(known)}" if known else "give one to a service: status: {name: Uploads, public: true}"
        raise Refused(f"The status page has no component {name.strip()!r}{meant(name, known)}; {there}.")
    return found


def _status(text: str) -> str:
    found = " ".join(text.replace("_", " ").split()).lower().removesuffix(" performance")
    if found not in STATUSES:
        raise Refused(f"{text!r} is no status of a component; there are: {', '.join(STATUSES)}.")
    return found


def internal(text: str, policy: Policy) -> tuple[str, ...]:
    """Words of a text that customers should perhaps not read: names of services, of people, of incidents, and our hosts."""
    hidden = [one for one in policy.services if not (one.status and one.status.public)]
    names = {alike(name) for one in policy.services for name in one.names if not name.isalpha()}
    names |= {alike(name) for one in hidden for name in one.names} | {alike(one.name) for one in policy.people}
    names -= {alike(one.name) for one in policy.public_components}
    hosts = policy.hosts.union(*(one.hosts for one in policy.services))
    words = dict.fromkeys(word.strip(".,;:!?()[]<>\"'") for word in text.split())
    return tuple(word for word in words if alike(word) in names or word.startswith("INC-") or (word and is_among(word, hosts)))


def posted(fact: StatusPosted) -> str:
    """A sentence."""
    told = "".join(f"; {name}: {status}" for name, status in fact.components.items())
    return f"posted for {fact.audience} ({fact.stage}): {fact.text}{told}" + (f" ({fact.warning})" if fact.warning else "")


def narrated(fact: ComponentsListed | MaintenancePlanned | MaintenanceEnded) -> str:
    """A sentence."""
    match fact:
        case ComponentsListed():
            return f"the status page tells of: {', '.join(fact.components) or 'nothing any more'}"
        case MaintenancePlanned():
            what = f" of {', '.join(fact.components)}" if fact.components else ""
            span = f"from {utc_minute(fact.start)} to {utc_minute(fact.end)}"
            return f"maintenance{what} planned {span}, {fact.title}: {fact.text}"
        case MaintenanceEnded():
            return f"maintenance {fact.maintenance} ended, {fact.title}" + (f": {fact.text}" if fact.text else "")
        case _:
            assert_never(fact)

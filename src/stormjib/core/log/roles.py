"""Who has which role in the response, and what the response needs."""

from stormjib.core.log.fact import Fact


class RoleOffered(Fact, frozen=True):
    """A role is offered to ``who``, who has it once they take it. ``title`` is what people call it."""

    role: str
    title: str
    who: str
    by: str
    reason: str = ""
    brief: str = ""
    """What is known, open and temporary, as ``who`` gets it."""


class RoleTaken(Fact, frozen=True):
    """``who`` has a role. ``before`` had it until then, and ``offered_by`` offered it; "" where nobody did."""

    role: str
    title: str
    who: str
    before: str = ""
    offered_by: str = ""
    reason: str = ""
    waited: tuple[str, ...] = ()
    """Who had offered it to somebody else, and to whom: that offer is over."""


class RoleLeft(Fact, frozen=True):
    """``who`` declines a role that ``offered_by`` offered, or lays it down where that is ""."""

    role: str
    title: str
    who: str
    offered_by: str = ""
    reason: str = ""


class RolesVacant(Fact, frozen=True):
    """So long after the incident became this bad nobody holds these roles; ``told``: who is asked to see to it."""

    minutes: float
    roles: dict[str, str] = {}  # noqa: RUF012 - msgspec gives each its own
    """What people call each, by its name."""
    told: tuple[str, ...] = ()


class NeedsStated(Fact, frozen=True):
    """What the response needs, in a person's words; "" where nothing any more."""

    text: str


def told_role(fact: "Roles") -> str:
    """A sentence."""
    because = f": {reason}" if (reason := getattr(fact, "reason", "")) else ""
    match fact:
        case RoleOffered():
            return f"{fact.by} offers {fact.title} to {fact.who}{because}" + (f". {fact.brief}" if fact.brief else "")
        case RoleTaken(before=""):
            return f"{fact.who} is {fact.title}" + (f", as {fact.offered_by} has offered" if fact.offered_by else "") + because
        case RoleTaken():
            how = f"handed over by {fact.before}" if fact.offered_by == fact.before else f"taken over from {fact.before}"
            return f"{fact.who} is {fact.title}, {how}{because}"
        case RoleLeft():
            return f"{fact.who} {'declines' if fact.offered_by else 'lays down'} {fact.title}{because}"
        case RolesVacant():
            return f"NOBODY HOLDS {', '.join(fact.roles.values())}, {fact.minutes:g} minutes after it became this bad"
        case NeedsStated():
            return f"needs: {fact.text or 'nothing any more'}"


Roles = RoleOffered | RoleTaken | RoleLeft | RolesVacant | NeedsStated

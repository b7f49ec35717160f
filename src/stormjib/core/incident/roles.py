"""Who holds which role of the response, and to whom it is offered."""

from typing import TYPE_CHECKING

import msgspec

from stormjib.core.log import NeedsStated, RoleLeft, RoleOffered, Roles, RolesVacant, RoleTaken

if TYPE_CHECKING:
    from stormjib.core.incident.state import Happened, Incident


class Role(msgspec.Struct, frozen=True):
    """One role. ``since``: when ``holder`` took it, in seconds since the epoch."""

    holder: str = ""
    since: float = 0.0
    offered_to: str = ""
    offered_by: str = ""
    seq: int = 0
    """The entry with which they took it."""


def change(incident: "Incident", when: "Happened", fact: Roles) -> None:
    """What a fact changes; an offer waits beside whoever holds the role."""
    match fact:
        case RoleOffered():
            held = incident.roles.get(fact.role, Role())
            incident.roles[fact.role] = Role(held.holder, held.since, fact.who, fact.by, held.seq)
        case RoleTaken():
            incident.roles[fact.role] = Role(fact.who, when.at, seq=when.seq)
        case RoleLeft():
            held = incident.roles.get(fact.role, Role())
            incident.roles[fact.role] = Role(held.holder, held.since, seq=held.seq) if fact.offered_by else Role()
        case RolesVacant():
            incident.vacant_said = when.seq
        case NeedsStated():
            incident.needs = (when, fact.text) if fact.text else None

"""Messages about roles: an offer with what there is to know, what became of it, and that nobody holds one."""

from collections.abc import Iterator

from stormjib.core.effects.effect import SendMessage
from stormjib.core.incident import Incident
from stormjib.core.log import RoleLeft, RoleOffered, RolesVacant, RoleTaken
from stormjib.core.policy import Policy


def told(
    incident: Incident, seq: int, fact: RoleOffered | RoleTaken | RoleLeft | RolesVacant, policy: Policy
) -> Iterator[SendMessage]:
    """To those whom it concerns and who did not do it themselves."""
    because = f": {fact.reason}" if not isinstance(fact, RolesVacant) and fact.reason else ""
    where = f"{policy.base_url}/incidents/{incident.id}#roles, or stormjib incident take-role {incident.id}"
    match fact:
        case RoleOffered():
            text = f"{fact.by} offers you the role {fact.title} of {incident.id}{because}. Take or decline it: {where} {fact.role}. {fact.brief}"
            people = [fact.who]
        case RoleTaken():
            took = f"{fact.who} has taken the role {fact.title} of {incident.id}"
            text = f"{took}{' over from you' if fact.before else ''}{because}."
            people = [fact.before or fact.offered_by]
            for number, who in enumerate(fact.waited):
                yield SendMessage(f"role/{seq}/offer/{number}", audience=who, text=f"{took}{because}. The offer of it is over.")
        case RoleLeft():
            text = f"{fact.who} declines the role {fact.title} of {incident.id}{because}. Offer it to somebody else."
            people = [fact.offered_by]
        case RolesVacant():
            names, one = ", ".join(fact.roles.values()), next(iter(fact.roles), "")
            late = f"{fact.minutes:g} minutes after it became {incident.called}"
            text = f"Nobody holds {names} in {incident.id} ({incident.title}) {late}. Take it or offer it: {where} {one}."
            people = [*fact.told]
    for number, who in enumerate(one for one in people if one):
        yield SendMessage(f"role/{seq}/{number}", audience=who, text=text)

"""The roles of a response: what they are called here, who holds each, who is proposed, and who tells the others."""

from collections.abc import Mapping
from typing import Final

import msgspec

from stormjib.core.incident import Incident, Refused
from stormjib.core.incident.roles import Role
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import duty
from stormjib.core.text.meant import meant

TIMER: Final = "roles"
COMMANDER: Final = "commander"
COMMUNICATIONS: Final = "communications"
NAMES: Final = (COMMANDER, "operations", COMMUNICATIONS, "scribe")
"""Where neither the runbook nor the site names others. Of the names only the two above mean anything here."""


class RoleView(msgspec.Struct, frozen=True):
    """A role as people see it; ``since`` in seconds since the epoch."""

    role: str
    title: str
    holder: str
    since: float
    offered_to: str
    offered_by: str
    proposed: str
    """Who acknowledged first, where nobody leads yet; no holder before they take it."""


def titles(runbook: Runbook, policy: Policy) -> dict[str, str]:
    """What each role is called: ``roles`` of the runbook's front matter, else of the settings, else what is usual."""
    own = runbook.setting("roles")
    if isinstance(own, list):
        own = {str(name): str(name) for name in own}
    found = own if isinstance(own, dict) and own else dict(policy.roles)
    return {str(name): str(title) for name, title in found.items()} or dict(zip(NAMES, NAMES, strict=True))


def named(said: str, known: Mapping[str, str]) -> str:
    """The name of a role that may be called by its title; raises ``Refused``."""
    wanted = said.strip().casefold()
    for name, title in known.items():
        if wanted in {name.casefold(), title.casefold()}:
            return name
    near = meant(said, tuple(known.values()))
    raise Refused(f"There is no role {said!r}{near}. The roles are: {', '.join(known.values())}.")


def views(incident: Incident, runbook: Runbook, policy: Policy) -> tuple[RoleView, ...]:
    """Every role, and those that somebody was given under another runbook."""
    called = titles(runbook, policy)
    rows = []
    for name in (*called, *(one for one in incident.roles if one not in called)):
        role = incident.roles.get(name, Role())
        first = incident.first_acknowledged
        free = name == COMMANDER and incident.open and not (role.holder or role.offered_to)
        proposed = first.by if free and first and not first.through else ""
        title = called.get(name, name)
        rows.append(RoleView(name, title, role.holder, role.since, role.offered_to, role.offered_by, proposed))
    return tuple(rows)


def vacant(incident: Incident, runbook: Runbook, policy: Policy) -> dict[str, str]:
    """The roles that nobody holds in an incident for which people are paged: what each is called, by its name."""
    if not (incident.open and duty(incident.severity).pages):
        return {}
    return {one.role: one.title for one in views(incident, runbook, policy) if not one.holder}


def who_tells(incident: Incident) -> tuple[str, ...]:
    """Who is asked for an update, one after the other: who communicates, who leads, who has the incident."""
    holders = [incident.roles.get(name, Role()).holder for name in (COMMUNICATIONS, COMMANDER)]
    return tuple(dict.fromkeys(filter(None, (*holders, incident.owner))))

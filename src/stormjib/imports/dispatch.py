"""Netflix Dispatch's API: GET /api/v1/ORG/individuals, /teams and /services (src/dispatch/*/models.py). It has no schedules of its own."""

from typing import Final

import msgspec

from stormjib.imports.shape import Brought, Id
from stormjib.imports.source import Export, read

KINDS: Final = ("individuals", "teams", "services")


class _Individual(msgspec.Struct, frozen=True):
    id: Id
    email: str
    name: str = ""
    mobile_phone: str = ""
    office_phone: str = ""


class _Team(msgspec.Struct, frozen=True):
    id: Id
    name: str
    email: str = ""
    notes: str = ""


class _Service(msgspec.Struct, frozen=True):
    id: Id
    name: str
    description: str = ""
    type: str = ""
    external_id: str = ""


def bring(export: Export, found: Brought) -> None:
    """Everything that has a place."""
    for one in export["individuals"]:
        who = read(one, _Individual)
        name = found.person(who.id, "", full_name=who.name, email=who.email, phone=who.mobile_phone or who.office_phone)
        if who.mobile_phone and who.office_phone:
            found.leave(
                f"person {name}", "office_phone", f"a person has one phone, and {who.office_phone} is another one", "choose"
            )
        found.leave_rest(f"person {name}", one, _Individual, "individuals")
    for one in export["teams"]:
        team = read(one, _Team)
        found.team(team.id, team.name, (), team.notes, team.email)
        found.leave(f"team {team.name}", "members", "Dispatch does not say who is in a team", "write members into its file")
        found.leave_rest(f"team {team.name}", one, _Team, "teams")
    for one in export["services"]:
        service = read(one, _Service)
        what = f"service {service.name}"
        found.service(service.id, service.name, summary=service.description)
        if service.external_id:
            of, known = service.type.partition("-")[0], {"pagerduty", "opsgenie"}
            do = f"stormjib import {of}, and escalation in its file" if of in known else "write escalation into its file"
            found.leave(what, "external_id", f"who is on call for it is in {service.type}, {service.external_id}", do)
        found.leave_rest(what, one, _Service, "services")

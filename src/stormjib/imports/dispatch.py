"""Netflix Dispatch's API: GET /api/v1/ORG/individuals, /teams and /services (src/dispatch/*/models.py). It has no schedules of its own."""

from typing import Final

from stormjib.imports.shape import Brought
from stormjib.imports.source import Export, Known, Named

KINDS: Final = ("individuals", "teams", "services")


class _Individual(Known, frozen=True, kw_only=True):
    email: str
    name: str = ""
    mobile_phone: str = ""
    office_phone: str = ""


class _Team(Named, frozen=True, kw_only=True):
    email: str = ""
    notes: str = ""


class _Service(Named, frozen=True, kw_only=True):
    type: str = ""
    external_id: str = ""


def bring(export: Export, found: Brought) -> None:
    """Everything that has a place."""
    for who in found.each(export, "individuals", _Individual, "person"):
        name = found.person(who.id, "", full_name=who.name, email=who.email, phone=who.mobile_phone or who.office_phone)
        if who.mobile_phone and who.office_phone:
            found.leave(
                f"person {name}", "office_phone", f"a person has one phone, and {who.office_phone} is another one", "choose"
            )
    for team in found.each(export, "teams", _Team, "team"):
        found.team(team.id, team.name, (), team.notes, team.email)
        found.leave(f"team {team.name}", "members", "Dispatch does not say who is in a team", "write members into its file")
    for service in found.each(export, "services", _Service, "service"):
        found.service(service.id, service.name, summary=service.description)
        if service.external_id:
            of, known = service.type.partition("-")[0], {"pagerduty", "opsgenie"}
            do = f"stormjib import {of}, and escalation in its file" if of in known else "write escalation into its file"
            found.leave(
                f"service {service.name}", "external_id", f"who is on call for it is in {service.type}, {service.external_id}", do
            )

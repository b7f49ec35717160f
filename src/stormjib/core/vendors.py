"""Whom to call outside: the support of vendors, beside the suspect that is theirs."""

from collections.abc import Iterator

import msgspec

from stormjib.core.catalogue.service import Vendor, alike
from stormjib.core.incident import Incident
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook


class Support(msgspec.Struct, frozen=True):
    """A contact for a suspect; ``line`` is that of the runbook, 0 where the catalogue names it."""

    component: str
    name: str
    reached: tuple[str, ...]
    line: int = 0


def support(incident: Incident, runbook: Runbook, policy: Policy) -> tuple[Support, ...]:
    """By the suspects, the strongest first."""
    suspects = incident.suspects[1].suspects if incident.suspects else ()
    return tuple(dict.fromkeys(found for one in suspects for found in _of(one.component, incident, runbook, policy)))


def _of(component: str, incident: Incident, runbook: Runbook, policy: Policy) -> Iterator[Support]:
    """Vendors of the whole service that is suspected, those of this part of it or of the incident's service, and the runbook's own."""
    part, own = policy.service_named(component), policy.service_of(incident.service)
    for vendor in (*(part.vendors if part else ()), *(own.vendors if own and own is not part else ())):
        whole = part is not None and vendor in part.vendors and not vendor.components
        if whole or alike(component) in map(alike, (vendor.name, *vendor.components)):
            yield _shown(component, vendor)
    names = {alike(component), *(part.names if part else ())}
    for contact in runbook.contacts:
        if contact.kind == "vendor" and contact.filled and alike(contact.name) in names:
            yield Support(component, contact.name, (contact.value,), contact.line)


def _shown(component: str, vendor: Vendor) -> Support:
    return Support(component, vendor.name, tuple(filter(None, (vendor.phone, vendor.email, vendor.url, vendor.note))))

"""What pages ask of the log in a storm is counted, for a clock says nothing on a busy machine."""

from collections import Counter

from msgspec.structs import replace

from stormjib.core.catalogue.service import Service
from stormjib.core.log import PageHeld

PEOPLE = ("ana", "bo", "cy", "dee")
INCIDENTS = 6


def counted(asked, thing, name, monkeypatch):
    real = getattr(thing, name)
    monkeypatch.setattr(thing, name, lambda *given: (asked.update([name]), real(*given))[1])


def test_a_page_reads_no_other_incident_for_each_page_that_was_held_back(house, monkeypatch):
    """The list shows when the next page leaves and not who was told; an incident's page reads that which sums up, once for each question."""
    service, asked, ana = Service(name="shop"), Counter(), house.person()
    house.site.policy = house.door.policy = house.policy = replace(house.policy, services=(service,))
    ids = [
        house.act("declare", "", "ana", title="Down", severity="P1", service="shop", separate=True).incident
        for _ in range(INCIDENTS)
    ]
    for incident in ids[1:]:
        house.inbox.submit(incident, lambda _: [PageHeld(who, 0, "storm", ids[0]) for who in PEOPLE], by="stormjib")
    counted(asked, house.reader, "replay", monkeypatch)
    page = ana.page("/")
    assert all(incident in page for incident in ids)
    assert asked["replay"] == 0
    assert "The page to ana, bo, cy, dee was held back" in ana.page(f"/incidents/{ids[1]}")
    assert asked["replay"] == 2


def test_the_list_of_services_reads_once_what_the_check_knows(house):
    """Also where an incident names its service by an alias, it stands with its service."""
    services = tuple(Service(name=f"shop-{number}", aliases=(f"Laden-{number}",)) for number in range(30))
    house.site.policy = house.door.policy = house.policy = replace(house.policy, services=services, every_incident=False)
    asked, real = [], house.site.checked
    house.site.checked = lambda: (asked.append("history"), real())[1]
    house.site.books = lambda _: {"site": house.book.sha256}
    house.act("declare", "", "ana", title="The till is down", severity="P1", service="laden-7")
    page = house.person().page("/services")
    assert page.index("shop-7") < page.index("shop-0")
    assert page.count("The till is down") > 0
    assert len(asked) == 1

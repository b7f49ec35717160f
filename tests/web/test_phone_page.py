"""What the first hour on a phone showed: nothing that burns is hidden, whom to call is a tap away, a page for each address."""

from functools import partial

import msgspec
import pytest
from tests.web.house import SOURCE

from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.service import Service, Vendor
from stormjib.core.catalogue.whole import Catalogue
from stormjib.core.log import AlertReceived
from stormjib.core.markdown import compile_runbook
from stormjib.web import pages, services

SHOP = Service(
    name="watermark-lab-api", owner="till", dashboards={"orders": "http://dash.example/o"},
    vendors=(Vendor(name="Payments Inc.", phone="+49 30 (123) 4567"),),
)  # fmt: skip
FILES = Catalogue((SHOP,), (Team(name="till", lead="ana", members=("ana", "bo")),), (Person(name="ana", phone="+49 171 55"),))


@pytest.fixture
def shop(house):
    """A house with two services and the people who own them."""
    site = house.site
    policy = msgspec.structs.replace(house.policy, services=(SHOP, Service(name="bank")), every_incident=False)
    house.policy = site.policy = house.door.policy = house.incidents.policy = policy
    site.catalogue = lambda: FILES
    return house


def fires(house, incident, name="OrdersFail"):
    house.tell(incident, AlertReceived("f1", "generic", name, "watermark-lab-api", "orders fail", house.at))


@pytest.mark.parametrize("verb", ["cancel", "false-alarm"])
def test_who_ends_what_still_fires_is_told_so(house, verb):
    incident = house.declare()
    fires(house, incident)
    ana = house.person("ana")
    form = ana.page(f"/incidents/{incident}").split('id="fold-ends"')[1].split("<form")[0]
    assert "Still firing:</strong> OrdersFail" in form
    said = ana.post(f"/incidents/{incident}/{verb}", reason="nothing is wrong").headers["location"]
    assert "Still firing, and it pages nobody while it fires on: OrdersFail" in ana.page(said)


def test_the_service_and_the_people_behind_it_are_a_tap_away(shop):
    incident = shop.declare()
    for url in (f"/incidents/{incident}", "/services/watermark-lab-api"):
        page = shop.person("bo").page(url)
        for wanted in (
            'href="tel:+49301234567"',
            'href="tel:+4917155"',
            "<bdi>ana</bdi>, lead",
            "<bdi>bo</bdi>",
            "http://dash.example/o",
        ):
            assert wanted in page, (url, wanted)
    assert 'href="/services/watermark-lab-api"' in shop.person("ana").page(f"/incidents/{incident}")


def test_a_service_that_is_not_set_up_is_said_before_it_is_declared(shop):
    page = shop.person("ana").page("/?service=watermark-lab-ap&severity=P1")
    assert "There is no service &#39;watermark-lab-ap&#39;; &#39;watermark-lab-api&#39; is probably meant." in page
    assert "There is no service" not in shop.person("ana").page("/?service=bank")


def test_the_severity_stays_chosen_while_it_means_the_same(shop):
    ana = shop.person("ana")
    levels = ana.page("/").split('name="levels" value="')[1].split('"')[0]
    chosen = 'value="P1" required checked'
    assert chosen in ana.page(f"/?service=bank&severity=P1&levels={levels}")
    assert chosen not in ana.page("/?service=bank&severity=P1&levels=P1=SEV2")


def test_the_worst_comes_first_among_the_services(shop):
    shop.act("declare", "", "ana", title="slow", severity="P2", service="bank")
    shop.declare("down")
    found = services.reports(shop.site)
    assert [one.service.name for one in found] == ["watermark-lab-api", "bank"]
    assert not [sentence for one in found for sentence in one.wrong if "baseline" in sentence or "read" in sentence]


def test_a_closing_list_is_no_first_thing_to_do(house):
    house.book = compile_runbook(
        b"# Shop\n\n## Mitigation\n\n```bash\n./restart.sh\n```\n\n## Closure\n\n- [ ] Support was told\n"
    )
    incident = house.declare()
    page = house.person("ana").page(f"/incidents/{incident}")
    assert 'id="checklist-heading"' not in page
    prove = page.split('id="prove"')[1].split("</section>")[0]
    assert "Support was told" in prove
    assert 'aria-label="Check off: Support was told' in prove
    house.book = compile_runbook(SOURCE)
    assert 'id="checklist-heading"' in house.person("ana").page(f"/incidents/{incident}")


def test_every_address_that_is_typed_has_a_page(house):
    house.app.state.not_found = partial(pages.not_found, house.site)
    ana, html = house.person("ana"), {"Accept": "text/html"}
    assert ana.get("/runbook").headers["location"] == "/runbooks/current"
    answer = ana.get("/runbok", **html)
    assert (answer.status_code, "<h1>Not found</h1>" in answer.text) == (404, True)
    assert ana.get("/api/v1/nothing", **html).json()["error"] == "Not Found"
    assert ana.get("/nothing").json() == {"error": "Not Found"}
    incident = house.declare()
    assert f'href="/runbooks/{house.book.sha256}">Runbook' in ana.page(f"/incidents/{incident}")


def test_what_is_left_to_write_leads_to_its_field(house):
    incident = house.declare()
    ana = house.person("ana")
    page = ana.page(f"/incidents/{incident}/postmortem?field=Root%20Cause")
    assert 'href="#write-heading"' in page
    assert 'list="fields" value="Root Cause"' in page

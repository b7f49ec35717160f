"""The form that declares: the chosen service's own levels and runbooks, and never a level that means another there."""

import html
import re

import pytest
from starlette.testclient import TestClient
from tests.story.test_two_services import BOOK, TwoServices, write

OWN = BOOK.replace(
    "```text\nSEV1: nobody can {verb}\nSEV2: some can't {verb}\n```",
    "| Level | Meaning |\n|---|---|\n| Critical | Nobody can {verb} |\n| High | Some can't {verb} |",
)
ODD = BOOK.replace("SEV1: nobody can {verb}\nSEV2: some can't {verb}", "SEV0: nobody can {verb}\nSEV1: some can't {verb}")


@pytest.fixture
def world(tmp_path):
    """The site has SEV1 and SEV2, the shop Critical and High, and its second runbook SEV0 and SEV1."""
    write(
        tmp_path,
        services__shop="name: shop\naliases: [till]\nlabels: {app: shop}\nrunbooks: [{file: runbooks/shop.md}, {file: runbooks/odd.md}]\n",
        services__bank="name: bank\n",
        runbooks__shop=OWN.format(title="Shop", verb="buy", unit="s"),
        runbooks__odd=ODD.format(title="Odd", verb="sell", unit="o"),
    )
    world = TwoServices(
        tmp_path, BOOK.format(title="Site", verb="x", unit="x").encode(), trusted=(), catalogue=tmp_path / "catalogue"
    )
    yield world
    world.close()


@pytest.fixture
def browser(world):
    with TestClient(world.app.asgi, base_url=world.settings.url, follow_redirects=True) as browser:
        browser.post("/login", data={"token": world.tokens["ana"], "next": "/"})
        yield browser


def form_of(page):
    """The form's hidden fields, the names of its levels, and its runbooks."""
    form = page[page.index('<form method="post" action="/incidents"') :]
    hidden = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}
    return (
        hidden,
        html.unescape(hidden["levels"]),
        re.findall(r"<option[^>]*>([^<]+)</option>", form[form.find('name="runbook"') :]),
    )


def sent(page, **fields):
    return {**form_of(page)[0], "title": "it is down", **fields}


def test_the_form_shows_the_levels_and_runbooks_of_the_service(browser):
    """By a link that a script asks for, and by a button where there is no script; what was typed stays."""
    assert "P0=SEV1 (P0), P1=SEV2 (P1)" in form_of(browser.get("/").text)[1]
    for service in ("shop", "Till"):
        _, named, books = form_of(browser.get("/", params={"service": service}).text)
        assert named.startswith("P0=Critical (P0), P1=High (P1)")
        assert books[1:4] == ["shop", "odd", "Site"]
    assert "P0=SEV0 (P0), P1=SEV1 (P1)" in form_of(browser.get("/", params={"service": "shop", "runbook": "ODD"}).text)[1]
    shown = browser.post("/incidents", data=sent(browser.get("/").text, service="shop", show="yes"))
    assert (shown.status_code, 'value="it is down"' in shown.text) == (200, True)
    assert form_of(shown.text)[1].startswith("P0=Critical (P0)")


def test_a_level_that_means_another_there_is_asked_for_again(world, browser):
    """SEV1 of the site is P0; in the shop's second runbook it is P1. Without a script the page can't have known."""
    page = browser.get("/").text
    refused = browser.post("/incidents", data=sent(page, service="shop", runbook="odd", severity="P0"))
    assert refused.status_code == 409
    assert "This service has other levels than those that were shown" in refused.text
    assert (" checked" in refused.text, world.get("/incidents")["incidents"]) == (False, [])
    done = browser.post("/incidents", data=sent(refused.text, service="shop", runbook="odd", severity="P1"))
    assert done.status_code == 200
    (head,) = world.get("/incidents")["incidents"]
    room = world.room(head["id"])
    assert (room["runbook_title"], room["severity"], room["called"]) == ("Odd", "P1", "SEV1")
    assert "runbook odd, chosen by ana" in world.log(head["id"], "Declared")[0]["text"]
    world.post("ana", f"/incidents/{head['id']}/acknowledge")
    world.told()


def test_the_api_takes_and_names_the_service_s_own_levels_and_runbooks(world):
    """422 with what would be right: the levels of the runbook that is followed, the runbooks of the service."""
    refused = world.post("ana", "/incidents", 422, title="down", service="till", severity="Wild")
    assert "'Wild' is no severity; the runbook has Critical (P0), High (P1)" in refused
    given = {"title": "down", "service": "till", "severity": "SEV1"}
    refused = world.post("ana", "/incidents", 422, **given, runbook="od")
    assert "till has no runbook 'od'. 'odd' is probably meant. There are: shop, odd, Site." in refused
    incident = world.post("ana", "/incidents", 201, **given, runbook="Odd")["incident"]
    assert (world.room(incident)["severity"], world.room(incident)["service"]) == ("P1", "shop")
    world.settle()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.told()


def test_an_alert_that_waits_is_declared_for_the_service_that_its_labels_mean(world, browser):
    world.alert(name="Slow", service="", labels={"app": "shop"}, severity="P3", summary="slow")
    number = re.search(r"/\?alert=(\d+)", browser.get("/").text)[1]
    assert form_of(browser.get("/", params={"alert": number}).text)[1].startswith("P0=Critical (P0)")

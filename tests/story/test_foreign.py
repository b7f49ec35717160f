"""Another team's service and runbook: from the alert to the post-mortem, proven by its own checks and by nothing else."""

from contextlib import ExitStack

import pytest
from tests.story.foreign import RUNBOOK_BYTES, SHOP, ForeignWorld, checks, shop

from stormjib.cli.health import main
from stormjib.core.catalogue.reading import read_services


@pytest.fixture
def make(tmp_path):
    """``make(*services, **settings)``: a site that protects these services, by the shop's runbook."""
    with ExitStack() as ends:
        worlds = []

        def build(*services, **settings):
            given = {"service": services} if services else {}
            world = ForeignWorld(tmp_path, RUNBOOK_BYTES, trusted=(), **{**given, **settings})
            ends.callback(world.close)
            worlds.append(world)
            return world

        yield build
        for world in worlds:
            assert world.told() == [], "the webhook received what nobody expected"


@pytest.fixture
def till():
    with shop() as there:
        yield there


def clear(world, **alert):
    world.alert(**{"name": "OrdersFail", "service": SHOP, "status": "resolved", **alert})


def test_i1_a_foreign_service_from_the_alert_to_the_post_mortem(make, tmp_path, till):
    """Nobody can order: the page, the evidence, an approved restart that mends it, a recovery measured by the shop's own checks, the end, the document."""
    world = make(*checks(till.url))
    assert world.post("admin", "/baseline")["baseline"]["service"] == SHOP
    world.stand_in("systemctl", f'case "$1" in restart) touch {tmp_path}/mended;; *) echo "Active: failed";; esac')
    till.broken, till.mended_by = {"orders"}, tmp_path / "mended"
    alert = world.alert(name="OrdersFail", service="shop", severity="SEV1", summary="nobody can order").json()
    [incident] = alert["incidents"]
    assert "page ana, rung 0, INC-1" in world.told()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    assert {look["text"].split()[0] for look in world.room(incident)["evidence"]} == {"systemctl", "journalctl"}
    early = {fact["task_id"]: fact for fact in world.measure(incident)}
    assert (early["service-functional"]["ok"], early["service-functional"]["measured"]) == (False, True)
    assert "POST /orders answered 503" in early["service-functional"]["detail"]
    assert "Customers can't order" in world.post("ana", f"/incidents/{incident}/resolve", 409)
    run_id = world.propose(incident, "systemctl restart")
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve", reason="it has to be")
    world.settle()
    clear(world, service="shop")
    assert [fact["ok"] for fact in world.measure(incident)] == [True, True]
    world.confirm(incident, "till operators")
    assert world.room(incident)["next_step"] == "Resolve: the recovery is measured in part; confirmed by ana; not measured"
    world.post("ana", f"/incidents/{incident}/resolve", text="the shop is open")
    assert world.facts("Resolved")[-1]["proof"] == "the recovery is measured in part; confirmed by ana; not measured"
    world.post("ana", f"/incidents/{incident}/close")
    world.settle()
    assert world.room(incident)["status"] == "closed"
    assert "nobody can order" in world.send("GET", f"/api/v1/incidents/{incident}/postmortem", "ana").text
    assert not [request for request in till.asked if "watermark" in request or "/v1/" in request]
    world.told()


def test_i1_a_healthy_service_with_only_an_address_takes_a_baseline_and_resolves(make, till):
    """Its health is at /-/healthy, there is no /health, no /ready, no metrics: the smallest case still measures what there is, and says what there is not."""
    world = make(target_url=till.url)
    found = world.post("admin", "/baseline")["baseline"]
    assert (found["p95_seconds"] is not None, found["error_share"], found["health_path"]) == (True, None, "/-/healthy")
    incident = world.begin(service="whatever the alert calls it")
    clear(world, service="whatever the alert calls it")
    told = {fact["name"]: fact for fact in world.measure(incident)}
    assert (told["health"]["ok"], told["errors"]["measured"]) == (True, False)
    world.confirm(incident, "Response times")
    world.confirm(incident, "till operators")
    world.post("ana", f"/incidents/{incident}/resolve")
    world.post("ana", f"/incidents/{incident}/acknowledge")


def test_i1_once_its_health_address_is_known_no_other_answer_proves_it(make, till):
    """A bad release loses /-/healthy while another page answers 200: a 404 at its health address is no health."""
    world = make(target_url=till.url)
    world.post("admin", "/baseline")
    answer, till.answer = till.answer, lambda method, path, _: (200, "welcome") if path == "/" else (404, "gone")
    incident = world.begin()
    told = {fact["name"]: fact for fact in world.measure(incident)}
    assert (told["health"]["ok"], "GET /-/healthy answered 404" in told["health"]["detail"]) == (False, True)
    assert "is not healthy, so no baseline was recorded" in world.post("admin", "/baseline", 409)
    till.answer = answer
    assert [fact["ok"] for fact in world.measure(incident) if fact["measured"]] == [True]
    world.post("ana", f"/incidents/{incident}/acknowledge")


def test_i1_an_incident_is_not_proven_by_another_service(make, till):
    """The shop is well; the incident is of the billing service, which has checks that fail, and of the cellar, which has none."""
    with shop(broken={"orders", "-"}) as other:
        world = make(*checks(till.url), *checks(other.url, "billing", ()))
        incident = world.begin(service="billing")
        till.asked.clear()
        assert [fact["ok"] for fact in world.measure(incident)] == [False, False]
        assert till.asked == []
        cellar = world.begin(service="cellar", name="CellarFlooded")
        refused = world.post("ana", f"/incidents/{cellar}/verify", 409)
        assert "Nothing is set up to measure cellar: add [[service.check]]" in refused
        for each in (incident, cellar):
            world.post("ana", f"/incidents/{each}/acknowledge")


def test_o12_where_nothing_is_measured_a_word_is_shown_as_a_word(make):
    """No address at all: what is asked for next is what can be done, and nobody ever says that it is proven."""
    world = make()
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.stand_in("systemctl", "exit 0")
    world.run(incident, "systemctl restart")
    clear(world)
    asked = world.room(incident)
    assert asked["next_step"].startswith("Check by hand: Response times")
    assert asked["next_action"] != "verify", "what would only be refused is not the next step"
    assert f"nothing is set up to measure {SHOP}: add [[service.check]]" in asked["next_step"]
    refused = world.post("ana", f"/incidents/{incident}/verify", 409)
    assert f"Nothing is set up to measure {SHOP}" in refused
    assert "stormjib incident check-off INC-1" in refused
    world.confirm(incident, "Response times")
    world.confirm(incident, "till operators")
    assert [one["detail"] for one in world.room(incident)["resolution"] if one["line"]] == ["confirmed by ana; not measured"] * 2
    assert world.room(incident)["next_step"] == "Resolve: confirmed by ana; not measured"
    world.post("ana", f"/incidents/{incident}/resolve")
    assert world.facts("Resolved")[-1]["proof"] == "confirmed by ana; not measured"
    assert not [entry["text"] for entry in world.log(incident) if "proven" in entry["text"]]


def test_o12_a_runbook_that_names_nothing_to_measure_is_measured_all_the_same(make, till, tmp_path):
    """The runbook has no verification at all; the service has checks, so the recovery is measured by them before anyone may call it over."""
    world = make(*checks(till.url))
    world.runbook.write_text("# Shop\n\n## Mitigation\n\n```bash\nsystemctl restart shop-api\n```\n")
    world.app.library.look()
    incident = world.begin()
    world.post("ana", f"/incidents/{incident}/acknowledge")
    clear(world)
    refused = world.post("ana", f"/incidents/{incident}/resolve", 409)
    assert f"the functions of {SHOP}: not measured: stormjib incident verify INC-1" in refused
    world.measure(incident)
    world.post("ana", f"/incidents/{incident}/resolve")


def test_i1_a_service_may_have_a_runbook_of_its_own(make, till, tmp_path):
    """The cellar's incidents follow the cellar's runbook, by an alert and by hand; everybody else's the site's."""
    own = tmp_path / "cellar.md"
    own.write_text("# The cellar\n\n## Mitigation\n\n```bash\nsystemctl restart pump\n```\n")
    world = make(*checks(till.url), *read_services([{"name": "cellar", "runbook": str(own)}]))
    cellar, shops = world.begin(service="cellar"), world.begin(name="Other")
    by_hand = world.post("ana", "/incidents", 201, title="water", severity="P3", service="Cellar")["incident"]
    titles = [world.room(each)["runbook_title"] for each in (cellar, shops, by_hand)]
    assert titles == ["The cellar", "Checkout fails", "The cellar"]
    for each in (cellar, shops):
        world.post("ana", f"/incidents/{each}/acknowledge")


def test_i7_an_incident_takes_the_baseline_of_its_own_service_only_and_only_where_it_hurt(make, till):
    """An open SEV3 of the shop and an open SEV1 of the billing take nothing away from the shop; its own SEV1 does, for as long as it lasted."""
    with shop() as other:
        world = make(*checks(till.url), *checks(other.url, "billing", ()))
        world.post("ana", "/incidents", 201, title="a nuisance", severity="P3", service="shop")
        world.post("ana", "/incidents", 201, title="nobody can pay", severity="P1", service="billing")
        times = world.app.metrics._incidents
        assert times("", SHOP) == ()
        world.post("ana", "/incidents", 201, title="nobody can order", severity="P1", service="shop")
        assert len(times("", SHOP)) == len(times("INC-2", "")) == 1
        assert times("INC-3", SHOP) == ()
        world.post("ana", "/incidents", 201, title="something", severity="P1")
        assert len(times("INC-3", SHOP)) == 1, "what names no service may have hurt any"
        world.post("ana", "/incidents/INC-3/severity", severity="P4", reason="it is over")
        assert len(times("INC-4", SHOP)) == 1, "it did hurt"
        for incident in ("INC-2", "INC-3", "INC-4"):
            world.post("ana", f"/incidents/{incident}/acknowledge")
        world.told()


def test_i1_health_on_the_command_line_uses_the_settings(tmp_path, till, capsys):
    """`stormjib health` asks what the settings say, names the service, and calls nothing healthy that nobody measured."""
    file = tmp_path / "stormjib.toml"
    file.write_text(
        f'[[service]]\nname = "{SHOP}"\ntarget_url = "{till.url}"\n\n'
        '[[service.check]]\nkind = "http"\nname = "front door"\nurl = "/-/healthy"\n\n'
        '[[service.check]]\nkind = "http"\nname = "old page"\nurl = "/v1/watermark"\n'
    )
    assert main(["--settings", str(file)], {}) == 1
    said = capsys.readouterr().out
    assert "GET /v1/watermark answered 404" in said
    assert f"{SHOP} at {till.url} is UNHEALTHY: 1 of 2 checks failed." in said
    assert main(["cellar", "--settings", str(file)], {}) == 3
    assert main([], {}) == 2
    assert "Nothing is set up to measure" in capsys.readouterr().err
    file.write_text('[[service]]\nname = "cellar"\n')
    assert main(["--settings", str(file)], {}) == 1
    assert "cellar is not measured" in capsys.readouterr().out

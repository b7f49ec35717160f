"""A catalogue of services: each alert finds its service and its runbook, and nothing of one incident stands in another's."""

import pytest
from tests.story.foreign import ForeignWorld, shop

from stormjib.core.catalogue.service import Component, Service
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy

REFERENCE = b"# Whatever else\n\n## Mitigation\n\n- Ask somebody who knows\n"
BOOK = """# {title}

## Severity

```text
SEV1: nobody can {verb}
SEV2: some can't {verb}
```

## Diagnosis

```bash
systemctl status {unit} --no-pager
```

## Mitigation

```bash
systemctl restart {unit}
```

## Verification

- Response times: an answer within half a second
"""
SHOP = """name: shop-api
aliases: [shop]
labels: {{app: shop}}
owner: till
depends_on: [bank]
target_url: {url}
runbooks:
  - file: runbooks/shop.md
  - file: runbooks/orders.md
    alerts: [OrdersFail]
  - file: runbooks/search.md
    name: the search
    labels: {{part: search}}
components:
  - {{name: basket, words: [cart]}}
checks:
  - {{kind: http, name: front door, url: /-/healthy, latency_ms: 5000}}
"""
BANK = """name: bank
labels: {{app: [bank, ledger]}}
target_url: {url}
runbook: runbooks/bank.md
components:
  - {{name: vault, words: [safe]}}
checks:
  - {{kind: http, name: counter, url: /-/healthy, latency_ms: 5000}}
"""


def write(where, **files):
    for name, text in files.items():
        path = where / "catalogue" / name.replace("__", "/")
        path = path.with_suffix(".md" if "runbooks" in name else ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class TwoServices(ForeignWorld):
    def command(self, line):
        """Each runbook has its only change as the same command, by its place in the file."""
        return compile_runbook(BOOK.format(title="x", verb="x", unit="x").encode()).commands[-1].id


@pytest.fixture
def house(tmp_path):
    """The world, and the two services that answer."""
    with shop() as one, shop() as other:
        books = {
            name: BOOK.format(title=name.title(), verb=name, unit=f"{name}-unit") for name in ("shop", "orders", "search", "bank")
        }
        write(
            tmp_path,
            services__shop=SHOP.format(url=one.url),
            services__bank=BANK.format(url=other.url),
            teams__till="name: till\n",
        )
        write(tmp_path, **{f"runbooks__{name}": text for name, text in books.items()}, services__cellar="name: cellar\n")
        world = TwoServices(tmp_path, REFERENCE, trusted=(), catalogue=tmp_path / "catalogue")
        world.answers = (one, other)
        yield world
        world.close()


def begin(world, **alert):
    return world.begin(**{"name": "Down", "service": "", "severity": "P1", "summary": "it is down", **alert})


def test_nothing_of_one_incident_stands_in_another_s(house):
    """Two services, two runbooks, two incidents at once: evidence, checks, suspects, pages and runs are each one's own."""
    world, (one, other) = house, house.answers
    world.stand_in("systemctl", 'case "$2" in shop-unit) echo "Active: failed: cart";; *) echo "Active: failed: safe";; esac')
    first, second = begin(world, labels={"app": "shop"}), begin(world, labels={"app": "ledger"})
    assert first != second
    declared = {each: world.facts("Declared", each)[0] for each in (first, second)}
    assert [declared[each]["service"] for each in (first, second)] == ["shop-api", "bank"]
    assert [world.room(each)["runbook_title"] for each in (first, second)] == ["Shop", "Bank"]
    assert [{look["text"] for look in world.room(each)["evidence"]} for each in (first, second)] == [
        {"systemctl status shop-unit --no-pager"},
        {"systemctl status bank-unit --no-pager"},
    ]
    one.broken, one.asked[:], other.asked[:] = {"-"}, [], []
    assert {fact["ok"] for fact in world.measure(second) if fact["measured"]} == {True}
    assert one.asked == [], "the bank's recovery asks the bank alone"
    assert False in {fact["ok"] for fact in world.measure(first) if fact["measured"]}
    suspects = {each: str(world.facts("SuspectsRanked", each)) for each in (first, second)}
    assert ("vault" in suspects[first], "basket" in suspects[second]) == (False, False)
    for each in (first, second):
        world.run(each, "systemctl restart")
    restarted = [world.facts("RunProposed", each)[0]["text"] for each in (first, second)]
    assert restarted == ["systemctl restart shop-unit", "systemctl restart bank-unit"]
    recorded = [{service["name"] for service in declared[each]["policy"]["services"]} for each in (first, second)]
    assert recorded == [{"shop-api"}, {"bank"}], "the log of an incident holds the settings of its own service"
    for each in (first, second):
        world.post("ana", f"/incidents/{each}/acknowledge")
    world.told()


def test_an_alert_finds_its_service_and_its_runbook_and_says_why(house):
    """By its labels, else by its name; the runbook by the alert, its labels, or because it is the first."""
    world = house
    texts = {}
    for name, alert in {
        "labels": {"labels": {"app": "shop"}, "service": "kube-state-metrics"},
        "alert": {"name": "OrdersFail", "service": "SHOP", "labels": {}},
    }.items():
        incident = begin(world, **alert)
        entries = world.log(incident)
        texts[name] = (
            world.room(incident)["runbook_title"],
            next(entry["text"] for entry in entries if entry["fact"]["fact"] == "Declared"),
        )
        world.post("ana", f"/incidents/{incident}/false-alarm", reason="a test")
        world.told()
    assert texts["labels"][0] == "Shop"
    assert "service shop-api by the label app=shop" in texts["labels"][1]
    assert "runbook shop, the first of 3 of shop-api" in texts["labels"][1]
    assert texts["alert"][0] == "Orders"
    assert "service shop-api by its name SHOP" in texts["alert"][1]
    assert "runbook orders by the alert OrdersFail" in texts["alert"][1]
    search = begin(world, labels={"app": "shop", "part": "search"})
    assert world.room(search)["runbook_title"] == "Search"
    joined = world.alert(name="Slow", service="shop", severity="P1", summary="slow").json()["incidents"]
    assert joined == [search], "a service has one open incident, by whatever name an alert calls it"
    world.post("ana", f"/incidents/{search}/acknowledge")
    world.told()


def test_a_mistyped_service_is_declared_and_said_at_once(house):
    world = house if not isinstance(house, tuple) else house[0]
    wrong = world.post("ana", "/incidents", 201, title="no orders", severity="P3", service="shpo")
    assert wrong["warning"].startswith("There is no service 'shpo'; 'shop' is probably meant")
    assert "There is no service 'shpo'" in world.log(wrong["incident"])[0]["text"]
    right = world.post("ana", "/incidents", 201, title="no orders", severity="P3", service="shop")
    assert "warning" not in right


def test_a_service_without_a_runbook_follows_the_site_s(house):
    world = house
    cellar = world.post("bo", "/incidents", 201, title="water", severity="P1", service="Cellar")["incident"]
    world.settle()
    assert begin(world, service="cellar") == cellar, "an alert joins what a person has declared by another name"
    assert world.room(cellar)["runbook_title"] == "Whatever else"
    world.post("ana", f"/incidents/{cellar}/acknowledge")
    world.told()


def test_a_responder_picks_another_runbook_and_nothing_of_the_first_counts_for_it(house):
    """The reads of the new one run by themselves; a read of the old one, under the same id, is no evidence of it."""
    world = house
    incident = begin(world, labels={"app": "shop"})
    world.post("ana", f"/incidents/{incident}/acknowledge")
    refused = world.post("ana", f"/incidents/{incident}/runbook", 409, runbook="serach")
    assert (
        "shop-api has no runbook 'serach'; 'the search' is probably meant. There are: shop, orders, the search, Whatever else."
        in refused
    )
    world.post("ana", f"/incidents/{incident}/runbook", runbook="Orders", reason="only orders fail")
    world.settle()
    room = world.room(incident)
    assert room["runbook_title"] == "Orders"
    assert [(look["text"].split()[2], look["line"] > 0) for look in room["evidence"]] == [
        ("shop-unit", False),
        ("orders-unit", True),
    ]
    assert world.log(incident, "RunbookChosen")[0]["text"] == "follows the runbook orders from now on: only orders fail"
    again = world.post("ana", f"/incidents/{incident}/runbook", runbook="orders")
    assert again["entries"] == 0, "it is so already"
    run = world.propose(incident, "")
    assert world.facts("RunProposed", incident)[0]["text"] == "systemctl restart orders-unit"
    refused = world.post("ana", f"/incidents/{incident}/runbook", 409, runbook="shop")
    assert f"has used its runbook already ({run})" in refused
    world.again()
    assert world.room(incident)["runbook_title"] == "Orders"
    assert world.get("/log/verify", "admin")["broken"] is None
    world.told()


def test_the_check_goes_over_every_runbook_with_the_values_of_its_service(tmp_path):
    """What fails is said of the service for which it does, in the API's report, on the service's page and on the runbook's."""
    book = "# Both\n\n## Diagnosis\n\n```bash\nsystemctl status <unit> --no-pager\n```\n"
    for name in ("shop", "bank"):
        write(tmp_path, **{f"services__{name}": f"name: {name}\nrunbook: runbooks/both.md\nvalues: {{unit: {name}-unit}}\n"})
    write(tmp_path, runbooks__both=book)
    world = TwoServices(tmp_path, REFERENCE, trusted=(), catalogue=tmp_path / "catalogue")
    world.stand_in("systemctl", 'case "$2" in bank-unit) exit 3;; esac; echo "Active: active (running)"')
    report = world.post("ana", "/runbook/check")
    assert (report["title"], report["healthy"]) == ("Whatever else", False)
    (other,) = report["others"]
    assert {(one["text"].split()[2], one["works"], *one["services"]) for one in other["probes"]} == {
        ("shop-unit", True, "shop"),
        ("bank-unit", False, "bank"),
    }
    assert world.post("ana", "/runbook/check", sha256=other["sha256"])["probes"][0]["services"]
    world.post("ana", "/runbook/check", 404, sha256="0" * 64)
    failing = {name: world.get(f"/services/{name}")["books"][0]["failing"] for name in ("shop", "bank")}
    assert ([one["text"] for one in failing["bank"]], failing["shop"]) == (["systemctl status bank-unit --no-pager"], [])
    world.close()


def test_the_parts_that_the_settings_name_are_those_of_every_service_without_its_own():
    parts = (Component("redis", ("cache",)),)
    own = Service(name="shop", components=(Component("basket"),), depends_on=("bank",))
    policy = Policy(components=parts, services=(own, Service(name="bank"), Service(name="mail", depends_on=("bank",))))
    named = {name: [part.name for part in policy.components_of(name)] for name in ("shop", "bank", "mail", "")}
    assert named == {"shop": ["shop", "basket", "bank"], "bank": ["redis"], "mail": ["mail", "redis", "bank"], "": ["redis"]}


def test_i8_an_alert_that_another_runbook_is_meant_for_says_so(house):
    """It joins the open incident of its service, and both the timeline and the message name the runbook that it would have chosen."""
    world = house
    incident = begin(world, labels={"app": "shop"})
    world.post("ana", f"/incidents/{incident}/acknowledge")
    world.forward(1)
    world.told()
    world.alert(name="OrdersFail", service="shop", severity="P1", summary="no orders")
    world.forward(1)
    assert [fact.get("runbook", "") for fact in world.facts("AlertReceived", incident)] == ["", "orders by the alert OrdersFail"]
    assert any("Another runbook is meant for that: orders by the alert OrdersFail." in said for said in world.told())

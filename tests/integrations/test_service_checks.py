"""Each kind of check of a service, against a real server: what holds, what fails, and in which words."""

import re
import tomllib
from pathlib import Path

import pytest
from msgspec import structs
from tests.story.foreign import SHOP, checks, shop, steady

from stormjib.core.catalogue.check import proofs_of
from stormjib.core.catalogue.reading import read_services
from stormjib.core.catalogue.service import Service
from stormjib.core.policy import Policy
from stormjib.integrations.health import Ended, Report, Tools, check
from stormjib.integrations.health.recovery import Baseline, BaselineFile, baseline_of, judge
from stormjib.performers import check_tools, command_performer
from stormjib.settings import Settings

FRONT = {"kind": "http", "name": "front door", "url": "/-/healthy"}


@pytest.fixture
def till():
    with shop() as there:
        yield there


def service(url, *given):
    [found] = read_services([{"name": SHOP, "target_url": url, "check": list(given)}])
    return found


def one(url, given, **tools):
    """The only row of one check."""
    [found] = check(service(url, given), Tools(**tools)).checks
    return found


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 405, 418, 500, 503])
def test_i1_only_a_2xx_is_well_where_nothing_else_is_expected(till, status):
    """A 404 passes no check, and neither does a redirect to a page that says sorry."""
    till.answer = lambda *_: (status, "x")
    for given in (FRONT, {"kind": "flow", "name": "f", "step": [{"url": "/a"}]}, {"kind": "target"}):
        assert f"answered {status}" in check(service(till.url, given)).checks[0].detail
        assert not check(service(till.url, given)).healthy


@pytest.mark.parametrize(
    ("expected", "answered", "ok"),
    [
        (204, 204, True),
        (204, 200, False),
        ("2xx", 299, True),
        ([200, "3xx"], 307, True),
        ([200, "3xx"], 201, False),
        (404, 404, True),
    ],
)
def test_i1_a_check_says_which_status_it_expects(till, expected, answered, ok):
    till.answer = lambda *_: (answered, "")
    assert one(till.url, {**FRONT, "status": expected}).ok is ok


def test_i1_a_text_an_expression_and_a_limit_have_to_hold(till):
    assert one(till.url, {**FRONT, "text": "Healthy"}).ok
    assert "answered 200 without “Open”" in one(till.url, {**FRONT, "text": "Open"}).detail
    order = {"kind": "http", "name": "order", "url": "/orders/o%207"}
    assert one(till.url, {**order, "expect": "state == 'taken'"}).ok
    assert "but state == 'lost' does not hold" in one(till.url, {**order, "expect": "state == 'lost'"}).detail
    assert "not JSON" in one(till.url, {**FRONT, "expect": "state"}).detail
    slow = check(service(till.url, {**FRONT, "latency_ms": 0.0001})).checks
    assert [(row.name, row.ok, row.proves) for row in slow] == [
        ("front door", True, ("functional",)),
        ("front door latency", False, ("latency",)),
    ]


def test_i1_a_flow_takes_values_out_of_earlier_answers(till):
    report = check(checks(till.url)[0], clock=steady())
    assert report.healthy, report
    assert till.asked[-2:] == ["POST /orders", "GET /orders/o%207"]
    till.broken = {"orders"}
    flow = next(row for row in check(checks(till.url)[0]).checks if row.name == "an order")
    assert flow.detail.startswith("Step 1 of 2: POST /orders answered 503")
    assert flow.detail.endswith("Customers can't order.")
    missing = {"kind": "flow", "name": "f", "step": [{"url": "/orders/o%207", "save": {"x": "nothing"}}, {"url": "/{x}"}]}
    till.broken = set()
    assert "without nothing, which the next step needs" in one(till.url, missing).detail


def test_i1_a_post_is_sent_once_and_a_get_often_enough_for_a_p95(till):
    """An order that is placed by a check is one order."""
    post = {"kind": "http", "name": "order", "method": "POST", "url": "/orders", "json": {"sku": "x"}, "latency_ms": 9000}
    check(service(till.url, post, {**FRONT, "latency_ms": 9000}))
    assert (till.asked.count("POST /orders"), till.asked.count("GET /-/healthy")) == (1, 20)


def test_i1_variables_are_filled_in_never_with_nothing_and_never_shown(till):
    heard = []
    till.answer = lambda _, path, body: (heard.append((path, body)), (500, f"you sent {body.decode()}"))[1]
    post = {"kind": "http", "name": "a", "method": "POST", "url": "/a", "json": {"key": "$API_TOKEN"}}
    found = one(till.url, post, environ={"API_TOKEN": "s3cret-s3cret"})
    assert heard == [("/a", b'{"key":"s3cret-s3cret"}')]
    assert ("s3cret" in found.detail, "[API_TOKEN]" in found.detail) == (False, True)
    assert "$API_TOKEN is not set; put API_TOKEN=… into the file" in one(till.url, post).detail
    assert len(heard) == 1
    header = {**FRONT, "headers": {"Authorization": "Bearer ${API_TOKEN}"}}
    assert "It was sent without Authorization ($API_TOKEN is not set)." in one(till.url, header).detail


@pytest.mark.parametrize(
    ("values", "ok", "words"),
    [
        ({"": 0.001}, True, "is 0.001, and has to be <= 0.01"),
        ({"": 0.01}, True, ""),
        ({"pod=a": 0.001, "pod=b": 0.4}, False, "is 0.4 for pod=b, and has to be <= 0.01"),
        ({}, False, "Prometheus has no value for"),
    ],
)
def test_i1_every_value_of_a_query_is_held_to_its_threshold(till, values, ok, words):
    query = {"kind": "promql", "name": "errors", "query": "sum(rate(x[1m]))", "op": "<=", "threshold": 0.01, "unit": "share"}
    found = one(till.url, query, query=lambda _: values)
    assert (found.ok, words in found.detail, found.proves) == (ok, True, ("errors",))
    assert "set prometheus_url" in one(till.url, query).detail


@pytest.mark.parametrize(
    ("ended", "ok", "words"),
    [
        (Ended(0, "replicas: 3"), True, "ended with 0, as expected"),
        (Ended(1, "boom"), False, "kubectl get pods ended with 1, not 0: boom"),
        (Ended(0, "replicas: 2"), False, "did not print “replicas: 3”"),
        (Ended(None, ""), False, "had to be stopped"),
    ],
)
def test_i1_a_command_proves_by_its_exit_code_and_its_text(till, ended, ok, words):
    command = {"kind": "command", "name": "pods", "argv": ["kubectl", "get", "pods"], "text": "replicas: 3"}
    found = one(till.url, command, run=lambda *_: ended)
    assert (found.ok, words in found.detail) == (ok, True)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"nam": "a"}, "there is no key 'nam'"),
        ({"name": "a", "target_url": "shop:8080"}, "'shop:8080' is not the address of a service"),
        ({"name": "a", "check": [{"kind": "htp", "name": "x"}]}, "'htp' is none of http, flow, promql"),
        ({"name": "a", "check": [FRONT]}, "which has no target_url"),
        ({"name": "a", "target_url": "http://a", "check": [FRONT, FRONT]}, "two checks called 'front door'"),
        ({"name": "a", "target_url": "http://a", "check": [{**FRONT, "status": 20}]}, "20 is no HTTP status"),
        ({"name": "a", "target_url": "http://a", "check": [{**FRONT, "expect": "a =="}]}, "is no JMESPath expression"),
        ({"name": "a", "target_url": "http://a", "check": [{**FRONT, "url": "/{id}"}]}, "uses {id}, which no earlier step saves"),
        ({"name": "a", "target_url": "http://a", "check": [{**FRONT, "method": "get"}]}, "not 'get'"),
        ({"name": "a", "check": [{"kind": "command", "name": "x"}]}, "one of the two"),
        ({"name": "a", "check": [{"kind": "error_rate"}]}, "needs its metrics_url"),
        ({"name": "a", "target_url": "http://a", "check": [{**FRONT, "proves": "latency"}]}, "needs latency_ms"),
        (
            {"name": "a", "target_url": "http://a", "check": [{**FRONT, "proves": "speed"}]},
            "'speed' is none of errors, functional, health, latency",
        ),
    ],
)
def test_i1_a_service_that_can_t_work_is_refused_in_a_sentence(table, words):
    with pytest.raises(ValueError, match=r".") as refused:
        read_services([table])
    assert words in str(refused.value)


def test_i1_names_and_aliases_belong_to_one_service():
    services = read_services([{"name": "shop-api", "aliases": ["Shop"]}, {"name": "billing"}])
    first, policy = services[0], Policy(services=services)
    assert policy.service_named(" SHOP ") is first
    assert policy.service_named("shop") is first
    assert policy.service_named("shop-ap") is None
    assert policy.service_named("") is None
    with pytest.raises(ValueError, match="two services are called 'shop'"):
        read_services([{"name": "shop"}, {"name": "x", "aliases": ["SHOP"]}])


def test_i1_a_recovery_is_held_to_the_service_s_own_baseline(tmp_path, till):
    report = check(checks(till.url)[0], clock=steady())
    found = baseline_of(report, 60.0)
    file = BaselineFile(tmp_path / "baseline.json", "old")
    file.write(found)
    assert (file.read(SHOP), file.read("billing")) == (found, None)
    file.write(structs.replace(found, service="billing"))
    assert file.read(SHOP) == found
    fast = structs.replace(found, values={"front door latency": 0.000001})
    assert judge("latency", report, fast, 120.0)[0] is True, "below the slack two latencies are the same"
    slow = structs.replace(
        report, checks=tuple(structs.replace(row, value=0.4) if row.unit == "s" else row for row in report.checks)
    )
    ok, measured, told = judge("latency", slow, fast, 120.0)
    assert (ok, measured) == (False, True)
    assert told == "front door latency 400 ms, baseline 0.001 ms (1 m old); it has not returned to the baseline."
    assert judge("errors", report, found, 120.0)[:2] == (False, False), "nothing measures it, which is no success"


def test_i1_a_baseline_from_before_there_were_several_is_the_first_service_s(tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text('{"measured_at": 5.0, "p95_seconds": 0.1, "error_share": 0.0}')
    assert BaselineFile(path, "service").read("service") == Baseline(5.0, 0.1, 0.0)
    assert BaselineFile(path, "service").read("shop") is None
    path.write_text("{}")
    assert BaselineFile(path, "service").read("service") is None


def test_i1_what_was_not_measured_is_not_healthy():
    empty = Service(name="cellar")
    assert (empty.checks, empty.proofs, check(empty).healthy) == ((), (), False)
    assert baseline_of(check(empty), 1.0) is None
    assert Report(checks=(), base_url="", comprehensive=True).healthy is False


def test_i1_an_address_alone_proves_that_it_answers():
    found = Service(name="shop", target_url="http://shop/shop/healthz?full=1")
    assert (found.proofs, found.metrics_urls) == (("errors", "health"), ("http://shop/shop/metrics",))
    assert proofs_of(found.checks[1]) == ("errors",)


def test_where_a_flow_could_not_be_measured_its_health_check_does_not_stand_in_for_it(till):
    """Also where the settings of an older log still ask it for the functions."""
    report = check(Service(name=SHOP, target_url=till.url), clock=steady())
    ok, measured, told = judge("functional", report, None, 0.0)
    assert (ok, measured) == (False, False)
    assert told.startswith(f"the health check of {SHOP} does not show this; a flow among its checks would. health: GET ")
    assert judge("health", report, None, 0.0)[:2] == (True, True)
    till.broken.add("-")
    down = check(Service(name=SHOP, target_url=till.url), clock=steady())
    assert judge("functional", down, None, 0.0)[:2] == judge("health", down, None, 0.0)[:2] == (False, True)


def tools(tmp_path, **given):
    settings = Settings(data_dir=tmp_path, command_dir=tmp_path, **given)
    return settings, check_tools(settings, command_performer(settings), lambda: 0.0)


def test_i1_a_check_runs_only_what_is_proven_to_read_or_what_the_operator_writes_out(tmp_path):
    """A command in words has to be a proven read; as argv the operator vouches for it, and no shell reads it again."""
    (tmp_path / "till").write_text("open; closed\n")
    proves = read_services([{"name": SHOP, "check": [
        {"kind": "command", "name": "read", "command": f"grep -c open {tmp_path}/till", "text": "1"},
        {"kind": "command", "name": "argv", "argv": ["sh", "-c", 'echo "$0"', "$(touch /tmp/x) ; *"], "text": "$(touch /tmp/x) ; *"},
        {"kind": "command", "name": "code", "argv": ["false"], "exit_code": 1},
        {"kind": "command", "name": "slow", "argv": ["sleep", "30"], "timeout_seconds": 0.2},
    ]}])  # fmt: skip
    settings, found = tools(tmp_path, service=proves)
    rows = {row.name: (row.ok, row.detail) for row in check(settings.services[0], found).checks}
    assert [ok for ok, _ in rows.values()] == [True, True, True, False]
    assert "had to be stopped" in rows["slow"][1]
    for text in ("touch /tmp/x", "grep -c open till > /tmp/x", "systemctl restart shop", "curl -X POST http://shop/orders"):
        bad = read_services([{"name": SHOP, "check": [{"kind": "command", "name": "bad", "command": text}]}])
        with pytest.raises(ValueError, match="is not proven to only read"):
            tools(tmp_path, service=bad)


def test_i1_a_check_asks_the_prometheus_server_of_the_settings(tmp_path, till):
    series = [{"metric": {"pod": "a"}, "value": [0, "0.002"]}, {"metric": {"pod": "b"}, "value": [0, "0.5"]}]
    till.answer = lambda *_: (200, {"status": "success", "data": {"resultType": "vector", "result": series}})
    query = {"kind": "promql", "name": "errors", "query": "x", "op": "<", "threshold": 0.01}
    settings, found = tools(tmp_path, service=read_services([{"name": SHOP, "check": [query]}]), prometheus_url=till.url)
    [row] = check(settings.services[0], found).checks
    assert (row.ok, row.detail) == (False, "x is 0.5 for pod=b, and has to be < 0.01.")
    till.answer = lambda *_: (400, {"status": "error", "errorType": "bad_data", "error": "no such function"})
    [row] = check(settings.services[0], found).checks
    assert "no such function" in row.detail


def test_i1_addresses_may_name_variables(tmp_path):
    env = tmp_path / "command.env"
    env.write_text("SHOP_URL=http://shop:1\n")
    env.chmod(0o600)
    tables = [{"name": SHOP, "target_url": "${SHOP_URL}/shop"}]
    assert Settings(service=tables, command_env_file=env).services[0].metrics_urls == ("http://shop:1/shop/metrics",)
    with pytest.raises(ValueError, match=r"needs \$SHOP_URL"):
        _ = Settings(service=tables).services


def test_i1_an_incident_belongs_to_a_service_only_where_that_is_certain():
    shop_and_billing = read_services([{"name": "shop-api", "aliases": ["shop"]}, {"name": "billing"}])
    several, one_named = Policy(services=shop_and_billing), Policy(services=shop_and_billing[:1])
    unnamed = Settings(target_url="http://shop").policy()
    assert several.service_of("Shop") is shop_and_billing[0]
    assert (several.service_of("cellar"), several.service_of("")) == (None, None)
    assert (one_named.service_of("cellar"), one_named.service_of("")) == (None, shop_and_billing[0])
    assert unnamed.service_of("whatever") is unnamed.services[0]
    assert Settings(target_url="http://shop", service="shop").policy().service_of("cellar") is None


@pytest.mark.parametrize("page", ["howto/services.md", "reference/settings.md", "quickstart.md"])
def test_i1_the_examples_of_the_docs_are_services(page):
    text = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    tables = [tomllib.loads(block).get("service") for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    services = [read_services(one) for one in tables if isinstance(one, list)]
    assert services
    assert all(one.proofs for several in services for one in several)

"""Who may do what, and what becomes of addresses that lead nowhere."""

import json
import subprocess
import sys

import pytest
from tests.real.site import Site, environ

from stormjib.offline import LOCAL_FILE
from stormjib.web.slack_http import BELOW
from stormjib.web.ways import WAYS

ALERT_ROUTES = (
    "/api/v1/alerts",
    "/hooks/alertmanager",
    "/hooks/oncall",
    "/hooks/opsgenie",
    "/heartbeat/nobody",
    "/heartbeat/nobody/fail",
)
OTHERS = set(WAYS) - set(ALERT_ROUTES)
"""What answers in its sender's own words; their stories try their keys and signatures."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("access"))
    site.start()
    site.alert()
    yield site
    site.close()


@pytest.fixture(scope="module")
def routes(site):
    """Every call of the API as method and path."""
    paths = json.loads(site.send("GET", "/openapi.json")[2])["paths"]
    values = {"incident_id": "INC-1", "run_id": "INC-1-R1", "item_id": "x", "sha256": "0" * 64, "name": "nobody", "number": "1"}
    values |= {"who": "nobody", "alert_id": "1"}
    calls = [(method.upper(), path) for path, methods in paths.items() for method in methods if path not in OTHERS]
    found = [(method, path.format(**values)) for method, path in calls]
    assert {("POST", path) for path in ALERT_ROUTES} <= set(found)
    return found


def valid(path):
    """A body that every route takes for valid."""
    wish = {
        "title": "x", "severity": "P1", "name": "nobody", "scopes": ["read"], "text": "x", "command_id": "x", "stage": "x",
        "owner": "x", "due": "2026-01-01", "reason": "x", "took_effect": True, "alerts": [], "status": "firing", "alert": "x", "payload": "{}", "to": "x",
    }  # fmt: skip
    return json.dumps(wish).encode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer sj_wrong"},
        {"Authorization": "sj_wrong"},
        {"Authorization": "Basic YWRtaW46YWRtaW4="},
        {"Authorization": "Bearer " + "x" * 2_000},
        {"Authorization": "Bearer caf\xe9"},
    ],
    ids=["none", "empty", "wrong", "no scheme", "basic", "long", "latin-1"],
)
def test_without_a_good_token_every_call_is_401(site, routes, given):
    """401 with how to get a token, and nothing else about the call is said."""
    for method, path in routes:
        status, headers, answer = site.send(method, path, valid(path), headers=given)
        assert status == 401, (method, path, status, answer)
        assert "stormjib token create" in json.loads(answer)["error"]
        assert headers["www-authenticate"] == "Bearer"


def test_slack_is_known_by_its_signature_alone(site):
    """No token of ours opens its addresses, not even an admin's."""
    for name in ("commands", "interactive", "events"):
        for who in ("", "watcher", "ana", "admin"):
            status, _, answer = site.send("POST", f"{BELOW}{name}", b"text=declare+x+--severity+P0", who)
            assert (status, "[signed.slack] in the settings" in json.loads(answer)["error"]) == (401, True)
        assert site.send("GET", f"{BELOW}{name}", who="admin")[0] == 405


def test_a_token_is_good_only_for_its_scope(site, routes):
    """A reader can't respond, a responder can't administrate, a watcher can do nothing but alert: 403 names what is lacking."""
    for method, path in routes:
        if path in ALERT_ROUTES and method == "POST":
            scope, who = "alert", "ana"
        elif "/subscribers" in path:
            scope, who = "admin", "ana"
        elif (method == "GET" and not path.endswith(("/tokens", "/log/verify"))) or path.endswith("/intake/nobody/preview"):
            scope, who = "read", "watcher"
        elif path.endswith(("/baseline", "/log/verify", "/catalogue/reload")) or "/tokens" in path:
            scope, who = "admin", "ana"
        else:
            scope, who = "respond", "reader"
        status, _, answer = site.send(method, path, valid(path), who)
        assert status == 403, (method, path, status, answer)
        assert f"lacks the scope '{scope}'" in json.loads(answer)["error"]


def test_what_is_not_there_is_404_with_where_to_look(site, routes):
    """An unknown incident is 404 for every call, whatever its id looks like."""
    for method, path in routes:
        if "INC-1" not in path:
            continue
        for wrong in ("INC-2", "INC-999999999999999999999999", "inc-1", "%00", "%F0%9F%94%A5", "%FF", "INC-1%0a", "x" * 5_000):
            status, _, answer = site.send(
                method, path.replace("INC-1/", f"{wrong}/").replace("INC-1", wrong), valid(path), "admin"
            )
            assert status == 404, (method, path, wrong, status, answer)
            assert "error" in json.loads(answer), (method, path, wrong)


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/api/v1/nowhere", "/../../etc/passwd", "/static/../../../etc/passwd", "//", "/%2e%2e/x"]
)
def test_addresses_that_lead_nowhere(site, path):
    """A POST to nowhere is refused, and no file of the host is ever given out."""
    for method in ("GET", "POST", "DELETE", "PUT", "TRACE"):
        status, _, answer = site.send(method, path, b"" if method != "GET" else None)
        assert status < 500, (method, path, answer)
        assert b"root:" not in answer


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        "after=99999999999999999999999999",
        "limit=0",
        "limit=-5",
        "limit=99999999999999999999",
        "after=1e3",
        "after=",
    ],
)
def test_numbers_that_are_none(site, query):
    """A page number out of this world is an answer or a 4xx, never a 500."""
    status, _, answer = site.send("GET", f"/api/v1/incidents/INC-1/log?{query}", who="ana")
    assert status in {200, 422}, (status, answer)
    json.loads(answer)


def test_a_revoked_token_is_good_for_nothing(site):
    """From the moment that it is revoked."""
    token = site.post("admin", "/api/v1/tokens", 201, name="carl", scopes=["read"])["token"]
    site.tokens["carl"] = token
    assert site.get("/api/v1/whoami", "carl")["name"] == "carl"
    assert site.send("DELETE", "/api/v1/tokens/carl", who="admin")[0] == 200
    assert site.send("GET", "/api/v1/whoami", who="carl")[0] == 401


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"name": "x", "scopes": ["root"]}, "There is no scope 'root'"),
        ({"name": "x", "scopes": []}, "A token needs at least one scope"),
        ({"name": "  ", "scopes": ["read"]}, "A token needs a name"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(site, wish, says):
    """422 with what is wrong."""
    status, _, answer = site.send("POST", "/api/v1/tokens", json.dumps(wish).encode(), "admin")
    assert status in {400, 409, 422}, (status, answer)
    assert says in json.loads(answer)["error"]


def test_s13_a_machine_only_sends_asks_and_notes(site, routes):
    """Each call that is for people is 403 for a machine with every scope that a machine can have, and says why."""
    wish = {"name": "robot", "scopes": ["read", "respond", "alert"], "machine": True, "expires_days": 30}
    site.tokens["robot"] = site.post("admin", "/api/v1/tokens", 201, **wish)["token"]
    whoami = site.get("/api/v1/whoami", "robot")
    assert (whoami["kind"], whoami["expires_at"] > 0) == ("machine", True)
    refused = set()
    for method, path in routes:
        status, _, answer = site.send(method, path, valid(path), "robot")
        if status == 403 and "is a machine" in json.loads(answer)["error"]:
            refused.add(path.rpartition("/")[2])
    assert {
        "approve",
        "refuse",
        "settle",
        "resolve",
        "close",
        "acknowledge",
        "reopen",
        "severity",
        "status",
        "overrule",
    } <= refused
    assert not {"notes", "runs", "collect", "incidents", "alerts"} & refused


def test_o10_a_token_rotates_without_a_gap_and_says_why_it_ended(site):
    old = site.post("admin", "/api/v1/tokens", 201, name="dora", scopes=["read"])["token"]
    site.tokens["old"], site.tokens["new"] = old, site.post("admin", "/api/v1/tokens/dora/rotate")["token"]
    assert site.get("/api/v1/whoami", "old") != site.get("/api/v1/whoami", "new")
    site.post("admin", "/api/v1/tokens/dora/revoke", reason="left")
    status, _, answer = site.send("GET", "/api/v1/whoami", who="new")
    assert (status, "(left)" in json.loads(answer)["error"]) == (401, True)


def test_o10_a_lost_admin_token_is_made_anew_while_the_server_runs(site):
    """Whoever may read the log's directory needs no token, and nobody else finds one."""
    argv = [sys.executable, "-m", "stormjib", "token", "create", "root", "--scope", "admin", "--data-dir", str(site.data)]
    made = subprocess.run(argv, capture_output=True, text=True, env=environ(), check=True)
    site.tokens["root"] = made.stdout.strip()
    listed = {row["name"]: row for row in site.get("/api/v1/tokens", "root")["tokens"]}
    assert listed["root"]["kind"] == "person"
    assert site.get("/api/v1/tokens", "root")["log"][0]["by"] == "local"
    assert (site.data / LOCAL_FILE).stat().st_mode & 0o077 == 0
    assert (site.data / "engine.db").stat().st_mode & 0o077 == 0
    page = site.send("GET", "/access", who="root")[2].decode()
    assert "<bdi>root</bdi>" in page
    assert "of root (a person) made: admin" in page
    assert site.send("GET", "/access", who="ana")[0] == 403


def test_s14_an_output_that_nobody_kept_is_404(site):
    status, _, answer = site.send("GET", f"/api/v1/incidents/INC-1/output/{'0' * 64}", who="ana")
    assert (status, "has no output" in json.loads(answer)["error"]) == (404, True)


def test_nothing_of_that_was_a_fault_of_the_program(site):
    """No traceback on the terminal."""
    assert site.answers()
    assert "Traceback" not in site.said(), site.said()

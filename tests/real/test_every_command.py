"""Every command that asks a server, typed against a real one in its simplest form: none is forgotten, and each ends as documented."""

import io
import re
import shlex
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest
from tests.real.site import SMALL, Site
from tests.story.receiver import Receiver

from stormjib.cli import items, run
from stormjib.cli.grammar import COMMANDS
from stormjib.cli.world import World
from stormjib.core.status_page.subscriber import Subscriber

BOOK = f"""{SMALL}
### 3. Name it
```bash
printf <word> >> named
```

### 4. Clear
```bash
rm -rf stale
```

### 5. Hang
```bash
sleep 30 >> slow
```

## Checklists

### P1 Incident Checklist
- [ ] Thank the team
"""
CATALOGUE = {
    "services/shop": "name: shop\nrunbooks: [{file: ../runbook.md}, {file: ../other.md}]\ntarget_url: '{service}'\ncheck: [{kind: http, name: front, url: /}]\nstatus: {name: Shop, public: true}\n",
    "people/ana": "name: ana\ncontact: [{name: push, kind: webhook, to: '{hook}'}]\n",
    "people/bo": "name: bo\n",
    "schedules/primary": "name: primary\nlayers:\n  - {people: [ana, bo], start: 2020-01-01}\n",
    "heartbeats/backup": "name: backup\nservice: shop\nevery: 1h\n",
    "intake/zabbix": "name: zabbix\nfields: {name: event}\n",
}
DECLARE = "declare Down --severity P1 --service shop --separate"
CLEARS = "4: run start {inc} {rm} --out-of-turn --reason 'it fills the disk'"
SERVERLESS = {
    "logs", "runbook show", "runbook lint", "runbook plan", "config check", "config diff", "config intake", "config init", "import",
    "config schema", "drill list", "drill start", "serve", "demo", "doctor", "completion", "health", "log verify", "log head",
    "export write", "export verify", "export script", "backup", "restore", "recover",
}  # fmt: skip
"""They read files, or are a server themselves."""
ROWS = {
    # an incident
    "declare": DECLARE,
    "ack": "ack {inc}",
    "incident list": "incident list",
    "incident show": "incident show {inc}",
    "incident report": "incident report {inc}",
    "incident timeline": "incident timeline {inc}",
    "incident page": "incident page {inc} ana",
    "incident hand-over": "ack {inc} && incident hand-over {inc} bo",
    "incident offer-role": "incident offer-role {inc} scribe bo",
    "incident take-role": "incident take-role {inc} scribe",
    "incident decline-role": "incident offer-role {inc} scribe bo && bo: incident decline-role {inc} scribe",
    "incident needs": "incident needs {inc} 'somebody who knows redis'",
    "incident note": "incident note {inc} seen",
    "incident severity": "incident severity {inc} P0 --reason 'all users'",
    "incident runbook": "incident runbook {inc} other",
    "incident verify": "incident verify {inc}",
    "incident check-off": "incident check-off {inc} {item}",
    "incident uncheck": "incident check-off {inc} {item} && incident uncheck {inc} {item}",
    "incident overrule": "incident overrule {inc} {proof} --reason 'tested by hand'",
    "incident resolve": "5: incident resolve {inc}",
    "incident close": "5: incident close {inc}",
    "incident false-alarm": "incident false-alarm {inc} --reason 'the probe was wrong'",
    "incident cancel": "incident cancel {inc} --reason 'by mistake'",
    "incident duplicate": "incident duplicate {inc} {other} --reason 'the same'",
    "incident merge": "incident merge {inc} {other} --reason 'the same'",
    "incident split": "incident split {firing} Disk --reason 'another disk'",
    "incident reopen": "incident false-alarm {inc} --reason 'it is not' && incident reopen {inc}",
    "incident action": "incident action {inc} 'Alert on memory' --owner bo --due 2030-01-01",
    "incident action-done": "incident action {inc} 'Alert on memory' --owner bo --due 2030-01-01 && incident action-done {inc} 1",
    "incident evidence": "incident evidence {inc}",
    "postmortem write": "postmortem write {inc} 'Root Cause' 'no limit'",
    "postmortem draft": "postmortem draft {inc}",
    "postmortem export": "postmortem export {inc} --output {where}/postmortem.md",
    # its commands
    "run list": "run list {inc}",
    "approvals": "approvals",
    "value set": "value set {inc} '<word>' x",
    "run start": "4: run start {inc} {printf}",
    "run collect": "run collect {inc}",
    "approve": "4: run start {inc} {printf} && bo: approve {inc}-R1",
    "break-glass": CLEARS + " && break-glass {inc}-R1 --reason 'nobody answers at all'",
    "reject": CLEARS + " && reject {inc}-R1",
    "settle": "settle {lost}-R1 --took-effect no --note 'it is not there'",
    # what customers read
    "status post": "status post {inc} --stage Identified --audience stakeholders --text 'It is redis.'",
    "status preview": "status preview {inc} --stage Identified --audience stakeholders --text 'It is redis.'",
    "status draft": "status draft {inc}",
    "status maintenance": "admin: status maintenance Move --text 'We move.' --to {soon}",
    "status maintenance-end": "admin: status maintenance-end {maintenance}",
    "status show": "status show",
    "status publish": "admin: status publish",
    "status subscribers": "admin: status subscribers",
    "status subscriber-add": "admin: status subscriber-add carl@example.com",
    "status subscriber-remove": "admin: status subscriber-remove carl@example.com",
    # alerts
    "alert list": "alert list",
    "alert explain": "alert explain 1",
    "alert preview": "alert preview zabbix",
    "alert clear": "alert clear {firing} Disk --reason 'the target is gone'",
    "intake": "intake",
    "silence list": "silence list",
    "silence start": "silence start shop --for 1h --reason move",
    "silence end": "silence end {silence}",
    "heartbeat list": "heartbeat list",
    "heartbeat send": "watcher: heartbeat send backup",
    "shadow report": "1: shadow report",
    # on call
    "oncall now": "oncall now",
    "oncall next": "oncall next",
    "oncall who": "oncall who primary",
    "oncall list": "oncall list",
    "oncall reach": "1: oncall reach",
    "oncall export": "oncall export primary",
    "oncall address": "oncall address",
    "oncall override": "oncall override primary bo --to {soon}",
    "oncall swap": "oncall swap primary --at {first} --with {second}",
    "oncall override-remove": "oncall override-remove {override}",
    "contact list": "1: contact list",
    "contact test": "contact test ana",
    # the installation
    "service list": "service list",
    "service show": "service show shop",
    "config reload": "admin: config reload",
    "runbook check": "runbook check {where}/runbook.md",
    "metrics": "metrics",
    "baseline take": "admin: baseline take",
    "baseline show": "baseline show",
    "token create": "admin: token create cy --scope read",
    "token list": "admin: token list",
    "token rotate": "admin: token rotate cy",
    "token revoke": "admin: token revoke cy",
}
"""In this order, each with what has to be done before it; ``NUMBER:`` in front of one is the code that it ends with, ``WHO:`` who types it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server with something of everything, which was killed while a command ran."""
    where, hook, pages = tmp_path_factory.mktemp("every"), Receiver(), _Metrics()
    for name, text in CATALOGUE.items():
        (where / "catalogue" / name).parent.mkdir(parents=True, exist_ok=True)
        (where / "catalogue" / f"{name}.yaml").write_text(text.replace("{hook}", hook.url).replace("{service}", pages.url))
    site = Site(where, BOOK, catalogue=where / "catalogue", metrics_url=[f"{pages.url}/metrics"])
    (where / "other.md").write_text(SMALL)
    carl = Subscriber("email", "carl@example.com")
    (site.data / "subscribers").mkdir()
    (site.data / "subscribers" / f"{carl.id}.json").write_bytes(msgspec.json.encode(carl))
    with site.settings.open("a") as settings:
        settings.write(
            f'[status_page]\npublish_dir = "{where / "public"}"\n[status_page.subscribers]\n'
            'mail_server = "127.0.0.1:9"\nmail_from = "status@example.com"\nmail_starttls = false\n'
        )
    try:
        site.start()
        site.lost = made(site)
        typed(site, "4: run start {inc} {sleep} --out-of-turn --reason 'it has to be'", site.lost)
        typed(site, "bo: approve {inc}-R1", site.lost)
        site.wait_for("RunStarted", site.lost)
        site.kill()
        site.start()
        site.wait_for("OutcomeUnknown", site.lost)
        yield site
    finally:
        site.close()
        hook.close()
        pages.close()


class _Metrics:
    """A service that says of itself how it is."""

    def __init__(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = b"# TYPE http_requests_total counter\nhttp_requests_total 1\n"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class _Given(dict):
    """What stands in braces in a line, asked for when it is needed."""

    def __init__(self, site, incident):
        soon = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%MZ}"
        super().__init__(inc=incident, where=str(site.where), soon=soon)
        self.site = site

    def __missing__(self, name):
        if name in ASKED:
            return ASKED[name](self.site)
        room = self.site.get(f"/api/v1/incidents/{self['inc']}")["incident"]
        if name == "item":
            return items.boxes(room)[0]["id"]
        if name == "proof":
            return next(one["proof_id"] for one in room["resolution"] if one["proof_id"])
        return next(one["command_id"] for one in items.options(room) if one["text"].startswith(f"{name} "))


def _turn(site, person):
    coming = site.get("/api/v1/oncall?days=60")["schedules"][0]["shifts"]
    return f"{datetime.fromtimestamp([one for one in coming if one['person'] == person][1]['start'] + 60, UTC):%Y-%m-%dT%H:%MZ}"


def typed(site, line, incident=""):
    """Type one line; what it wrote. It has to end as the line says."""
    code, who, (front, _, rest) = 0, "ana", line.partition(": ")
    if rest and " " not in front:
        code, who, line = (int(front), who, rest) if front.isdigit() else (0, front, rest)
    words = shlex.split(line.format_map(_Given(site, incident)))
    environ = {"STORMJIB_TOKEN": site.tokens[who], "STORMJIB_URL": site.url, "HOME": str(site.data)}
    out, err = io.StringIO(), io.StringIO()
    stdin = io.StringIO('{"event": "Down"}')
    world = World(environ=environ, stdin=stdin, stdout=out, stderr=err, clock=time.time, pause=lambda _: None)
    assert run([*words, "--yes"], world) == code, (words, out.getvalue(), err.getvalue())
    return out.getvalue()


def made(site):
    """A new incident."""
    return re.search("INC-[0-9]+", typed(site, DECLARE)).group()


ASKED = {
    "lost": lambda site: site.lost,
    "other": made,
    "firing": lambda site: site.alert("Memory", "firing") and site.alert("Disk", "firing"),
    "first": lambda site: _turn(site, "ana"),
    "second": lambda site: _turn(site, "bo"),
    "silence": lambda site: str(site.get("/api/v1/intake")["silences"][0]["id"]),
    "override": lambda site: str(site.get("/api/v1/oncall")["overrides"][0]["id"]),
    "maintenance": lambda site: str(site.get("/api/v1/status-page")["works"][0]["id"]),
}


def test_no_command_is_forgotten():
    assert {one.words for one in COMMANDS} == {*ROWS, *SERVERLESS}
    assert not ROWS.keys() & SERVERLESS


@pytest.mark.parametrize("command", ROWS)
def test_it_ends_as_documented(site, command):
    *before, last = ROWS[command].split(" && ")
    incident = made(site) if "{inc}" in ROWS[command] else ""
    for line in before:
        typed(site, line, incident)
    assert f" {command} " in f" {last} ", "the row types another command"
    typed(site, last, incident)

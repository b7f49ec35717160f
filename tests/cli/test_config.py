"""`stormjib config`: each kind of broken catalogue is told with its file, line and column, and what would be right."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "broken_catalogues.yaml").read_text(encoding="utf-8"))
SOUND = {
    "services/shop.yaml": "name: shop\naliases: [till]\nowner: till\nlabels: {app: shop}\n",
    "teams/till.yaml": "name: till\nmembers: [ana]\n",
    "people/ana.yaml": "name: ana\nphone: +49 30 1234567\ntime_zone: Europe/Berlin\n",
}


def written(where, files):
    for name, text in files.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_broken_catalogue_is_told_with_its_place_and_what_would_be_right(case, cli, tmp_path):
    tmp_path /= "catalogue"
    written(
        tmp_path,
        {**SOUND, **case.get("files", {}), **{name: bytes.fromhex(text) for name, text in case.get("bytes", {}).items()}},
    )
    for name, to in case.get("links", {}).items():
        (tmp_path / name).symlink_to(to)
    place, words = case["said"]
    ended = cli("config", "check", str(tmp_path))
    told = [line for line in ended.out.splitlines() if words in line]
    assert (ended.code, len(told)) == (1, 1), ended.out
    assert told[0].startswith(f"{tmp_path}/{place}: "), told
    count = len(ended.out.splitlines()) - 1
    counted = "1 problem" if count == 1 else f"{count} problems"
    assert ended.out.splitlines()[-1] == f"{counted}: a server that is given this keeps what it has."


def test_there_are_enough_kinds():
    assert len(CASES) >= 65


def test_a_sound_catalogue_has_no_problems(cli, tmp_path):
    written(tmp_path, SOUND)
    assert cli("config", "check", str(tmp_path)) == (
        0,
        "No problems found in 1 service, 1 team, 1 person.\n",
        "",
    )
    found = json.loads(cli("config", "check", str(tmp_path), "--json").out)
    assert (found["schema"], found["services"], found["problems"]) == ("stormjib.catalogue/1", 1, [])


def test_nothing_to_read_is_a_problem(cli, tmp_path):
    assert "has no services/NAME.yaml" in cli("config", "check", str(tmp_path)).out
    assert cli("config", "check", str(tmp_path / "none")).code == 3


def test_all_problems_are_told_at_once(cli, tmp_path):
    text = "name: shop\nteir: 1\ntier: x\nlinks:\n  a: b\nchecks:\n  - kind: http\n    name: door\n    url: http://a\n    latency_ms: -1\n    stauts: 2\n"
    written(tmp_path, {"services/shop.yaml": text})
    lines = [line.split(":")[1] for line in cli("config", "check", str(tmp_path)).out.splitlines()[:-1]]
    assert lines == ["2", "3", "5", "10", "11"]


SEVERAL = """name: shop
target_url: $NOWHERE
checks:
  - kind: http
    url: /x
  - kind: http
    name: door
    url: healthz
  - kind: command
    name: again
    command: systemctl restart shop
runbooks: [7, {file: none.md}]
vendors:
  - {name: a, url: nowhere}
"""


def test_what_a_server_would_refuse_is_told_and_one_mistake_hides_no_other(cli, tmp_path):
    """A check that is no proven read, an address that is none, a variable that nobody gives, beside mistakes of the model."""
    written(tmp_path, {"services/shop.yaml": SEVERAL})
    lines = cli("config", "check", str(tmp_path)).out.splitlines()[:-1]
    assert [line.split(":")[1] for line in lines] == ["2", "4", "8", "11", "12", "12", "14"], lines
    words = ("needs $NOWHERE", "'name' is missing", "'healthz' is no address", "not proven to only read")
    assert all(said in line for said, line in zip(words, lines, strict=False)), lines


def test_what_the_settings_trust_is_no_problem(cli, tmp_path):
    """As for the server that is given them; a service of the settings can't be in the catalogue, too."""
    check = "checks:\n  - {kind: command, name: again, command: ./is-well.sh}\n"
    written(tmp_path / "catalogue", {"services/shop.yaml": f"name: shop\n{check}"})
    settings = tmp_path / "stormjib.toml"
    settings.write_text('[[trusted]]\ncommand = "./is-well.sh"\nreason = "it reads"\n')
    asked = ("config", "check", str(tmp_path / "catalogue"))
    assert cli(*asked).code == 1
    assert cli(*asked, "--settings", str(settings)).code == 0
    settings.write_text('[[service]]\nname = "shop"\n[[trusted]]\ncommand = "./is-well.sh"\nreason = "it reads"\n')
    assert "is in the settings, too" in cli(*asked, "--settings", str(settings)).out


@pytest.mark.parametrize("text", ["name: store\nchekcs: []\n", "name: store\nowner: [\n", "nmae: store\n"])
def test_a_broken_file_is_not_blamed_on_another(cli, tmp_path, text):
    """Whoever names what stands in it is innocent."""
    written(tmp_path, {"services/shop.yaml": "name: shop\ndepends_on: [store]\n", "services/store.yaml": text})
    lines = cli("config", "check", str(tmp_path)).out.splitlines()[:-1]
    assert len(lines) == 1
    assert "services/store.yaml:" in lines[0]
    assert "chekcs" not in text or "'checks' is probably meant" in lines[0]


def test_the_schema_is_one_that_editors_read(cli):
    found = json.loads(cli("config", "schema").out)
    service = found["$defs"]["Service"]
    assert service["additionalProperties"] is False
    assert {"checks", "labels", "runbooks"} <= service["properties"].keys()


COMPOSE = """
services:
  api:
    image: example/api:1
    container_name: shop-api
    ports: ["127.0.0.1:8080:80"]
    depends_on: {redis: {condition: service_started}, mail: {}}
  redis: {image: "redis:7", ports: ["6379:6379"]}
"""
MANIFESTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, namespace: shop}
spec: {selector: {matchLabels: {app: till}}}
---
kind: List
items:
  - {kind: StatefulSet, metadata: {name: ledger}}
  - {kind: Service, metadata: {name: ledger}}
"""


@pytest.fixture
def prometheus():
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            active = [{"labels": {"job": "api"}, "scrapeUrl": f"http://10.0.0.{n}:9000/metrics"} for n in (2, 1)]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"status": "success", "data": {"activeTargets": active}}).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def first(cli, tmp_path, source):
    """The catalogue that is written, which has no problems as it is."""
    ended = cli("config", "init", str(tmp_path / "catalogue"), "--from", str(source))
    assert ended.code == 0, ended
    checked = cli("config", "check", str(tmp_path / "catalogue"))
    assert checked.code == 0, checked.out
    return {file.stem: yaml.safe_load(file.read_text()) for file in (tmp_path / "catalogue" / "services").iterdir()}


def test_a_first_catalogue_from_a_compose_file(cli, tmp_path):
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    found = first(cli, tmp_path, tmp_path / "compose.yaml")
    assert found["api"] == {
        "name": "api", "aliases": ["shop-api"], "depends_on": ["redis"], "target_url": "http://127.0.0.1:8080",
        "logs": {"compose": "docker compose logs api"},
    }  # fmt: skip
    assert "target_url" not in found["redis"], "what speaks no HTTP is not asked by HTTP"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("--help", "docker compose logs -- --help"),
        ("CON/../..", "docker compose logs CON/../.."),
        ("a b; reboot", "docker compose logs 'a b; reboot'"),
        ("$(reboot)", "docker compose logs '$(reboot)'"),
    ],
)
def test_what_a_service_of_compose_is_called_is_one_word_of_a_command(cli, tmp_path, name, command):
    services = {name: {"image": "x\nrunbook: /etc/passwd\u009b"}}
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump({"services": services}))
    assert cli("config", "init", str(tmp_path / "catalogue"), "--from", str(tmp_path / "compose.yaml")).code == 0
    (file,) = (tmp_path / "catalogue" / "services").iterdir()
    found = yaml.safe_load(file.read_text())
    assert (found["name"], found["logs"], found.get("runbook")) == (name.replace("/", "-"), {"compose": command}, None)


def test_a_first_catalogue_from_manifests_of_kubernetes(cli, tmp_path):
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "all.yaml").write_text(MANIFESTS)
    found = first(cli, tmp_path, tmp_path / "k8s")
    assert found.keys() == {"checkout", "ledger"}
    assert found["checkout"]["labels"] == {"namespace": "shop", "deployment": "checkout"}
    assert found["checkout"]["aliases"] == ["till"]


def test_a_first_catalogue_from_prometheus(cli, tmp_path, prometheus):
    found = first(cli, tmp_path, prometheus)
    assert found["api"]["metrics_url"] == ["http://10.0.0.1:9000/metrics", "http://10.0.0.2:9000/metrics"]
    assert (found["api"]["labels"], found["api"]["prometheus_match"]) == ({"job": "api"}, 'job="api"')
    assert "did not say what it scrapes" in cli("config", "init", str(tmp_path), "--from", "http://127.0.0.1:9").err


def test_a_first_catalogue_from_units_of_systemd(cli, tmp_path, monkeypatch):
    listed = "\\n".join(
        f"{name}.service loaded active running x" for name in ("shop-api", "systemd-logind", "getty@tty1", "cron", "nginx")
    )
    (tmp_path / "systemctl").write_text(f'#!/bin/sh\nprintf "{listed}\\n"\n')
    (tmp_path / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert first(cli, tmp_path, "systemd").keys() == {"shop-api", "nginx"}


def test_a_file_that_is_there_stays_as_it_is(cli, tmp_path):
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    first(cli, tmp_path, tmp_path / "compose.yaml")
    mine = tmp_path / "catalogue" / "services" / "api.yaml"
    mine.write_text("name: mine\n")
    assert (
        "which was there already"
        in cli("config", "init", str(tmp_path / "catalogue"), "--from", str(tmp_path / "compose.yaml")).out
    )
    assert mine.read_text() == "name: mine\n"
    (tmp_path / "compose.yaml").write_text("services: [")
    assert cli("config", "init", str(tmp_path), "--from", str(tmp_path / "compose.yaml")).code == 2
    assert cli("config", "init", str(tmp_path), "--from", str(tmp_path / "gone.yaml")).code == 3


ODD = {
    "compose.yaml": "services:\n  api: {ports: '${PORT:-8080}:80', depends_on: db, container_name: API}\n  db: {depends_on: [api]}\n"
    "  Api: {ports: ['53:53/udp']}\n  sh/op: {}\n  on: null\n  '.': {}\n",
    "prometheus.yaml": "scrape_configs:\n  - {job_name: shop/api, static_configs: [{targets: ['a:1', 'b:1']}]}\n",
    "manifests.yaml": "kind: Deployment\nmetadata: {name: till, namespace: a}\n---\nkind: Deployment\nmetadata: {name: till, namespace: b}\n---\n",
}


@pytest.mark.parametrize(
    ("file", "names"), list(zip(ODD, ({"api", "db", "api-2", "sh-op", "on"}, {"shop-api"}, {"till", "till-b"}), strict=True))
)
def test_a_first_catalogue_from_an_odd_source_has_no_problems(cli, tmp_path, file, names):
    (tmp_path / file).write_text(ODD[file])
    assert first(cli, tmp_path, tmp_path / file).keys() == names


def test_a_template_is_told_from_yaml(cli, tmp_path):
    (tmp_path / "a.yaml").write_text("name: {{ .Values.name }}\n{{- end }}\n")
    assert "is a template" in cli("config", "init", str(tmp_path / "c"), "--from", str(tmp_path / "a.yaml")).err


GAP = "name: day\ntime_zone: Europe/Berlin\nlayers:\n  - people: [ana]\n    restrictions: [{days: [mon, tue, wed, thu, fri]}]\n"


def test_a_gap_is_a_warning_and_no_problem(cli, tmp_path):
    """With its place, the first gap of the next 28 days, and how many there are."""
    written(tmp_path, {**SOUND, "schedules/day.yaml": GAP})
    ended = cli("config", "check", str(tmp_path))
    assert ended.code == 0
    first, last = ended.out.splitlines()
    assert first.startswith(f"{tmp_path}/schedules/day.yaml:3:1: nobody is on call from ")
    assert first.endswith(", and 3 times more in the next 28 days; add people, a layer or hours, or write always: false.")
    assert last == "No problems found in 1 service, 1 team, 1 person, 1 schedule, but 1 warning."
    found = json.loads(cli("config", "check", str(tmp_path), "--json").out)
    assert (found["problems"], [one["line"] for one in found["warnings"]]) == ([], [3])
    written(tmp_path, {"schedules/day.yaml": f"{GAP}always: false\n"})
    assert len(cli("config", "check", str(tmp_path)).out.splitlines()) == 1


def test_a_gap_of_a_calendar_and_a_stranger_in_it_are_warnings_too(cli, tmp_path):
    """As of layers: ana has the turns until a week from now, then somebody who is nobody here."""
    written(tmp_path, {**SOUND, "schedules/day.yaml": "name: day\nical: oncall.ics\n"})
    now = datetime.now(UTC)

    def calendar(*turns):
        days = [(f"{now + timedelta(start):%Y%m%d}", f"{now + timedelta(end):%Y%m%d}", who) for start, end, who in turns]
        event = "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTAMP:{0}T000000Z\r\nDTSTART;VALUE=DATE:{0}\r\nDTEND;VALUE=DATE:{1}\r\nSUMMARY:{2}\r\nEND:VEVENT\r\n"
        events = "".join(event.format(*one) for one in days)
        text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n"
        (tmp_path / "oncall.ics").write_text(text, encoding="utf-8")
        return cli("config", "check", str(tmp_path))

    ended = calendar((-30, 7, "ana"), (7, 14, "Zed"))
    assert ended.code == 0
    stranger, gap, last = ended.out.splitlines()
    assert "oncall.ics: the event 'Zed' names nobody of people/" in stranger
    assert f"oncall.ics: nobody is on call from {now + timedelta(7):%Y-%m-%d}" in gap
    assert last.endswith("but 2 warnings.")
    assert len(calendar((-30, 60, "ana")).out.splitlines()) == 1


def test_of_a_calendar_elsewhere_it_is_said_that_it_was_not_asked_for(cli, tmp_path):
    """Its host alone is named: the address is often a secret."""
    address = "https://ana:word@calendar.example/private-1a2b/basic.ics"
    written(tmp_path, {**SOUND, "schedules/day.yaml": f"name: day\nical: {address}\n"})
    found = cli("config", "check", str(tmp_path))
    said, last = found.out.splitlines()
    assert found.code == 0
    assert "the calendar of the schedule day, calendar.example, was not asked for" in said
    assert said.endswith("stormjib doctor asks it.")
    assert "1a2b" not in found.out
    assert last.endswith("but 1 warning.")


def test_the_plan_says_who_the_contacts_of_the_runbook_are(cli, tmp_path):
    """Primary is a schedule, Secondary a person, Escalation neither."""
    book = tmp_path / "book.md"
    contacts = "- **Primary**: day\n- **Secondary**: @ana\n- **Escalation**: zoe\n- **Manager**: [name]\n"
    book.write_text(f"# A\n\n## Contact Information\n\n### On-Call Rotation\n\n{contacts}", encoding="utf-8")
    layers = "layers:\n  - {people: [ana], start: 2020-01-01}\n"
    written(tmp_path / "catalogue", {**SOUND, "schedules/day.yaml": f"name: day\n{layers}"})
    file = tmp_path / "settings.toml"
    file.write_text(f'catalogue = "{tmp_path}/catalogue"\n', encoding="utf-8")
    said = cli("runbook", "plan", str(book), "--settings", str(file)).out
    assert "Who that is by the catalogue (4)" in said
    for line in (
        "Primary: schedule day, now ana",
        "Secondary: ana, of the catalogue",
        "Escalation: zoe, which is no schedule and no person of the catalogue",
        "Manager: not filled in, so nobody is reached",
    ):
        assert line in said, said
    assert "Who that is by the catalogue" not in cli("runbook", "plan", str(book)).out
    assert "level by level" not in said


HOURS = """name: shop
time_zone: Europe/Berlin
levels:
  - {page: [day], hours: [{days: [mon, tue], from: "09:00", to: "17:00"}], acknowledge_minutes: {P0: 2}}
  - {page: [ana], hours: [{from: "17:00", to: "09:00"}]}
"""


def test_the_plan_has_the_levels_and_times_without_any_are_a_warning(cli, tmp_path):
    """Wednesday to Sunday no level holds by day, in the zone of the policy."""
    book, file = tmp_path / "book.md", tmp_path / "settings.toml"
    book.write_text("# A\n", encoding="utf-8")
    always = "name: day\nlayers:\n  - {people: [ana], start: 2020-01-01}\n"
    written(tmp_path / "catalogue", {**SOUND, "schedules/day.yaml": always, "escalation/shop.yaml": HOURS})
    file.write_text(f'catalogue = "{tmp_path}/catalogue"\n', encoding="utf-8")
    said = cli("runbook", "plan", str(book), "--settings", str(file)).out
    assert "Whom a page goes to, level by level (3)" in said
    for line in (
        "shop, level 0: day (now ana), only mon tue 09:00-17:00 (Europe/Berlin); P0 2 min, P1 15 min to acknowledge",
        "shop, level 1: ana (now ana), only every day 17:00-09:00 (Europe/Berlin); P0 5 min, P1 15 min to acknowledge",
        "shop, then again and again: day, ana (now ana)",
    ):
        assert line in said, said
    of_p0 = cli("runbook", "plan", str(book), "--settings", str(file), "--severity", "P0").out
    assert "Page day (mon tue 09:00-17:00 Europe/Berlin; else passed over at once) (escalation/shop, level 0)" in " ".join(
        of_p0.split()
    )
    of_p2 = ("runbook", "plan", str(book), "--settings", str(file), "--severity", "P2")
    assert "second opinion" not in cli(*of_p2).out
    shop = "name: shop\nescalation: shop\nsecond_opinion: {pages: P2, wait_seconds: 90}\n"
    written(tmp_path / "catalogue", {"services/shop.yaml": shop})
    said = " ".join(cli(*of_p2).out.split())
    assert "Page after a second opinion (shop): once users are not well, or if it still fires after 90 s" in said
    first, _ = cli("config", "check", str(tmp_path / "catalogue")).out.splitlines()
    assert "/escalation/shop.yaml:3:1: every level is outside its hours from " in first
    assert first.endswith(
        ", and 19 times more in the next 28 days; then a P0 goes to the catch-all at once; take the hours out of one level, or widen them."
    )
    written(tmp_path / "catalogue", {"escalation/shop.yaml": HOURS.replace('"17:00", to: "09:00"', '"17:00", to: "17:00"')})
    assert len(cli("config", "check", str(tmp_path / "catalogue")).out.splitlines()) == 1


def test_doctor_finds_a_gap_in_the_next_days(cli, tmp_path):
    written(tmp_path / "catalogue", {**SOUND, "schedules/day.yaml": GAP})
    file = tmp_path / "settings.toml"
    file.write_text(f'catalogue = "{tmp_path}/catalogue"\ndata_dir = "{tmp_path}/data"\n', encoding="utf-8")
    checks = {one["name"]: one for one in json.loads(cli("doctor", "--settings", str(file), "--json").out)["checks"]}
    assert checks["on call"]["state"] == "fail"
    assert checks["on call"]["text"].startswith("Nobody is on call for day from ")
    (tmp_path / "catalogue" / "schedules" / "day.yaml").write_text("name: day\nlayers: [{people: [ana]}]\n", encoding="utf-8")
    checks = {one["name"]: one for one in json.loads(cli("doctor", "--settings", str(file), "--json").out)["checks"]}
    assert checks["on call"]["text"] == "1 schedule, with somebody on call in the next 7 days"


def test_a_catalogue_of_people_alone_is_checked_without_a_runbook(cli, tmp_path):
    """As what an import writes: its services may be elsewhere."""
    file = tmp_path / "imported" / "people" / "ana.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("name: ana\n", encoding="utf-8")
    ended = cli("config", "check", str(tmp_path / "imported"))
    assert ended.code == 0, ended.err


def test_ack_names_severities_as_the_runbook_does(cli, player):
    heads = [{"id": f"INC-{one}", "severity": "P0", "status": "declared", "called": "SEV1"} for one in (15, 16)]
    ask = "GET /api/v1/incidents?limit=1000&open=true&order=worst"
    player.load([{"ask": ask, "body": {"schema": "stormjib.incidents/1", "incidents": heads}}])
    ended = cli("ack", url=player.url)
    assert (ended.code, "INC-15 (SEV1), INC-16 (SEV1)" in ended.err) == (4, True)

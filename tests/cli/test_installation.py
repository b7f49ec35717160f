"""What needs no server: tokens, the check of the log, the doctor, the post-mortem's file."""

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.story.receiver import Receiver

from stormjib.core.log import Declared, Entry, encode_fact
from stormjib.core.markdown import compile_runbook
from stormjib.core.severity import Severity
from stormjib.settings import load
from stormjib.store.database import back_up, open_log
from stormjib.store.rebuild import rebuild

RUNBOOK = Path(__file__).parents[2] / "runbooks" / "incident-response.md"


@pytest.fixture
def data(tmp_path):
    """A directory for the log."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    return directory


def test_a_token_is_made_saved_used_listed_and_revoked(cli, player, data, tmp_path):
    where = ("--data-dir", str(data))
    ended = cli("token", "create", "ana", "--scope", "respond", "--scope", "read", "--save", *where)
    assert ended.code == 0
    raw = ended.out.strip()
    file = tmp_path / "config" / "stormjib" / "tokens" / "ana"
    assert file.read_text(encoding="ascii").strip() == raw
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    player.load([{"ask": "GET /api/v1/incidents?limit=100&order=worst", "file": "incidents.json"}])
    assert cli("incident", "list", "--as", "ana", url=player.url).code == 0
    assert player.requests[0][2]["Authorization"] == f"Bearer {raw}"
    listed = json.loads(cli("token", "list", "--json", *where).out)["tokens"]
    assert [(row["name"], row["scopes"]) for row in listed] == [("ana", ["read", "respond"])]
    assert raw not in cli("token", "list", *where).out
    asked = cli("token", "revoke", "ana", *where)
    assert (asked.code, f"next: stormjib token revoke ana --data-dir {data} --yes" in asked.err) == (4, True)
    assert cli("token", "revoke", "ana", "--yes", *where).code == 0
    assert cli("token", "revoke", "ana", "--yes", *where).code == 3
    assert json.loads(cli("token", "list", "--json", *where).out)["tokens"] == []


def test_a_log_that_a_server_has_open_is_a_conflict(cli, data):
    log = open_log(data / "log.db")
    try:
        ended = cli("token", "create", "ana", "--scope", "read", "--data-dir", str(data))
    finally:
        log.close()
    assert ended.code == 8
    assert "--url" in ended.err


@pytest.mark.parametrize(
    ("environ", "argv", "expected"),
    [
        ({"STORMJIB_TOKEN": "sj_env"}, (), "sj_env"),
        ({"STORMJIB_TOKEN": None}, (), "sj_default"),
        ({"STORMJIB_TOKEN": "sj_env"}, ("--as", "bo"), "sj_bo"),
    ],
)
def test_which_token_is_sent(environ, argv, expected, cli, player, tmp_path):
    directory = tmp_path / "config" / "stormjib" / "tokens"
    directory.mkdir(parents=True)
    for name in ("default", "bo"):
        (directory / name).write_text(f"sj_{name}\n", encoding="ascii")
        (directory / name).chmod(0o600)
    player.load([{"ask": "GET /api/v1/incidents?limit=100&order=worst", "file": "incidents.json"}])
    cli("incident", "list", *argv, url=player.url, environ=environ)
    assert player.requests[0][2]["Authorization"] == f"Bearer {expected}"


def test_a_token_that_others_can_read_is_not_used(cli, tmp_path):
    file = tmp_path / "config" / "stormjib" / "tokens" / "bo"
    file.parent.mkdir(parents=True)
    file.write_text("sj_bo", encoding="ascii")
    file.chmod(0o644)
    ended = cli("incident", "list", "--as", "bo", url="http://127.0.0.1:9")
    assert ended.code == 5
    assert f"next: chmod 600 {file}" in ended.err


def test_a_token_with_a_line_end_is_not_sent(cli):
    ended = cli("incident", "list", url="http://127.0.0.1:9", environ={"STORMJIB_TOKEN": "sj\nX-Evil: 1"})
    assert ended.code == 2


@pytest.fixture
def log(data):
    """A log of two incidents with one entry each."""
    opened = open_log(data / "log.db")
    for number in (1, 2):
        fact = Declared(title="API 5xx", severity=Severity.P1, service="api", runbook_sha256="", detected_at=1.0)
        entry = Entry(f"INC-{number}", 1, 1.0, "ana", fact, "")
        opened.append([(number, entry, encode_fact(fact))], [rebuild(entry.incident, [entry]).head()])
    opened.commit()
    opened.close()
    return data / "log.db"


def test_a_log_that_is_as_written_verifies(cli, log):
    ended = cli("log", "verify", "--data-dir", str(log.parent))
    assert (ended.code, ended.out) == (0, "The log is what was written: 2 entries of 2 incidents verify.\n")
    found = json.loads(cli("log", "verify", "2", "--json", "--data-dir", str(log.parent)).out)
    assert (found["incidents"], found["broken"]) == ({"INC-2": 1}, None)
    assert cli("log", "verify", "INC-3", "--data-dir", str(log.parent)).code == 3


def test_a_changed_entry_is_named(cli, log):
    with sqlite3.connect(log) as connection:
        connection.execute("UPDATE entry SET fact = replace(fact, 'API 5xx', 'API 4xx') WHERE incident = 'INC-2'")
    connection.close()
    ended = cli("log", "verify", "--data-dir", str(log.parent))
    assert ended.code == 1
    assert "BROKEN: entry 1 of INC-2: " in ended.out
    assert json.loads(cli("log", "verify", "--json", "--data-dir", str(log.parent)).out)["broken"]["incident"] == "INC-2"


def test_s12_a_log_is_held_against_a_head_that_was_kept(cli, log, tmp_path):
    where = ("--data-dir", str(log.parent))
    kept = tmp_path / "heads.jsonl"
    ended = cli("log", "head", *where)
    assert ended.code == 0
    kept.write_text(f"Jan 01 host stormjib: log head: {ended.out}")
    assert {"INC-1", "INC-2"} == json.loads(ended.out)["ends"].keys()
    against = ("log", "verify", "--against", str(kept), *where)
    assert cli(*against).out == "The log is what was written, and what 1 kept head says: 2 entries of 2 incidents verify.\n"
    with sqlite3.connect(log) as connection:
        connection.execute("DELETE FROM entry WHERE incident = 'INC-2'")
        connection.execute("DELETE FROM incident WHERE id = 'INC-2'")
    connection.close()
    assert cli("log", "verify", *where).code == 0, "without a head nobody can know"
    ended = cli(*against)
    assert ended.code == 1
    assert "BROKEN: The log ends at position 1 and had 2 when its head was taken" in ended.out
    assert json.loads(cli(*against, "--json").out)["broken"]["reason"].startswith("The log ends at position 1")


def test_s12_a_token_that_was_made_since_is_named_and_one_that_nobody_made_is_damage(cli, log, tmp_path):
    where, kept = ("--data-dir", str(log.parent)), tmp_path / "heads.jsonl"
    kept.write_text(cli("log", "head", *where).out)
    cli("token", "create", "eve", "--scope", "admin", *where)
    ended = cli("log", "verify", "--against", str(kept), *where)
    assert ended.code == 0
    assert "SINCE: The token eve (admin) was made after the head. If nobody made it: stormjib token revoke eve" in ended.out
    with sqlite3.connect(log) as connection:
        connection.execute(
            "INSERT INTO token (hash, name, scopes, created_at, last_used_at) VALUES (x'aa', 'mal', 'admin', 1, 0)"
        )
    connection.close()
    ended = cli("log", "verify", *where)
    assert ended.code == 1
    assert "of mal (admin) was put in by hand" in ended.out


def test_s12_heads_that_prove_nothing_are_refused(cli, log, tmp_path):
    where = ("--data-dir", str(log.parent))
    head = cli("log", "head", *where).out
    kept = tmp_path / "heads.jsonl"
    against = ("log", "verify", "--against", str(kept), *where)
    assert "can't be read" in cli(*against).err
    kept.write_text("nothing")
    assert "holds no head of a log" in cli(*against).err
    kept.write_text(head + head.replace('"position":2', '"position":1'))
    assert "1 of the 2 heads" in cli(*against).err
    kept.write_text(head)
    assert cli("log", "verify", "INC-1", "--against", str(kept), *where).code == 2
    (log.parent / "log-head.key").unlink()
    assert "log-head.key can't be read" in cli(*against).err


def test_no_log_to_verify(cli, data):
    ended = cli("log", "verify", "--data-dir", str(data))
    assert ended.code == 3
    assert "There is no log at" in ended.err


def _doctor(cli, *argv, **options):
    ended = cli("doctor", "--json", *argv, **options)
    return ended.code, {check["name"]: check for check in json.loads(ended.out)["checks"]}


@pytest.fixture
def pager():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def settings(tmp_path, data, pager):
    """A settings file in which everything is well, for the reference runbook."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in _programs():
        (programs / name.rpartition("/")[2]).write_text("#!/bin/sh\n", encoding="ascii")
        (programs / name.rpartition("/")[2]).chmod(0o755)
    secrets = tmp_path / "command.env"
    secrets.write_text("ADMIN_TOKEN=0123456789abcdef\n", encoding="ascii")
    secrets.chmod(0o600)
    file = tmp_path / "stormjib.toml"
    values = {
        "data_dir": str(data),
        "runbook": str(RUNBOOK),
        "responders": ["ana", "bo"],
        "webhook_url": pager.url,
        "target_url": "http://127.0.0.1:9",
        "command_path": str(programs),
        "command_env_file": str(secrets),
    }
    file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()), encoding="utf-8")
    file.chmod(0o600)
    return file


def _programs():
    return {program for command in compile_runbook(RUNBOOK.read_bytes()).commands for program in command.programs}


def test_the_doctor_finds_an_installation_well(cli, settings, data):
    (data / "baseline.json").write_text('{"services": {"service": {"measured_at": 1.0}}}', encoding="ascii")
    code, checks = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})
    assert code == 0
    states = {name: check["state"] for name, check in checks.items()}
    assert {name for name, state in states.items() if state != "ok"} == {"runbook", "contacts", "runbook's reads"}
    assert "Primary (line 263)" in checks["contacts"]["text"]
    assert "stormjib runbook lint" in checks["runbook"]["text"]


def test_a1_the_doctor_looks_at_the_sqlite_of_this_python(cli, settings):
    _, checks = _doctor(cli, "--settings", str(settings))
    assert (checks["sqlite"]["state"], checks["sqlite"]["text"]) == ("ok", sqlite3.sqlite_version)
    assert checks["address space"]["state"] == "ok"


def test_o2_the_doctor_sends_the_webhook_a_test_event(cli, settings, pager):
    _, checks = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})
    assert [message["schema"] for message in pager.taken] == ["stormjib.test/1"]
    assert checks["paging"]["state"] == "ok"
    pager.answers = lambda _: 401
    code, checks = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})
    assert (code, checks["paging"]["state"]) == (1, "fail")
    assert "answered 401" in checks["paging"]["text"]


@pytest.mark.parametrize("address", ["pager", "ftp://pager.example/", "http://", "pager.example/hook"])
def test_o2_an_address_that_no_page_can_reach_is_refused(cli, settings, pager, address):
    settings.write_text(settings.read_text(encoding="utf-8").replace(pager.url, address), encoding="utf-8")
    code, checks = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})
    assert code == 1
    assert "give one such as https://pager.example/hook" in checks["settings"]["text"]


def test_the_doctor_names_what_is_missing(cli, settings, tmp_path):
    (tmp_path / "command.env").write_text("OTHER=1\n", encoding="ascii")
    (tmp_path / "bin" / "redis-cli").unlink()
    text = settings.read_text(encoding="utf-8") + '\n[[trusted]]\ncommand = "rm -rf /"\nreason = "x"\n'
    settings.write_text(text, encoding="utf-8")
    code, checks = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})
    assert code == 0
    assert checks["secrets"]["state"] == checks["programs"]["state"] == checks["trusted"]["state"] == "warn"
    assert "ADMIN_TOKEN (line 87)" in checks["secrets"]["text"]
    assert "redis-cli (line 41)" in checks["programs"]["text"]
    assert "'rm -rf /'" in checks["trusted"]["text"]


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("", "runbook", "none is set"),
        ('runbook = "missing.md"\n', "runbook", "can't be read"),
        ("port = 99999\n", "settings", "port"),
        ("no toml at all\n", "settings", "is not valid TOML"),
        ("colour = 1\n", "settings", "colour"),
        ('webhook_token = "changeme"\n', "settings", "webhook_token"),
        ('[chat]\nkind = "matrix"\n', "settings", "or that of your Matrix homeserver"),
        ('[signed.grafana]\nsecrets = ["changeme"]\n', "settings", "signed.grafana.secrets"),
        (
            '[signed.grafana]\nsecrets = ["0123456789abcdef"]\nheader = "X"\n',
            "settings",
            "Its keys are secrets, signature_header, timestamp_header",
        ),
    ],
)
def test_the_doctor_fails(text, name, sentence, cli, tmp_path, data):
    file = tmp_path / "stormjib.toml"
    file.write_text(text, encoding="utf-8")
    code, checks = _doctor(cli, "--settings", str(file), "--data-dir", str(data))
    assert code == 1
    assert checks[name]["state"] == "fail"
    assert sentence in checks[name]["text"]
    assert "changeme" not in checks[name]["text"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '\n[[trusted]]\ncomand = "x"\n',
            "[[trusted]] has no key 'comand' (line 3 of {file}); 'command' is probably meant. Its keys are command, reason.",
        ),
        ('[[trusted]]\nreason = "x"\n', "[[trusted]] needs the key 'command' (line 1 of {file})."),
        (
            '[[component]]\nname = "a"\n[[component]]\nname = "b"\ndependson = ["a"]\n',
            "[[component]] has no key 'dependson' (line 5 of {file}); 'depends_on' is probably meant.",
        ),
        ('[[metric]]\nname = "a"\nquery = "b"\nunits = "s"\n', "[[metric]] has no key 'units' (line 4 of {file}); 'unit' is"),
        ('[[service]]\nname = "a"\nurl = "http://b"\n', "[[service]] has no key 'url' (line 3 of {file})"),
        (
            (
                '[[service]]\nname = "a"\ntarget_url = "http://b"\n[[service.check]]\nkind = "flow"\nname = "c"\n'
                '[[service.check.step]]\nurl = "/"\nmetod = "GET"\n'
            ),
            "[[service.check.step]] has no key 'metod' (line 9 of {file}); 'method' is probably meant.",
        ),
        ("responder = 'ana'\n", "The file has no key 'responder' (line 1 of {file}); 'responders' is probably meant."),
        ('service = [{ name = "a", url = "b" }]\n', "[[service]] has no key 'url' (in {file})"),
        ('command_path = ["/a", "/b"]\n', 'separated by colons: command_path = "/a:/b".'),
    ],
)
def test_o8_a_mistake_in_the_settings_names_the_key_its_line_and_what_is_right(text, sentence, cli, tmp_path):
    file = tmp_path / "stormjib.toml"
    file.write_text(text, encoding="utf-8")
    ended = cli("serve", "--settings", str(file))
    assert ended.code == 2
    assert sentence.format(file=file) in ended.err


def test_o8_the_doctor_knows_what_the_shell_itself_does(cli, settings, tmp_path):
    book = tmp_path / "book.md"
    (tmp_path / "own.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "own.sh").chmod(0o755)
    lines = f"cd /srv && echo here\nexport A=b\nno-such-program\n{tmp_path}/own.sh --all"
    book.write_text(f"# Book\n\n## Diagnosis\n\n```bash\n{lines}\n```\n", encoding="utf-8")
    settings.write_text(settings.read_text("utf-8").replace(str(RUNBOOK), str(book)), encoding="utf-8")
    _, checks = _doctor(cli, "--settings", str(settings))
    assert checks["programs"]["text"].startswith("not found: no-such-program (line 8); install")


@pytest.mark.parametrize(
    ("prefix", "state", "says"),
    [
        (["nice", "env"], "ok", "starts commands and keeps their variables"),
        (["/usr/bin/env", "-i", "PATH=/usr/bin:/bin"], "fail", "drops the environment, and with it the command"),
        (["/usr/bin/env", "-u", "STORMJIB_PREFIX_KEEPS"], "fail", "does not start a command"),
        (["false"], "fail", "does not start a command: exit code 1"),
    ],
)
def test_the_doctor_tries_a_command_through_the_prefix(cli, settings, prefix, state, says):
    settings.write_text(settings.read_text(encoding="utf-8") + f"command_prefix = {json.dumps(prefix)}\n", encoding="utf-8")
    code, checks = _doctor(cli, "--settings", str(settings))
    assert checks["command prefix"]["state"] == state
    assert says in checks["command prefix"]["text"]
    assert (code == 0) == (state == "ok")


def test_the_doctor_fails_on_secrets_that_others_can_read(cli, settings, tmp_path):
    (tmp_path / "command.env").chmod(0o644)
    code, checks = _doctor(cli, "--settings", str(settings))
    assert (code, checks["secrets"]["state"]) == (1, "fail")


def test_the_post_mortem_goes_to_a_file_and_overwrites_nothing_unasked(cli, player, tmp_path):
    recorded = {"ask": "GET /api/v1/incidents/INC-1/postmortem", "raw": "# Post-mortem\n", "always": True}
    player.load([recorded])
    file = tmp_path / "pm.md"
    assert cli("postmortem", "export", "INC-1", "--output", str(file), url=player.url).code == 0
    assert file.stat().st_mode & 0o777 == 0o600, "what happened is for who asked"
    assert file.read_text(encoding="utf-8") == "# Post-mortem\n"
    file.write_text("edited", encoding="utf-8")
    ended = cli("postmortem", "export", "INC-1", "--output", str(file), url=player.url)
    assert ended.code == 4
    assert file.read_text(encoding="utf-8") == "edited"
    assert cli("postmortem", "export", "INC-1", "--output", str(file), "--yes", url=player.url).code == 0
    assert cli("postmortem", "draft", "INC-1", url=player.url).out == "# Post-mortem\n"
    assert cli("postmortem", "export", "INC-1", "--output", str(file / "x"), url=player.url).code == 1


def test_the_next_command_of_a_restore_names_the_same_directory(cli, tmp_path, monkeypatch):
    """Typed as it is printed, it restores into the directory that was asked about."""
    monkeypatch.chdir(tmp_path)
    nothing = cli("restore", "bk 1", "--data-dir", "my data")
    assert (nothing.code, "holds no backup" in nothing.err) == (1, True), "before it asks, it says what is wrong"
    open_log(tmp_path / "log.db").close()
    back_up(tmp_path, tmp_path / "bk 1", 0.0)
    ended = cli("restore", "bk 1", "--data-dir", "my data")
    assert ended.code == 4
    assert "next: stormjib restore 'bk 1' --data-dir 'my data' --yes" in ended.err


@pytest.mark.parametrize(
    ("more", "mode", "name", "says"),
    [
        ('webhook_token = "0123456789abcdef"', 0o644, "settings file", "chmod 600"),
        ('[signed.grafana]\nsecrets = ["0123456789abcdef"]', 0o644, "settings file", "chmod 600"),
        ('redis_url = "redis://:hunter2-long@127.0.0.1/0"', 0o644, "settings file", "chmod 600"),
        ('host = "0.0.0.0"', 0o644, "address", "base_url is not set"),
        ('host = "0.0.0.0"\nbase_url = "http://ops.example"', 0o644, "address", "not encrypted"),
        ('base_url = "https://ops.example/stormjib"', 0o644, "address", "trusted_proxies"),
    ],
)
def test_a15_s14_the_doctor_says_what_is_wrong_with_addresses_and_secrets(cli, settings, more, mode, name, says):
    settings.write_text(f"{settings.read_text(encoding='utf-8')}{more}\n", encoding="utf-8")
    settings.chmod(mode)
    check = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})[1][name]
    assert check["state"] == "warn"
    assert says in check["text"]
    if name == "settings file":
        settings.chmod(0o600)
        assert name not in _doctor(cli, "--settings", str(settings), environ={"PATH": ""})[1]


def test_o10_the_server_that_is_named_is_asked_and_saving_overwrites_no_other(cli, data, tmp_path):
    create = ("token", "create", "ana", "--scope", "read", "--save")
    assert cli(*create, "--data-dir", str(data), url="http://127.0.0.1:1").code == 0
    file = tmp_path / "config" / "stormjib" / "tokens" / "ana"
    kept = file.read_text(encoding="ascii")
    ended = cli(*create, url="http://127.0.0.1:1")
    assert ended.code == 8
    assert "holds the token of ana at" in ended.err
    assert cli("token", "list", url="http://127.0.0.1:1").code == 6, "STORMJIB_URL names the server"
    by_settings = tmp_path / "stormjib.toml"
    by_settings.write_text(f'data_dir = "{data}"\n')
    assert cli("token", "list", "--settings", str(by_settings), url="http://127.0.0.1:1").code == 0, "the settings name the log"
    assert file.read_text(encoding="ascii") == kept
    assert cli("token", "rotate", "ana", "--save", "--data-dir", str(data), "--yes").code == 0
    assert file.read_text(encoding="ascii") != kept


def _with(settings, **values):
    text = settings.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line.partition(" =")[0] not in values]
    settings.write_text("\n".join([*kept, *(f"{name} = {json.dumps(value)}" for name, value in values.items())]) + "\n")


def test_the_doctor_fails_a_directory_in_which_no_command_can_start(cli, settings, tmp_path):
    _with(settings, command_dir=str(tmp_path / "nothere"))
    code, checks = _doctor(cli, "--settings", str(settings), environ={"PATH": ""})
    assert (code, checks["programs"]["state"]) == (1, "fail")
    assert "Correct command_dir in the settings" in checks["programs"]["text"]


def test_the_doctor_looks_for_a_script_where_the_command_names_it(cli, settings, tmp_path):
    (tmp_path / "rb.md").write_text("# Mitigation\n\n```sh\n./unlock.sh now\n```\n", encoding="ascii")
    script = tmp_path / "scripts" / "unlock.sh"
    script.parent.mkdir()
    script.write_text("#!/bin/sh\n", encoding="ascii")
    script.chmod(0o755)
    _with(settings, runbook=str(tmp_path / "rb.md"), command_dir=str(script.parent))
    assert _doctor(cli, "--settings", str(settings), environ={"PATH": ""})[1]["programs"]["state"] == "ok"
    script.unlink()
    assert "not found: ./unlock.sh (line 4)" in _doctor(cli, "--settings", str(settings))[1]["programs"]["text"]


def test_a_responder_without_a_name_is_nobody(settings):
    _with(settings, responders=["ana", "", " bo ", "  "])
    assert load(settings).policy().responders == ("ana", "bo")


def test_a_variable_that_no_setting_has_is_refused_with_the_near_name(settings, monkeypatch):
    monkeypatch.setenv("STORMJIB_TOKEN", "sj_x")
    load(settings)
    monkeypatch.setenv("STORMJIB_RESPONDER", "carla")
    with pytest.raises(ValidationError, match="no setting is called STORMJIB_RESPONDER; did you mean STORMJIB_RESPONDERS"):
        load(settings)


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTAMP:20200101T000000Z
DTSTART:20200101T000000Z
DURATION:P1D
RRULE:FREQ=DAILY
SUMMARY:ana
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "state", "says"), [(CALENDAR, "ok", "1 schedule"), ("no calendar", "fail", "rota.ics: it is no calendar")]
)
def test_the_doctor_reads_the_calendar_of_a_schedule(cli, data, tmp_path, text, state, says):
    """It says whom the server would say, and where nobody is, that the calendar is why."""
    catalogue = tmp_path / "catalogue"
    files = {
        "people/ana.yaml": "name: ana\ncontact:\n  - {name: push, kind: ntfy, to: 'http://127.0.0.1:9/x'}\n",
        "schedules/rota.yaml": "name: rota\nical: rota.ics\n",
        "escalation/e.yaml": "name: e\nlevels:\n  - {page: [rota]}\n",
        "services/shop.yaml": "name: shop\nescalation: e\n",
        "services/bank.yaml": "name: bank\nescalation: e\n",
        "rota.ics": text,
    }
    for name, body in files.items():
        (catalogue / name).parent.mkdir(parents=True, exist_ok=True)
        (catalogue / name).write_text(body, encoding="utf-8")
    file = tmp_path / "doctor.toml"
    file.write_text(f'data_dir = "{data}"\nrunbook = "{RUNBOOK}"\ncatalogue = "{catalogue}"\nmode = "shadow"\n', encoding="utf-8")
    _, checks = _doctor(cli, "--settings", str(file), environ={"PATH": ""})
    assert (checks["on call"]["state"], says in checks["on call"]["text"]) == (state, True)
    assert "SHADOW" in checks["mode"]["text"]
    if state == "ok":
        assert checks["paging"]["text"].startswith("ana, each by their own contact methods; but an incident of no service")
    assert not (data / "calendars").exists()

"""What people read: the recorded answers as plain text, word for word, and as JSON untouched."""

import io
import json
from pathlib import Path

import pytest

from stormjib.cli import render

CASES = Path(__file__).parent / "cases"
SCREENS = json.loads((CASES / "screens.json").read_text(encoding="utf-8"))
ESCAPE = "\x1b"


class Terminal(io.StringIO):
    """A standard output that says it is a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize("name", SCREENS)
def test_plain(name, cli, player):
    player.load(SCREENS[name]["answers"])
    ended = cli(*SCREENS[name]["argv"], url=player.url)
    assert ended.out == (CASES / "screens" / f"{name}.txt").read_text(encoding="utf-8")
    assert (ended.code, ended.err) == (SCREENS[name].get("code", 0), "")
    assert ESCAPE not in ended.out


@pytest.mark.parametrize("name", SCREENS)
def test_json_is_one_object_with_a_schema(name, cli, player):
    player.load(SCREENS[name]["answers"])
    ended = cli(*SCREENS[name]["argv"], "--json", url=player.url)
    assert ended.code == SCREENS[name].get("code", 0)
    assert json.loads(ended.out)["schema"].startswith("stormjib.")
    assert ended.out.count("\n") == 1


@pytest.mark.parametrize("name", SCREENS)
def test_a_terminal_gets_the_same_words(name, cli, player, monkeypatch):
    """Colours and wrapping differ; no word is lost, and nothing that a log line holds drives the terminal."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.delenv("NO_COLOR", raising=False)
    player.load(SCREENS[name]["answers"])
    shown = cli(*SCREENS[name]["argv"], url=player.url, stdout=Terminal()).out
    words = set(_without_styles(shown).split())
    expected = set((CASES / "screens" / f"{name}.txt").read_text(encoding="utf-8").split())
    assert expected - words == set()
    assert f"{ESCAPE}[2J" not in shown


def _without_styles(text):
    parts = text.split(ESCAPE + "[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])


def test_a_list_without_a_command_says_why_and_a_disk_that_runs_full_is_said(cli, player):
    room = json.loads((CASES / "answers" / "room.json").read_text(encoding="utf-8"))
    room["incident"] |= {"steps": [], "runs": [], "values": [], "stopped": "The disk has 3 MiB left."}
    path = f"GET /api/v1/incidents/{room['incident']['id']}"
    player.load([{"ask": path, "body": room}] * 2)
    said = cli("run", "list", room["incident"]["id"], url=player.url).out
    assert f"No command stands in the runbook that {room['incident']['id']} follows: " in said
    said = cli("incident", "show", room["incident"]["id"], url=player.url).out
    assert "No new alert is taken: The disk has 3 MiB left." in said


def test_an_escape_sequence_in_an_alert_is_shown_not_obeyed(cli, player):
    player.load(SCREENS["alert-list"]["answers"])
    assert "5xx above 5 %·[2J" in cli("alert", "list", url=player.url).out


def test_the_log_is_asked_for_in_pages(cli, player, cases):
    entry = json.loads((cases / "answers" / "log.json").read_bytes())["entries"][0]
    page = [{**entry, "seq": seq} for seq in range(1, 1001)]
    player.load(
        [
            {"ask": "GET /api/v1/incidents/INC-1/log?after=0&limit=1000", "body": {"schema": "stormjib.log/1", "entries": page}},
            {
                "ask": "GET /api/v1/incidents/INC-1/log?after=1000&limit=1000",
                "body": {"schema": "stormjib.log/1", "entries": [{**entry, "seq": 1001}]},
            },
        ]
    )
    ended = cli("incident", "log", "INC-1", "--json", url=player.url)
    assert [entry["seq"] for entry in json.loads(ended.out)["entries"]] == list(range(1, 1002))


def test_follow_goes_on_where_it_was_and_waits_for_a_server_that_restarts(cli, player, cases):
    entries = json.loads((cases / "answers" / "log.json").read_bytes())["entries"]
    player.load(
        [
            {
                "ask": "GET /api/v1/incidents/INC-1/log?after=0&limit=1000",
                "body": {"schema": "stormjib.log/1", "entries": entries[:2]},
            },
            {"ask": "GET /api/v1/incidents/INC-1/log?after=2&limit=1000", "status": 503, "body": {"error": "It restarts."}},
            {"ask": "GET /api/v1/incidents/INC-1/log?after=2&limit=1000", "status": 503, "body": {"error": "It restarts."}},
            {
                "ask": "GET /api/v1/incidents/INC-1/log?after=2&limit=1000",
                "body": {"schema": "stormjib.log/1", "entries": entries[2:4]},
            },
        ]
    )
    left = iter(range(4))

    def pause(_):
        if next(left) == 3:
            raise KeyboardInterrupt

    ended = cli("incident", "log", "INC-1", "--follow", "--json", url=player.url, pause=pause)
    assert ended.code == 130
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4]
    assert {line["schema"] for line in lines} == {"stormjib.entry/1"}
    assert ended.err.count("It restarts. Waiting for it.") == 1


def test_follow_of_an_incident_that_is_not_there_ends(cli, player):
    player.load(
        [{"ask": "GET /api/v1/incidents/INC-9/log?after=0&limit=1000", "status": 404, "body": {"error": "There is none."}}]
    )
    assert cli("incident", "log", "INC-9", "--follow", url=player.url).code == 3


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_one_cell_never_makes_a_table_unreadable(stream):
    out, sha256 = stream(), "a" * 64
    render.console(out).table([("INC-1", "x" * 300_000, sha256, "y" * 300_000), ("INC-2", "api", sha256, "z")])
    assert len(out.getvalue()) < 5_000
    assert out.getvalue().count("INC-") == 2
    assert "…" in out.getvalue()


def test_a_preview_sends_standard_input_and_shows_what_it_would_be(cli, player):
    alert = {"name": "Down", "firing": True, "summary": "", "labels": {"host": "db-1"}, "fingerprint": "f", "annotations": {}}
    rules = [{"name": "severity", "says": "P1: the label says P1", "at": None, "entry": 0}]
    body = {
        "schema": "stormjib.alert-preview/1",
        "alerts": [{"alert": alert, "rules": rules}],
        "refused": ["no alert - at `$[1]`"],
    }
    player.load([{"ask": "POST /api/v1/intake/zabbix/preview", "sends": {"payload": "[1]"}, "body": body}])
    ended = cli("alert", "preview", "zabbix", url=player.url, stdin=b"[1]")
    assert ended.code == 1
    assert ended.out.splitlines()[0] == "FIRING Down"
    assert all(word in ended.out for word in ("host=db-1", "P1: the label says P1", "no alert - at `$[1]`"))

"""The exit codes are a contract: each case is a command line, what the server answers, and what comes of it."""

import json
import socket
import threading
from pathlib import Path

import msgspec
import pytest

from stormjib.cli import client
from stormjib.core.incident_view import IncidentView
from stormjib.ports import AlertState, Head

HERE = Path(__file__).parent / "cases"
EXITS = json.loads((HERE / "exits.json").read_text(encoding="utf-8"))
USAGE = json.loads((HERE / "usage.json").read_text(encoding="utf-8"))
RUNBOOK = Path(__file__).parents[2] / "runbooks" / "incident-response.md"


@pytest.mark.parametrize("case", EXITS, ids=[case["says"] for case in EXITS])
def test_exit(case, cli, player):
    player.load(case["answers"])
    argv = [word.replace("{url}", player.url) for word in case["argv"]]
    ended = cli(*argv, url=player.url, stdin=case.get("stdin", "").encode())
    assert ended.code == case["exit"], ended
    for text in case.get("out", ()):
        assert text in ended.out
    for text in case.get("err", ()):
        assert text.replace("{url}", player.url) in ended.err
    if "json" in case:
        assert ended.out.count("\n") == 1
        assert json.loads(ended.out).items() >= case["json"].items()


@pytest.mark.parametrize("case", USAGE, ids=[" ".join(case["argv"]) or "nothing" for case in USAGE])
def test_usage(case, cli):
    ended = cli(*[word.replace("{runbook}", str(RUNBOOK)) for word in case["argv"]])
    assert ended.code == case["exit"], ended
    assert ended.out == ""
    for text in case["err"]:
        assert text in ended.err
    assert "Traceback" not in ended.err


def test_the_recorded_answers_are_what_the_api_gives_today():
    """A field that is renamed in the program has to be renamed in the recording, and then in the commands."""
    answers = {file.stem: json.loads(file.read_bytes()) for file in (HERE / "answers").glob("*.json")}
    room = answers["room"]["incident"]
    assert room.keys() == set(IncidentView.__struct_fields__)
    msgspec.convert(room, IncidentView)
    msgspec.convert(answers["incidents"]["incidents"], list[Head])
    msgspec.convert(answers["alerts"]["alerts"], list[AlertState])


def test_nobody_listens(cli):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        ended = cli("incident", "list", url=url)
    assert ended.code == 6
    assert f"There is no answer from {url}" in ended.err


def test_a_port_that_does_not_speak_http(cli):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def babble():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"+PONG\r\n")

        thread = threading.Thread(target=babble)
        thread.start()
        ended = cli("incident", "list", url=url)
        thread.join(timeout=10)
    assert ended.code == 6
    assert "does not answer in HTTP" in ended.err


def test_an_answer_that_never_comes(cli, monkeypatch):
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = cli("incident", "note", "7", "x", url=f"http://127.0.0.1:{server.getsockname()[1]}")
    assert ended.code == 7
    assert "whether it took the request is not known" in ended.err


def test_an_unknown_host(cli):
    ended = cli("incident", "list", url="http://no-such-host.invalid:8700")
    assert ended.code == 6
    assert "There is no host 'no-such-host.invalid'" in ended.err


def test_where_options_stand_makes_no_difference(cli, player):
    recorded = {"ask": "GET /api/v1/incidents?limit=100&order=worst", "file": "incidents.json"}
    ways = (
        ["--json", "--url", player.url, "incident", "list"],
        ["incident", "--json", f"--url={player.url}", "list"],
        ["incident", "list", "--url", player.url, "--json"],
    )
    answers = []
    for argv in ways:
        player.load([recorded])
        answers.append(cli(*argv).out)
    assert json.loads(answers[0])["schema"] == "stormjib.incidents/1"
    assert len(set(answers)) == 1


def test_ctrl_c(cli, player):
    player.load([{"ask": "GET /api/v1/incidents/INC-1/log?after=0&limit=1000", "file": "log.json"}])

    def interrupt(_):
        raise KeyboardInterrupt

    ended = cli("incident", "log", "INC-1", "--follow", url=player.url, pause=interrupt)
    assert ended.code == 130
    assert ended.out.count("\n") == 11


def test_output_that_fails_at_once_is_a_sentence(cli):
    ended = cli("runbook", "lint", str(RUNBOOK), stdout=Full())
    assert ended.code == 1
    assert "stormjib: The system refused: No space left on device." in ended.err


class Full:
    """A standard output on a full disk."""

    def write(self, text):
        raise OSError(28, "No space left on device")

    def flush(self):
        """Nothing to flush."""

    def isatty(self):
        return False

    def getvalue(self):
        return ""

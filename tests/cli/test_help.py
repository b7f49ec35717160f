"""What --help prints, word for word; what it costs; and that the reference page is the program's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stormjib import __version__
from stormjib.cli import manual
from stormjib.cli.grammar import COMMANDS
from stormjib.cli.vocabulary import NOUNS

HELP = Path(__file__).parent / "cases" / "help"
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
HEAVY = (
    "rich",
    "pydantic",
    "fastapi",
    "starlette",
    "sqlalchemy",
    "dbos",
    "httpx2",
    "msgspec",
    "typer",
    "click",
    "http.client",
    "ssl",
)


@pytest.mark.parametrize("file", sorted(HELP.glob("*.txt")), ids=lambda file: file.stem)
def test_golden(file, cli):
    words = [] if file.stem == "stormjib" else file.stem.split("_")
    ended = cli(*words, "--help")
    assert ended.out == file.read_text(encoding="utf-8")
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_every_command_has_a_help_and_a_function(command, cli):
    if command.words != "health":
        ended = cli(*command.words.split(), "--help")
        assert ended.code == 0
        assert ended.out.startswith(f"usage: stormjib {command.words}")
    module, _, name = command.does.partition(":")
    imported = __import__(f"stormjib.cli.{module}", fromlist=[name])
    assert callable(getattr(imported, name))


def test_every_noun_has_a_help(cli):
    for noun in NOUNS:
        assert cli(noun, "-h").out.startswith(f"usage: stormjib {noun} VERB")


def test_health_has_its_own_help(cli, capsys):
    assert cli("health", "--help").code == 0
    assert "--comprehensive" in capsys.readouterr().out


def test_help_after_two_dashes_is_a_text(cli, player):
    player.load(
        [
            {
                "ask": "POST /api/v1/incidents/INC-7/notes",
                "sends": {"text": "--help"},
                "body": {"schema": "stormjib.written/1", "seq": 3, "entries": 1},
            }
        ]
    )
    assert cli("incident", "note", "INC-7", "--", "--help", url=player.url).code == 0


def test_the_reference_is_up_to_date():
    """Write it again with: python -c "from stormjib.cli.manual import reference; print(reference(), end='')"."""
    assert REFERENCE.read_text(encoding="utf-8") == manual.reference()


def test_every_command_is_in_the_reference():
    text = REFERENCE.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"| `{command.words}" in text


def test_help_imports_nothing_heavy():
    """A fresh interpreter prints the help; what it has imported by then is what the help costs."""
    program = (
        "import io, json, sys\n"
        "from contextlib import redirect_stdout\n"
        "from stormjib.cli import main\n"
        "sys.argv = ['stormjib', *json.loads(sys.argv[1])]\n"
        "shown = io.StringIO()\n"
        "try:\n"
        "    with redirect_stdout(shown):\n"
        "        main()\n"
        "except SystemExit as end:\n"
        "    print(json.dumps([end.code, shown.getvalue()[:6], sorted(sys.modules)]))\n"
    )
    for argv in (["--help"], ["incident", "--help"], ["incident", "show", "--help"]):
        ran = subprocess.run(
            [sys.executable, "-c", program, json.dumps(argv)], capture_output=True, text=True, check=True, timeout=60
        )
        code, shown, modules = json.loads(ran.stdout)
        assert (code, shown) == (0, "usage:")
        assert [name for name in HEAVY if name in modules] == []


def test_a_call_to_the_server_imports_no_framework():
    """The commands of the night need the standard library only, so that they are quick on a loaded machine."""
    program = (
        "import json, sys\n"
        "from stormjib.cli import main\n"
        "sys.argv = ['stormjib', 'incident', 'list', '--url', 'http://127.0.0.1:9']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    print(json.dumps([end.code, sorted(sys.modules)]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    code, modules = json.loads(ran.stdout)
    assert code == 6
    assert [name for name in HEAVY if name in modules and name not in {"http.client", "ssl"}] == []


def test_version(cli):
    assert cli("--version") == (0, f"stormjib {__version__}\n", "")


def test_a_reader_that_stops_reading_is_no_traceback():
    """``stormjib … | true``."""
    command = [
        sys.executable,
        "-m",
        "stormjib",
        "runbook",
        "plan",
        str(Path(__file__).parents[2] / "runbooks" / "incident-response.md"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=60) == 141
    assert errors == ""


@pytest.mark.parametrize("argv", [["--help"], ["--version"]], ids=["more than a buffer", "less than a buffer"])
def test_a_full_disk_is_a_sentence(argv):
    """What fits into a buffer fails at the end only."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "stormjib", *argv]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert ran.returncode == 1
    assert ran.stderr.startswith("stormjib: ")
    assert "No space left on device" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_closed_standard_streams_are_no_traceback():
    """As under a supervisor that hands over nothing."""
    command = f"exec {sys.executable} -m stormjib incident list --url http://127.0.0.1:9 <&- >&- 2>&-"
    assert subprocess.run(["/bin/sh", "-c", command], check=False, timeout=60).returncode == 6

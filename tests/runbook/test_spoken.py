"""Commands that stand in a sentence as code: all that a diagnosis asks to look at are commands, and names are none."""

import pytest

from stormjib.core.initial_triage import initial_triage
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook

LOOKS = (
    ("1. Disk full? `df -h`", ["df -h"]),
    ("1. Containers up? `docker ps`", ["docker ps"]),
    ("Memory short? `free -m`", ["free -m"]),
    ("Is the disk full again? `df -h /` and `free -m`.", ["df -h /", "free -m"]),
    ("- `uptime` or `w`", ["uptime", "w"]),
    ("- Load: `uptime`, `w` und `free -m`", ["uptime", "w", "free -m"]),
    ("¿Carga? `uptime` y `free -m`.", ["uptime", "free -m"]),
    ("Run `uptime`, `w` et `vmstat`.", ["uptime", "w", "vmstat"]),
    ("| Load | `uptime` e `w` |\n|---|---|\n| Disk | `df -h` |", ["df -h"]),
)
NAMES = (
    *(
        "See the file `nginx.conf`.",
        "Set `max_connections` to `200`.",
        "The value is `true` or `false`.",
        "- `date`: when it began",
    ),
    *("The output of `kubectl logs` is long.", "- Columns: `id`, `name`, `type`", "Is `x` of `y`?"),
    *(
        "The `time` and the `host` of the request",
        "The unit is `nginx`.",
        "The tool: `docker compose`",
        "Key `file`, value `test`",
    ),
)


def _read(text: str, title: str) -> Runbook:
    return compile_runbook(f"# Shop\n\n## {title}\n\n{text}\n".encode())


@pytest.mark.parametrize("title", ["Diagnosis", "Fehlersuche"])
@pytest.mark.parametrize(("text", "commands"), LOOKS)
def test_every_proven_read_that_a_diagnosis_names_is_a_command_and_runs_in_the_first_minute(
    text: str, commands: list[str], title: str
) -> None:
    book = _read(text, title)
    assert [command.text for command in book.commands] == commands
    assert [check.text for check in initial_triage(book, Policy()).checks] == [
        command.bounded or command.text for command in book.commands
    ]


@pytest.mark.parametrize("text", NAMES)
@pytest.mark.parametrize("title", ["Diagnosis", "Mitigation"])
def test_a_file_a_setting_a_value_or_a_program_that_is_only_named_is_none(text: str, title: str) -> None:
    assert [command.text for command in _read(text, title).commands] == []


def test_what_mends_is_a_command_where_it_stands_by_itself() -> None:
    book = _read("- If the disk is full: `rm /var/lib/wal/old`\n- Restart: `systemctl restart shop`", "Mitigation")
    assert [command.text for command in book.commands] == ["rm /var/lib/wal/old", "systemctl restart shop"]


def test_a_condition_for_the_end_stays_one_although_a_command_stands_in_it() -> None:
    book = _read("- `curl -s http://localhost/health` answers 200", "Done when")
    assert [task.text for task in book.tasks] == ["curl -s http://localhost/health answers 200"]
    assert [command.text for command in book.commands] == ["curl -s http://localhost/health"]

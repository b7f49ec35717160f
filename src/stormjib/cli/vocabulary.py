"""What every command is made of: the shape of a command, its words, and the words that several commands take."""

from collections.abc import Callable
from typing import Any, NamedTuple

from stormjib.cli import values


class Word(NamedTuple):
    """Something to type after a command: a positional argument, or an option when the name starts with ``--``."""

    name: str
    help: str
    metavar: str = ""
    kind: Callable[[str], Any] | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    default: Any = None
    flag: bool = False
    repeated: bool = False
    """An option that may be given several times."""
    optional: bool = False
    """A positional argument that may be left out."""


class Command(NamedTuple):
    """One command. ``does`` names the module of this package and its function; it is imported when it is used."""

    words: str
    help: str
    does: str
    takes: tuple[Word, ...] = ()
    row: Any = None
    """Its row of the table of actions, where it has one."""
    bare: bool = False
    """It reads its words itself, and takes none of those that the others take."""


GLOBALS = (
    Word("--json", "print one JSON object with a schema key", flag=True),
    Word("--url", "the server (default: $STORMJIB_URL, else http://127.0.0.1:8700)", "URL"),
    Word(
        "--as", "use the saved token of this name (default: $STORMJIB_TOKEN, else the token named default)", "NAME", values.name
    ),
    Word("--yes", "answer yes when asked; never for a second person", flag=True),
)

INC = Word("incident", "the incident, such as INC-7", "INC", values.incident)
INC_IF = INC._replace(help="the incident, such as INC-7; without it, all of them", optional=True)
SERVICE_IF = Word("service", "only this service, by its name or an alias", "SERVICE", optional=True)
FILE = Word("file", "a Markdown file; - reads standard input", "FILE")
LEVEL = Word("--severity", "only this severity, as the runbook names it", "P0…P4", values.level)
DATA_DIR = Word("--data-dir", "where the server keeps its log (default: the settings)", "DIR")
SETTINGS = Word("--settings", "a TOML file; STORMJIB_* variables beat it", "FILE")
LIMIT = Word("--limit", "how many at most (default: 100)", "N", values.count, default=100)
WAIT = Word("--wait", "wait this long for the result, then exit with 7", "SECONDS", values.seconds)

FORMER = {
    "alerts": "alert",
    "incident log": "incident timeline",
    "incident tick": "incident check-off",
    "incident untick": "incident uncheck",
    "refuse": "reject",
}
"""Words of the version before, which still work and are shown nowhere."""
NOUNS = {
    "incident": "Work on an incident",
    "run": "Run the runbook's commands",
    "value": "Give what the runbook's commands lack",
    "runbook": "Read, check and plan a runbook",
    "status": "Post updates, and keep the status page",
    "postmortem": "Write the post-mortem",
    "alert": "See what monitoring says, and why it paged or did not",
    "silence": "Let expected alerts page nobody for a time",
    "baseline": "Record a healthy baseline",
    "log": "Verify timeline integrity",
    "export": "Keep closed incidents as files",
    "oncall": "See and change who is on call",
    "shadow": "Compare with the system that pages today",
    "heartbeat": "See what has to check in, and check in",
    "contact": "See and test how people are reached",
    "service": "See the services and what proves that they work",
    "config": "Check the catalogue of services, teams, people and schedules",
    "drill": "Practise with real faults",
    "token": "Manage access",
}

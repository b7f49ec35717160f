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


GLOBALS = (
    Word("--json", "print one JSON object with a schema key", flag=True),
    Word("--url", "the server (default: $STORMJIB_URL, else http://127.0.0.1:8700)", "URL"),
    Word(
        "--as", "use the saved token of this name (default: $STORMJIB_TOKEN, else the token named default)", "NAME", values.name
    ),
    Word("--yes", "skip a confirmation; it never stands for an approval", flag=True),
)

INC = Word("incident", "the incident, such as INC-7", "INC", values.incident)
INC_IF = INC._replace(help="the incident, such as INC-7; without it, all of them", optional=True)
SERVICE_IF = Word("service", "only this service, by its name or an alias", "SERVICE", optional=True)
RUN = Word("run", "the run, such as INC-7-R1", "RUN", values.run)
REASON = Word("--reason", "why, in words", "TEXT", default="")
ITEM = Word("item", "an item's id or its line, such as i215 or 215", "ITEM")
FILE = Word("file", "a Markdown file; - reads standard input", "FILE")
LEVEL = Word("--severity", "only this severity, as the runbook names it", "P0…P4", values.level)
SEVERITY = Word("severity", "how bad it is: P0 is the worst", "P0…P4", values.severity)
DATA_DIR = Word("--data-dir", "where the server keeps its log (default: the settings)", "DIR")
SETTINGS = Word("--settings", "a TOML file; STORMJIB_* variables beat it", "FILE")
LIMIT = Word("--limit", "how many at most (default: 100)", "N", values.count, default=100)
WAIT = Word("--wait", "wait this long for the result, then exit with 7", "SECONDS", values.seconds)
STAGE = Word("--stage", "such as Investigating, Identified, Monitoring or Resolved", "STAGE", required=True)
AUDIENCES = ("customers", "stakeholders", "leadership")
AUDIENCE = Word("--audience", "who is told: customers, stakeholders or leadership", "WHO", choices=AUDIENCES, required=True)
STATUS = (
    INC,
    STAGE,
    AUDIENCE,
    Word("--text", "the text, instead of the runbook's template", "TEXT", default=""),
    Word("--set", "a value for a [field] of the template; may be repeated", "FIELD=VALUE", values.pair, repeated=True),
)

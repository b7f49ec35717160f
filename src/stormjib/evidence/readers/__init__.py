"""Evidence → findings: what a seasoned engineer would read out of a command's output, as typed facts and one plain sentence.

Each reader knows one source. Which one reads is decided by the programs of the command, through sudo, timeout, docker exec
and their like, and then by the look of the output: a reader that does not understand it gives way to the next. Never a guess
about a cause.
"""

import re
from typing import Final

from stormjib.core.shell.command_line import parse_command
from stormjib.evidence.readers.choose import candidates, source_of
from stormjib.evidence.readers.log_source import LogSource, log_source
from stormjib.evidence.readers.reading import Evidence, Fact, Level, Measured, Reading, State, not_understood

__all__ = [
    "OUTPUT_CHARS_MAX",
    "Fact",
    "Level",
    "LogSource",
    "Measured",
    "Reading",
    "State",
    "finding_of",
    "log_source",
    "read",
]

OUTPUT_CHARS_MAX: Final = 4_194_304
"""Of a longer output only the end is read."""
LINE_CHARS_MAX: Final = 65_536
"""Of a longer line only the beginning is read, unless the output is one JSON text: no pattern sees more of it."""
_LONG: Final = re.compile(rf"([^\n]{{{LINE_CHARS_MAX}}})[^\n]+")

_NOT_FOUND: Final = re.compile(
    r"^(?:[\w./-]{1,60}: )?(?:line \d{1,6}: |\d{1,6}: )?([\w.+/-]{1,80}): (?:command )?not found$", re.MULTILINE
)
_TERMINAL_CODES: Final = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|\x1b[()][A-Z0-9]|\r(?=\n)")
_MISSING_CODE: Final = 127
_SHORT_CHARS: Final = 1_000


def finding_of(reading: Reading, exit_code: int | None) -> str:
    """The one sentence of a reading; where nobody understood the output of a command that failed, that it failed."""
    return reading.sentence or (f"It failed with exit code {exit_code}." if exit_code and not reading.understood else "")


def read(text: str, exit_code: int | None, output: str, parts: tuple[int, ...] = (), *, at: float = 0.0) -> Reading:
    """The facts in the output of the command ``text``. Never raises, and is linear in the output.

    ``exit_code`` is None where it did not end in time; what it printed until then is read all the same. ``parts`` are the exit
    codes of a pipeline's parts, and ``at`` is when it was printed (seconds since the epoch), as far as they are known.
    """
    command = parse_command(text)
    seen = output[-OUTPUT_CHARS_MAX:]
    seen = seen if seen.lstrip()[:1] in {"{", "["} else _LONG.sub(r"\1", seen)
    evidence = Evidence(command, exit_code, _TERMINAL_CODES.sub("", seen), parts, at)
    missing = _missing(evidence)
    if missing:
        sentence = f"`{missing}` is not installed here, so this check cannot run."
        return Reading("shell", (State(missing, "installed", "no"),), sentence, "warn")
    found = next((reading for reader in candidates(evidence) if (reading := reader.read(evidence)) is not None), None)
    source = source_of(evidence)
    if exit_code is None and not (found and ("check", "asks") in {(fact.thing, fact.name) for fact in found.facts}):
        sentence = "It did not end in time; what it checks may hang."
        return Reading(found.source if found else source, found.facts if found else (), sentence, "bad")
    return found or not_understood(source, output, exit_code)


def _missing(evidence: Evidence) -> str:
    """The program that the shell did not find; a log that speaks of one does not count."""
    if evidence.exit_code != _MISSING_CODE and (
        len(evidence.output) > _SHORT_CHARS or not evidence.output.rstrip().endswith("not found")
    ):
        return ""
    found = _NOT_FOUND.search(evidence.output[:_SHORT_CHARS])
    if found:
        return found[1]
    first = evidence.command.text.split(maxsplit=1)
    return first[0] if evidence.exit_code == _MISSING_CODE and first else ""

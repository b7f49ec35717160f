"""grep and tail: a search without a match, and a file that is not there."""

import re
from typing import Final

from stormjib.evidence.readers.reading import Clause, Evidence, Reading, State, tell

SOURCE = "search"
_NO_FILE: Final = re.compile(
    r"^(?:[\w./-]{1,60}): (?:cannot open )?['‘]?(/?[^\s:'’]{1,250})['’]?(?: for reading)?: (No such file or directory|Permission denied)$"
)
_LINES_MAX: Final = 20
_NOTE: Final = re.compile(r"\[[\w -]{1,40}\] ")
"""What a wrapper around the program says of itself."""


def read(evidence: Evidence) -> Reading | None:
    """Only what is certain: nothing printed and exit code 1, or nothing printed but that a file is missing."""
    searched = "grep" in evidence.command.text
    lines = [line for line in evidence.lines() if not _NOTE.match(line)]
    if evidence.exit_code == 1 and searched and not lines:
        return tell(SOURCE, [State("search", "matches", "none")], [Clause("fine", "nothing matches")])
    missing = [found for line in lines[:_LINES_MAX] if (found := _NO_FILE.match(line))]
    if not missing or len(missing) < len(lines):
        return None
    path, why = missing[0][1], missing[0][2]
    text = f"there is no file {path} here" if why.startswith("No such") else f"this user may not read {path}"
    return tell(SOURCE, [State(found[1], "file", found[2]) for found in missing], [Clause("warn", text)])

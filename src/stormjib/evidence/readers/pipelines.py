"""What the shell makes of programs: a count of matches, words after ``||``, a search whose source failed, and mere waiting."""

import re
from typing import Final

from stormjib.core.shell.command_line import Program
from stormjib.core.text.units import counted
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell

SOURCE = "search"
_ENOUGH: Final = {0, 141}
"""A part that ended well, or whose reader had enough."""
_IDLE: Final = {"sleep", "true", ":", "wait"}
_COUNT: Final = re.compile(r"\s*(\d{1,12})\s*")
_SEARCHES: Final = ("grep", "egrep", "fgrep", "zgrep", "rg")
_OTHERWISE: Final = re.compile(
    r"\|\|\s*[({]?\s*(?:echo|printf)\s+(?:-[neE]{1,3}\s+)?(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([^;|&)}\n]{1,200}))"
)
_GOOD: Final = re.compile(
    r"(?i)\b(?:no|none|not any|zero|without|0)\b(?: \w+){0,3}|\b(?:ok|good|fine|healthy|clean|clear|all well|up|passed|success\w*|normal)\b"
)
_TROUBLE: Final = re.compile(
    r"(?i)err|fail|fatal|except|crit|panic|down\b|dead|not.?ready|unhealthy|crash|oom|refus|denied|timeout|timed.?out|evict|backoff"
    r"|unavailable|unreach|degraded|alert|warn|killed|segfault|stuck|pending|missing|unknown|5\d\d|50\[|\bnot\b|expired|broken"
)
_WELL: Final = re.compile(r"(?i)running|ready|completed|healthy|active|bound|\bup\b|\bok\b|100%")


def read(evidence: Evidence) -> Reading | None:
    """Only what the text of the command makes certain; the readers of its programs come afterwards."""
    command = evidence.command
    if command.programs and all(program.path[0] in _IDLE for program in command.programs):
        return tell("shell", [State("check", "asks", "nothing")], [Clause("fine", "this only waits and asks nothing")])
    if evidence.exit_code is None:
        return None
    search = _search(evidence)
    failed = _failed(evidence, search)
    if failed:
        return failed
    return _otherwise(evidence, search) or (_counted(evidence, search) if search else None)


def _search(evidence: Evidence) -> Program | None:
    """The last search of the pipeline, whether it filters what another program prints or searches a file itself."""
    found = [one for one in (*evidence.command.programs, *evidence.command.filters) if one.path[0] in _SEARCHES]
    return found[-1] if found else None


def _failed(evidence: Evidence, search: Program | None) -> Reading | None:
    """The program before the search failed and printed nothing: that nothing matches then means nothing."""
    quiet = not evidence.output.strip() or _COUNT.fullmatch(evidence.output)
    first = evidence.command.programs[0] if evidence.command.programs else None
    if not (search and quiet and first and len(evidence.parts) > 1) or evidence.parts[0] in _ENOUGH or first is search:
        return None
    name = " ".join(first.path)
    text = f"`{name}` failed with exit code {evidence.parts[0]}, so that nothing was found does not mean anything"
    return tell(SOURCE, [State("search", "refusal", f"{name} failed")], [Clause("warn", text)])


def _otherwise(evidence: Evidence, search: Program | None) -> Reading | None:
    """The words that stand after ``||`` were printed, so what stands before it did not end well."""
    for found in _OTHERWISE.finditer(evidence.command.text):
        said = (found[1] or found[2] or found[3]).strip().strip("\"'")
        head = re.split(r"[$%\\`]", said)[0].strip()
        line = next((line.strip() for line in evidence.output.split("\n") if head and line.strip().startswith(head)), "")
        if not line or (head == said and line != said):
            continue
        level: Level = (
            "fine"
            if _GOOD.search(said) and not _bad_after_all(said)
            else "bad"
            if _TROUBLE.search(said) or not search
            else "fine"
        )
        fact = State("check", "otherwise", line[:200])
        return tell(
            "shell",
            [fact if level == "bad" else State("search", "matches", "none")],
            [Clause(level, f"this check says “{line[:120]}”")],
        )
    return None


def _bad_after_all(said: str) -> bool:
    """``No connection``, ``not OK``: what is missing is good."""
    return bool(
        re.search(
            r"(?i)\bno (?:connection|response|answer|route|reply|pong|service|access)|\bnot (?:ok|healthy|up|running|ready)\b|\bdown\b",
            said,
        )
    )


def _counted(evidence: Evidence, search: Program) -> Reading | None:
    """A number that counts matches: none of what speaks of trouble is good news."""
    last = evidence.command.filters[-1] if evidence.command.filters else search
    found = _COUNT.fullmatch(evidence.output)
    if found is None or not (
        (last.path[0] == "wc" and last.has("-l")) or (last.path[0] in _SEARCHES and last.has("-c", "--count"))
    ):
        return None
    count, pattern = int(found[1]), _pattern(search)
    turned = search.has("-v", "--invert-match")
    trouble = bool((_WELL if turned else _TROUBLE).search(pattern))
    shown = f"“{pattern[:60]}”"
    what = "is without" if turned and count == 1 else "are without" if turned else "matches" if count == 1 else "match"
    facts: list[Fact] = [
        Measured("search", "matching lines", float(count), "count"),
        *([] if count else [State("search", "matches", "none")]),
    ]
    text = f"{counted(count, 'line')} {what} {shown}" if count else f"no line {'is without' if turned else 'matches'} {shown}"
    level: Level = ("warn" if count else "fine") if trouble else ("fine" if count else "note")
    return tell(SOURCE, facts, [Clause(level, text)])


def _pattern(search: Program) -> str:
    """What is searched for: the first word that is no option, or what follows ``-e``."""
    given = search.value("-e", "--regexp")
    return given or next((word for word in search.words if not word.startswith("-")), "")

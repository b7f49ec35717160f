"""``git log``: the newest commits, as far as its format tells."""

import re
from typing import Final

import msgspec

from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "git log"
_FULL: Final = re.compile(r"commit ([0-9a-f]{7,64})(?: \((.{1,400})\))?")
_SHORT: Final = re.compile(r"(?:[*|\\/_ ]{0,40})([0-9a-f]{6,64}) (?:\(([^)]{1,400})\) )?(.*)")
_ISO: Final = re.compile(r"\b(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?(?: ?[+-]\d{2}:?\d{2}|Z)?)")
_DATE: Final = re.compile(r"(?:Author|Commit)?Date:\s+(.{5,60})")
_AGO: Final = re.compile(r"\b(\d{1,4} (?:second|minute|hour|day|week|month|year)s? ago)")
_LINE_CHARS_MAX: Final = 1_000
_ABBREVIATION: Final = 7


class Commit(msgspec.Struct):
    """One commit; ``at`` is its time in the words of the output, "" where it says none."""

    id: str
    refs: str = ""
    subject: str = ""
    at: str = ""


def read(evidence: Evidence) -> Reading | None:
    """The commits of any usual format; the first is the newest."""
    commits = _commits(evidence.lines())
    if not commits:
        return None
    newest = commits[0]
    facts: list[Fact] = [
        Measured("repository", "commits shown", float(len(commits)), "count"),
        State("repository", "newest commit", newest.id),
    ]
    for commit in commits:
        facts.extend(
            State(commit.id, name, value)
            for name, value in (("at", commit.at), ("refs", commit.refs), ("subject", commit.subject))
            if value
        )
    if not newest.at:
        return tell(SOURCE, facts)
    when = newest.at if newest.at.endswith("ago") else f"of {newest.at}"
    subject = f": “{newest.subject}”" if newest.subject else ""
    return tell(SOURCE, facts, [Clause("note", f"the newest commit is {newest.id[:_ABBREVIATION]} {when}{subject}")])


def _commits(lines: list[str]) -> list[Commit]:
    commits: list[Commit] = []
    blocks = False
    for line in lines:
        if len(line) > _LINE_CHARS_MAX:
            continue
        full = _FULL.fullmatch(line)
        if full:
            blocks = True
            commits.append(Commit(full[1], full[2] or ""))
        elif blocks:
            _add(commits[-1], line)
        elif short := _SHORT.fullmatch(line):
            moment = _ISO.search(short[3]) or _AGO.search(short[3])
            subject = short[3].replace(moment[1], "", 1).strip() if moment else short[3]
            commits.append(Commit(short[1], short[2] or "", subject, moment[1] if moment else ""))
        else:
            return []  # a line that no format of git explains: this is no log
    return commits


def _add(commit: Commit, line: str) -> None:
    """Take a line of a block in: its date, or the first line of its message."""
    date = _DATE.fullmatch(line)
    if date and not commit.at:
        commit.at = date[1].strip()
    elif line.startswith("    ") and not commit.subject:
        commit.subject = line.strip()

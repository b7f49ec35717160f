"""P0 to P4 and what each obliges."""

import re
from enum import Enum
from typing import Final

import msgspec


class Severity(Enum):
    """How bad it is, in the words of the runbook's step 2. P0 is the worst."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def rank(self) -> int:
        """0 for P0 … 4 for P4."""
        return int(self.value[1])


class Duty(msgspec.Struct, frozen=True):
    """What a severity obliges the team to. Minutes count from detection."""

    pages: bool
    opens_channel: bool
    acknowledge_minutes: float | None
    tells_leadership: bool


def duty(severity: Severity, immediately_minutes: float = 5.0) -> Duty:
    """The obligations of a severity; ``immediately`` is a number of minutes because nothing is due at once.

    Source: the reference runbook, steps 3 and 9 and its two checklists. The P1 list does not page although step 3
    does: stormjib pages, and the linter reports the contradiction.
    """
    match severity:
        case Severity.P0:
            return Duty(pages=True, opens_channel=True, acknowledge_minutes=immediately_minutes, tells_leadership=True)
        case Severity.P1:
            return Duty(pages=True, opens_channel=True, acknowledge_minutes=15.0, tells_leadership=True)
        case Severity.P2 | Severity.P3 | Severity.P4:
            return Duty(pages=False, opens_channel=False, acknowledge_minutes=None, tells_leadership=False)


_WORDS: Final = {
    "disaster": Severity.P0,
    "catastrophic": Severity.P0,
    "emergency": Severity.P0,
    "emerg": Severity.P0,
    "panic": Severity.P0,
    "fatal": Severity.P0,
    "blocker": Severity.P0,
    "critical": Severity.P1,
    "crit": Severity.P1,
    "urgent": Severity.P1,
    "alert": Severity.P1,
    "page": Severity.P1,
    "pager": Severity.P1,
    "high": Severity.P1,
    "highest": Severity.P0,
    "severe": Severity.P1,
    "major": Severity.P1,
    "error": Severity.P2,
    "err": Severity.P2,
    "average": Severity.P2,
    "medium": Severity.P3,
    "moderate": Severity.P3,
    "normal": Severity.P3,
    "minor": Severity.P3,
    "warning": Severity.P3,
    "warn": Severity.P3,
    "ticket": Severity.P3,
    "low": Severity.P4,
    "lowest": Severity.P4,
    "notice": Severity.P4,
    "info": Severity.P4,
    "information": Severity.P4,
    "informational": Severity.P4,
    "debug": Severity.P4,
    "none": Severity.P4,
    "ok": Severity.P4,
}
"""What Prometheus rules, syslog, Nagios, Zabbix, X.733 and the pagers say. Where a word may mean two things, the worse counts."""
_NEUTRAL: Final = {"priority", "severity", "level"}
_PRIORITY: Final = re.compile(r"(?:p|prio|priority)[\s._:#-]*(\d+)(?![a-z0-9])")
_SEV: Final = re.compile(r"(?:s|sev|severity)[\s._:#-]*(\d+)(?![a-z0-9])")
_NUMBERED: Final = re.compile(r"(p|prio|priority|s|sev|severity)(\d)")
_NUMBERS: Final = {"sev0": Severity.P0} | {
    f"{scale}{one.rank + less}": one for one in Severity for scale, less in (("p", 0), ("sev", 1))
}
"""The two scales; a number beyond its end is no severity, rather than the mildest."""
_BETWEEN: Final = re.compile(r"[\s_.#-]+")
_APART: Final = re.compile(r"[^a-z0-9]+")

NAMED: Final = "there are P0 (the worst) to P4, and SEV1 to SEV5 for the same five"
"""What people may call a severity, for a sentence that says so."""

Words = tuple[tuple[str, str], ...]
"""The operator's own words, each with P0 to P4."""


def read_severity(word: str, own: Words = (), book: Words = ()) -> tuple[Severity, str] | None:
    """The severity that a label's value names, and how it was read; None when the word says nothing.

    The operator's ``own`` words come first, then those of the ``book`` that the service follows, then ``P0``…``P4`` and ``SEV0``…``SEV5`` in any spelling (SEV1 is the worst that most
    teams use, so SEV1 and S1 read as P0), then the words that monitoring commonly says. Of several words a number counts
    ("P1 - critical"), else the worst; where one of them is not known, the whole is not: "not critical" is not guessed.
    """
    text = _plain(word)
    if site := read_by_site(word, own):
        return site, f"the settings read {word.strip()} as {site.value}"
    if named := read_by_book(word, book):
        return named, f"the runbook ranks {word.strip()} as {named.value}"
    number = _number(text)
    found = _words(text) if number is None else _NUMBERS.get(number)
    if found is None:
        return None
    same = found.value.lower() == text
    return found, f"the label says {word.strip()}" + ("" if same else f", which reads as {found.value}")


def read_by_site(word: str, own: Words) -> Severity | None:
    """The severity that the operator's ``own`` words give this one, in any case of letters."""
    return next((Severity(severity) for name, severity in own if _plain(name) == _plain(word)), None)


def read_by_book(word: str, book: Words) -> Severity | None:
    """The severity of a level of a runbook, in any spelling of its name."""
    spelled = spelling(word)
    return next((Severity(severity) for name, severity in book if spelling(name) == spelled), None)


def _plain(word: str) -> str:
    return " ".join(word.lower().split())


def canonical(name: str, own: Words = ()) -> str:
    """P0 … P4 for a level in a team's own words ("SEV1" is P0), as for an alert; the name itself where it says nothing."""
    read = read_severity(name, own)
    return read[0].value if read else name


def by_both(severity: str, called: str) -> str:
    """``SEV1 (P0)`` for a severity that a team calls otherwise, so that nobody takes its P1 for their SEV1; ``P0`` else."""
    return f"{called} ({severity})" if called not in {"", severity} else severity


def spelling(name: str) -> str:
    """One key for every spelling of a level's name: "Sev-1", "SEV 1", "S1" and "severity 1" are one level."""
    short = _BETWEEN.sub("", name.lower())
    found = _NUMBERED.fullmatch(short)
    return f"{'p' if found[1].startswith('p') else 'sev'}{found[2]}" if found else short


def _number(text: str) -> str | None:
    """``p1`` or ``sev1`` of P1, "priority 1", SEV-1, "S1 (critical)": a number at the beginning, and nothing grown together with it."""
    for pattern, scale in ((_PRIORITY, "p"), (_SEV, "sev")):
        if found := pattern.match(text):
            return f"{scale}{int(found[1])}"
    return None


def _words(text: str) -> Severity | None:
    words = [word for word in _APART.split(text) if word and word not in _NEUTRAL and not word.isdecimal()]
    if not words or any(word not in _WORDS for word in words):
        return None
    return min((_WORDS[word] for word in words), key=lambda severity: severity.rank)

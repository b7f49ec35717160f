"""Attributes that a team may add to a fence or, in an HTML comment, to a heading."""

import re
from typing import NamedTuple

from stormjib.core.kinds import Mode
from stormjib.core.place import is_place, valid
from stormjib.core.risk import Risk

_BRACES = re.compile(r"\{([^{}]{0,2000})\}\s*$")
_COMMENT = re.compile(r"<!--\s{0,20}stormjib:?\s([^<>]{1,2000})-->\s*$")
_PAIR = re.compile(r"""([A-Za-z][\w-]{0,30})=(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"']{1,500}))|(\S+)""")
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_ID = re.compile(r"(?![a-z]\d+$)[A-Za-z][\w.-]{0,63}")
_APPROVAL = re.compile(r"approvals?(?::([1-9]))?")
TIMEOUT_SECONDS_MAX = 86_400.0


class Attributes(NamedTuple):
    """What was asked for. ``problems`` are (code, sentence) for the linter; a wrong attribute is ignored, never guessed."""

    id: str = ""
    approvals: int | None = None
    timeout_seconds: float | None = None
    target: str = ""
    risk: Risk | None = None
    verify: str | None = None
    undo: str | None = None
    expect: str | None = None
    mode: Mode | None = None
    problems: tuple[tuple[str, str], ...] = ()

    def over(self, outer: "Attributes") -> "Attributes":
        """These, with what they leave open taken from the heading's. A risk and a number of approvals only rise."""
        risks = [risk for risk in (self.risk, outer.risk) if risk]
        approvals = [number for number in (self.approvals, outer.approvals) if number]
        return self._replace(
            approvals=max(approvals, default=None),
            timeout_seconds=self.timeout_seconds or outer.timeout_seconds,
            target=self.target or outer.target,
            risk=max(risks, key=lambda risk: risk.rank, default=None),
        )


def fence(info: str) -> tuple[str, Attributes]:
    """The language of a fence's info string, in lower case, and the attributes in its braces."""
    braces = _BRACES.search(info)
    words = (info[: braces.start()] if braces else info.split("{", 1)[0]).split()
    attributes = _read(braces.group(1)) if braces else Attributes()
    if braces is None and "{" in info:
        sentence = "The attributes of this fence are not closed or too long, so they are ignored: write {name=value}."
        attributes = Attributes(problems=(("bad-attribute", sentence),))
    return (words[0].lower() if words else ""), attributes


def comment(html: str) -> Attributes | None:
    """The attributes of ``<!-- stormjib: name=value -->``; None for any other comment, which is the team's own."""
    found = _COMMENT.match(html.strip())
    return _read(found.group(1)) if found else None


def _read(text: str) -> Attributes:
    """Every name=value pair, each checked on its own: one that is wrong does not spoil the others."""
    attributes = Attributes()
    for name, double, single, bare, junk in _PAIR.findall(text):
        value = double or single or bare
        problem = _problem(junk) if junk else None
        if not junk:
            changed = _apply(attributes, name, value)
            attributes, problem = (attributes, _problem(f"{name}={value}")) if changed is None else (changed, None)
        if problem:
            attributes = attributes._replace(problems=(*attributes.problems, problem))
    return attributes


def _problem(text: str) -> tuple[str, str]:
    known = "id, needs=approval:N, timeout=30s, target, risk, verify, undo, expect and, before a heading, mode"
    return "bad-attribute", f"The attribute {text[:80]!r} is not understood and is ignored: known are {known}."


def _apply(attributes: Attributes, name: str, value: str) -> Attributes | None:
    """The attributes with one more, None when its name or value is not understood."""
    read: object = None
    match name:
        case "id":
            read = value if _ID.fullmatch(value) else None
        case "needs":
            found = _APPROVAL.fullmatch(value)
            name, read = "approvals", int(found.group(1) or 1) if found else None
        case "timeout":
            name, read = "timeout_seconds", _seconds(value)
        case "risk":
            read = next((risk for risk in Risk if risk.value == value.lower()), None)
        case "mode":
            read = next((mode for mode in Mode if mode.value == value.lower()), None)
        case "target":
            read = value if not is_place(value) or valid(value) else None
        case "verify" | "undo" | "expect":
            read = value
    return None if read is None else Attributes(**{**attributes._asdict(), name: read})


def _seconds(value: str) -> float | None:
    """A duration such as "30s", "500ms" or "2m" in seconds; a bare number is seconds."""
    found = _DURATION.fullmatch(value)
    seconds = float(found.group(1)) * _SECONDS[found.group(2) or "s"] if found else 0.0
    return seconds if 0 < seconds <= TIMEOUT_SECONDS_MAX else None

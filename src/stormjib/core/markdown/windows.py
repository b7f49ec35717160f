"""Time expressions in headings and tasks: windows, deadlines, cadences, and for whom and when they hold."""

import re

from stormjib.core.markdown import english

IMMEDIATELY_MINUTES = 5.0
"""What "immediately" means unless a site says otherwise: nothing can be due at once."""

_MINUTES = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "fifteen": 15, "thirty": 30}
_UNIT = r"(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|business days?|working days?|days?|d|weeks?|w)(?![A-Za-z])"
_NUMBER = r"(?:T\+)?(\d{1,6}(?:\.\d{1,3})?)"
_SPAN = rf"{_NUMBER}\s{{0,3}}(?:{_UNIT})?\s{{0,3}}(?:-|\u2013|\u2014|to|until|\.\.)\s{{0,3}}{_NUMBER}\s{{0,3}}(?:{_UNIT})?"
_FIRST = rf"(?:first|up to|<)\s{{0,3}}{_NUMBER}\s{{0,3}}{_UNIT}"
_WINDOW = re.compile(rf"[(\[]\s{{0,3}}(?:{_SPAN}|{_FIRST})\s{{0,3}}[)\]]", re.IGNORECASE)
_ONGOING = re.compile(r"[(\[]\s{0,3}(?:ongoing|continuous|throughout|always)\s{0,3}[)\]]", re.IGNORECASE)
_WITHIN = re.compile(
    r"\b(?:within|in under|in less than|no later than|not later than|at most|max(?:imum)?)\s{1,3}(?:the (?:first|next)\s{1,3})?"
    rf"(\d{{1,6}}(?:\.\d{{1,3}})?|{'|'.join(_WORDS)})\s{{0,3}}{_UNIT}",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(r"\b(?:immediately|at once|right away|straight away|without delay)\b", re.IGNORECASE)
_EVERY = re.compile(
    rf"\b(?:every|each)\s{{1,3}}(?:{_SPAN}|{_NUMBER}\s{{0,3}}{_UNIT}|{_UNIT})",
    re.IGNORECASE,
)
_LEVEL = r"(?:P[0-9]|SEV[ -]?[0-9])"
_FOR_LEVELS = re.compile(
    rf"(?:\b(?:if|for|on|when|only|in case of)\s{{1,3}}(?:an? |the |it is |all )?|\()({_LEVEL}"
    rf"(?:\s{{0,3}}(?:/|,|-|\u2013|to|or|and|&)\s{{0,3}}{_LEVEL}){{0,9}})(\s{{1,3}}only)?\)?",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"\W{{0,4}}({_LEVEL}(?:\s{{0,3}}(?:/|,|-|to|or|and)\s{{0,3}}{_LEVEL}){{0,9}})\W{{0,4}}:", re.IGNORECASE)
_ONE_LEVEL = re.compile(_LEVEL, re.IGNORECASE)
_CLAUSE_ENDS = re.compile(english.CLAUSE_ENDS, re.IGNORECASE)
_ASKS, _FORBIDS = (re.compile(pattern, re.IGNORECASE) for pattern in (english.ASKS, english.FORBIDS))
_WHEN = re.compile(r"(?:if|when|in case)\b", re.IGNORECASE)
_IF_FIRST = re.compile(r"\W{0,4}(?:if|when|unless|in case)\s[^,;:]{1,120}[,;:]\s{0,3}", re.IGNORECASE)
_CONDITION = re.compile(r"(?:^|[\s(])((?:if|when|unless|in case)\s[^().;,:]{1,120})", re.IGNORECASE)


def _unit(word: str | None, fallback: str = "m") -> float:
    """Minutes in one of the unit: its first letter names it, and a business day counts as a day."""
    first = (word or fallback).lower().removeprefix("business ").removeprefix("working ")[0]
    return _MINUTES[first]


def _span(groups: tuple[str | None, ...]) -> tuple[float, float]:
    """(from, until) in minutes of the four groups of ``_SPAN``; the first number takes the second one's unit."""
    low, low_unit, high, high_unit = groups
    return float(low or 0) * _unit(low_unit, high_unit or "m"), float(high or 0) * _unit(high_unit, low_unit or "m")


def window(title: str) -> tuple[str, tuple[float, float] | None, bool]:
    """A heading without its window, the window in minutes (from, until), and whether it is ongoing.

    "(0-15 minutes)", "(24-72 hours)", "(first 10 min)" and "(Ongoing)" are windows; a lone "(5 minutes)" is not.
    """
    found = _WINDOW.search(title)
    if found and (found.group(3) or found.group(5)):
        groups = found.groups()
        span = _span(groups[:4]) if groups[2] else (0.0, float(groups[4] or 0) * _unit(groups[5]))
        if span[0] <= span[1] and (groups[1] or groups[3] or groups[5]):
            return _without(title, found), span, False
    found = _ONGOING.search(title)
    return (_without(title, found), None, True) if found else (title, None, False)


def _without(title: str, found: re.Match[str]) -> str:
    return " ".join((title[: found.start()] + " " + title[found.end() :]).split())


def deadline_minutes(text: str, immediately_minutes: float = IMMEDIATELY_MINUTES) -> float | None:
    """The minutes that "within N minutes", "within 48 hours" or "immediately" gives, None without a deadline."""
    found = _WITHIN.search(text)
    if found:
        number = found.group(1).lower()
        return float(_WORDS.get(number, 0) or number) * _unit(found.group(2))
    return immediately_minutes if _AT_ONCE.search(text) else None


def cadence_minutes(text: str) -> tuple[float, float] | None:
    """(at the soonest, at the latest) in minutes of "every 15-30 minutes" or "every hour", None without a cadence."""
    found = _EVERY.search(text)
    if found is None:
        return (60.0, 60.0) if "hourly" in text.lower() else None
    groups = found.groups()
    if groups[2]:
        return _span(groups[:4]) if groups[1] or groups[3] else None
    every = float(groups[4]) * _unit(groups[5]) if groups[4] else _unit(groups[6])
    return every, every


def severities(text: str) -> tuple[str, ...]:
    """The severities that a task is for: "if P0/P1", "for P0-P2", "P0: …", "(P0 only)". Empty: it says nothing of the kind.

    A bare "(P0-P4)" is a mention, not a condition: "Determine severity level (P0-P4)" holds for every incident.
    """
    leading = _LEADING.match(text)
    if leading:
        return levels(leading.group(1))
    found = _FOR_LEVELS.search(text)
    if found is None or (found.group(0).startswith("(") and not found.group(2)):
        return ()
    return levels(found.group(1))


def levels(text: str) -> tuple[str, ...]:
    """Every severity named in a text, in order, a range "P0-P2" written out, "sev 1" as "SEV1"."""
    names = [re.sub(r"[ -]", "", name).upper() for name in _ONE_LEVEL.findall(text)]
    two = 2
    if len(names) == two and re.search(r"[0-9]\s{0,3}(?:-|\u2013|to)\s{0,3}[PS]", text, re.IGNORECASE):
        first, last = int(names[0][-1]), int(names[1][-1])
        names = [f"{names[0][:-1]}{number}" for number in range(first, last + 1)] or names
    return tuple(dict.fromkeys(names))


def condition(text: str) -> str:
    """The words that make a task optional, such as "if customer-facing"; empty when a severity is the only condition."""
    for found in _CONDITION.finditer(text):
        words = found.group(1).strip()
        if not _FOR_LEVELS.match(words):
            return words
    return ""


def condition_of_command(label: str) -> str:
    """What the command below this label depends on: the condition of the first sentence that is about the command.

    "Ask its owner first if it is a migration" is not: it asks for something beside it. What forbids is turned round.
    """
    sentences = _CLAUSE_ENDS.split(label)
    forbids = [sentence for sentence in sentences if _FORBIDS.match(sentence) and condition(sentence)]
    if forbids:
        return _WHEN.sub("unless", condition(forbids[0]), count=1)
    about = [sentence for sentence in sentences if not _ASKS.search(_IF_FIRST.sub("", sentence))]
    return condition(about[0]) if about else ""

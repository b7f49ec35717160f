"""Time expressions in headings and tasks: windows, deadlines, cadences, and for whom and when they hold."""

import functools
import re
from typing import NamedTuple

from stormjib.core.markdown.words import Words, words_of

IMMEDIATELY_MINUTES = 5.0
"""What "immediately" means unless a site says otherwise: nothing can be due at once."""

_MINUTES = {"b": 2016.0, "s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}
"""Of each unit; five business days are a week."""
_WORDS = {
    "half an": 0.5,
    "a": 1,
    "an": 1,
    "one": 1,
    "eine": 1,
    "einer": 1,
    "une": 1,
    "una": 1,
    "uma": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "thirty": 30,
}
_NUMBER = r"(?:T\+)?(\d{1,6}(?:\.\d{1,3})?)"
_WHEN = re.compile(r"(?:if|when|in case)\b", re.IGNORECASE)
_WHETHER = re.compile(r"(?:if|se|si|s['\u2019]ils?)\b", re.IGNORECASE)
_WHETHER_CHARACTERS = 40
_IF_FIRST = re.compile(r"\W{0,4}(?:if|when|unless|in case)\s[^,;:]{1,120}[,;:]\s{0,3}", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(
    r"(?<=[^\s.][.!?;])\s+|(?<!\s)\s+[\u2013\u2014-]{1,2}\s+|,\s+(?=(?:but|and|then|or|else|otherwise)\b)", re.IGNORECASE
)
"""Where a sentence, or a part of it that could be one, ends."""
_CLAUSE_CHARACTERS_MAX = 300
_SHORTEST_MINUTES = 0.5
"""Less is no time for a person: "answers within 1 second" is what a service has to do."""
ENGLISH = words_of()


class _Times(NamedTuple):
    """What the times of a book are found with, in its languages."""

    window: re.Pattern[str]
    ongoing: re.Pattern[str]
    within: re.Pattern[str]
    every: re.Pattern[str]
    duration: re.Pattern[str]
    condition: re.Pattern[str]
    leads: re.Pattern[str]
    hold: re.Pattern[str]
    whole_hold: re.Pattern[str]


@functools.cache
def _times(words: Words) -> _Times:
    units = "|".join(words.source(f"unit.{unit}") for unit in _MINUTES)
    unit = rf"({units})(?:(?<=[\u3040-\u9fff])|(?![^\W\d_]))"
    to = words.source("span")
    span = rf"{_NUMBER}\s{{0,3}}(?:{unit})?\s{{0,3}}(?:{to})\s{{0,3}}{_NUMBER}\s{{0,3}}(?:{unit})?"
    first = rf"(?:{words.source('first')})\s{{0,3}}{_NUMBER}\s{{0,3}}{unit}"
    patterns = (
        rf"[(\[（]\s{{0,3}}(?:{span}|{first})\s{{0,3}}[)\]）]",
        rf"[(\[（]\s{{0,3}}(?:{words.source('ongoing')})\s{{0,3}}[)\]）]",
        rf"(?:{words.source('within')})(\d{{1,6}}(?:\.\d{{1,3}})?|{'|'.join(_WORDS)})\s{{0,3}}{unit}",
        rf"(?:{words.source('every')})(?:{span}|{_NUMBER}\s{{0,3}}{unit}|{unit})",
        rf"(?:{span}|{_NUMBER}\s{{0,3}}{unit})",
        rf"\(((?:{words.source('if.inside')})\s[^().;,]{{1,120}})\)|(?:^|[\s(])((?:{words.source('if.inside')})\s(?:[^().;,:]|:(?=\S)){{1,120}})",
        rf"\W{{0,4}}((?:{words.source('if')})\b(?:[^:;\n]|:(?=[^\s*])){{1,160}}?)(?:\s{{0,2}}(?::(?!/|\w)|→|⇒|->|=>)\s{{0,3}}|,\s{{1,3}}(?:then\s)?|\sthen\s)(?=\S)",
        rf"(?:{words.source('hold')}|[≥>]=?\s{{0,3}}|[(\[（]\s{{0,3}})(?:{span}|(\d{{1,6}}(?:\.\d{{1,3}})?|{'|'.join(_WORDS)})[\s-]{{0,3}}{unit})",
        rf"(?:{words.source('hold')})(?=\w{{3}}){unit}(?!\w)",
    )
    return _Times(*(re.compile(pattern, re.IGNORECASE) for pattern in patterns))


def _unit(word: str | None, words: Words, fallback: str | None = None) -> float:
    """Minutes in one of the unit."""
    name = word or fallback or "m"
    found = (minutes for unit, minutes in _MINUTES.items() if re.fullmatch(words.source(f"unit.{unit}"), name, re.IGNORECASE))
    return next(found, 1.0)


def _span(groups: tuple[str | None, ...], words: Words) -> tuple[float, float]:
    """(from, until) in minutes of the four groups of a span; the first number takes the second one's unit."""
    low, low_unit, high, high_unit = groups
    return float(low or 0) * _unit(low_unit, words, high_unit), float(high or 0) * _unit(high_unit, words, low_unit)


def window(title: str, words: Words = ENGLISH) -> tuple[str, tuple[float, float] | None, bool]:
    """A heading without its window, the window in minutes (from, until), and whether it is ongoing.

    "(0-15 minutes)", "(24-72 hours)", "(first 10 min)" and "(Ongoing)" are windows; a lone "(5 minutes)" is not.
    """
    times = _times(words)
    found = times.window.search(title)
    if found and (found.group(3) or found.group(5)):
        groups = found.groups()
        span = _span(groups[:4], words) if groups[2] else (0.0, float(groups[4] or 0) * _unit(groups[5], words))
        if span[0] <= span[1] and (groups[1] or groups[3] or groups[5]):
            return _without(title, found), span, False
    found = times.ongoing.search(title)
    return (_without(title, found), None, True) if found else (title, None, False)


def limit(title: str, words: Words = ENGLISH) -> tuple[float, float] | None:
    """The window of a heading that says by when all of it is done: "Immediate actions (within 15 minutes)"."""
    inside = re.search(r"[(\[（]([^()\[\]（）]{1,60})[)\]）]", title)
    minutes = deadline_minutes(inside.group(1), words=words) if inside and re.search(r"\d", inside.group(1)) else None
    return (0.0, minutes) if minutes else None


def _without(title: str, found: re.Match[str]) -> str:
    return " ".join((title[: found.start()] + " " + title[found.end() :]).split())


def deadline_minutes(text: str, immediately_minutes: float = IMMEDIATELY_MINUTES, words: Words = ENGLISH) -> float | None:
    """The minutes that "within N minutes", "within 48 hours" or "immediately" gives, None without a deadline."""
    found = _times(words).within.search(text)
    if found:
        number = found.group(1).lower()
        minutes = float(_WORDS.get(number, 0) or number) * _unit(found.group(2), words)
        return minutes if minutes >= _SHORTEST_MINUTES else None
    after = _numbered(words.find("within.after", text), words)
    if after is not None:
        return after if after >= _SHORTEST_MINUTES else None
    return immediately_minutes if words.has("at_once", text) else None


def _numbered(found: re.Match[str] | None, words: Words) -> float | None:
    """The minutes of a number and its unit, as where a language says "15 minutes within"; None where nothing was found."""
    groups = [group for group in found.groups() if group] if found else []
    return float(groups[0]) * _unit(groups[1], words) if groups else None


def cadence_minutes(text: str, words: Words = ENGLISH) -> tuple[float, float] | None:
    """(at the soonest, at the latest) in minutes of "every 15-30 minutes" or "every hour", None without a cadence."""
    found = _times(words).every.search(text)
    if found is None:
        after = _numbered(words.find("every.after", text), words)
        if after is not None:
            return after, after
        often = next((_MINUTES[unit] for name, unit in (("hourly", "h"), ("daily", "d")) if words.has(name, text)), None)
        return (often, often) if often else None
    groups = found.groups()
    if groups[2]:
        return _span(groups[:4], words) if groups[1] or groups[3] else None
    every = float(groups[4]) * _unit(groups[5], words) if groups[4] else _unit(groups[6], words)
    return every, every


def hold_minutes(text: str, words: Words = ENGLISH) -> float | None:
    """For how long something has to be so: 30 of "below 1 % for 30 minutes"; None where it has to be so only once."""
    found, whole = _times(words).hold.search(text), _times(words).whole_hold.search(text)
    minutes = _numbered(words.find("hold.after", text), words) or (_unit(whole.group(1), words) if whole else 0.0)
    if found:
        *span, number, unit = found.groups()
        minutes = _span((*span,), words)[1] if span[2] else (_WORDS.get(number.lower(), 0) or float(number)) * _unit(unit, words)
    return minutes if minutes >= _SHORTEST_MINUTES else None


def duration_minutes(text: str, words: Words = ENGLISH) -> float | None:
    """The longest time that the first duration of a text gives: 30 for "15-30 min"; None where there is none."""
    found = next((one for one in _times(words).duration.finditer(text) if not one[3] or one[2] or one[4]), None)
    if found is None:
        return None  # two numbers without a unit are no time: they may be a telephone's
    groups = found.groups()
    return _span(groups[:4], words)[1] if groups[2] else float(groups[4]) * _unit(groups[5], words)


def condition(text: str, words: Words = ENGLISH) -> str:
    """The words that make a task optional, such as "if customer-facing"; empty when a severity is the only condition."""
    for found in _times(words).condition.finditer(text):
        said = (found.group(1) or found.group(2)).strip()
        start = found.start(1 if found.group(1) else 2)
        asks = _WHETHER.match(said) and words.has("whether", text[:start][-_WHETHER_CHARACTERS:])
        if not (asks or _ONLY_LEVELS.match(said) or said.endswith(("?", "\uff1f"))):
            return said
    other = words.find("if.cjk", text)
    return next((group.strip() for group in other.groups() if group), "") if other else ""


def led(text: str, words: Words = ENGLISH) -> tuple[str, str]:
    """The condition that a sentence begins with and the rest of it: ``("If X", "do Y")`` of "If X: do Y"; ("", text) without one."""
    found = _times(words).leads.match(text[:_CLAUSE_CHARACTERS_MAX])
    if found is None or _ONLY_LEVELS.match(found.group(1)) or "?" in found.group(1):
        return "", text
    return found.group(1).strip(), text[found.end() :].strip()


_ONLY_LEVELS = re.compile(
    r"(?:if|for|on|when|only|in case of)\s{1,3}(?:an? |the |it is |all )?(?:P|SEV[ -]?)[0-9]\b", re.IGNORECASE
)


def condition_of_command(label: str, words: Words = ENGLISH) -> str:
    """What the command below this label depends on: the condition of the first sentence that is about the command.

    "Ask its owner first if it is a migration" is not: it asks for something beside it. What forbids is turned round.
    """
    sentences = _CLAUSE_ENDS.split(label)
    forbids = [sentence for sentence in sentences if words.has("forbids.command", sentence) and condition(sentence, words)]
    if forbids:
        return _WHEN.sub("unless", condition(forbids[0], words), count=1)
    about = [sentence for sentence in sentences if not words.has("asks", _IF_FIRST.sub("", sentence))]
    return condition(about[0], words) if about else ""

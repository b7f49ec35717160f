"""What levels are called: a name at the start of a text, the same name in two spellings, and who a sentence is for."""

import functools
import re
from typing import NamedTuple

from stormjib.core.markdown import windows
from stormjib.core.markdown.words import Words
from stormjib.core.severity import spelling

_NUMBERED = (
    r"(?:P|SEV|S|PRIO|PRIORITY|SEVERITY|LEVEL|LVL|L|TIER|STUFE|NIVEAU|NIVEL|NÍVEL|レベル|级别)[\s_-]?[0-9](?![0-9.%]|\s?%)"
    r"|SEV[\s_-]?[A-E](?!\w)"
)
_BARE = r"(?:P[0-9]|SEV[\s_-]?[0-9])(?![0-9.%])"
_CHINESE = r"(?:[一二三四五]|[0-9])[级級]"
_SEPARATOR = r"\s{0,3}(?:/|,|-|\u2013|to|or|and|&|und|et|y|e|bis|à|a|、|と|和|至)\s{0,3}"
_BOLD = r"(?:\*\*|__)[^*_\n]{1,40}(?:\*\*|__)\s{0,2}"
_EQUALS = re.compile(rf"\s{{0,3}}(?:{_BOLD}|[^\s=:*_]{{1,30}}\s{{0,2}})=\s?(?=.{{0,40}}[^\W\d]{{3}})")
_COLON = re.compile(rf"\s{{0,3}}(?:{_BOLD}(?:[:：\u2013\u2014]|-\s)|(?:\*\*|__)[^*_\n]{{1,40}}[:：](?:\*\*|__))")
_START = re.compile(r"[^\w(]{0,12}(?:(?:severity|priority|level)\s{1,3}(?=[A-Z]))?")
_REST = re.compile(r"(?:[^\w(（]{0,6})(.*)", re.DOTALL)
_ENDS = re.compile(r"\s*$|\s{0,3}[:|(\[（：\u2013\u2014=\t]|\s{1,3}-\s|\s{2,9}|\s{0,3}[^\w\s.,;'\"/&+-]")


_BRACKETED = re.compile(rf"\W{{0,12}}((?:[^\W\d]+\s?){{1,4}})[(（\[]\s?({_NUMBERED})\s?[)）\]]", re.IGNORECASE)
_TWO_WORDS = re.compile(r"[^\w(]{0,12}([^\W\d]+)\s([^\W\d]+)(?=\s*$|\s?[:(（：]|\s[\u2013\u2014-]\s)")


class Said(NamedTuple):
    """A level's name as it is written, and what follows it."""

    name: str
    text: str


class Names(NamedTuple):
    """The names of a book with the severities that they are, worst first where the book has them so."""

    levels: tuple[tuple[str, str], ...] = ()

    def level(self, name: str) -> str:
        """P0 … P4 of one of the names in any spelling; "" for another."""
        return next((level for own, level in self.levels if spelling(own) == spelling(name)), "")

    def own(self, name: str) -> str:
        """The name as the book spells it, else as it is."""
        return next((own for own, _ in self.levels if spelling(own) == spelling(name)), name)


def said_at_start(text: str, words: Words, *, about: bool) -> Said | None:
    """The level that a text begins with; where it is ``about`` levels also "S1", "Level 1" and words such as "Critical".

    Of "Critical (P1)" the number is the name. "P0 checklist" and "High load" name none: nothing sets the name apart.
    """
    begin = _START.match(text)
    rest = text[begin.end() :] if begin else text
    found = (_about(words) if about else _ALONE).match(rest)
    if found is None or not _ENDS.match(rest[found.end() :]):
        return _worded(text, words, about=about)
    name, after = found.group(0), rest[found.end() :]
    number = re.match(rf"\s{{0,3}}[-\u2013/(（:]\s{{0,2}}({_NUMBERED})[)）]?", after, re.IGNORECASE)
    if number and not re.search(r"\d", name):
        return Said(number.group(1), f"{name}{_tail(after[number.end() :])}")
    return Said(name, _rest(after))


def _worded(text: str, words: Words, *, about: bool) -> Said | None:
    """The level of a text with a word for levels beside its name: "Critical severity (P1)", "Severidade Alta"."""
    number = _BRACKETED.match(text)
    if number and words.has("h.levels", number.group(1)):
        return Said(number.group(2), f"{number.group(1).strip()}{_tail(text[number.end() :])}")
    two = _TWO_WORDS.match(text) if about else None
    names = [one for one in two.groups() if not words.has("h.levels", one)] if two else []
    if two and len(names) == 1 and _about(words).fullmatch(names[0]):
        return Said(names[0], _rest(text[two.end() :]))
    return None


def is_stated(text: str, *, free: bool) -> bool:
    """Whether a line says what a name means: "**High** = slow", and where it is ``free`` of what asks for something "**High**: slow"."""
    return bool(_EQUALS.match(text) or (free and _COLON.match(text)))


def _tail(text: str) -> str:
    rest = _rest(text)
    return f", {rest}" if rest else ""


def _rest(text: str) -> str:
    found = _REST.match(text)
    return found.group(1).strip() if found else ""


_ALONE = re.compile(_BARE, re.IGNORECASE)


@functools.cache
def _about(words: Words) -> re.Pattern[str]:
    return re.compile(rf"(?:{_NUMBERED}|{_CHINESE}|(?:{words.source('level')})(?![a-zà-ÿ]))", re.IGNORECASE)


@functools.cache
def _patterns(names: Names) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """How a sentence says whom it is for, how one begins that is for a level, and every name in a text."""
    own = [
        re.sub(r"[\s_-]+", lambda _: r"[\\s_-]?", re.escape(name).replace("\\ ", " ").replace("\\-", "-"))
        for name, _ in names.levels
    ]
    one = "|".join([r"(?<![\w.])(?:P[0-9]|SEV[\s_-]?[0-9])(?![\w.%])", *(rf"(?<!\w){name}(?!\w)" for name in own)])
    many = rf"((?:{one})(?:{_SEPARATOR}(?:{one})){{0,9}})"
    word = r"\b(?:if|for|on|when|only|in case of|bei|für|pour|para|em|en cas de)\s{1,3}(?:an? |the |it is |all |a )?"
    word = rf"{word}|\b(?:of|after|during|in)\s{{1,3}}(?:an?|any|every|each)\s{{1,3}}"
    return (
        re.compile(rf"(?:{word}|[(（]){many}(\s{{1,3}}(?:only|nur|seulement|solo|apenas))?[)）]?", re.IGNORECASE),
        re.compile(rf"\W{{0,4}}{many}\W{{0,4}}[:：]", re.IGNORECASE),
        re.compile(one, re.IGNORECASE),
    )


NO_NAMES = Names()


def severities(text: str, names: Names = NO_NAMES) -> tuple[str, ...]:
    """The severities that a task is for: "if P0/P1", "for P0-P2", "P0: …", "(P0 only)". Empty: it says nothing of the kind.

    A bare "(P0-P4)" is a mention, not a condition: "Determine severity level (P0-P4)" holds for every incident.
    """
    for_levels, leading, _ = _patterns(names)
    begins = leading.match(text)
    if begins:
        return named(begins.group(1), names)
    found = for_levels.search(text)
    if found is None or (found.group(0)[0] in "(（" and not found.group(2)):
        return ()
    return named(found.group(1), names)


def acknowledged(text: str, names: Names, words: Words) -> tuple[tuple[str, float], ...]:
    """By when a sentence has each level acknowledged: "P0 within 3 minutes, P1 within 10"; none where it gives other times as well."""
    parts, said = _patterns(names)[2].split(text), _patterns(names)[2].findall(text)
    about = words.has("acks", text) and not (words.has("h.resolve", text) or words.has("update", text))
    for times in (parts[1:], parts[:-1]) if about and said and text.count("\n") == 0 else ():
        found = [(windows.duration_minutes(part, words), re.findall(r"\d+", part)) for part in times]
        if len(re.findall(r"\d+", "".join(parts))) == len(said) and all(len(numbers) == 1 for _, numbers in found):
            unit = next((minutes / float(numbers[0]) for minutes, numbers in found if minutes), 1.0)
            minutes = (given or float(numbers[0]) * unit for given, numbers in found)
            return tuple(zip((_spelled(name, names) for name in said), minutes, strict=True))
    return ()


def of_heading(title: str, defines: bool, names: Names) -> tuple[str, ...]:
    """The levels that a heading is, where it ``defines`` them, or is for."""
    return (named if defines else severities)(title, names)


def named(text: str, names: Names = NO_NAMES) -> tuple[str, ...]:
    """Every severity named in a text, in order and as the book spells it, a range "P0-P2" written out."""
    found = [_spelled(name, names) for name in _patterns(names)[2].findall(text)]
    two = 2
    is_range = re.search(r"[0-9]\s{0,3}(?:-|\u2013|to|bis|à|a|至)\s{0,3}[A-Za-z]", text, re.IGNORECASE)
    if len(found) == two and is_range and all(name[-1].isdecimal() for name in found):
        first, last = (int(name[-1]) for name in found)
        found = [_spelled(f"{found[0][:-1]}{number}", names) for number in range(first, last + 1)] or found
    return tuple(dict.fromkeys(found))


def only(text: str, names: Names, words: Words) -> tuple[str, ...]:
    """The levels that a text consists of, as "SEV1 only" and "for P0 and P1" do; none where it says more than that."""
    rest = re.findall(r"[^\W_]+|[+<>\u2264\u2265]", _patterns(names)[2].sub(" ", text))
    return named(text, names) if all(words.has("only", word) for word in rest) else ()


def _spelled(name: str, names: Names) -> str:
    own = names.own(name)
    return re.sub(r"[\s_-]", "", name).upper() if own == name and not names.level(name) else own

"""Distinct lines → templates: lines of one skeleton are told apart at the words that name different things, and joined at the others.

No training and one setting for all formats. The steps: mask (finely to show, coarsely to compare); lines with the same delimiters and
the same number of words stand together; such a set is split at the word with the fewest values, again and again, until what is left
varies only in words that look like values or have too many of them to be names of things.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from stormjib.core.text.table import rows_of, words_of
from stormjib.evidence.loglines.header import behind_header
from stormjib.evidence.loglines.masks import VARIABLE, coarse, fine

NAMES_MAX: Final = 4
"""A word with at most so many values, in lines that are the same otherwise, tells messages apart; with more it is a value."""
STATES_MAX: Final = 6
"""The same for words in capitals, true and false: a state machine may have a few more."""
FIRST_MAX: Final = 12
"""With more values than that, even the word that a message begins with is a value."""
CONSTANT_SHARE_MIN: Final = 0.5
"""Of the words of a set, how many have to be the same for it to be one message."""

_TOKENS: Final = re.compile(r"\s+|\.{2,}|[=:,;()\[\]{}\"'|]|(?:<\*>|(?!\.\.)[^\s=:,;()\[\]{}\"'|])+")
_OUTCOME: Final = re.compile(r"(?i)fail|kill|succe|abort|error\b|denied|refused|reject|timeout|timed|crash|lost\b|cancel")
"""How a word begins that says how something ended."""
_QUOTED: Final = re.compile(r"(?<=[ (\[])(['\"])([^'\"]{1,200}?)\1(?=[ ,;:.)\]]|$)")
"""A quotation within a message; what is quoted behind a key is a field."""
_WORD_QUOTED: Final = re.compile(r"(?<=[ (\[,])(['\"])([^\s'\"]{1,200})\1(?=[ ,;:.)\]]|$)")
_KEY: Final = re.compile(r"[\"\w@.]+[=:] ?\"?$")
"""The field that the message stands in."""
_EDGE: Final = re.compile(r"[.!?]*+(?:<\*>\.|>\*<\.|[^/+@]*+[/+@])*+")
"""What words that differ have in common at their edge, up to a sign between two parts."""
_IDENTIFIER: Final = re.compile(r"[\w>][-_./@][\w<]")
_ENDED: Final = re.compile(rf"{_OUTCOME.pattern}|[a-z]{{2,}}ed$")
_PARTED: Final = re.compile(r"[-_./@:]")
_FILE: Final = re.compile(r"[\w-]+\.[a-z]{1,5}")
_KINDS: Final = words_of(" ".join(rows_of(__package__, "kinds_of_things.txt")))
_LINKS: Final = words_of("on in at from to of for by with into via against under as is was has")
_STATE: Final = re.compile("|".join(rows_of(__package__, "states_of_things.txt")))
"""What is said of a thing, and not its name."""
_FRAMES: Final = frozenset("=([{\"'")
"""What a value stands behind."""
_DELIMITERS: Final = frozenset("=:,;()[]{}\"'|")


class _Row(NamedTuple):
    """A coarsely masked line and its tokens."""

    text: str
    tokens: list[str]


def group(lines: Iterable[str]) -> dict[str, str]:
    """Each distinct line with its template. Lines of one template are one pattern."""
    masked = {line: fine(line) for line in lines}
    parts = {text: _parted(text) for text in dict.fromkeys(masked.values())}
    shown: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in parts.values():
        shown[_key(part[1])].append(part)
    sets: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for key in shown:
        tokens = _TOKENS.findall(key)
        sets[_skeleton(tokens)].append(_Row(key, tokens))
    templates: dict[str, str] = {}
    for skeleton, rows in sets.items():
        words = [place for place, kind in enumerate(skeleton) if kind == "w"]
        for found in _messages(rows, words):
            every = [part for row in found for part in shown[row.text]]
            text = _template([body for _, body in every]) or _template([row.text for row in found])
            head = _head([head for head, _ in every])
            templates |= dict.fromkeys((row.text for row in found), head + text)
    texts = _quoted(set(templates.values()))
    return {line: texts[templates[_key(parts[text][1])]] for line, text in masked.items()}


def _key(body: str) -> str:
    """What messages are compared by: a word in quotation marks is a value, except where it says how something ended."""
    masked = coarse(body)
    if "'" not in masked and '"' not in masked:
        return masked
    return _WORD_QUOTED.sub(lambda found: found[0] if _OUTCOME.search(found[2]) else f"{found[1]}{VARIABLE}{found[1]}", masked)


def _quoted(templates: Iterable[str]) -> dict[str, str]:
    """Texts that differ in what stands in quotation marks alone, however many words that has, are one: it is a value."""
    alike: dict[str, list[str]] = defaultdict(list)
    for text in templates:
        alike[
            _QUOTED.sub(lambda found: found[0] if _OUTCOME.search(found[2]) else f"{found[1]}{VARIABLE}{found[1]}", text)
        ].append(text)
    return {text: key if len(found) > NAMES_MAX or key in found else text for key, found in alike.items() for text in found}


def _parted(masked: str) -> tuple[str, str]:
    """What stands in front of the message, and the message."""
    at = behind_header(masked)
    return masked[:at], masked[at:]


def _head(heads: Sequence[str]) -> str:
    """What stands in front of a message in all its lines, where they are alike."""
    kinds = list(dict.fromkeys(heads))
    if len({_skeleton(_TOKENS.findall(kind)) for kind in kinds}) == 1:
        return _template(kinds)
    key = _KEY.search(kinds[0])
    return f"{VARIABLE} {key[0] if key else ''}"


def _skeleton(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(_kind(token) for token in tokens)


def _kind(token: str) -> str:
    if token in _DELIMITERS:
        return token
    if token.isspace():
        return " "
    return ".." if token.startswith("..") else "w"


def _messages(rows: list[_Row], words: Sequence[int]) -> Iterable[list[_Row]]:
    """The sets of lines that are one message each."""
    waiting = [rows]
    while waiting:
        some = waiting.pop()
        place = _dividing(some, words)
        if place is None:
            yield some
            continue
        parts: dict[str, list[_Row]] = defaultdict(list)
        for row in some:
            word = row.tokens[place]
            parts[VARIABLE if _value(word) else word].append(row)
        if len(parts) == 1:
            yield some
        else:
            waiting.extend(parts.values())


def _dividing(rows: Sequence[_Row], words: Sequence[int]) -> int | None:
    """The word at which the lines are different messages; None where they are one."""
    values = {place: {row.tokens[place] for row in rows} for place in words}
    varying = [place for place in words if len(values[place]) > 1 and not _values(values[place], rows[0].tokens, place)]
    if not varying:
        return None
    named = len(varying) == 1 and all(_dotted(word) or _value(word) for word in values[words[0]])
    named = named or (words[0] > 0 and rows[0].tokens[words[0] - 1] in _FRAMES)
    if varying[0] == words[0] and len(values[words[0]]) <= FIRST_MAX and not named:
        return varying[0]  # what a line begins with says what it is about; a table or a host may be any
    for place in varying:
        if any(map(_OUTCOME.match, values[place])):
            return place  # whether it failed is never a detail
    place = min(varying, key=lambda place: len(values[place]))
    alike = [next(iter(found)) for found in values.values() if len(found) == 1]
    constant = sum(not _value(word) for word in alike)
    if constant < CONSTANT_SHARE_MIN * (len(words) - len(alike) + constant):
        return place
    states = all(word.isupper() or word in {"true", "false"} for word in values[place])
    return place if len(values[place]) <= (STATES_MAX if states else NAMES_MAX) else None


def _values(found: set[str], tokens: Sequence[str], place: int) -> bool:
    """Whether what stands at one place is a value in every line: by its look, by the words around it, or because it is one in some lines."""
    words = [word for word in found if not _value(word)]
    if any(_STATE.fullmatch(word) or any(map(_ENDED.match, _PARTED.split(word))) for word in words):
        return False
    before, behind = tokens[:place], tokens[place + 1 : place + 3]
    counted = behind[1:] and _value(behind[1])  # with an index, or a line of a file
    mixed = len(words) < len(found)
    if before and ((counted and behind[0] in "[{") or (mixed and before[-1] in _FRAMES) or _of_a_kind(tokens, place)):
        return True
    if not before and behind[:1] == [":"]:
        return not words
    return all(
        _dotted(word) or (mixed and before and _IDENTIFIER.search(word)) or (counted and _FILE.fullmatch(word)) for word in words
    )


def _of_a_kind(tokens: Sequence[str], place: int) -> bool:
    """Whether the words around say that a thing is named: "to topic orders with", podNamespace="default"; not "disk write error"."""
    before = [token for token in reversed(tokens[max(0, place - 6) : place]) if not token.isspace()]
    words = [token for token in before if token not in _DELIMITERS]
    if not words or re.split(r"(?<=[a-z])(?=[A-Z])|[_.-]", words[0])[-1].lower() not in _KINDS:
        return False
    if before[0] != words[0]:
        return before[0] in "=:\"'"
    behind = tokens[place + 1 : place + 3]
    last = not behind[1:] or not behind[0].isspace() or _value(behind[1]) or behind[1] in _LINKS
    return last and len(before) > 1 and before[1] in _LINKS


def _dotted(word: str) -> bool:
    """Whether it is a name of two parts, such as a table of a database or a host."""
    return (word.count(".") == 1 and "." in word[1:-1] and not word[0].isupper()) or (word[0] == "<" and word[-1] == ">")


def _value(word: str) -> bool:
    """Whether it looks like a value and not like a word."""
    return VARIABLE in word or any(char.isdecimal() for char in word)


def _template(lines: Sequence[str]) -> str:
    """What the lines have in common, ``<*>`` where they differ; of different skeletons that of most lines, "" where none has most."""
    by_skeleton: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
    for line in lines:
        tokens = _TOKENS.findall(line)
        by_skeleton[_skeleton(tokens)].append(tokens)
    most = max(by_skeleton.values(), key=len)
    if 2 * len(most) <= len(lines):
        return ""
    return "".join(_common(column) for column in zip(*most, strict=True))


def _common(column: Sequence[str]) -> str:
    first = column[0]
    if all(token == first for token in column):
        return first
    if first.isspace():
        return " "
    head, tail = _edge(column), _edge([token[::-1] for token in column])[::-1]
    return head + VARIABLE + tail if all(len(token) > len(head + tail) for token in column) else VARIABLE


def _edge(words: Sequence[str]) -> str:
    """What words begin with alike, up to a sign between two parts."""
    low, high = min(words), max(words)
    alike = next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), len(low))
    found = _EDGE.match(low[:alike])
    return found[0] if found else ""

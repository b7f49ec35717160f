"""What the clause around a command says of it: that it is forbidden, or that a person has to agree before it runs."""

import functools
import re
from collections.abc import Iterable
from typing import Final

from stormjib.core.kinds import Demand
from stormjib.core.markdown import windows
from stormjib.core.markdown.words import Words

_CODE: Final = re.compile(r"(`{1,2})[^`\n]+\1")
_CODE_MARK: Final = "\ufffc"
_ENDS: Final = re.compile(r"(?<=[^\s.][.!?])\s+(?=[\"'(*_]{0,3}[A-ZÀ-ÞŒ¿¡])|[;。！？；\n]|\s\|\s")
"""Where what was forbidden ends. A full stop before a small letter or a command may be one of "e.g.", so that it ends nothing."""
_CLOSED: Final = re.compile(r"[(（][^()（）]*[)）]")
_NEXT_CLAUSE: Final = re.compile(
    r"[,，、;；:：\u2013\u2014(（]|\s-\s|\b(?:and|but|or|und|aber|oder|y|pero|et|mais|e|mas|ou)\b", re.IGNORECASE
)
_JOINED: Final = re.compile(
    rf"(?<!{_CODE_MARK})(?:{_CODE_MARK}++\s*+(?:,|/|and|or|nor|und|oder|y|o|et|ou|e)?+\s*+)++$", re.IGNORECASE
)
_LABEL: Final = re.compile(r"^\W*(?:\d{1,3}[.)]\s+)?(?:[^:\uff1a.`]{1,40}(?::[*_\s]+|\uff1a[*_\s]*))?")
"""The number of a line, and a few words that say what it is about: "2. Secrets: never commit them"."""
_ALERT: Final = re.compile(r"^\W*\[!\w+\][-+]?\s*")
"""How GitHub marks a quote as a warning: "> [!CAUTION]"."""
_TEXT_CHARACTERS_MAX: Final = 4_000
_SENTENCE_CHARACTERS_MAX: Final = 1_000
_ONE, _TWO = 1, 2


@functools.lru_cache(maxsize=64)
def _masked(text: str) -> str:
    """The text with its code and emphasis made neutral, every character in its place."""
    plain = _CODE.sub(lambda code: _CODE_MARK * len(code.group()), text[:_TEXT_CHARACTERS_MAX])
    return re.sub(r"[*_~]", " ", plain)


def of_code(text: str, offset: int, words: Words) -> Demand:
    """What a line says of the command at ``offset``: forbidden, doubtful (CONDITIONAL, so that a person decides), or nothing (REQUIRED)."""
    masked = _masked(text)
    start = offset
    while start and masked[start - 1] == _CODE_MARK:
        start -= 1
    end = start
    while end < len(masked) and masked[end] == _CODE_MARK:
        end += 1
    earliest = max(0, start - _SENTENCE_CHARACTERS_MAX)
    low = max((found.end() for found in _ENDS.finditer(masked, earliest, start)), default=earliest)
    ends = _ENDS.search(masked, end)
    high = min(ends.start() if ends else len(masked), end + _SENTENCE_CHARACTERS_MAX)
    meant = max(end, low + len(without_other(masked[low:high], words)))
    said = _before(masked[low:start], words)
    lead = masked[low:start]
    beside = words.has("no.next", lead) or words.has("no.next", _JOINED.sub("", lead))
    if beside or said is Demand.FORBIDS or _forbids_before(masked[end:meant], words):
        return Demand.FORBIDS
    further = masked[high : high + 120].split(_CODE_MARK)[0] if ends else ""
    about_it = words.has("no.below", further) and said_above(further, words) is not Demand.REQUIRED
    begins_unseen = 0 < earliest == low  # the sentence is longer than what is read of it
    return Demand.CONDITIONAL if about_it or begins_unseen else said


def _before(text: str, words: Words) -> Demand:
    """What stands before a command in its sentence."""
    said = _CLOSED.sub(lambda closed: " " * len(closed.group()), _without_condition(text, words))
    for found in reversed(list(words.all_of("no.clause", said))):
        between = said[found.end() :]
        freed = _CODE_MARK in between and words.has("no.free", between[between.rindex(_CODE_MARK) :])
        if not freed:
            return Demand.FORBIDS if words.has("no.joins", said[: found.start()]) else Demand.CONDITIONAL
    return Demand.REQUIRED


def _forbids_before(text: str, words: Words) -> bool:
    """Whether what stands behind a command forbids it: "`X` must not be run", "`X` (never on the primary)"."""
    said = text.split(_CODE_MARK, maxsplit=1)[0]
    if _CODE_MARK in text:
        said = _NEXT_CLAUSE.split(said)[0]
    return words.has("no.after", said) or words.has("no.after", said.lstrip(" :-,(\u2013\u2014"))


def without_other(text: str, words: Words) -> str:
    """A sentence that asks for one thing up to where it forbids another: "use this, do not open the whole file" forbids nothing of this."""
    for found in _NEXT_CLAUSE.finditer(text, 1):
        if words.has("no.other", text[found.end() :].lstrip(" -")) and words.has("run", text[: found.start()]):
            return text[: found.start()]
    return text


def _without_condition(text: str, words: Words) -> str:
    """The text without what it holds under: "when pods do not start, run" forbids nothing. The words keep their places."""
    said, rest = windows.led(text.strip(), words)
    said = said if said and rest else windows.condition(text, words)
    return text.replace(said, " " * len(said), 1) if said else text


def said_above(text: str, words: Words) -> Demand:
    """What a label, a comment or the text above says of the commands below it, as in ``of_code``."""
    said = Demand.REQUIRED
    masked = _masked(text).strip()
    sentences = [without_other(sentence, words) for sentence in _ENDS.split(masked) if sentence.strip()]
    for at, sentence in enumerate(sentences, 1):
        bare = _without_condition(sentence, words)
        starts = (0, *(found.end() for found in _NEXT_CLAUSE.finditer(bare)))
        never = any(forbids(bare[start:], words) for start in starts)
        if never and (at == len(sentences) or words.has("no.below", bare)):
            return Demand.FORBIDS if bare == sentence else Demand.CONDITIONAL
        if never or words.has("no.old", sentence):
            said = Demand.CONDITIONAL
    return said


def forbids(text: str, words: Words, *keys: str) -> bool:
    """Whether a sentence tells its reader not to do something. What says how things are does not, nor what asks: "it does not start"."""
    asks = text.rstrip(" *_").endswith(("?", "\uff1f"))
    parts = (text, _LABEL.sub("", text))
    return not asks and any(words.has(key, part) for key in ("no.deed", *keys) for part in parts)


def forbids_its_commands(text: str, words: Words) -> bool:
    """Whether a line allows no command in it: "check `this`, never run `that`" is no prohibition as a whole."""
    codes = (code for code in _CODE.finditer(text[:_TEXT_CHARACTERS_MAX]) if " " in code.group())
    return all(of_code(text, code.start(), words) is Demand.FORBIDS for code in codes)


def forbidding(text: str, words: Words) -> tuple[str, ...]:
    """The sentences of a paragraph that forbid something: "Never fail over by hand during a backup."."""
    whole = _ALERT.sub("", " ".join(text[:_TEXT_CHARACTERS_MAX].split()))
    sentences = (sentence.strip() for sentence in _ENDS.split(whole))
    found = (one for one in sentences if one and not one.rstrip(" *_").endswith((":", "\uff1a")))
    return tuple(one for one in found if forbids(windows.led(one, words)[1] or one, words))


def approvals(texts: Iterable[str], words: Words) -> int:
    """How many people have to agree by these texts: 2 for "two people must approve", 1 for "only with approval", else 0."""
    masked = [_masked(text) for text in texts if text]
    found = [_TWO if words.has("consent.two", text) else _ONE if words.has("consent.one", text) else 0 for text in masked]
    return max(found, default=0)

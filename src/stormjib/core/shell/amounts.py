"""How much a short text asks for: what a few letters make of memory or requests is bounded before it counts as a read."""

import re
from collections.abc import Iterator
from itertools import pairwise

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation, Reason, shown
from stormjib.core.shell.syntax import ANYTHING, Word

_WORDS_MAX = 10_000
_BYTES_MAX = 1_000_000
_PORTS_MAX = 1_000
_REPEATS_MAX = 100_000
_RANGE = re.compile(r"[{\[](-?\w+)(?:\.\.|-)(-?\w+)(?:(?:\.\.|:)(-?\d+))?[}\]]")
_BRACES = re.compile(r"\{[^{}]*\}")
_PADDING = {"nl", "od", "fold", "expand", "column", "printf"}
_SAMPLERS = {"vmstat", "iostat", "mpstat", "pidstat", "sar"}
_SPELLED_MAX = 256
_VARIABLE_MAX = 100
_SEARCHES = {"grep", "sed", "awk", "gawk", "mawk", "jq", "find", "expr", "pgrep"}


def braced(text: str) -> bool:
    """Whether the braces of a bare word may become more words than are sensible. ``text`` is as it was written."""
    bare = re.sub(r"[\\'\"]", "", text)
    words = 1
    for found in _BRACES.finditer(bare):
        words *= _choices(found[0])
    words *= max(1, bare.count(",") - sum(found[0].count(",") for found in _BRACES.finditer(bare)))  # braces around braces
    return words > _WORDS_MAX or (words > 1 and words * len(bare) > _BYTES_MAX)


def globbed(address: str) -> int:
    """How many requests curl makes of an address with braces and ranges."""
    requests = 1
    for found in re.finditer(r"\{[^{}]*\}|\[[^\[\]]*\]", address):
        requests *= _choices(found[0])
    return requests


def spelled(text: str) -> list[str]:
    """Every text that braces and ranges make of one, by the rules of curl or bash, as far as they are few; else none."""
    done: list[str] = []
    waiting = [text]
    while waiting and len(done) + len(waiting) <= _SPELLED_MAX:
        found = re.search(r"\{[^{}]*\}|\[\w+-\w+(?::\d+)?\]", waiting[-1])
        path = waiting.pop()
        if found is None:
            done.append(path)
            continue
        waiting += [path[: found.start()] + choice + path[found.end() :] for choice in _chosen(found[0])]
    return done if not waiting else []


def _chosen(part: str) -> list[str]:
    """The texts that one pair of braces or brackets stands for."""
    span = _RANGE.fullmatch(part)
    if span is None:
        return part[1:-1].split(",") if part[0] == "{" else []
    first, last = span[1], span[2]
    if first.isdigit() and last.isdigit():
        return [str(number) for number in range(int(first[:9]), min(int(last[:9]), int(first[:9]) + _SPELLED_MAX) + 1)]
    return [chr(letter) for letter in range(ord(first[-1]), ord(last[-1]) + 1)]


def counted(written: str) -> int:
    """How many words a word with braces, or a ``seq``, stands for; 0 where it is neither."""
    told = re.fullmatch(r"(?:\$\()?\s*seq((?:\s+-w|\s+-?\d{1,12}){1,4})\s*\)?", written.strip("\"'` "))
    numbers = [int(number) for number in re.findall(r"-?\d+", told[1])] if told else []
    if numbers:
        first, step = numbers[0] if numbers[1:] else 1, numbers[1] if numbers[2:] else 1  # FIRST STEP LAST
        return abs(numbers[-1] - first) // max(1, abs(step)) + 1
    words = 1
    for found in _BRACES.finditer(written):
        words *= _choices(found[0])
    return words if "{" in written and "${" not in written else 0


def _choices(part: str) -> int:
    """How many texts one pair of braces or brackets stands for."""
    span = _RANGE.fullmatch(part)
    if span is None:
        return part.count(",") + 1 if part[0] == "{" else 1
    first, last, step = span.groups()
    if not re.fullmatch(r"-?\d+", first) or not re.fullmatch(r"-?\d+", last):
        return abs(ord(first[-1]) - ord(last[-1])) + 1
    return abs(int(last[:30]) - int(first[:30])) // max(1, abs(int((step or "1")[:30]))) + 1


def oversized(call: Invocation) -> Iterator[Reason]:
    """Why what a command asks for has no sensible bound."""
    texts = [word.text for word in call.words[1:]]
    name = call.path[0]
    if name in _PADDING and any(re.search(r"\d{6}", text) for text in (texts[:1] if name == "printf" else texts)):
        yield Reason(Risk.UNKNOWN, f"a number that large makes {call.called} fill the memory")
    if name == "seq":
        yield from _sequence(call, texts)
    if name in _SEARCHES and any(_repeats(text) > _REPEATS_MAX for text in texts):
        yield Reason(Risk.UNKNOWN, f"a pattern that repeats that often makes {call.called} fill the memory")
    for option in call.options:
        if name == "xargs" and option.name in {"-P", "--max-procs"} and not _within(option.value, 16):
            yield Reason(Risk.UNKNOWN, f"{call.called} would start everything at once")
        if name in {"ping", "ping6"} and option.name == "-c" and not _within(option.value, 1_000):
            yield Reason(Risk.UNKNOWN, f"{call.called} would go on for too long")
    if name in _SAMPLERS and any(re.fullmatch(r"0+|\d{4,}", word.text) for word in call.free):
        yield Reason(Risk.UNKNOWN, f"{call.called} would go on for too long")
    if name == "nodetool" and any(re.fullmatch(r"\d{6,}", word.text) for word in call.words[1:]):
        yield Reason(Risk.UNKNOWN, f"{call.called} would keep Cassandra busy for too long")
    if name == "redis-cli":
        yield from _keys(call, [text.lower() for text in texts])
    if name in {"ping", "ping6"} and any(
        option.name == "-i" and option.value and not re.fullmatch(r"0*[1-9]\d*(?:\.\d+)?|0*\.[2-9]\d*", option.value.text)
        for option in call.options
    ):
        yield Reason(Risk.UNKNOWN, f"{call.called} without a pause is a flood")
    for word in call.free if name in {"nc", "ncat", "netcat"} else ():
        span = re.fullmatch(r"(\d{1,9})-(\d{1,9})", word.text)
        unknown = re.match(r"\d+-.*[^\d]|.*\x00-|\d+\x00", word.text)
        if unknown or (span and int(span[2]) - int(span[1]) >= _PORTS_MAX):
            yield Reason(Risk.UNKNOWN, f"{call.called} would try more than {_PORTS_MAX} ports")
    for option in call.options:
        if name == "curl" and option.name == "--retry" and option.value and not re.fullmatch(r"\d{1,2}", option.value.text):
            yield Reason(Risk.UNKNOWN, f"{call.called} would ask again more than 99 times")


def _within(value: Word | None, most: int) -> bool:
    """Whether a value is a number from 1 to ``most``; what a variable of the operator holds is taken for one."""
    if value is not None and value.text == ANYTHING:
        return most > _VARIABLE_MAX
    return value is not None and bool(re.fullmatch(r"\d{1,6}", value.text)) and 1 <= int(value.text) <= most


def _sequence(call: Invocation, texts: list[str]) -> Iterator[Reason]:
    """The numbers of seq: whole ones of six digits at most, and never a step of nothing."""
    large = any(
        re.search(r"\x02|[\dx]\x00|\x00.|\d{7}|\d[.ex]|^[+-]?(?:inf|nan|\.)|^-f|^--f", text, re.IGNORECASE) for text in texts
    )
    if large or re.fullmatch(r"[+-]?0+", texts[-2] if texts[2:] else "1"):  # seq FIRST STEP LAST
        yield Reason(Risk.UNKNOWN, f"how many numbers {call.called} prints has no sensible bound")


def _repeats(text: str) -> int:
    """How often the pattern's counted repetitions repeat something, one within the other."""
    single, grouped = 1, 1
    for found in re.finditer(r"([)}]?)\\?\{(\d*)(?:,(\d*))?\\?\}", text):
        times = max((1, *(int(number[:9]) for number in found.groups()[1:] if number)))
        single, grouped = (single, grouped * times) if found[1] else (max(single, times), grouped)
    return single * grouped


def _keys(call: Invocation, texts: list[str]) -> Iterator[Reason]:
    """How much Redis does in one go, while it answers nobody else."""
    for before, text in pairwise(texts):
        if before in {"count", "--count", "samples"} and not re.fullmatch(r"[1-9]\d{0,3}|10000", text):
            yield Reason(Risk.UNKNOWN, f"`{before} {shown(text)}` of {call.called} keeps Redis from answering anybody else")
    if call.path == ("redis-cli", "srandmember") and not all(
        re.fullmatch(r"-?(?:\d{1,4}|10000)", text.text) for text in call.free[1:]
    ):
        yield Reason(Risk.UNKNOWN, f"so many members of {call.called} keep Redis from answering anybody else")
    for option in call.options:
        if option.name in {"-r", "--count"} and option.value and not re.fullmatch(r"\d{1,5}|-1", option.value.text):
            yield Reason(Risk.UNKNOWN, f"`{option.name}` of {call.called} asks too often or for too much")

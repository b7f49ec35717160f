"""A line as it was before a program marked, coloured or encoded it: the rules see that as well, and what they find is mapped back."""

import re
from collections.abc import Iterator

_FRONT = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ][\d:.,]{8,20}(?:Z|[+-]\d\d:?\d\d)?[ ]|[A-Z][a-z]{2}[ ][ \d]\d[ ]\d\d:\d\d:\d\d[ ][^\s:]{1,64}[ ][^\s:]{1,64}:[ ]"
    r"|\x1b\[[\d;]{0,16}[mK]|[ ]{0,8}\d{1,9}(?:[:\t-]|[ ]{1,2})|[+<>](?=[ \t\w\"'-])[ ]?|-(?=[ ]{2}|-[ ])"
    r"|[^\s:=|]{1,120}[:-]\d{1,7}[:-]|[^\s:=|]{0,100}(?:/[^\s:=|]{1,100}|\.(?:ya?ml|json|conf|cfg|ini|env|properties|xml|toml|txt|log))[:-](?!/)"
    r"|[^\s|=]{1,60}[ ]{0,40}\|[ ]|\[[^\]\s]{1,120}(?:[ ][^\]\s]{1,60})?\][ ]|[\"'](?=[ -]))(?!$)"
)
"""What numbers, offsets, marks of a comparison, names of files, times and sources put in front of a line."""
_TAIL = re.compile(r"(?:\$|(?<!:)[ \t]{1,200}[<|>(]|\^M)\s{0,4}$")
_FRONTS_MAX = 4
_MARK = re.compile(
    r"\x1b\[[\d;]{0,16}[mK]|\^I|%[2-7][0-9A-Fa-f]|\\(?:u00|x)(?P<code>[2-7][0-9A-Fa-f])|\\(?P<char>[\"'\\$/])|&(?:quot|#34|#39|apos|#x22);"
)
_LEVELS_MAX = 4
_ENTITIES = {"&quot;": '"', "&#34;": '"', "&#x22;": '"', "&#39;": "'", "&apos;": "'", "^I": "\t"}


def inside(text: str) -> tuple[int, int]:
    """Where the line itself begins and ends that stands behind such marks."""
    if text[:1] == "{":
        return 0, len(text)
    at = 0
    for _ in range(_FRONTS_MAX):
        if not (found := _FRONT.match(text, at)):
            break
        at = found.end()
    tail = _TAIL.search(text, max(at, len(text) - 210))
    return at, tail.start() if tail else len(text)


def decoded(text: str) -> Iterator[tuple[str, list[int]]]:
    """The line without colours and with one level after the other of escapes taken off; where each character of it stood."""
    at = list(range(len(text) + 1))
    for _ in range(_LEVELS_MAX):
        kept: list[str] = []
        places: list[int] = []
        done = 0
        for mark in _MARK.finditer(text):
            char = _meant(mark)
            kept += (text[done : mark.start()], char)
            places += at[done : mark.start() + len(char)]
            done = mark.end()
        if not done:
            return
        text = "".join((*kept, text[done:]))
        at = places + at[done:]
        yield text, at


def _meant(mark: re.Match[str]) -> str:
    found = mark[0]
    if found[0] == "%":
        return chr(int(found[1:], 16))
    return mark["char"] or (chr(int(mark["code"], 16)) if mark["code"] else _ENTITIES.get(found, ""))

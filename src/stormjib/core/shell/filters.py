"""Filters of jq: read as code and strings, so that one which shows variables, reads files or fills the memory is no read."""

import re

_NAMES = re.compile(
    r"\b(?:env|range|repeat|while|until|def|import|include|combinations|setpath|infinite|input_filename|debug|stderr|halt|halt_error"
    r"|get_search_list|modulemeta)\b|recurse\s*\(|\$ENV|\$__"
)
_GROWS = re.compile(r"(?<![\d.])[\d.]++e\d|\[\s*+\d{6}")
_FACTOR = re.compile(r"(?<![\w.])\d{1,4}\s*\*(?!\s*\.?\d{5})|\*\s*\d{1,4}(?![\w.])")
_PART = r"(?:\.(?:\[\])?|\$\w+|\(\s*\.\s*\))"
_DOUBLED = re.compile(rf"(?<![\w\])]){_PART}\s*[,+]\s*{_PART}(?![\w\[\"])")
_DOUBLED_MAX = 3
_FILTER_MAX = 4_096


def code_of(filter_text: str) -> str | None:
    """The filter with every string as ``""`` and what is interpolated kept.

    Nothing if it holds a comment, which versions of jq end in different places, or a string that does not end.
    """
    code: list[str] = []
    open_parentheses: list[int] = []  # one for each string that is being interpolated
    at, within = 0, False
    while at < len(filter_text):
        letter = filter_text[at]
        if within and letter == "\\":
            if filter_text[at + 1 : at + 2] == "(":
                open_parentheses.append(0)
                code.append(" ( ")
                within = False
            at += 1
        elif letter == '"':
            within = not within
            code.append('"')
        elif not within:
            if letter == "#":
                return None
            if open_parentheses and letter in "()":
                if letter == ")" and not open_parentheses[-1]:
                    open_parentheses.pop()
                    within = True
                else:
                    open_parentheses[-1] += 1 if letter == "(" else -1
            code.append(letter if not (within and letter == ")") else " ) ")
        at += 1
    return None if within or open_parentheses else "".join(code)


def only_picks(filter_text: str, *, wild: bool) -> bool:
    """Whether a filter shows no variable, reads no other file and grows no more than a few times.

    ``wild`` says that the shell may have its wildcards match names of files.
    """
    code = code_of(filter_text) if len(filter_text) <= _FILTER_MAX else None
    if code is None:
        return False
    plain = re.sub(r"(?<!\.)\.[A-Za-z_]\w*", ".x", code)
    if _NAMES.search(plain) or _GROWS.search(plain):
        return False
    factors = plain.count("*")
    if factors and (not wild or '"' in plain) and (factors > 1 or not _FACTOR.search(plain)):
        return False
    return len(_DOUBLED.findall(plain)) <= _DOUBLED_MAX

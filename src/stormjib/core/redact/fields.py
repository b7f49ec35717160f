"""Where secrets stand in a line: well-known shapes, and what a name, an option or an address in front of it says to be secret."""

import base64
import binascii
import re
from collections.abc import Iterator

from stormjib.core.redact.names import JUDGED_CHARS, is_done, is_secret, is_value
from stormjib.core.redact.shapes import (
    ASSIGNED,
    BASIC,
    BELIEVED,
    CALLED,
    ELEMENTS,
    FIELD_AHEAD,
    IN_QUOTES,
    LONE_ENTRY,
    LONE_FIELD,
    LONE_USERINFO,
    MARKS,
    NAME_HINTS,
    NAMED,
    NO_COLUMN_VALUE,
    OPENED,
    OPTION_HINTS,
    OPTIONS,
    ORACLE,
    PAIRED,
    SENTENCES,
    SHAPE_HINTS,
    SHAPES,
    TCP_USERINFO,
    USER,
    USERINFO,
    VALUE,
    WORD_HINT,
    WORD_HINTS,
)
from stormjib.core.redact.views import decoded, inside

_LONE_COLONS_MIN = 2
SHORT_WORDS_MAX = 12
_URL_CHARS_MAX = 1024
_AFTER_CHARS = 40
_TRIES_MAX = 20
"""A word in which so many names of secrets follow one another is hidden as a whole rather than read through for each."""


def has_name(text: str, low: str) -> bool:
    """Whether the name of a secret may stand in a line; ``low``: the line in small letters."""
    return _any(NAME_HINTS, low) or not text.isascii() or bool(_any(WORD_HINTS, low) and WORD_HINT.search(low))


def hidden(text: str, low: str = "", *, named: bool | None = None) -> Iterator[tuple[int, int, str]]:
    """Where secrets stand in a line, and what they are. ``low`` and ``named`` (``has_name``), where they are known."""
    low = low or text.lower()
    named = has_name(text, low) if named is None else named
    yield from _seen(text, low, named=named)
    if (named or "%40" in low) and _any(MARKS, text):
        for view, at in decoded(text):
            yield from ((at[start], at[end], kind) for start, end, kind in _seen(view, view.lower(), named=True))
    colons = text.count(":")
    if (named or colons >= _LONE_COLONS_MIN) and is_short(text):
        yield from _alone(text)
        start, end = inside(text) if named or colons > _LONE_COLONS_MIN else (0, len(text))
        if start or end < len(text):
            yield from ((start + first, start + last, kind) for first, last, kind in _alone(text[start:end]))


def _seen(text: str, low: str, *, named: bool) -> Iterator[tuple[int, int, str]]:
    for kind, hints, shape in SHAPES if _any(SHAPE_HINTS, low) else ():
        for match in shape.finditer(text) if _any(hints, low) else ():
            yield match.start(), match.end(), kind
    if named:
        yield from _named(text, f" {low}")
    if _any(OPTION_HINTS, low):
        yield from _given(text)
    if "@" in text:
        yield from _in_addresses(text)
    for match in BASIC.finditer(text) if "basic" in low else ():
        if _is_basic(match["hidden"]):
            yield *match.span("hidden"), "password"


def is_short(text: str) -> bool:
    """Whether a line may hold nothing but one field, whatever stands in front of it."""
    return len(text.split(None, SHORT_WORDS_MAX)) < SHORT_WORDS_MAX


def _alone(text: str) -> Iterator[tuple[int, int, str]]:
    """A name with its value, or the line of a file of passwords, and nothing else in the line."""
    if (entry := LONE_ENTRY.match(text)) and not is_done(entry["hidden"]):
        yield *entry.span("hidden"), "password"
    lone = LONE_FIELD.match(text)
    if lone and is_value("password", lone["hidden"].strip("\"'")) and not NO_COLUMN_VALUE.fullmatch(lone["hidden"]):
        yield *lone.span("hidden"), lone["name"][:40]


def _any(hints: tuple[str, ...], low: str) -> bool:
    for hint in hints:  # noqa: SIM110 - asked of every line, and a generator takes twice the time
        if hint in low:
            return True
    return False


def _named(text: str, low: str) -> Iterator[tuple[int, int, str]]:
    """What a name in front of it says to be secret."""
    for pattern, kind, hints in SENTENCES:
        for match in pattern.finditer(text) if _any(hints, low) else ():
            start, end = _hidden_part(match)
            told = text[start:end].strip("\"'")
            if not is_done(told) if pattern in BELIEVED else is_value("password", told):
                yield start, end, kind
    for match in PAIRED.finditer(text) if "value" in low else ():
        value = VALUE.match(text, match.end()) if is_secret(match["name"]) else None
        if value and is_value(match["name"], value[0].strip("\\\"'")):
            yield *value.span(), match["name"][:40]
    for pattern, hints in NAMED:
        for match in pattern.finditer(text) if _any(hints, low) else ():
            start, end = _hidden_part(match)
            if is_secret(match["name"]) and is_value(match["name"], text[start:end].strip("\"'")):
                yield start, end, match["name"][:40]
    yield from _assigned(text)


def _hidden_part(match: re.Match[str]) -> tuple[int, int]:
    """Where the value is: patterns with several places for it call the others by another name."""
    return next(match.span(name) for name in match.re.groupindex if name not in {"name", "before"} and match[name] is not None)


def _assigned(text: str) -> Iterator[tuple[int, int, str]]:
    """The values of ``name=value``, ``"name": "value"`` and the like, each name by itself: also those in another one's value."""
    done = tried = tries = 0
    lead = len(text) - len(text.lstrip(" -\t"))
    for match in ASSIGNED.finditer(text):
        at = opened.end() if (opened := OPENED.match(text, match.end())) else match.end()
        full = match["name"]
        name = full if is_secret(full) else full.rsplit(".", 1)[-1]
        if name.casefold() == "pwd" and match["sep"][-1] != " ":
            name = "" if _PATH.match(text, at) else "password"
        if match.start() < done or not is_secret(name):
            continue
        tries = tries + 1 if at < tried else 0
        judged, end = (tried, tried) if at < tried else _value_end(text, match, at)
        if tries > _TRIES_MAX or (
            end > at
            and _is_assigned(text[at:judged], text[end : end + _AFTER_CHARS], match["sep"], name, first=match.start() == lead)
        ):
            yield at, end, full[:40]
            done = end
        elif text[at : at + 1] not in {'"', "'", "\\"}:
            tried = max(tried, end)


def _value_end(text: str, match: re.Match[str], at: int) -> tuple[int, int]:
    """As far as it is judged, and where the value at ``at`` ends, behind a match of ``ASSIGNED``; where quotes stand around both, with them."""
    quote = text[match.start() - 1 : match.start()] if match.start() else ""
    if quote in IN_QUOTES and match["sep"] == "=" and (whole := IN_QUOTES[quote].match(text, at)):
        return whole.end(), whole.end()
    value = VALUE.match(text, at)
    end = value.end() if value else at
    more = ELEMENTS.match(text, at) if "[" in text[match.end() : at] else CALLED.match(text, end)
    return end, more.end() if more else end


def _given(text: str) -> Iterator[tuple[int, int, str]]:
    """What programs get as passwords by options that mean something else with other programs."""
    options = ""
    for match in OPTIONS.finditer(text):
        if match["end"]:
            options = ""
        elif match.lastgroup != "value":
            options = match.lastgroup or ""
        elif options == "attached":
            if match["option"] == "-p" and not match["gap"] and not is_done(match["value"].strip("\"'")):
                yield *match.span("value"), "password"
        elif options == "user":
            if match["option"] in {"-u", "-U", "-a", "--user", "--proxy-user"} and (
                user := USER.match(text, match.start("value"))
            ):
                yield *user.span("hidden"), "password"
        elif options and match["option"] in _PASSWORD_OPTIONS[options] and not is_done(match["value"].strip("\"'")):
            yield *match.span("value"), "password"


_PASSWORD_OPTIONS = {
    "sshpass": {"-p"},
    "redis": {"-a", "--pass"},
    "small_p": {"-p"},
    "small_w": {"-w"},
    "large_p": {"-P"},
}
"""By what the pattern calls a kind of program."""


def _in_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Passwords in addresses. One may hold ``/`` and ``@`` although it should not; a port is none."""
    end = 0
    for match in USERINFO.finditer(text):
        at = match.end()
        if at >= end:
            found = _URL_END.search(text, at)
            end = found.start() if found else len(text)
        last = min(end, at + _URL_CHARS_MAX)
        following = text.find("://", at, last)
        last = following if following >= 0 else last
        close = text.rfind("@", at, last)
        if plain := _PLAIN_USERINFO.match(text, at):
            close = plain.end()
        if close > at and not _PORT.match(text, at) and not is_done(text[at:close]):
            yield at, close, "password"
    for pattern in (LONE_USERINFO, TCP_USERINFO, ORACLE):
        for match in pattern.finditer(text):
            if not is_done(match["hidden"]):
                yield *match.span("hidden"), "password"


_URL_END = re.compile(r"[\s'\"<>]|$")
_PORT = re.compile(r"\d{1,5}[/?#,]")
_PLAIN_USERINFO = re.compile(r"[^\s/@'\"<>]{1,512}(?=@(?:[\w-]{1,63}\.[\w.-]{1,200}|[\w-]{1,63}:\d|localhost\b|\[))")


def _is_basic(value: str) -> bool:
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (ValueError, binascii.Error):
        return False


def _is_assigned(raw: str, after: str, sep: str, name: str, *, first: bool) -> bool:
    """Whether the value of a secret name is one: prose such as ``token: unexpected end`` is not."""
    quoted = raw[:1] in {'"', "'"} or raw[:2] == '\\"'
    value = raw[:JUDGED_CHARS].strip("\\\"'")
    if not is_value(name, value):
        return False
    after = after.partition("\n")[0]
    prose = ":" in sep and not quoted and value.isalpha() and value.islower() and after.strip(" .,;\"'}])\\")
    return not prose or (first and " " not in after.strip()) or bool(FIELD_AHEAD.match(after) and _PASSWORD.search(name))


_PATH = re.compile(r"\\?[\"']?(?:[/~\\.$%]|[A-Za-z]:[\\/])")
_PASSWORD = re.compile(r"passw|secret", re.IGNORECASE)

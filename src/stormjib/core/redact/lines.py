"""Secrets that only the lines before give away: a YAML block, a value below its name, the inside of a key without its beginning."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from stormjib.core.redact.fields import is_short
from stormjib.core.redact.names import SECRET_CHARS_MIN, is_secret, is_value
from stormjib.core.redact.shapes import INNER, VALUE
from stormjib.core.redact.views import decoded, inside

Span = tuple[int, int, str]

_PUBLIC = re.compile(
    r"-----(BEGIN|END) (?:[A-Z0-9]+ ){0,3}(?:CERTIFICATE|PUBLIC KEY|REQUEST|CRL|SIGNATURE|MESSAGE)[A-Z ]{0,12}-----"
)
_KEY_EDGE = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\bPrivate-Lines: \d+")
_BODY = re.compile(r"(?:(?<=[\s|>:\"',])|^)(?P<hidden>[A-Za-z0-9+/]{60,76}={0,2})[\s\"',\\]{0,4}(?:\\n\"?)?$")
_REST = re.compile(r"(?:(?<=[\s|>:\"',])|^)(?P<hidden>[A-Za-z0-9+/]{20,76}={0,2}|[A-Za-z0-9+/]{2,76}={1,2})\s*$")
_LONE_NAME = re.compile(
    r"\s*(?:\d{1,6}\)\s*|- (?=[\"']?-))?[\"']?(?P<name>requirepass|masterauth|tls(?:-client)?-key-file-pass|sentinel-pass|sasl\.password|--?[\w-]{0,40}pass"
    r"|[\w.-]{0,40}?(?:password|passwd|passphrase|(?:api|secret|access|private)[_-]?key|token|passwort|senha))[\"']?,?\s*$",
    re.IGNORECASE,
)
_LONE_VALUE = re.compile(r"\s*(?:\d{1,6}\)\s*|- )?(?P<hidden>\"[^\"\n]{1,1024}|'[^'\n]{1,1024}|[^\s\"'\]}-][^\"'\n]{0,1024})")
_HEADING = re.compile(
    r"(?P<indent>\s{0,80}(?:- )?)[\"']?(?P<name>[\w.-]{2,80})[\"']?\s?(?:[:=]|=>)\s{0,8}(?P<open>[|>][+-]?\d?[+-]?\s{0,8}(?:#.*)?|[\[{(])?$"
)
"""What its lines below belong to, further in."""
_RULE = re.compile(r"\s{0,8}-{3,400}\s*$")
_ROWS = re.compile(r"\s{0,80}$|\(\d{1,9} rows?\)|Events:|[\w.-]{1,80}:$")
_PAIR_NAME = re.compile(
    r"\s*(?:- )?(?:[\"']?(?:name|key|(?:parameter|output)key)[\"']?\s*:\s*[\"']?(?P<name>[\w./-]{2,80})[\"']?,?|<(?:name|key)>(?P<tag>[\w.-]{2,80})</\w{3,4}>)\s*$",
    re.IGNORECASE,
)
_PAIR_VALUE = re.compile(
    r"(?P<indent>\s*(?:- )?)(?:[\"']?(?:(?:parameter|output)?value)[\"']?\s*:\s*|<(?:value|string)>(?=[^<\n]{1,1024}<))",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_ENTRY = re.compile(r"(?:- )?[\"']?(?P<name>[\w.$#-]{1,80})[\"']?\s?(?::(?:\s|$)|=|=>)\s*")
_FIELD = re.compile(r"\s{0,200}[\"'][\w.-]{1,80}[\"']\s?:")
_SCALAR = re.compile(r"(?:- )?(?P<hidden>\"[^\"\n]{1,1024}\"?|'[^'\n]{1,1024}'?|[^\s\"'\[\]{}<>#-][^\s\"'\[\]{}<>]{0,1024}),?$")
_NAMES_OF_SECRETS = re.compile(r".{0,20}(?:secrets|secretkeyref|secretref|secretname|keys)", re.IGNORECASE)
_PAIR_LINES_MAX, _INSIDE_LINES_MAX = 6, 400
_PATH_SLASHES_MIN = 7
_LETTERS_MIN, _DIGITS_MIN = 10, 3
_LINE_CHARS_MAX = 2048
"""Nothing of this stands in longer lines."""


class Inside(NamedTuple):
    """The lines that belong to a name above them: further in, or until a bracket closes."""

    name: str
    indent: int
    opened: str
    fronted: bool


class Lines:
    """Goes along the lines of a text and says where in each of them a secret stands that belongs to a line before."""

    def __init__(self) -> None:
        """Before the first line."""
        self._public = self._body = self._column = False
        self._below = self._pair = ""
        self._left = 0
        self._inside: Inside | None = None
        self.waiting: tuple[int, int] | None = None
        """Where in the line a value stands of which the next line may have the name."""

    def spans(self, line: str, *, hinted: bool) -> Iterator[Span]:
        """The secrets of the next line, each with what it is; ``hinted``: it may hold the name of one."""
        if len(line) > _LINE_CHARS_MAX:
            return
        text = line.rstrip("\r\n")
        self.waiting = None
        yield from self._key(text)
        if ("alue" in text or "VALUE" in text) and not self._pair and (value := _value(text)):
            self.waiting = value
        if not (hinted or self._below or self._pair or self._inside):
            return
        if not (self._below or self._pair or self._inside or is_short(text)):
            return
        start, end = inside(text)
        quoted = start and text[start - 1] in "\"'" and text[end - 1 :] == text[start - 1]
        shown = text[start : end - 1 if quoted else end]
        decoding = next(iter(decoded(shown)), None) if quoted else None
        shown, at = decoding or (shown, range(len(shown) + 1))
        if self._inside and not self._inside.fronted:
            yield from self._within(text)
        elif self._inside:
            yield from ((start + at[first], start + at[last], name) for first, last, name in self._within(shown))
        after = [(start + at[first], start + at[last], name) for first, last, name in self._after(shown)]
        yield from after
        if hinted and not after and not self._inside and not self._remember(text, fronted=False) and (start or end < len(text)):
            self._remember(shown, fronted=True)

    def _within(self, text: str) -> Iterator[Span]:
        """Of what stands further in than its name: all of a block, the bare values of a list, the value of an object."""
        if self._inside is None or not text.strip():
            return
        name, indent, opened, _ = self._inside
        start = len(text) - len(text.lstrip())
        self._left -= 1
        is_rule = not opened and self._left == _INSIDE_LINES_MAX - 1 and _RULE.match(text)
        if is_rule:  # as `kubectl describe` shows a ConfigMap
            self._below, self._column, self._inside = name, True, None
        elif self._left < 0 or start < indent or (start == indent and (opened[:1] in {"|", ">"} or text[start] != "-")):
            self._inside = None
        elif opened[:1] in {"|", ">"}:
            yield start, len(text), name
        elif entry := _ENTRY.match(text, start):
            value = VALUE.match(text, entry.end()) if entry["name"].casefold() in INNER else None
            if value and is_value(name, value[0].strip("\"'")):
                yield *value.span(), name
        elif (scalar := _SCALAR.match(text, start)) and is_value(name, scalar["hidden"].strip("\"'")):
            yield *scalar.span("hidden"), name

    def _after(self, text: str) -> Iterator[Span]:
        """What belongs to the name in the line before, or in one shortly before."""
        if self._below and (self._column or text.strip() not in {"]", "],"}):
            yield from self._under(text)
        if not self._pair:
            return
        self._left -= 1
        found = _PAIR_VALUE.match(text)
        if found and "-" in found["indent"]:
            self._pair = ""
        elif found and _BLOCK.match(text, found.end()):
            self._inside, self._left = Inside(self._pair, len(found["indent"]), "|", fronted=True), _INSIDE_LINES_MAX
            self._pair = ""
        elif found:
            value = VALUE.match(text, found.end())
            if value and len(value[0]) >= SECRET_CHARS_MIN and is_value(self._pair, value[0].strip("\"'")):
                yield *value.span(), self._pair
        elif self._left < 0 or text.strip()[:1] in {"-", "}", ""}:
            self._pair = ""

    def _under(self, text: str) -> Iterator[Span]:
        """The value below its name, or all below a rule."""
        below = self._below
        if _RULE.match(text) and not self._column:
            self._column = True
        elif self._column and _ROWS.match(text):
            self._below, self._column = "", False
        else:
            self._below = below if self._column else ""
            value = None if _FIELD.match(text) else _LONE_VALUE.match(text)
            if value and is_value("password", value["hidden"].strip("\"'")):
                yield value.start("hidden") + (value["hidden"][0] in "\"'"), value.end("hidden"), below

    def _remember(self, text: str, *, fronted: bool) -> bool:
        """What the next lines have to be looked at for."""
        if lone := _LONE_NAME.match(text):
            self._below, self._column = lone["name"].lower().lstrip("-"), False
        elif name := _named(text):
            self._pair, self._left = name, _PAIR_LINES_MAX
        elif (
            (heading := _HEADING.match(text)) and is_secret(heading["name"]) and not _NAMES_OF_SECRETS.fullmatch(heading["name"])
        ):
            self._inside = Inside(heading["name"][:40], len(heading["indent"]), heading["open"] or "", fronted)
            self._left = _INSIDE_LINES_MAX
        else:
            return False
        return True

    def _key(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Lines of a private key of which the first is not there, as ``tail`` and ``tac`` leave it. A certificate is none."""
        if "-----" in text and (public := _PUBLIC.search(text)):
            self._public, self._body = public[1] == "BEGIN", False
        elif ("-----END" in text or "Private-L" in text) and _KEY_EDGE.search(text):
            self._body = True
        elif not self._public:
            found = _BODY.search(text)
            if not (found and _is_random(found["hidden"])):
                found = _REST.search(text) if self._body else None
            self._body = found is not None
            if found:
                yield *found.span("hidden"), "private key"


def named_below(text: str) -> str:
    """The secret to which a value belongs that stands in the line before."""
    start, end = inside(text)
    shown = text[start:end].lstrip()
    return "" if shown[:1] == "-" else _named(shown)  # a dash begins another pair


def _value(text: str) -> tuple[int, int] | None:
    start, end = inside(text)
    for at in {0, start}:
        found = _PAIR_VALUE.match(text, at, end)
        value = VALUE.match(text, found.end(), end) if found else None
        if value and len(value[0]) >= SECRET_CHARS_MIN:
            return value.span()
    return None


def _named(text: str) -> str:
    """The secret of which the name stands in a line like ``name: DB_PASSWORD``, "" for none."""
    pair = _PAIR_NAME.match(text)
    name = (pair["name"] or pair["tag"]) if pair else ""
    return name[-40:] if is_secret(name.rsplit("/", 1)[-1]) else ""


def _is_random(token: str) -> bool:
    """Whether this is base64 of a key rather than a checksum, a name or a path."""
    upper, lower, digits = (sum(map(test, token)) for test in (str.isupper, str.islower, str.isdigit))
    return min(upper, lower) >= _LETTERS_MIN and digits >= _DIGITS_MIN and token.count("/") < _PATH_SLASHES_MIN

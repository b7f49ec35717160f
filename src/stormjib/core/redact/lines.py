"""Secrets that only the lines before give away: a YAML block, a value below its name, the inside of a key without its beginning."""

import re
from collections.abc import Iterator

from stormjib.core.redact.fields import SECRET_CHARS_MIN, is_secret, is_value
from stormjib.core.redact.shapes import VALUE

_PUBLIC = re.compile(
    r"-----(BEGIN|END) (?:[A-Z0-9]+ ){0,3}(?:CERTIFICATE|PUBLIC KEY|REQUEST|CRL|SIGNATURE|MESSAGE)[A-Z ]{0,12}-----"
)
_KEY_EDGE = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\bPrivate-Lines: \d+")
_BODY = re.compile(r"(?:(?<=[\s|>:\"',])|^)(?P<hidden>[A-Za-z0-9+/]{60,76}={0,2})[\s\"',\\]{0,4}(?:\\n\"?)?$")
_REST = re.compile(r"(?:(?<=[\s|>:\"',])|^)(?P<hidden>[A-Za-z0-9+/]{20,76}={0,2}|[A-Za-z0-9+/]{2,76}={1,2})\s*$")
_LONE_NAME = re.compile(
    r"\s*(?:\d{1,6}\)\s*)?[\"']?(?P<name>requirepass|masterauth|tls(?:-client)?-key-file-pass|sentinel-pass|sasl\.password"
    r"|[\w.-]{0,40}?(?:password|passwd|passphrase|(?:api|secret|access|private)[_-]?key|token|passwort|senha))[\"']?,?\s*$",
    re.IGNORECASE,
)
_LONE_VALUE = re.compile(r"\s*(?:\d{1,6}\)\s*)?[\"']?(?P<hidden>[^\s\"'][^\"'\n]{0,1024})")
_BLOCK = re.compile(r"(?P<indent>\s*(?:- )?)[\"']?(?P<name>[\w.-]{2,80})[\"']?:\s*[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_HEADING = re.compile(r"\s{0,8}(?P<name>[\w.-]{2,80}):\s*$")
_RULE = re.compile(r"\s{0,8}-{3,8}\s*$")
_PAIR_NAME = re.compile(
    r"\s*(?:-\s+)?[\"']?(?:name|key|(?:parameter|output)key)[\"']?\s*:\s*[\"']?(?P<name>[\w.-]{2,80})[\"']?,?\s*$", re.IGNORECASE
)
_PAIR_VALUE = re.compile(r"\s*[\"']?(?:(?:parameter|output)?value)[\"']?\s*:\s*", re.IGNORECASE)
_PATH_SLASHES_MIN = 7
_LETTERS_MIN, _DIGITS_MIN = 10, 3
_LINE_CHARS_MAX = 2048
"""Nothing of this stands in longer lines."""


class Lines:
    """Goes along the lines of a text and says where in each of them a secret stands that belongs to a line before."""

    def __init__(self) -> None:
        """Before the first line."""
        self._public = self._body = False
        self._below = self._pair = self._heading = ""
        self._block: tuple[int, str] | None = None

    def spans(self, line: str) -> Iterator[tuple[int, int, str]]:
        """The secrets of the next line, each with what it is."""
        if len(line) > _LINE_CHARS_MAX:
            return
        text = line.rstrip("\r\n")
        if self._block and (text.strip() or not text):
            indent, name = self._block
            start = len(text) - len(text.lstrip())
            if text and start <= indent:
                self._block = None
            elif text:
                yield start, len(text), name
                return
        below, self._below = self._below, ""
        pair, self._pair = self._pair, ""
        if below and (value := _LONE_VALUE.match(text)) and is_value("password", value["hidden"]):
            yield *value.span("hidden"), below
            return
        found = _PAIR_VALUE.match(text) if pair else None
        value = VALUE.match(text, found.end()) if found else None
        if value and len(value[0]) >= SECRET_CHARS_MIN and is_value(pair, value[0].strip("\"'")):
            yield *value.span(), pair
        yield from self._key(text)
        self._remember(text)

    def _remember(self, text: str) -> None:
        """What the next lines have to be looked at for."""
        heading, self._heading = self._heading, ""
        if heading and _RULE.match(text):  # as `kubectl describe` shows a ConfigMap
            self._below = heading
        elif (headed := _HEADING.match(text)) and is_secret(headed["name"]):
            self._heading = headed["name"][:40]
        elif lone := _LONE_NAME.match(text):
            self._below = lone["name"].lower()
        elif (pair := _PAIR_NAME.match(text)) and is_secret(pair["name"]):
            self._pair = pair["name"][:40]
        elif (block := _BLOCK.match(text)) and is_secret(block["name"]):
            self._block = len(block["indent"]), block["name"][:40]

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


def _is_random(token: str) -> bool:
    """Whether this is base64 of a key rather than a checksum, a name or a path."""
    upper, lower, digits = (sum(map(test, token)) for test in (str.isupper, str.islower, str.isdigit))
    return min(upper, lower) >= _LETTERS_MIN and digits >= _DIGITS_MIN and token.count("/") < _PATH_SLASHES_MIN

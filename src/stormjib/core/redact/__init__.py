"""What is secret: one list of names, the well-known shapes of secrets, and every form in which a configured value may be printed."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from stormjib.core.redact.shapes import (
    ASSIGNED,
    BASIC,
    BEARER,
    HEADER,
    LONE_USERINFO,
    NAME_HINTS,
    PEM_BEGIN,
    PEM_BODY,
    PEM_END,
    SHAPE_HINTS,
    SHAPES,
    SPOKEN,
    TAGGED,
    TCP_USERINFO,
    USERINFO,
)

SECRET_CHARS_MIN = 4
"""A shorter value stands in ordinary text too often; redacting it would destroy the output."""
_PART_CHARS_MIN = 8
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PEM_LINES_MAX = 400

_NAME = re.compile(
    r"(?:^|[_.-])(?:TOKENS?|SECRETS?|PASS(?:WORD|WD|PHRASE|CODE)?|PWD|PAT|KEYS?|CREDENTIALS?|CREDS?|AUTH|AUTHORIZATION|BEARER|JWT|COOKIES?"
    r"|DSN|WEBHOOKS?|PIN|OTP|SALT|SIGNATURE)(?:[_.-]|$)|(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|PASS|CREDENTIALS|COOKIE)$"
    r"|(?:DATABASE|DB|REDIS|MONGO(?:DB)?|AMQP|RABBITMQ|POSTGRES(?:QL)?|MYSQL|BROKER|CACHE|CONNECTION)_(?:UR[IL]|STRING)$|SECRET|PASSWORD|CREDENTIAL",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"password|passwd|passphrase|secret|credential|api[_.-]?key|access[_.-]?key|private[_.-]?key|auth[_.-]?token|access[_.-]?token|refresh[_.-]?token"
    r"|(?:^|[_.-])token$|_pass$|_pwd$|dsn$|jwt|cookie|authorization|webhook_ur[il]$|(?:database|db|redis|mongo(?:db)?|amqp|broker)_ur[il]$",
    re.IGNORECASE,
)
"""In an output these are believed whatever the value; of any other secret name the value must look like one."""
_PLAIN = (
    "true false null none nil empty yes no ok on off set unset expired invalid missing required incorrect wrong denied rejected "
    "accepted failed failure error errors authentication authenticated is was not has must unexpected expected unknown default "
    "for and or the a an in of to from with by at user login enabled disabled valid changed updated rotated revoked found given "
    "provided auth basic bearer string str int bool bytes undefined redacted hidden masked removed n/a optional "
    " "
)
_PLAIN_VALUES = frozenset(_PLAIN.split())

_ENTROPY = re.compile(r"(?=[^\n]*\d)(?=[^\n]*[A-Za-z])[\w+/=.~!@#$%^&*-]{8,}")


def is_secret(name: str) -> bool:
    """Whether the name of a variable or a field says that its value is not for everyone's eyes."""
    return name not in {"PWD", "OLDPWD"} and bool(_NAME.search(name))


def holds_secret(value: str) -> bool:
    """Whether a value looks like a secret whatever it is called: an address with a password, a token, a key."""
    return next(_hidden(value), None) is not None


def forms(secrets: Mapping[str, str]) -> dict[str, str]:
    """Every text in which the values may be printed → the name: as they are, line by line, in base64, in addresses, in JSON."""
    found: dict[str, str] = {}
    for name, value in secrets.items():
        if len(value) < SECRET_CHARS_MIN:
            continue
        parts = [value, *(line.strip() for line in value.splitlines() if len(line.strip()) >= _PART_CHARS_MIN)]
        for part in parts:
            data = part.encode("utf-8", "surrogateescape")
            coded = _percent(part)
            written = [part, coded, coded.replace("%2F", "/"), coded.replace("%20", "+")]
            written += [json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1]]
            written += [text for text in _base64(data) if len(text) >= _PART_CHARS_MIN]
            for text in written:
                found.setdefault(text, name)
                if "%" in text and text != part:
                    found.setdefault(re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), text), name)
    return {text: name for text, name in found.items() if len(text) >= SECRET_CHARS_MIN}


def _percent(text: str) -> str:
    """As in an address: RFC 3986, 2.1."""
    data = text.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in data)


def _base64(data: bytes) -> Iterator[str]:
    """What certainly stands in the base64 of a text with these bytes in it, wherever they begin."""
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        start = (0, 2, 3)[offset]
        end = len(whole) - (1 if (offset + len(data)) % 3 else 0)
        yield whole[start:end]
        yield whole[start:end].translate(str.maketrans("+/", "-_"))


class Shapes:
    """Redacts well-known shapes line by line; of what goes over lines, such as a private key, it remembers where it is."""

    def __init__(self) -> None:
        """At the beginning of a text."""
        self._key_lines = 0
        self.kinds: set[str] = set()

    def line(self, text: str) -> str:
        """One line, or a long line's part, without the secrets in it."""
        if self._key_lines:
            return self._in_key(text)
        begin = PEM_BEGIN.search(text)
        if begin:
            self.kinds.add("private key")
            rest = text[begin.end() :]
            end = PEM_END.search(rest)
            if end is None and (not rest.strip() or "\\n" not in rest):
                self._key_lines = 1
            after = self.line(rest[end.end() :]) if end else "\n" if text.endswith("\n") else ""
            return self._spans(text[: begin.start()]) + "[redacted private key]" + after
        return self._spans(text)

    def _in_key(self, text: str) -> str:
        self._key_lines += 1
        end = PEM_END.search(text)
        if end:
            self._key_lines = 0
            return self.line(text[end.end() :]) if text[end.end() :].strip() else ""
        if self._key_lines > _PEM_LINES_MAX or (text.strip() and not PEM_BODY.search(text.rstrip())):
            self._key_lines = 0
            return self.line(text)
        return ""

    def _spans(self, text: str) -> str:
        kept: list[str] = []
        at = 0
        for start, end, kind in _merged(_hidden(text)):
            self.kinds.add(kind)
            kept += (text[at:start], f"[redacted {kind}]")
            at = end
        return "".join((*kept, text[at:])) if kept else text


def redacted(text: str) -> str:
    """A text without the well-known shapes of secrets."""
    shapes = Shapes()
    return "".join(shapes.line(line) for line in text.splitlines(keepends=True))


def _merged(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, kind))
    return merged


def _hidden(text: str) -> Iterator[tuple[int, int, str]]:
    """Where secrets stand in a line, and what they are."""
    low = text.lower()
    if any(hint in low for hint in SHAPE_HINTS):
        for kind, shape in SHAPES:
            for match in shape.finditer(text):
                yield match.start(), match.end(), kind
    if any(hint in low for hint in NAME_HINTS):
        yield from _named(text)
    if "@" in text:
        for pattern in (USERINFO, LONE_USERINFO, TCP_USERINFO):
            for match in pattern.finditer(text):
                if not _is_done(match["hidden"]):
                    yield *match.span("hidden"), "password"
    for match in BASIC.finditer(text) if "basic" in low else ():
        if _is_basic(match["hidden"]):
            yield *match.span("hidden"), "password"


def _named(text: str) -> Iterator[tuple[int, int, str]]:
    """What a name in front of it says to be secret."""
    for pattern, kind in ((BEARER, "token"), (HEADER, "header"), (SPOKEN, "password")):
        for match in pattern.finditer(text):
            if not _is_done(match["hidden"]):
                yield *match.span("hidden"), kind
    for match in TAGGED.finditer(text):
        if is_secret(match["name"]) and _is_value(match["name"], match["hidden"]):
            yield *match.span("hidden"), match["name"][:40]
    for match in ASSIGNED.finditer(text):
        name = match["name"].rsplit(".", 1)[-1] if not is_secret(match["name"]) else match["name"]
        if is_secret(name) and _is_assigned(match, name):
            yield *match.span("hidden"), match["name"][:40]


def _is_done(value: str) -> bool:
    """Redacted already, or the name of a variable."""
    return value.startswith(("[redacted", "[blanked", "$", "***", "<", "%")) or value.lower() in _PLAIN_VALUES


def _is_basic(value: str) -> bool:
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (ValueError, binascii.Error):
        return False


def _is_assigned(match: re.Match[str], name: str) -> bool:
    """Whether the value of a secret name is one: prose such as ``token: unexpected end`` is not."""
    raw = match["hidden"]
    quoted = raw[:1] in {'"', "'"} or raw[:2] == '\\"'
    value = raw.strip("\\\"'")
    if not _is_value(name, value):
        return False
    prose = ":" in match["sep"] and not quoted and value.isalpha() and value.islower() and match["after"].strip(" .,;")
    first = not match.string[: match.start()].strip(" -\t")
    return not prose or (first and " " not in match["after"].strip())


def _is_value(name: str, value: str) -> bool:
    """Whether a value is believed to be the secret that its name says."""
    if len(value) < SECRET_CHARS_MIN - 1 or _is_done(value) or value.strip(".,;:!?").lower() in _PLAIN_VALUES:
        return False
    if _FIRM.search(name):
        return not (name.lower().endswith("token") and value.isdigit() and len(value) < _PART_CHARS_MIN)
    return bool(_ENTROPY.fullmatch(value)) and not value.isdigit()

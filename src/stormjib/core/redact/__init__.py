"""What is secret: one list of names, the well-known shapes of secrets, and every form in which a configured value may be printed."""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from stormjib.core.redact.fields import has_name, hidden
from stormjib.core.redact.lines import Lines, Span, named_below
from stormjib.core.redact.markup import Markup
from stormjib.core.redact.names import SECRET_CHARS_MIN, is_secret
from stormjib.core.redact.shapes import OWN_TOKEN, PEM_BEGIN, PEM_BODY, PEM_END
from stormjib.core.redact.tables import Tables, is_rule

__all__ = ["SECRET_CHARS_MIN", "Shapes", "forms", "holds_secret", "is_secret", "redacted", "shown", "without_own_tokens"]

_PART_CHARS_MIN = 8
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_CODED = re.compile(r"%[0-9A-Fa-f]{2}")
_PEM_LINES_MAX = 400
_CARRIED_CHARS_MAX = 200


def holds_secret(value: str) -> bool:
    """Whether a value looks like a secret whatever it is called: an address with a password, a token, a key."""
    return next(hidden(value), None) is not None


def forms(secrets: Mapping[str, str]) -> dict[str, str]:
    """Every text in which the values may be printed → the name: as they are, line by line, in base64 and hex, in addresses, in JSON."""
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
            written += [data.hex(), data.hex().upper(), *(part.upper(), part.lower())[: 2 * (len(part) >= _PART_CHARS_MIN)]]
            written += ["".join(f"{before}{byte:02x}" for byte in data) for before in ("%", "\\x")]
            written += [
                "".join(f"\\u{ord(char):04x}" for char in part),
                data.hex(" "),
                data.hex(":"),
                base64.b32encode(data).decode().rstrip("="),
            ]
            written += [text for text in _base64(data) if len(text) >= _PART_CHARS_MIN]
            for text in written:
                found.setdefault(text, name)
                if "%" in text and text != part:
                    found.setdefault(_CODED.sub(lambda match: match[0].lower(), text), name)
                    found.setdefault(_CODED.sub(lambda match: match[0].upper(), text), name)
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
        self._front = ""
        self._lines = Lines()
        self._tables = Tables()
        self._markup = Markup()
        self._carried = ""
        self._held: tuple[str, list[Span], list[Span], str] | None = None
        self.kinds: set[str] = set()

    def line(self, text: str) -> str:
        """One line, or a long line's part, without the secrets in it, and whatever was held back until it came."""
        return self.rest(text) + self._line(text)

    def rest(self, following: str = "") -> str:
        """What was held back because the line after it tells what it is: the head of a table, a value before its name."""
        if self._held is None:
            return ""
        text, spans, otherwise, kind = self._held
        self._held = None
        if is_rule(following) and kind == "table":
            return self._without(text, otherwise)
        name = named_below(following) if kind == "value" else ""
        return self._without(text, [(start, end, name) for start, end, _ in otherwise] if name else spans)

    def _line(self, text: str) -> str:
        if self._key_lines:
            return self._in_key(text)
        begin = PEM_BEGIN.search(text)
        if begin:
            self.kinds.add("private key")
            rest = text[begin.end() :]
            end = PEM_END.search(rest)
            if end is None and (not rest.strip() or "\\n" not in rest):
                self._key_lines, self._front = 1, re.sub(r"\d", "0", text[: begin.start()])
            after = self._line(rest[end.end() :]) if end else "\n" if text.endswith("\n") else ""
            return self._spans(text[: begin.start()]) + "[redacted private key]" + after
        return self._spans(text)

    def _in_key(self, text: str) -> str:
        """One line of a key; what stands in front of it as it stood in front of its first line, such as a time, is none of it."""
        self._key_lines += 1
        if self._front and re.sub(r"\d", "0", text[: len(self._front)]) == self._front:
            text = text[len(self._front) :]
        end = PEM_END.search(text)
        if end:
            self._key_lines = 0
            return self._line(text[end.end() :]) if text[end.end() :].strip() else ""
        if self._key_lines > _PEM_LINES_MAX or (text.strip() and not PEM_BODY.search(text.rstrip())):
            self._key_lines = 0
            return self._line(text)
        return ""

    def _spans(self, text: str) -> str:
        low = text.lower()
        hinted = has_name(text, low)
        spans = [*self._lines.spans(text, hinted=hinted), *hidden(text, low, named=hinted)]
        if self._carried or text.endswith(("\\\n", "\\")):
            spans += self._continued(text)
        if "<" in text:
            spans += self._markup.spans(text, hinted=hinted)
        if hinted or self._tables.is_open:
            columns = [*self._tables.spans(text.rstrip("\r\n"), hinted=hinted)]
        else:
            self._tables.pass_by(text)
            columns = []
        if columns and self._tables.is_doubtful:
            self._held = text, spans + columns, spans, "table"
            return ""
        if (value := self._lines.waiting) and not spans:
            self._held = text, columns, [(*value, "")], "value"
            return ""
        return self._without(text, spans + columns)

    def _continued(self, text: str) -> list[Span]:
        """The secrets of a line of which the line before is the beginning."""
        whole = self._carried + text.lstrip()
        begun, moved = len(self._carried), len(text) - len(text.lstrip()) - len(self._carried)
        self._carried = whole.rstrip("\n")[:-1][-_CARRIED_CHARS_MAX:] if whole.endswith(("\\\n", "\\")) else ""
        return [(max(start, begun) + moved, end + moved, kind) for start, end, kind in hidden(whole) if begun and end > begun]

    def _without(self, text: str, spans: Sequence[Span]) -> str:
        if not spans:
            return text
        kept: list[str] = []
        at = 0
        for start, end, kind in _merged(spans):
            self.kinds.add(kind)
            kept += (text[at:start], f"[redacted {kind}]")
            at = end
        return "".join((*kept, text[at:]))


def redacted(text: str) -> str:
    """A text without the well-known shapes of secrets."""
    shapes = Shapes()
    return "".join(map(shapes.line, text.splitlines(keepends=True))) + shapes.rest()


@lru_cache(maxsize=4096)
def shown(command: str) -> str:
    """A command as it is kept and shown, without a password that the runbook holds; what runs has it."""
    return redacted(command)


def without_own_tokens(value: object) -> object:
    """What somebody sent, without stormjib's own tokens in it: a note is read by those who may only look."""
    return OWN_TOKEN.sub("[redacted token]", value) if isinstance(value, str) else value


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end, kind in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, kind))
    return merged

"""What is secret: one list of names, the well-known shapes of secrets, and every form in which a configured value may be printed."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from stormjib.core.redact.fields import SECRET_CHARS_MIN, hidden, is_secret
from stormjib.core.redact.lines import Lines
from stormjib.core.redact.shapes import OWN_TOKEN, PEM_BEGIN, PEM_BODY, PEM_END

__all__ = ["SECRET_CHARS_MIN", "Shapes", "forms", "holds_secret", "is_secret", "redacted", "without_own_tokens"]

_PART_CHARS_MIN = 8
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PEM_LINES_MAX = 400


def holds_secret(value: str) -> bool:
    """Whether a value looks like a secret whatever it is called: an address with a password, a token, a key."""
    return next(hidden(value), None) is not None


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
        self._front = ""
        self._lines = Lines()
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
                self._key_lines, self._front = 1, re.sub(r"\d", "0", text[: begin.start()])
            after = self.line(rest[end.end() :]) if end else "\n" if text.endswith("\n") else ""
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
            return self.line(text[end.end() :]) if text[end.end() :].strip() else ""
        if self._key_lines > _PEM_LINES_MAX or (text.strip() and not PEM_BODY.search(text.rstrip())):
            self._key_lines = 0
            return self.line(text)
        return ""

    def _spans(self, text: str) -> str:
        kept: list[str] = []
        at = 0
        for start, end, kind in _merged((*self._lines.spans(text), *hidden(text))):
            self.kinds.add(kind)
            kept += (text[at:start], f"[redacted {kind}]")
            at = end
        return "".join((*kept, text[at:])) if kept else text


def redacted(text: str) -> str:
    """A text without the well-known shapes of secrets."""
    shapes = Shapes()
    return "".join(shapes.line(line) for line in text.splitlines(keepends=True))


def without_own_tokens(value: object) -> object:
    """What somebody sent, without stormjib's own tokens in it: a note is read by those who may only look."""
    return OWN_TOKEN.sub("[redacted token]", value) if isinstance(value, str) else value


def _merged(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        else:
            merged.append((start, end, kind))
    return merged

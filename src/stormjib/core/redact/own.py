"""A whole text without the site's own secrets and the well-known shapes: what an alert says, what a person writes for others to read."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, count
from operator import attrgetter
from typing import Any, Final, TypeVar

import msgspec

from stormjib.core.redact import forms, is_secret, redacted
from stormjib.core.redact.fields import has_name
from stormjib.core.redact.names import is_value

Told = TypeVar("Told", bound=msgspec.Struct)
_CACHED_CHARS_MAX: Final = 200
_SHAPE_BYTES_MAX: Final = 2_000
_KEPT: Final = frozenset({"fingerprint", "source"})
"""What a later message is recognized by."""
_LINES: Final = frozenset({"annotations"})
"""Whose texts keep their lines, such as the body of a mail; whoever shows one makes it one line where that matters."""
_PLAIN: Final = re.compile(r"(?:(?=[^ ]{1,16}(?: |$))[A-Za-z0-9_.,%()]+(?:-[A-Za-z0-9_.,%()]+)*(?::[0-9]{1,5})?(?: |$))*")
"""Short words and numbers, as most of what alerts say: no well-known shape is that short, and thousands come in a second."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NUMBERS: Final = (bool, float, int)
_DIGITS = re.compile("[0-9]")
_ONES: Final = bytes.maketrans(b"023456789", b"1" * 9)
_encode: Final = msgspec.json.Encoder().encode


class Redactor:
    """Called with a text. Any thread may."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """``secrets``: name → value."""
        self._names = forms(secrets)
        values = sorted(self._names, key=len, reverse=True)
        self._own = re.compile("|".join(map(re.escape, values))) if values else None
        self._own_shapes = tuple(_DIGITS.sub("1", value) for value in values)
        self._short = lru_cache(maxsize=4096)(self._without)
        self._doubtful = lru_cache(maxsize=1024)(self._seen)
        self._harmless = lru_cache(maxsize=2048)(self._in_any_digits)

    def __call__(self, text: str) -> str:
        """The text without them; labels repeat themselves, and are remembered."""
        return self._short(text) if len(text) <= _CACHED_CHARS_MAX else self._without(text)

    def told(self, told: Told) -> Told:
        """What a sender told of, such as an alert: each text but an annotation is one line, and neither it nor a label holds a secret."""
        names, values_of = _fields(type(told))
        values = values_of(told)
        changed: dict[str, Any] = {}
        shape = _encode(values).translate(_ONES)
        for at in self._doubtful(shape) if len(shape) <= _SHAPE_BYTES_MAX else range(len(names)):
            clean = self._clean(values[at], lines=names[at] in _LINES)
            if clean != values[at]:
                changed[names[at]] = clean
        return msgspec.structs.replace(told, **changed) if changed else told

    def _seen(self, shape: bytes) -> tuple[int, ...]:
        """Which of these values, as JSON in which each digit is a 1, have to be looked at: thousands differ in nothing but numbers."""
        return tuple(at for at, value in enumerate(msgspec.json.decode(shape)) if not all(map(self._harmless, _texts(value))))

    def _in_any_digits(self, text: str) -> bool:
        """Whether no text of this shape, whatever its digits are, is or names a secret."""
        return _is_plain(text) and not is_secret(text) and not any(value in text for value in self._own_shapes)

    def _clean(self, value: object, *, lines: bool) -> object:
        if isinstance(value, str):
            return one_line(self(value))
        if not isinstance(value, dict) or all(self._stays(*label, lines=lines) for label in value.items()):
            return value
        return self._labels(value, lines=lines)

    def _stays(self, name: str, value: str, *, lines: bool) -> bool:
        shown = name if lines else name + value
        return not is_secret(name) and self(name) == name and self(value) == value and shown.isprintable()

    def _labels(self, labels: Mapping[str, str], *, lines: bool) -> dict[str, str]:
        """Two with names that are the same without secrets stay two."""
        names: dict[str, str] = {}
        for name in sorted(labels):
            clean = one_line(self(name))
            also = (f"{clean} {number}" for number in count(2))
            names[next(one for one in chain([clean], also) if one not in names)] = name
        called = {name: clean for clean, name in names.items()}
        shown = str if lines else one_line
        return {called[name]: shown(self._labelled(name, value)) for name, value in labels.items()}

    def _labelled(self, name: str, value: str) -> str:
        return f"[redacted {name}]" if is_secret(name) and is_value(name, value) else self(value)

    def _without(self, text: str) -> str:
        if _is_plain(text) and not (self._own and self._own.search(text)):
            return text
        if self._own and any(value in text for value in self._names):
            text = self._own.sub(lambda found: f"[redacted {self._names[found[0]]}]", text)
        return redacted(text)


def one_line(text: str) -> str:
    """What is told by a sender is one line: nothing in it can look like a line of ours."""
    return text if text.isprintable() else " ".join(_CONTROLS.sub(" ", text).split())


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and "basic" not in (low := text.lower()) and not has_name(text, low)


def _texts(value: object) -> Sequence[str]:
    return [value] if isinstance(value, str) else [*value, *value.values()] if isinstance(value, dict) else ()


@cache
def _fields(told: type[msgspec.Struct]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The fields of a struct in which texts may be, and what gives their values."""
    names = [field.name for field in msgspec.structs.fields(told) if field.name not in _KEPT and field.type not in _NUMBERS]
    return tuple(names), attrgetter(*names)


NOTHING_OWN: Final = Redactor({})
"""Of a site without secrets of its own."""

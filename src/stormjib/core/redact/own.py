"""A whole text without the site's own secrets and the well-known shapes: what an alert says, what a person writes for others to read."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from stormjib.core.redact import forms, is_secret, redacted
from stormjib.core.redact.fields import has_name
from stormjib.core.redact.names import is_value

Hide = Callable[[str], str]
Told = TypeVar("Told", bound=msgspec.Struct)
_CACHED_CHARS_MAX: Final = 200
_KEPT: Final = frozenset({"fingerprint", "source"})
"""What a later message is recognized by."""
_PLAIN: Final = re.compile(r"(?:(?=[^ ]{1,16}(?: |$))[A-Za-z0-9_.,%()]+(?:-[A-Za-z0-9_.,%()]+)*(?::[0-9]{1,5})?(?: |$))*")
"""Short words and numbers, as most of what alerts say: no well-known shape is that short, and thousands come in a second."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Redactor:
    """Called with a text. Any thread may."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """``secrets``: name → value."""
        self._names = forms(secrets)
        values = sorted(self._names, key=len, reverse=True)
        self._own = re.compile("|".join(map(re.escape, values))) if values else None
        self._short = lru_cache(maxsize=4096)(self._without)

    def __call__(self, text: str) -> str:
        """The text without them; labels repeat themselves, and are remembered."""
        return self._short(text) if len(text) <= _CACHED_CHARS_MAX else self._without(text)

    def _without(self, text: str) -> str:
        if _PLAIN.fullmatch(text) and not has_name(text, text.lower()) and not (self._own and self._own.search(text)):
            return text
        if self._own and any(value in text for value in self._names):
            text = self._own.sub(lambda found: f"[redacted {self._names[found[0]]}]", text)
        return redacted(text)


def one_line(text: str) -> str:
    """What is told by a sender is one line: nothing in it can look like a line of ours."""
    return text if text.isprintable() else " ".join(_CONTROLS.sub(" ", text).split())


def without_secrets(told: Told, hide: Hide, **changed: Any) -> Told:
    """What a sender told of, such as an alert: each text is one line, and neither it nor a label holds a secret.

    ``changed`` are other fields that are to be replaced at once.
    """
    for name in told.__struct_fields__:
        value = getattr(told, name)
        if isinstance(value, dict):
            clean: Any = {one_line(hide(key)): _labelled(key, text, hide) for key, text in value.items()}
        elif isinstance(value, str) and value and name not in _KEPT:
            clean = one_line(hide(value))
        else:
            continue
        if clean != value:
            changed[name] = clean
    return msgspec.structs.replace(told, **changed) if changed else told


def _labelled(name: str, value: str, hide: Hide) -> str:
    return f"[redacted {name}]" if is_secret(name) and is_value(name, value) else hide(value)

"""``$NAME`` in a check: filled from the variables of the commands, never with nothing, and never shown."""

import re
from collections.abc import Mapping
from typing import Final

from stormjib.core.redact import SECRET_CHARS_MIN, is_secret
from stormjib.integrations.health.probe import UnhealthyError

_VARIABLE: Final = re.compile(r"\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))")


class Variables:
    """The variables that checks may name."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """``environ``: name → value; a name that tells of a secret is kept out of every sentence."""
        self._environ = environ
        self._secrets = {value: name for name, value in environ.items() if is_secret(name) and len(value) >= SECRET_CHARS_MIN}

    def fill(self, text: str) -> str:
        """Put the values in; raises UnhealthyError where one is not set: a request that lacks it would be another request."""
        missing = self._missing(text)
        if missing:
            raise UnhealthyError(f"${missing[0]} is not set; put {missing[0]}=… into the file that command_env_file names.")
        return _VARIABLE.sub(lambda each: self._environ[each[1] or each[2]], text)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Put the values in; a header that lacks one is not sent, so that nobody ever sends half a credential."""
        return {name: self.fill(value) for name, value in headers.items() if not self._missing(value)}

    def unsent(self, headers: Mapping[str, str]) -> str:
        """A sentence about the headers that are not sent, "" where all are."""
        left = [f"{name} (${self._missing(value)[0]} is not set)" for name, value in headers.items() if self._missing(value)]
        return f". It was sent without {', '.join(left)}." if left else ""

    def redact(self, text: str) -> str:
        """The text without secrets."""
        for value, name in self._secrets.items():
            text = text.replace(value, f"[{name}]")
        return text

    def _missing(self, text: str) -> list[str]:
        names = [found[1] or found[2] for found in _VARIABLE.finditer(text)]
        return [name for name in names if not self._environ.get(name)]

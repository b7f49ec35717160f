"""A program of this machine, such as that of a modem or of a gateway for short messages: the notification is its standard input."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress

import msgspec

from stormjib.core.catalogue.contact import Command
from stormjib.core.effects import Notification, Receipt
from stormjib.core.redact import is_secret
from stormjib.ports import DeliveryError

TIMEOUT_SECONDS = 30.0
"""A modem has to dial."""
_SAID_BYTES = 300
_NEVER = {64: "usage", 65: "data", 67: "no such user", 78: "configuration"}
"""Of sysexits.h: trying again can't help."""


class Method:
    """``Notifier`` of one program. 0 is taken; any other end is tried again, but for those of sysexits.h that never change."""

    def __init__(self, contact: Command, name: str, variables: Mapping[str, str]) -> None:
        """``name`` stands in what is written down; of the ``variables`` it gets those that it names."""
        self._argv = contact.argv
        self._name = name
        self._hidden = tuple(variables[one] for one in contact.variables if is_secret(one) and variables.get(one))
        self._env = {"PATH": os.environ.get("PATH", os.defpath)} | {one: variables.get(one, "") for one in contact.variables}

    def begin(self, notification: Notification) -> None:
        """A program is started where it is waited for."""

    def send(self, notification: Notification) -> Receipt:
        """Run it once, with one deadline; nothing of it is left running."""
        given = msgspec.json.encode({"kind": notification.kind, "to": notification.to} | dict(notification.content))
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as stdin:
            stdin.write(given)
            stdin.seek(0)
            try:
                process = subprocess.Popen(
                    self._argv, stdin=stdin, stdout=subprocess.DEVNULL, stderr=said, env=self._env, start_new_session=True
                )
            except OSError as error:
                raise DeliveryError(self._name, f"{self._argv[0]} can't be started: {error.strerror}.", permanent=True) from error
            try:
                code = process.wait(TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired as error:
                reason = f"{self._argv[0]} did not end within {TIMEOUT_SECONDS:.0f} seconds."
                raise DeliveryError(self._name, reason, permanent=False, unknown=True) from error
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            said.seek(0)
            text = " ".join(said.read(_SAID_BYTES).decode(errors="replace").split())
        for value in self._hidden:
            text = text.replace(value, "[redacted]")
        if code:
            why = f" ({_NEVER[code]})" if code in _NEVER else ""
            reason = f"{self._argv[0]} ended with {code}{why}{f': {text}' if text else ''}".rstrip(".") + "."
            raise DeliveryError(self._name, reason, permanent=code in _NEVER)
        return Receipt(self._name)

    def close(self) -> None:
        """Nothing is left running."""

"""The control socket: what the command line and the stand-ins ask of a running lab."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from watermark_lab.lab import compose, docker, journalctl, systemctl, wire
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.settings import LabError

PROGRAMS: dict[str, Callable[[Call, Parts], int]] = {
    "docker": docker.run,
    "docker-compose": lambda call, parts: compose.run(call, parts, call.argv),
    "systemctl": systemctl.run,
    "journalctl": journalctl.run,
}
Operation = Callable[[dict[str, Any]], Any]


class Control:
    """Listens on the socket, one thread per connection."""

    def __init__(self, parts: Parts, operations: dict[str, Operation]) -> None:
        """Answer ``operations`` by name, and ``run`` for the stand-ins."""
        self._parts = parts
        self._operations = operations
        self._socket = wire.listen(str(parts.supervisor.layout.control))
        threading.Thread(target=self._accept, name="lab-control", daemon=True).start()

    def close(self) -> None:
        """Stop listening and take the socket away."""
        self._parts.supervisor.layout.control.unlink(missing_ok=True)
        # Closing alone does not wake a thread in accept().
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="lab-answer", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            try:
                message = next(wire.receive(connection), None)
            except ValueError as err:
                wire.send(connection, {"ok": False, "error": f"That message is not understood: {err}."})
                return
            if message is None:
                return
            if message.get("op") == "run":
                self._run(connection, message)
            else:
                wire.send(connection, self._answer(message))

    def _answer(self, message: dict[str, Any]) -> dict[str, Any]:
        operation = self._operations.get(str(message.get("op")))
        if operation is None:
            return {"ok": False, "error": f"The lab does not know the operation {message.get('op')!r}."}
        try:
            return {"ok": True, "result": operation(message)}
        except LabError as err:
            return {"ok": False, "error": str(err)}

    def _run(self, connection: socket.socket, message: dict[str, Any]) -> None:
        call = Call(str(message.get("program")), [str(word) for word in message.get("argv", [])], connection)
        program = PROGRAMS.get(call.program)
        if program is None:
            call.err(f"the lab has no stand-in for {call.program}")
            call.exit(127)
            return
        call.listen()
        try:
            code = program(call, self._parts)
        except Refusal as refusal:
            call.err(str(refusal))
            code = refusal.code
        except LabError as err:
            call.err(f"{call.program}: {err}")
            code = 1
        self._parts.faults.settle(call.line)
        call.exit(code)

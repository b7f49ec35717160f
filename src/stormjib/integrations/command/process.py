"""A process of a command: its own group and session, no terminal, and it dies with this program."""

import array
import fcntl
import os
import selectors
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

TERM_SECONDS = 1.0
"""Between SIGTERM and SIGKILL."""
KILL_SECONDS = 5.0
"""A process that outlives SIGKILL by so much hangs in the kernel; nobody waits for it."""
START_SECONDS = 10.0
"""Until a shell elsewhere has answered; the time of the command counts from then."""
CHUNK_BYTES = 65_536

# The group's leader starts a watcher before the command. The watcher reads from a pipe whose other end only this program
# holds: when this program is killed, it sees the pipe's end and kills the group. So no moment is unguarded, and
# grandchildren are covered, which a parent-death signal is not. The leader waits for both, so that nothing is left for
# process 1 to reap, which this program may be itself; what the leader's shell says about a killed command is dropped.
_LEADER = (
    "exec 3<&0 </dev/null 4>&1 5>&2 >/dev/null 2>&1; "
    '(trap "" TERM HUP; read -r _ <&3 || kill -s KILL -- "-$$") 4>&- 5>&- & '
    'trap : TERM HUP; (exec "$@" >&4 2>&5 3<&- 4>&- 5>&-); code=$?; '
    'kill -s KILL "$!"; wait "$!"; exit "$code"'
)


Feed = Callable[[bytes], None]
"""Takes a chunk of output."""


class Wire(Protocol):
    """The way to a command that runs elsewhere, through the standard input of the process that leads there."""

    reads: int
    """The end of a pipe that this process gets as its standard input."""
    writes: int
    unsent: bytearray
    """What is still to be written, as soon as the pipe takes it."""
    started: bool
    over: bool
    """The other side has said how it ended: the process here is of no use any more."""

    def stop(self, number: signal.Signals) -> None:
        """Have the command stopped there."""


class Process:
    """One running command. Use it from one thread."""

    def __init__(self, argv: Sequence[str], *, cwd: str, env: Mapping[str, str], wire: Wire | None = None) -> None:
        """Start it; raises ``OSError`` where that is not possible. With a ``wire`` it only leads to the command."""
        watched, self._guard = os.pipe()
        self._wire = wire
        if wire:
            argv = ["/bin/sh", "-c", f'exec "$@" </dev/fd/{wire.reads}', "wire", *argv]
        try:
            self._child = subprocess.Popen(
                ["/bin/sh", "-c", _LEADER, "leader", *argv],
                pass_fds=(wire.reads,) if wire else (),
                stdin=watched,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=cwd or None,
                env=dict(env),
                start_new_session=True,
            )
        except OSError:
            os.close(self._guard)
            raise
        finally:
            os.close(watched)
        self._timed_out = False

    def follow(self, timeout_seconds: float, feed: Feed) -> tuple[int | None, bool]:
        """Hand over what it prints until it ends: the exit code (None where it had to be stopped) and whether it had to.

        It ends when the group's leader does. A child that stays behind and holds the pipe is not waited for.
        """
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        pidfd = os.pidfd_open(self._child.pid)
        try:
            self._read(pipe, pidfd, timeout_seconds, feed)
            _drain(pipe, feed)
        finally:
            os.close(pidfd)
            self._child.stdout.close()
            self._end()
        code = self._child.returncode
        return (None if self._timed_out or code is None else _as_shell(code)), self._timed_out

    def _read(self, pipe: int, pidfd: int, timeout_seconds: float, feed: Feed) -> None:
        # What runs elsewhere has its time from when it starts there.
        leads = self._wire is not None
        deadline = time.monotonic() + (max(START_SECONDS, timeout_seconds) if leads else timeout_seconds)
        stages = [(deadline, signal.SIGTERM), (deadline + TERM_SECONDS, signal.SIGKILL)]
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            selector.register(pidfd, selectors.EVENT_READ)
            while True:
                until = stages[0][0] if stages else deadline + TERM_SECONDS + KILL_SECONDS
                self._send(selector)
                ready = {key.fd for key, _ in selector.select(max(0.0, until - time.monotonic()))}
                if pidfd in ready:
                    return
                if pipe in ready:
                    chunk = os.read(pipe, CHUNK_BYTES)
                    if chunk:
                        feed(chunk)
                    else:
                        selector.unregister(pipe)
                if self._wire and self._wire.over:
                    return
                if leads and self._wire and self._wire.started:
                    leads, deadline = False, time.monotonic() + timeout_seconds
                    stages = [(deadline, signal.SIGTERM), (deadline + TERM_SECONDS, signal.SIGKILL)]
                # A command that never stops printing is stopped all the same.
                if time.monotonic() >= until:
                    if not stages:
                        return
                    self._timed_out = True
                    number = stages.pop(0)[1]
                    if self._wire:
                        self._wire.stop(number)
                    else:
                        self._signal(number)

    def _send(self, selector: selectors.BaseSelector) -> None:
        """Write what the wire has to send, as much as the pipe takes; the rest when it can take more."""
        wire = self._wire
        if wire is None:
            return
        waits = wire.writes in selector.get_map()
        if wire.unsent:
            try:
                del wire.unsent[: os.write(wire.writes, wire.unsent)]
            except BlockingIOError:
                pass
            except BrokenPipeError:
                wire.unsent.clear()
        if wire.unsent and not waits:
            selector.register(wire.writes, selectors.EVENT_WRITE)
        elif waits and not wire.unsent:
            selector.unregister(wire.writes)

    def _end(self) -> None:
        if self._wire:
            # What leads there waits for nothing more, and its leader for it, so that nothing is left for process 1 to reap.
            self._signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(TERM_SECONDS)
        if self._timed_out or (self._wire and self._child.returncode is None):
            # Before the leader is reaped, for until then nobody else can get its number.
            self._signal(signal.SIGKILL)
        self._child.poll()
        os.close(self._guard)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, number)


def _drain(pipe: int, feed: Feed) -> None:
    """What the leader has printed is in the pipe by now; what others print from here on is not its output."""
    waiting = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, waiting)
    left = waiting[0]
    while left > 0 and (chunk := os.read(pipe, min(left, CHUNK_BYTES))):
        feed(chunk)
        left -= len(chunk)


def _as_shell(code: int) -> int:
    """The exit code as a shell tells it: 128 and the signal's number where a signal ended it."""
    return 128 - code if code < 0 else code

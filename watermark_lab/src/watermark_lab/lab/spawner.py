"""The one thread that starts every process of the lab.

The kernel's parent-death signal follows the *thread* that forked: a process started by a thread that ends would be
killed with it. So all are started by a thread that lives as long as the lab.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from watermark_lab.lab.settings import LabError

_LIFELINE = Path(__file__).with_name("lifeline.py")
_START_SECONDS_MAX = 30.0


@dataclass(frozen=True)
class _Order:
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    answer: Future[subprocess.Popen[bytes]]


class Spawner:
    """Starts processes that end when this process ends, each in a session and process group of its own."""

    def __init__(self) -> None:
        """Start the thread."""
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="lab-spawner", daemon=True)
        self._thread.start()

    def start(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
        """Start ``argv``; its output and errors come through the one pipe ``stdout``."""
        if not self._thread.is_alive():
            msg = "The lab has been taken down; bring it up again first."
            raise LabError(msg)
        order = _Order(argv, env, cwd, Future())
        self._orders.put(order)
        return order.answer.result(timeout=_START_SECONDS_MAX)

    def close(self) -> None:
        """End the thread, and with it whatever it started that still runs."""
        self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                order.answer.set_result(_popen(order))
            except OSError as err:
                order.answer.set_exception(LabError(f"{order.argv[0]} could not be started: {err}."))


def _popen(order: _Order) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-IS", str(_LIFELINE), str(os.getpid()), *order.argv],
        env=dict(order.env),
        cwd=order.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )

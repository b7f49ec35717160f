"""Alerts accepted per second: single ones and batches, distinct, ours on disk before the answer."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.figure import Figure, Part, compared
from bench.machine import quietest
from bench.server import Server, alertmanager, stormjib

SINGLE_BAR: Final = 0.5
BATCH_BAR: Final = 0.6
THREADS: Final = 2
CONNECTIONS: Final = 64
BATCH: Final = 50
ALERTS_MAX: Final = 600_000
"""Per run, however fast it is."""
_SCRIPT: Final = Path(__file__).with_name("load.lua")
_RESULT: Final = "RESULT "


class Load(msgspec.Struct, frozen=True):
    """What one run of wrk did. ``kept`` is how many alerts the server had afterwards, -1 where nobody looked."""

    alerts_per_second: float
    acknowledged: int
    refused: int
    broken: int
    p50_milliseconds: float
    p99_milliseconds: float
    kept: int = -1
    others: float = 0.0
    """The share of the machine that others used meanwhile."""


def measure(where: Path, *, seconds: float, rounds: int, tell: Callable[[str], None]) -> Part:
    """Theirs and ours in turn, each with a fresh process and an empty directory."""
    raw: dict[str, object] = {"threads": THREADS, "connections": CONNECTIONS, "seconds": seconds}
    figures: list[Figure] = []
    for shape, size in (("single", 1), (f"batches of {BATCH}", BATCH)):
        theirs = _Kind("v2", partial(alertmanager, where))
        ours = {
            "POST /api/v1/alerts": _Kind("api", partial(stormjib, where)),
            "POST /hooks/alertmanager": _Kind("hook", partial(stormjib, where, path="/hooks/alertmanager")),
        }
        runs: dict[str, list[Load]] = {name: [] for name in ("Alertmanager", *ours)}
        for number in range(rounds):
            for name, kind in (("Alertmanager", theirs), *ours.items()):
                load, others = quietest(partial(_run, kind, size, seconds), tell, name)
                runs[name].append(msgspec.structs.replace(load, others=others))
                tell(f"  {shape}, round {number + 1}: {name} {load.alerts_per_second:,.0f} alerts/s (others {others:.0%})")
        other = [load.alerts_per_second for load in runs["Alertmanager"]]
        for name in ours:
            own = [load.alerts_per_second for load in runs[name]]
            figures.append(
                compared(
                    f"alerts accepted, {shape}, {name}", "1/s", own, other, SINGLE_BAR if size == 1 else BATCH_BAR, at_least=True
                )
            )
        raw[shape] = {name: [msgspec.to_builtins(load) for load in loads] for name, loads in runs.items()}
        _check(runs, ours)
    return Part(figures, raw)


class _Kind(msgspec.Struct, frozen=True):
    form: str
    start: Callable[[], AbstractContextManager[Server]]


def _run(kind: _Kind, size: int, seconds: float) -> Load:
    with kind.start() as server:
        server.wait_quiet()
        load = _wrk(server, kind.form, size, seconds)
        if kind.form == "v2":
            return load
        # What was acknowledged has to be there after the worst end that a process can have.
        server.process.kill()
        server.process.wait()
        return msgspec.structs.replace(load, kept=_kept(server.log_file))


def _wrk(server: Server, form: str, size: int, seconds: float) -> Load:
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    most = ALERTS_MAX // size // THREADS
    argv = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", str(_SCRIPT)]
    argv += [word for name, value in server.headers.items() for word in ("-H", f"{name}: {value}")]
    argv += [server.url + server.path, "--", form, str(size), str(most), began]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=seconds + 60)
    line = next(line for line in done.stdout.splitlines() if line.startswith(_RESULT))
    found: dict[str, Any] = json.loads(line.removeprefix(_RESULT))
    answered = found["requests"] - found["refused"]
    return Load(
        alerts_per_second=answered * size / (found["microseconds"] / 1e6),
        acknowledged=answered * size,
        refused=found["refused"] * size,
        broken=found["broken"],
        p50_milliseconds=found["p50_us"] / 1_000,
        p99_milliseconds=found["p99_us"] / 1_000,
    )


def _kept(log_file: Path) -> int:
    with sqlite3.connect(f"file:{log_file}?mode=rw", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM alert").fetchone()[0])


def _check(runs: dict[str, list[Load]], ours: dict[str, _Kind]) -> None:
    """A rate of refusals or of losses is no rate of acceptance."""
    for name, loads in runs.items():
        for load in loads:
            if load.refused or load.broken or not load.acknowledged:
                raise RuntimeError(f"{name} refused {load.refused} alerts, {load.broken} requests broke; the run tells nothing.")
            if name in ours and load.kept < load.acknowledged:
                raise RuntimeError(f"{name} acknowledged {load.acknowledged} alerts and {load.kept} were on disk after kill -9.")

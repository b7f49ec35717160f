"""The demo's two programs, each a process of its own: the lab with the protected service, and stormjib's server."""

import importlib.util
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from stormjib.drill.stack import Wanted

READY_TIMEOUT_SECONDS = 120.0
ASK_TIMEOUT_SECONDS = 240.0
STOP_TIMEOUT_SECONDS = 30.0
SAID_CHARS_MAX = 1_000
_LIFELINE = str(Path(__file__).with_name("lifeline.py"))


NO_LAB = (
    "The lab of the demo, watermark-lab, is not installed for this Python. Install stormjib from its wheel, which brings it, "
    "or in a checkout run: make install"
)


class StartError(Exception):
    """A part of the demo did not come up; the text says which and where its output is."""


class Lab(msgspec.Struct, frozen=True):
    """The running lab, as it described itself in its first line."""

    process: Any
    directory: Path
    ready: dict[str, Any]


def start_lab(wanted: Wanted, base_port: int | None) -> Lab:
    """Bring the protected service up; raises ``StartError``. ``base_port`` None takes the runbook's own ports where they are free."""
    directory = wanted.directory
    directory.mkdir(parents=True, exist_ok=True)
    token_file = directory.parent / "alert-token"
    write_secret(token_file, wanted.alert_token)
    options: dict[str, object] = {
        "dir": directory,
        "api": wanted.replicas,
        "requests-per-second": wanted.requests_per_second,
        "alert-url": wanted.alert_url,
        "alert-token-file": token_file,
        "health-script": wanted.health_script,
        "base-port": base_port,
        "maintenance-seconds-max": wanted.maintenance_seconds_max,
    }
    argv = [sys.executable, "-m", "watermark_lab", "up"]
    argv += [word for name, value in options.items() if value is not None for word in (f"--{name}", str(value))]
    if importlib.util.find_spec("watermark_lab") is None:
        raise StartError(NO_LAB)
    log = directory.parent / "lab.log"
    process = _spawn(argv, log, stdout=subprocess.PIPE)
    line = process.stdout.readline() if process.stdout else b""
    try:
        ready = json.loads(line)
    except ValueError as error:
        stop(process)
        raise StartError(f"The lab did not come up. {said(log)}") from error
    return Lab(process, directory, ready)


def lab_command(lab: Lab, *words: str) -> None:
    """``inject`` or ``undo`` a fault; raises ``StartError`` with what the lab says."""
    argv = [sys.executable, "-m", "watermark_lab", *words, "--dir", str(lab.directory)]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=ASK_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise StartError(f"The lab did not answer {' '.join(words)} within {ASK_TIMEOUT_SECONDS:g} s.") from error
    if done.returncode:
        raise StartError(f"The lab refuses {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")


def start_server(settings_file: Path, url: str, log: Path) -> "subprocess.Popen[bytes]":
    """Start ``stormjib serve`` and wait until it answers; raises ``StartError``."""
    process = _spawn([sys.executable, "-m", "stormjib", "serve", "--settings", str(settings_file)], log)
    end = time.monotonic() + READY_TIMEOUT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310 - our own server
                return process
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    stop(process)
    raise StartError(f"The server did not come up. {said(log)}")


def said(log: Path) -> str:
    """The end of what a part wrote, and where the rest is."""
    text = log.read_text("utf-8", "replace").strip() if log.exists() else ""
    return f"It said: {text[-SAID_CHARS_MAX:]}\nAll of it: {log}" if text else f"It said nothing; {log} is empty."


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End it politely, then for good."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def keep_port() -> socket.socket:
    """A loopback port for a server that starts later: as long as the socket is open, no connection gets it and no other server."""
    kept = socket.socket()
    # So that the server, which sets it too, may bind the port while it is kept.
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    return kept


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_secret(path: Path, text: str) -> None:
    """A file that only its owner can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - the mode
        file.write(text)


def new_secret() -> str:
    """A random secret."""
    return secrets.token_urlsafe(24)


def _spawn(argv: Sequence[str], log: Path, stdout: int | None = None) -> "subprocess.Popen[bytes]":
    """Start a part that ends when this process ends, however that happens; call it from the main thread."""
    tied = [sys.executable, "-IS", _LIFELINE, str(os.getpid()), *argv]
    with log.open("ab") as file:
        return subprocess.Popen(
            tied, stdin=subprocess.DEVNULL, stdout=stdout if stdout is not None else file, stderr=file, start_new_session=True
        )

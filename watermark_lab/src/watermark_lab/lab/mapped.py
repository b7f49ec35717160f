"""Wrappers around real programs, where the lab could not take the runbook's own places: a port, a directory of logs."""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

_URL = re.compile(r"^(?:http://)?(?:localhost|127\.0\.0\.1):(\d+)(?=/|\?|$)")
_CURL_VALUED = ("-d", "--data", "--data-raw", "-H", "--header", "-X", "--request", "-o", "-A", "-w", "-m")
_REDIS_ELSEWHERE = ("-p", "-h", "-s", "-u")


def note(public: int, served: int) -> None:
    """Say on stderr that a public port is served elsewhere."""
    print(f"[lab stand-in] localhost:{public} is served at localhost:{served}", file=sys.stderr, flush=True)


def curl(program: str, argv: Sequence[str], ports: Mapping[int, int]) -> int:
    """Become the real curl, with the lab's ports in its URLs."""
    words, value_next = [], False
    for word in argv:
        match = _URL.match(word)
        if match and not value_next and int(match[1]) in ports:
            public = int(match[1])
            note(public, ports[public])
            word = f"http://127.0.0.1:{ports[public]}{word[match.end() :]}"  # noqa: PLW2901
        words.append(word)
        value_next = word in _CURL_VALUED
    os.execv(program, ["curl", *words])


def redis_cli(program: str, argv: Sequence[str], ports: Mapping[int, int]) -> int:
    """Become the real redis-cli, with the lab's port unless the command names one."""
    for public, served in ports.items():
        if not any(word in _REDIS_ELSEWHERE for word in argv):
            note(public, served)
            os.execv(program, ["redis-cli", "-h", "127.0.0.1", "-p", str(served), *argv])
    os.execv(program, ["redis-cli", *argv])


def logs(program: str, name: str, argv: Sequence[str], files: Mapping[str, tuple[str, Sequence[str]]]) -> int:
    """Become the real tail or grep, with the lab's log files in the place of those below /var/log.

    ``files`` maps a directory to where the lab has it and to the names that belong there. What the shell could not expand there
    is expanded here.
    """
    words: list[str] = []
    for word in argv:
        folder, _slash, wanted = word.rpartition("/")
        if folder not in files:
            words.append(word)
            continue
        where, names = files[folder]
        print(f"[lab stand-in] {folder} is served at {where}", file=sys.stderr, flush=True)
        present = sorted(os.listdir(where)) if os.path.isdir(where) else []
        found = [file for file in present if fnmatch.fnmatch(file, wanted) and any(fnmatch.fnmatch(file, own) for own in names)]
        words.extend(f"{where}/{file}" for file in found or [wanted])
    os.execv(program, [name, *words])


def sockets(program: str, argv: Sequence[str], ports: Mapping[int, int]) -> int:
    """Run the real ss or netstat and show the lab's listeners under their public ports, and nobody else's there."""
    done = subprocess.run([program, *argv], stdout=subprocess.PIPE, text=True, check=False)
    for public, served in ports.items():
        note(public, served)
    for line in done.stdout.splitlines():
        if any(re.search(rf":{public}\b", line) for public in ports):
            continue
        shown = line
        for public, served in ports.items():
            shown = re.sub(rf":{served}\b", f":{public}", shown)
        print(shown)
    return done.returncode

"""The lab's ``bin``, first on PATH: stand-ins for what is missing, wrappers where ports differ, launchers for the rest."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from watermark_lab.lab import redis
from watermark_lab.lab.deploy import IMAGE
from watermark_lab.lab.program import LOGS
from watermark_lab.lab.settings import PUBLIC_HTTP_PORT, PUBLIC_REDIS_PORT, Layout

ALWAYS = ("docker", "docker-compose", "systemctl", "journalctl")
STAND_IN = "stand-in"
WRAPPER = "wrapper"
LAUNCHER = "launcher"

_START = """\
import sys
sys.path.insert(0, {root!r})
from watermark_lab.lab.program import main
raise SystemExit(main({config!r}, sys.argv[1:]))
"""


class Binaries:
    """What ``bin`` holds, by program: a stand-in, a wrapper or a launcher."""

    def __init__(self, layout: Layout, http_port: int, redis_port: int) -> None:
        """Decide which programs are needed on this machine; ``write`` puts them there."""
        self._layout = layout
        self.path = f"{layout.bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        self._outside = os.pathsep.join(
            entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if entry != str(layout.bin)
        )
        http = {PUBLIC_HTTP_PORT: http_port} if http_port != PUBLIC_HTTP_PORT else {}
        cache = {PUBLIC_REDIS_PORT: redis_port} if redis_port != PUBLIC_REDIS_PORT else {}
        self._ports = {"curl": http, "redis-cli": cache, "ss": {**http, **cache}, "netstat": {**http, **cache}}
        self.kinds: dict[str, str] = dict.fromkeys(ALWAYS, STAND_IN)
        self._real: dict[str, str] = {}
        self._launched: dict[str, str] = {"python": sys.executable}
        self._choose("curl", shutil.which("curl", path=self._outside))
        self._choose("redis-cli", redis.cli_program(self._outside))
        for name in ("ss", "netstat"):
            # Missing ones stay missing: that is a finding about this machine, and the runbook's reader wants to know.
            program = shutil.which(name, path=self._outside)
            if program is not None:
                self._choose(name, program)
        for name in LOGS:
            program = shutil.which(name, path=self._outside)
            if program is not None:
                self.kinds[name], self._real[name] = WRAPPER, program
        self.kinds.update(dict.fromkeys(self._launched, LAUNCHER))

    @property
    def standins(self) -> list[str]:
        """The programs that are not what their name says, or not quite: stand-ins and wrappers."""
        return sorted(name for name, kind in self.kinds.items() if kind != LAUNCHER)

    def write(self) -> None:
        """Write ``bin`` anew."""
        for path in self._layout.bin.iterdir():
            path.unlink()
        start = self._layout.run / "program.py"
        start.write_text(_START.format(root=str(Path(__file__).parents[2]), config=self._config()), encoding="utf-8")
        for name, kind in self.kinds.items():
            if kind == LAUNCHER:
                words, what = [self._launched[name]], f"{name} as it is, under a name that is on PATH."
            else:
                words, what = [sys.executable, "-IS", str(start), name], f"The lab's {kind} for {name}."
            command = " ".join(shlex.quote(word) for word in words)
            path = self._layout.bin / name
            path.write_text(f'#!/bin/sh\n# {what}\nexec {command} "$@"\n', encoding="utf-8")
            path.chmod(0o755)

    def _choose(self, name: str, program: str | None) -> None:
        if program is None:
            self.kinds[name] = STAND_IN
        elif self._ports[name]:
            self.kinds[name] = WRAPPER
            self._real[name] = program
        elif shutil.which(name, path=self._outside) is None:
            self._launched[name] = program

    def _config(self) -> Mapping[str, Any]:
        log = str(self._layout.log)
        files = {"/var/log/nginx": (log, ("access.log*", "error.log*")), "/var/log/app": (log, (f"{IMAGE}*",))}
        return {"control": str(self._layout.control), "ports": self._ports, "real": self._real, "files": files}

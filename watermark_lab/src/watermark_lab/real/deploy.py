"""The deployment in the box: a git repository with the compose file, the release that should run, and their history."""

from __future__ import annotations

import re
from pathlib import Path

from watermark_lab.lab.settings import LabError
from watermark_lab.real.box import Box
from watermark_lab.real.image import FIRST, GOOD
from watermark_lab.real.settings import DEPLOY, RealLayout

COMPOSE = Path(__file__).with_name("docker-compose.yml")
_IDENTITY = {"user.name": "watermark-lab", "user.email": "lab@watermark-lab.invalid", "commit.gpgsign": "false"}
_RELEASED = re.compile(r"^Release 0\.1\.(\d+)$", re.MULTILINE)
_TAG = re.compile(r"^TAG=(\S+)$", re.MULTILINE)


class Deploy:
    """The repository, written from outside and committed to with the box's git."""

    def __init__(self, box: Box, layout: RealLayout) -> None:
        """Use the deployment of ``box``."""
        self._box = box
        self.path = layout.deploy

    def create(self, health_script: Path | None) -> None:
        """Write the files and their first commits: an earlier release, three replicas, the health check, this release."""
        self.path.mkdir(parents=True)
        text = COMPOSE.read_text("utf-8")
        self._write("docker-compose.yml", text.replace("scale: 3", "scale: 1"))
        self._release(FIRST)
        self._git("init", "--quiet", "--initial-branch=main")
        for key, value in _IDENTITY.items():
            self._git("config", "--local", key, value)
        self._commit(f"Deploy the watermark API {FIRST} with compose")
        self._write("docker-compose.yml", text)
        self._commit("Run 3 api replicas behind nginx")
        if health_script is not None:
            self._write("scripts/health_check.py", health_script.read_text("utf-8"))
            self._commit("Add the final health check")
        self.release(GOOD)

    def release(self, version: str) -> None:
        """Name another release and commit that."""
        self._release(version)
        self._commit(f"Release {version}")

    def next_version(self) -> str:
        """The version after the latest one that was ever released."""
        history = self._git("log", "--format=%s")
        return f"0.1.{max(map(int, _RELEASED.findall(history)), default=1) + 1}"

    def version(self) -> str:
        """The release in the working tree; ``LabError`` when its file names none."""
        found = _TAG.search((self.path / ".env").read_text("utf-8"))
        if found is None:
            msg = f"{DEPLOY}/.env names no TAG. Restore it, for example with: git checkout -- .env"
            raise LabError(msg)
        return found[1]

    def _release(self, version: str) -> None:
        self._write(".env", f"COMPOSE_PROJECT_NAME=watermark-lab\nTAG={version}\n")

    def _write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _commit(self, message: str) -> None:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "--message", message)

    def _git(self, *arguments: str) -> str:
        return self._box.run("git", *arguments, cwd=DEPLOY)

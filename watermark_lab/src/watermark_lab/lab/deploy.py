"""The deployment's git repository: a compose file, the release that should run, and their history."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watermark_lab.lab.settings import LabError

GIT_SECONDS_MAX = 60.0
IMAGE = "watermark-lab-api"
_IDENTITY = {"user.name": "watermark-lab", "user.email": "lab@watermark-lab.invalid", "commit.gpgsign": "false"}

_COMPOSE = """\
# The deployment of the lab. Its processes run without Docker, so the lab's stand-in for
# docker-compose takes the release from release.json; this file says the rest in compose's words.
services:
  api:
    image: {image}
    environment:
      WATERMARK_LAB_REDIS_URL: redis://redis:6379/0
    deploy:
      replicas: {replicas}
    restart: unless-stopped
  redis:
    image: redis
    restart: unless-stopped
"""


@dataclass(frozen=True)
class Release:
    """A version to run: its image tag, and the share of requests that it answers with 500 (0 for a good one)."""

    version: str
    error_share: float = 0.0

    @property
    def image(self) -> str:
        """The image's name with its tag."""
        return f"{IMAGE}:{self.version}"


class Deploy:
    """The repository in ``path``; without git on this machine it is the same directory without history."""

    def __init__(self, path: Path) -> None:
        """Use ``path``; nothing is written yet."""
        self.path = path
        self._git = shutil.which("git")
        self.seen: dict[str, tuple[Release, datetime]] = {}

    def create(self, replicas: int, health_script: Path | None) -> None:
        """Write the files and, where there is git, their first commits; an existing history goes on."""
        if (self.path / "release.json").exists():
            if self.read().error_share:
                self.release(Release(self.next_version()), "Made by the lab: it starts without faults.")
            return
        first = Release("0.1.0")
        self._write("README.md", "What runs in the lab: `docker-compose ps`, `git log --oneline -10`.\n")
        self._write_release(first)
        self._write("docker-compose.yml", _COMPOSE.format(image=first.image, replicas=1))
        self._init()
        self._commit("Deploy the watermark API 0.1.0 with compose")
        self._write("docker-compose.yml", _COMPOSE.format(image=first.image, replicas=replicas))
        self._commit(f"Run {replicas} api replicas behind the load balancer")
        if health_script is not None:
            self._write("scripts/health_check.py", health_script.read_text(encoding="utf-8"))
            self._commit("Add the final health check")
        self.release(Release("0.1.1"), "")

    def read(self) -> Release:
        """Return the release in the working tree; LabError when its file is no release."""
        path = self.path / "release.json"
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            version = str(record["image"]).rpartition(":")[2]
            release = Release(version, float(record.get("error_share", 0.0)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
            msg = f"{path} does not name a release ({err!r}). Restore it, for example with: git checkout -- release.json"
            raise LabError(msg) from err
        self.seen.setdefault(release.image, (release, datetime.now(UTC)))
        return release

    def release(self, release: Release, why: str) -> None:
        """Write ``release`` into the working tree and commit it."""
        self._write_release(release)
        self._commit(f"Release {release.version}" + (f"\n\n{why}" if why else ""))
        self.read()

    def next_version(self) -> str:
        """Return the version after the newest one seen."""
        numbers = [int(release.version.rpartition(".")[2]) for release, _at in self.seen.values()]
        return f"0.1.{max(numbers, default=0) + 1}"

    def last_good(self) -> Release:
        """Return the newest release seen that answers every request."""
        good = [release for release, _at in self.seen.values() if release.error_share == 0.0]
        return good[-1] if good else Release("0.1.0")

    def _write_release(self, release: Release) -> None:
        record: dict[str, object] = {"image": release.image}
        if release.error_share:
            record["error_share"] = release.error_share
        self._write("release.json", json.dumps(record, indent=2) + "\n")

    def _write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _init(self) -> None:
        self._run("init", "--quiet", "--initial-branch=main")
        for key, value in _IDENTITY.items():
            self._run("config", "--local", key, value)

    def _commit(self, message: str) -> None:
        if not (self.path / ".git").exists():
            return
        self._run("add", "--all")
        self._run("commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)

    def _run(self, *arguments: str) -> None:
        if self._git is None:
            return
        # The user's own git configuration (hooks, signing, templates) has no say in the lab's repository.
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.path),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        done = subprocess.run(
            [self._git, *arguments],
            cwd=self.path,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS_MAX,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            msg = f"git {arguments[0]} failed in {self.path}: {said}. Settle it there, then try again."
            raise LabError(msg)

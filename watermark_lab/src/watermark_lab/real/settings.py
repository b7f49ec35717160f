"""What one real lab is asked to be, and the paths in its directory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from watermark_lab.lab.settings import LabError

HTTP_PORT = 8080
REDIS_PORT = 6379
PROMETHEUS_PORT = 9090
ALERTMANAGER_PORT = 9093
DEPLOY = "/srv/lab/deploy"
"""The deployment, as the box sees it."""


@dataclass(frozen=True)
class RealSettings:
    """The settings of a real lab; its ports are those of the runbook, in a network namespace of its own."""

    dir: Path
    alert_url: str | None = None
    alert_token_file: Path | None = None
    health_script: Path | None = None
    requests_per_second: float = 4.0
    watch_window_seconds: float = 5.0
    maintenance_seconds_max: float = 900.0
    own_network: bool = True
    """False: the box is in the network namespace of whoever brings it up, which must be one made for that"""

    def __post_init__(self) -> None:
        """Refuse what cannot be alerted."""
        object.__setattr__(self, "dir", self.dir.absolute())
        if self.alert_token_file is not None and self.alert_url is None:
            msg = "A token file was given but no alert URL. Add --alert-url, or leave --alert-token-file out."
            raise LabError(msg)


@dataclass(frozen=True)
class RealLayout:
    """The paths of a real lab, on the machine's side."""

    dir: Path

    @property
    def marker(self) -> Path:
        """Tells a real lab's directory from anybody else's; locked as long as the lab runs."""
        return self.dir / ".watermark-lab-real"

    @property
    def tree(self) -> Path:
        """Files that are laid over the machine's root in the box."""
        return self.dir / "tree"

    @property
    def disk(self) -> Path:
        """/srv/lab of the box: everything that must not live in memory."""
        return self.dir / "disk"

    @property
    def deploy(self) -> Path:
        """The deployment's git repository."""
        return self.disk / "deploy"

    @property
    def log(self) -> Path:
        """/var/log/nginx and /var/log/app of the box."""
        return self.disk / "log"

    @property
    def record(self) -> Path:
        """The ready record of the running lab."""
        return self.dir / "ready.json"

    @property
    def faults(self) -> Path:
        """Which faults are active."""
        return self.dir / "faults.json"

    @property
    def token(self) -> Path:
        """The admin token of the service, mode 0600."""
        return self.dir / "admin-token"

    def claim(self) -> None:
        """Make the directory a real lab's, private to its owner."""
        if self.dir.exists() and any(self.dir.iterdir()) and not self.marker.exists():
            msg = f"{self.dir} holds something else than a real lab. Choose an empty or a new directory with --dir."
            raise LabError(msg)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o700)
        self.marker.touch()


def cache_dir() -> Path:
    """Where the base image, the built images and Compose 2 are kept between labs."""
    given = os.environ.get("WATERMARK_LAB_CACHE")
    return Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "watermark-lab"

"""What one lab is asked to be: where it lives, how big it is, whom it alerts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from watermark_lab.lab import mount

PUBLIC_HTTP_PORT = 8080
PUBLIC_REDIS_PORT = 6379
REPLICAS_MAX = 8


class LabError(Exception):
    """The lab cannot do what was asked; the text says what to do next."""


@dataclass(frozen=True)
class StackSettings:
    """The settings of a lab; every duration is in seconds, every port is on 127.0.0.1.

    ``base_port`` None prefers the ports of the runbook (8080 and 6379); 0 takes any free ports; another number takes
    the first free ports from there on. ``api_command`` replaces the service, for tests.
    """

    dir: Path
    api_count: int = 2
    alert_url: str | None = None
    alert_token_file: Path | None = None
    base_port: int | None = None
    health_script: Path | None = None
    requests_per_second: float = 4.0
    watch_interval_seconds: float = 1.0
    watch_for_seconds: float = 2.0
    watch_window_seconds: float = 5.0
    watch_memory_window_seconds: float = 30.0
    """longer than a leaking process takes from its start to its end, or the alert would come and go"""
    memory_bytes_max: int = 256 * 1024 * 1024
    """of each api process"""
    maintenance_seconds_max: float = 900.0
    """after so long in maintenance mode the watcher alerts"""
    api_command: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse sizes that the lab cannot hold."""
        object.__setattr__(self, "dir", self.dir.absolute())
        if not 1 <= self.api_count <= REPLICAS_MAX:
            msg = f"The lab runs 1 to {REPLICAS_MAX} api processes, not {self.api_count}. Choose --api within that."
            raise LabError(msg)
        if self.alert_token_file is not None and self.alert_url is None:
            msg = "A token file was given but no alert URL. Add --alert-url, or leave --alert-token-file out."
            raise LabError(msg)


@dataclass(frozen=True)
class Layout:
    """The paths inside a lab's directory."""

    dir: Path

    @property
    def bin(self) -> Path:
        """Programs that come first on PATH."""
        return self.dir / "bin"

    @property
    def deploy(self) -> Path:
        """The deployment's git repository: the working directory of the runbook's commands."""
        return self.dir / "deploy"

    @property
    def log(self) -> Path:
        """Access and application logs."""
        return self.dir / "log"

    @property
    def run(self) -> Path:
        """State of the running lab."""
        return self.dir / "run"

    @property
    def state(self) -> Path:
        """The state of the service, shared by its replicas."""
        return self.run / "state"

    @property
    def data(self) -> Path:
        """The data of the service, shared by its replicas; it may become a disk of its own."""
        return self.run / "data"

    @property
    def usage(self) -> Path:
        """What each container uses, for the watcher."""
        return self.run / "usage.json"

    @property
    def containers(self) -> Path:
        """Captured output, one file per process."""
        return self.run / "containers"

    @property
    def control(self) -> Path:
        """The control socket."""
        return self.dir / "control.sock"

    @property
    def token(self) -> Path:
        """The admin token of the service, mode 0600."""
        return self.dir / "admin-token"

    @property
    def access_log(self) -> Path:
        """What the load balancer served, in the combined format."""
        return self.log / "access.log"

    @property
    def backends(self) -> Path:
        """The load balancer's list of api ports."""
        return self.run / "backends.json"

    @property
    def load(self) -> Path:
        """What the generated load has seen lately."""
        return self.run / "load.json"

    @property
    def alerts(self) -> Path:
        """What the watcher sees lately."""
        return self.run / "watcher.json"

    @property
    def marker(self) -> Path:
        """The file that tells a lab's directory from anybody else's; locked as long as the lab runs."""
        return self.dir / ".watermark-lab"

    def claim(self) -> None:
        """Make the directory a lab's, private to its owner, as it holds a token and a control socket."""
        if self.dir.exists() and any(self.dir.iterdir()) and not self.marker.exists():
            msg = f"{self.dir} holds something else than a lab. Choose an empty or a new directory with --dir."
            raise LabError(msg)
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o700)
        self.marker.touch()

    def create(self) -> None:
        """Make the directories; the running state of an earlier lab is removed, its logs and history stay."""
        # A lab that was killed could not take its disk away.
        mount.unmount(self.data)
        if self.run.exists():
            shutil.rmtree(self.run)
        for path in (self.dir, self.bin, self.deploy, self.log, self.run, self.containers, self.state, self.data):
            path.mkdir(parents=True, exist_ok=True)

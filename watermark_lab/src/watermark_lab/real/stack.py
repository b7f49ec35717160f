"""The real lab as one object: up, status, down; what breaks it is in faults."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import threading
import time
from pathlib import Path
from typing import Any, Self

from watermark_lab.lab.settings import LabError
from watermark_lab.real import image, needs, overlay, replicas
from watermark_lab.real.box import PATH, Box
from watermark_lab.real.deploy import Deploy
from watermark_lab.real.engine import SOCKET, Container, Engine, EngineError
from watermark_lab.real.settings import (
    ALERTMANAGER_PORT,
    DEPLOY,
    HTTP_PORT,
    PROMETHEUS_PORT,
    REDIS_PORT,
    RealLayout,
    RealSettings,
)

HEALTHY_SECONDS_MAX = 180.0
POLL_SECONDS = 0.2
LOOKS_IN_A_ROW = 3
API_USER = 10001
_LIBRARY = Path(__file__).parents[1]


class RealStack:
    """A real lab. The process that brought it up keeps it alive; any other one may look, break and mend."""

    def __init__(self, directory: Path) -> None:
        """Start nothing."""
        self.layout = RealLayout(directory.absolute())
        self.box = Box(self.layout.dir)
        self.deploy = Deploy(self.box, self.layout)
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Leave with the lab down."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Take the lab down."""
        self.down()

    def up(self, settings: RealSettings) -> dict[str, Any]:
        """Bring everything up and return the ready record; ``LabError``, with nothing left running, when it cannot."""
        why = needs.missing()
        if why:
            raise LabError(why)
        self._lock()
        with contextlib.ExitStack() as undo:
            undo.callback(self.down)
            record = self._up(settings)
            undo.pop_all()
        return record

    @property
    def ready(self) -> dict[str, Any]:
        """The ready record; ``LabError`` when no lab runs here."""
        self._box_pid()
        record: dict[str, Any] = json.loads(self.layout.record.read_text("utf-8"))
        return record

    @property
    def engine(self) -> Engine:
        """The box's Docker Engine, from outside."""
        return Engine(f"{self.box.root}{SOCKET}")

    def service(self, name: str) -> list[Container]:
        """The containers of a service, by number, the stopped ones too; raises ``EngineError``."""
        return [container for container in self.engine.containers() if container.service == name]

    def status(self) -> dict[str, Any]:
        """Return what runs and which alerts fire."""
        ready = self.ready
        units = self.box.run("systemctl", "list-units", "--type=service", "--no-legend", "--plain", "--state=running,failed")
        return {
            **{key: ready[key] for key in ("url", "redis_url", "prometheus_url", "dir", "cwd", "log_dir", "netns", "pid")},
            "release": self.deploy.version(),
            "units": [line.split()[0] for line in units.splitlines()],
            "containers": [container.__dict__ for container in self.engine.containers()],
            "firing": sorted({alert["labels"]["alertname"] for alert in self._alerts() if alert["state"] == "firing"}),
        }

    def compose(self, *arguments: str) -> str:
        """Run docker-compose in the deployment; ``LabError`` when it fails."""
        return self.box.run("docker-compose", *arguments, cwd=DEPLOY)

    def wait_healthy(self, seconds_max: float = HEALTHY_SECONDS_MAX) -> None:
        """Wait until every replica, and the service through nginx, was ready in several looks in a row.

        One answer through nginx is one replica's: the other two may still look for their Redis. ``LabError`` after ``seconds_max``.
        """
        pause, deadline, said, well = threading.Event(), time.monotonic() + seconds_max, "", 0
        while time.monotonic() < deadline:
            said, ready = self._readiness()
            well = well + 1 if ready else 0
            if well == LOOKS_IN_A_ROW:
                return
            pause.wait(POLL_SECONDS)
        msg = f"The service is not ready after {seconds_max:g} s: {said}\n{self.box.run('docker', 'ps', '-a', check=False)}"
        raise LabError(msg)

    def _readiness(self) -> tuple[str, bool]:
        """Ask every running replica, and nginx; return what they said and whether all are ready."""
        try:
            found = self.service(replicas.API)
        except EngineError as err:
            return str(err), False
        frozen = [one.name for one in found if one.paused]
        if frozen:
            # nginx answers from the others; whether one of these requests meets it is chance.
            return f"{', '.join(frozen)} is paused", False
        running = [one for one in found if one.running and one.address]
        urls = [f"http://{one.address}:{replicas.PORT}/ready" for one in running]
        urls.append(f"http://localhost:{HTTP_PORT}/ready")
        said = self.box.run("curl", "-s", "-m", "3", "-w", "\n%{http_code}\n", *urls, check=False)
        return said, bool(running) and said.splitlines().count("200") == len(urls)

    def down(self) -> None:
        """End everything that was started, whoever did; twice does no harm."""
        self.box.stop()
        for path in (self.layout.disk, self.layout.tree, self.layout.dir / "over"):
            shutil.rmtree(path, ignore_errors=True)
        for path in (self.layout.record, self.layout.faults):
            path.unlink(missing_ok=True)
        self._resources.close()

    def _box_pid(self) -> int:
        pid = self.box.pid
        if pid is None or not self.layout.record.exists():
            where = self.layout.dir
            msg = f"No real lab runs in {where}. Start it: watermark-lab up --stack docker --dir {where}"
            raise LabError(msg)
        return pid

    def _lock(self) -> None:
        self.layout.claim()
        file = self._resources.enter_context(self.layout.marker.open("a"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            where = self.layout.dir
            msg = f"A real lab runs in {where} already. Choose another --dir, or end that one: watermark-lab down --dir {where}"
            raise LabError(msg) from err

    def _up(self, settings: RealSettings) -> dict[str, Any]:
        self.box.stop()  # one whose lab was killed
        self._disk(settings)
        key = image.provide(self.layout)
        overlay.own(self.layout.disk / "registry", "docker-registry")
        self.box.start(lambda name: overlay.lay(self.layout, settings, name), own_network=settings.own_network)
        image.build(self.box, self.layout, key)
        self.deploy.create(settings.health_script)
        self.box.run("systemctl", "start", "lab-replicas.service")
        self.compose("pull", "-q")
        self.compose("up", "-d")
        self.wait_healthy()
        self.box.run("systemctl", "start", "lab-users.service")
        self._watch()
        record = self._record()
        self.layout.record.touch(mode=0o600)
        self.layout.record.write_text(json.dumps(record), encoding="utf-8")
        return record

    def _watch(self) -> None:
        """Start Prometheus when there is something to see, or it would alert of a service that is coming up; wait until it sees."""
        self.box.run("systemctl", "start", "prometheus.service")
        seen = 'min(probe_success{path="/ready"}) and on() min(up{job="users"}) == 1'
        pause, deadline, said = threading.Event(), time.monotonic() + HEALTHY_SECONDS_MAX, ""
        while time.monotonic() < deadline:
            said = self._prometheus("query", "--get", "--data-urlencode", f"query={seen}")
            if '"1"]' in said and not self._alerts():
                return
            pause.wait(POLL_SECONDS)
        msg = f"Prometheus does not see the service well after {HEALTHY_SECONDS_MAX:g} s: {said}"
        raise LabError(msg)

    def _alerts(self) -> list[dict[str, Any]]:
        said = self._prometheus("alerts")
        alerts: list[dict[str, Any]] = json.loads(said)["data"]["alerts"] if said.startswith("{") else []
        return alerts

    def _prometheus(self, path: str, *options: str) -> str:
        url = f"http://127.0.0.1:{PROMETHEUS_PORT}/api/v1/{path}"
        return self.box.run("curl", "-s", "-m", "5", *options, url, check=False)

    def _disk(self, settings: RealSettings) -> None:
        """Lay out /srv/lab anew: what must be on disk, belong to a system user, or be read in the box."""
        disk = self.layout.disk
        shutil.rmtree(disk, ignore_errors=True)
        for name in ("docker", "fault", "log/nginx"):
            (disk / name).mkdir(parents=True)
        os.chown(_made(disk / "log/app"), API_USER, API_USER)
        overlay.own(disk / "prometheus", "prometheus")
        overlay.own(disk / "alertmanager", "prometheus")
        shutil.copytree(_LIBRARY, disk / "lib/watermark_lab", ignore=shutil.ignore_patterns("__pycache__"))
        token = secrets.token_urlsafe(32)
        for path in (self.layout.token, disk / "api.env"):
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
        self.layout.token.write_text(token + "\n", "ascii")
        (disk / "api.env").write_text(f"ADMIN_TOKEN={token}\n", "ascii")
        pace = f"REQUESTS_PER_SECOND={settings.requests_per_second}\nWINDOW_SECONDS={settings.watch_window_seconds}\n"
        (disk / "users.env").write_text(pace, "ascii")
        if settings.alert_token_file is not None:
            shutil.copyfile(settings.alert_token_file, disk / "alert-token")
            shutil.chown(disk / "alert-token", "prometheus")
            (disk / "alert-token").chmod(0o600)

    def _record(self) -> dict[str, Any]:
        return {
            "ready": True,
            "stack": "docker",
            "url": f"http://localhost:{HTTP_PORT}",
            "redis_url": f"redis://127.0.0.1:{REDIS_PORT}/0",
            "prometheus_url": f"http://127.0.0.1:{PROMETHEUS_PORT}",
            "alertmanager_url": f"http://127.0.0.1:{ALERTMANAGER_PORT}",
            "path": PATH,
            "env": {"ADMIN_TOKEN": self.layout.token.read_text("ascii").strip()},
            "dir": str(self.layout.dir),
            "cwd": DEPLOY,
            "log_dir": str(self.layout.log),
            "command_prefix": self.box.prefix(DEPLOY),
            "netns": self.box.netns,
            "compose_2": bool(needs.compose_2()),
            "pid": os.getpid(),
        }


def _made(path: Path) -> Path:
    path.mkdir(parents=True)
    return path

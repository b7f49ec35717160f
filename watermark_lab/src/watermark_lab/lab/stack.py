"""The lab as one object: up, inject, undo, status, down."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from watermark_lab.lab import redis
from watermark_lab.lab.binaries import Binaries
from watermark_lab.lab.child import Child, Spec
from watermark_lab.lab.control import Control
from watermark_lab.lab.deploy import Deploy
from watermark_lab.lab.faults import Faults
from watermark_lab.lab.journal import DOCKER, LAB, NGINX, Journal
from watermark_lab.lab.parts import Parts
from watermark_lab.lab.port import Ports
from watermark_lab.lab.project import NOTARY, PROXY, Project, Surroundings, http_status
from watermark_lab.lab.settings import PUBLIC_HTTP_PORT, PUBLIC_REDIS_PORT, LabError, Layout, StackSettings
from watermark_lab.lab.supervisor import Supervisor

ELSEWHERE_BASE = 18080
OK = 200
_SOURCE_ROOT = str(Path(__file__).parents[2])
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_SERVICE = """\
from watermark_lab.__main__ import main
raise SystemExit(main())
"""


class Stack:
    """A lab in this process: its threads here, the service and its surroundings as child processes."""

    def __init__(self, settings: StackSettings) -> None:
        """Start nothing yet."""
        self.settings = settings
        self.layout = Layout(settings.dir)
        self.stopped = threading.Event()
        self._closing = threading.RLock()
        self._resources = contextlib.ExitStack()
        self._running: Parts | None = None
        self._ready: dict[str, Any] = {}
        self._since = datetime.now(UTC)

    def __enter__(self) -> Self:
        """Bring the lab up."""
        self.up()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Take the lab down."""
        self.down()

    def up(self) -> dict[str, Any]:
        """Bring everything up and return the ready record; LabError, with nothing left running, when it cannot."""
        with contextlib.ExitStack() as undo:
            undo.callback(self.down)
            self._up()
            undo.pop_all()
        return self._ready

    def inject(self, name: str, options: dict[str, float] | None = None) -> dict[str, Any]:
        """Inject a fault; its record, with ``changed`` false when it was active already."""
        return self._parts().faults.inject(name, options)

    def undo(self, name: str) -> dict[str, Any]:
        """End a fault; its record, with ``changed`` false when it was over already."""
        return self._parts().faults.undo(name)

    def faults(self) -> list[dict[str, Any]]:
        """Return every fault with its state."""
        return self._parts().faults.list()

    def status(self) -> dict[str, Any]:
        """Return what runs, which faults are active, what the users and the watcher see."""
        parts = self._parts()
        containers = parts.project.containers()
        others = [child for child in parts.supervisor.children() if child not in containers]
        return {
            **{key: self._ready.get(key) for key in ("url", "redis_url", "dir", "bin", "cwd", "log_dir", "programs")},
            "ready": bool(self._ready),
            "pid": os.getpid(),
            "since": self._since.isoformat(),
            "release": parts.project.deployed.version,
            "containers": [_summary(child) for child in containers],
            "processes": [_summary(child) for child in others],
            "faults": parts.faults.list(),
            "load": _json_file(self.layout.load),
            "watcher": _json_file(self.layout.alerts),
        }

    def down(self) -> None:
        """End everything that was started; once is enough, twice does no harm."""
        with self._closing:
            self._resources.close()
            self._running = None
            self.stopped.set()

    def _parts(self) -> Parts:
        if self._running is None:
            msg = f"The lab in {self.layout.dir} is not up. Start it: watermark-lab up --dir {self.layout.dir}"
            raise LabError(msg)
        return self._running

    def _up(self) -> None:
        layout, settings = self.layout, self.settings
        self._lock()
        layout.create()
        program = redis.server_program()
        if program is None:
            msg = "There is no redis-server on PATH nor from a package of this Python. Install it: apt install redis-server."
            raise LabError(msg)
        journal = Journal(layout.run / "events.jsonl")
        supervisor = Supervisor(layout, journal)
        self._resources.callback(supervisor.close)
        journal.add(DOCKER, "Starting the container engine")
        ports = Ports(ELSEWHERE_BASE if settings.base_port is None else settings.base_port)
        self._resources.callback(ports.close)
        http_port, redis_port = (
            public if settings.base_port is None and ports.keep(public) else next(ports)
            for public in (PUBLIC_HTTP_PORT, PUBLIC_REDIS_PORT)
        )
        deploy = Deploy(layout.deploy)
        deploy.create(settings.api_count, settings.health_script)
        token = _token(layout.token)
        notary_port = next(ports)
        env = self._api_env(redis_port, notary_port, token)
        surroundings = Surroundings(redis_port, program, "redis", env, self._api_command(), ports)
        project = Project(settings, supervisor, deploy, surroundings)
        parts = Parts(settings, journal, supervisor, deploy, project, Faults(project))
        self._running = parts
        self._resources.callback(parts.faults.close)
        notary = self._process(NOTARY, LAB, notary_port, str(notary_port))
        supervisor.start(notary)
        project.wait_healthy(notary)
        binaries = Binaries(layout, http_port, redis_port)
        binaries.write()
        project.up(None, lambda _line: None)
        self._surround(parts, http_port)
        self._listen(parts)
        self._ready = self._record(binaries, http_port, redis_port, token)

    def _lock(self) -> None:
        self.layout.claim()
        file = self._resources.enter_context(self.layout.marker.open("a"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            where = self.layout.dir
            msg = f"A lab runs in {where} already. Choose another --dir, or end that one: watermark-lab down --dir {where}"
            raise LabError(msg) from err

    def _listen(self, parts: Parts) -> None:
        self.layout.control.unlink(missing_ok=True)
        control = Control(
            parts,
            {
                "status": lambda _message: self.status(),
                "faults": lambda _message: self.faults(),
                "inject": lambda message: self.inject(str(message.get("fault")), message.get("options")),
                "undo": lambda message: self.undo(str(message.get("fault"))),
                "down": lambda _message: threading.Thread(target=self.down, name="lab-down").start(),
            },
        )
        self._resources.callback(control.close)

    def _surround(self, parts: Parts, http_port: int) -> None:
        layout, settings = self.layout, self.settings
        errors = str(layout.log / "error.log")
        proxy = self._process(PROXY, NGINX, http_port, str(http_port), str(layout.backends), str(layout.access_log), errors)
        parts.supervisor.start(proxy)
        parts.project.wait_healthy(proxy)
        if http_status(http_port, "/health") != OK:
            said = [line.text for child in [proxy, *parts.project.containers()] for line in child.capture.lines()]
            msg = "The service did not come up. Its processes said:\n" + "\n".join(said[-20:])
            raise LabError(msg)
        window = settings.watch_window_seconds
        load = self._process("load", LAB, None, str(http_port), str(settings.requests_per_second), str(window), str(layout.load))
        parts.supervisor.start(load)
        watch = {
            "port": http_port,
            "url": f"http://localhost:{http_port}",
            "load_file": str(layout.load),
            "usage_file": str(layout.usage),
            "state_file": str(layout.alerts),
            "interval_seconds": settings.watch_interval_seconds,
            "for_seconds": settings.watch_for_seconds,
            "memory_window_seconds": settings.watch_memory_window_seconds,
            "maintenance_seconds_max": settings.maintenance_seconds_max,
            "alert_url": settings.alert_url,
            "alert_token_file": str(settings.alert_token_file.absolute()) if settings.alert_token_file else None,
        }
        file = layout.run / "watch.json"
        file.write_text(json.dumps(watch), encoding="utf-8")
        parts.supervisor.start(self._process("watcher", LAB, None, str(file)))

    def _process(self, name: str, unit: str, listens: int | None, *arguments: str) -> Child:
        module = {PROXY: "proxy"}.get(name, name)
        argv = (sys.executable, "-m", f"watermark_lab.lab.{module}", *arguments)
        spec = Spec(name, "lab", unit, name, argv, self._env(), self.layout.run, listens)
        return self._parts().supervisor.add(spec)

    def _env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return {**kept, "PYTHONPATH": _SOURCE_ROOT}

    def _api_env(self, redis_port: int, notary_port: int, token: str) -> dict[str, str]:
        return {
            **self._env(),
            "WATERMARK_LAB_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "WATERMARK_LAB_EXTERNAL_URL": f"http://127.0.0.1:{notary_port}",
            "WATERMARK_LAB_STATE_DIR": str(self.layout.state),
            "WATERMARK_LAB_DATA_DIR": str(self.layout.data),
            "ADMIN_TOKEN": token,
        }

    def _api_command(self) -> tuple[str, ...]:
        if self.settings.api_command is not None:
            return self.settings.api_command
        # A script called watermark-lab, so that `pgrep -f watermark-lab` of the runbook finds the service.
        script = self.layout.run / "watermark-lab"
        script.write_text(_SERVICE, encoding="utf-8")
        return (sys.executable, str(script), "api")

    def _record(self, binaries: Binaries, http_port: int, redis_port: int, token: str) -> dict[str, Any]:
        layout = self.layout
        return {
            "ready": True,
            "url": f"http://localhost:{http_port}",
            "redis_url": f"redis://127.0.0.1:{redis_port}/0",
            "bin": str(layout.bin),
            "path": binaries.path,
            "env": {"ADMIN_TOKEN": token},
            "dir": str(layout.dir),
            "cwd": str(layout.deploy),
            "log_dir": str(layout.log),
            "standins": binaries.standins,
            "programs": binaries.kinds,
            "pid": os.getpid(),
        }


def _token(path: Path) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    return path.read_text(encoding="ascii").strip()


def _summary(child: Child) -> dict[str, Any]:
    return {
        "name": child.name,
        "service": child.spec.service,
        "state": child.state,
        "pid": child.pid,
        "port": child.spec.port,
        "image": child.spec.image,
        "restarts": child.restart_count,
        "exit_code": None if child.running else child.exit_code,
        "cpu_percent": round(child.cpu_percent(), 2),
        "memory_bytes": child.memory_bytes(),
    }


def _json_file(path: Path) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None

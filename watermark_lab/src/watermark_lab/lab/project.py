"""The compose project of the lab: the api replicas and redis, started, scaled and rolled one by one."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from watermark_lab.lab import redis
from watermark_lab.lab.child import STOP_SECONDS_MAX, Child, Spec
from watermark_lab.lab.deploy import IMAGE, Deploy, Release
from watermark_lab.lab.journal import DOCKER
from watermark_lab.lab.port import LOOPBACK
from watermark_lab.lab.settings import REPLICAS_MAX, LabError, Layout, StackSettings
from watermark_lab.lab.supervisor import Supervisor

API = "api"
REDIS = "redis"
PROXY = "nginx"
NOTARY = "notary"
SERVICES = (API, REDIS)
STOPPED = "stopped by hand"
HEALTHY_SECONDS_MAX = 60.0
POLL_SECONDS = 0.05

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Surroundings:
    """What the project's processes are given: ports, the redis program, the environment of the service."""

    redis_port: int
    redis_program: str
    redis_image: str
    api_env: dict[str, str]
    api_command: tuple[str, ...]
    ports: Iterator[int]


class Project:
    """The services api and redis."""

    def __init__(self, settings: StackSettings, supervisor: Supervisor, deploy: Deploy, surroundings: Surroundings) -> None:
        """Run nothing yet."""
        self.settings = settings
        self.layout = Layout(settings.dir)
        self.supervisor = supervisor
        self.deploy = deploy
        self.surroundings = surroundings
        self.deployed = deploy.read()
        self._ports: dict[int, int] = {}

    def replicas(self) -> list[Child]:
        """Return the api's containers, running or not."""
        return [child for child in self.supervisor.children() if child.spec.service == API]

    def containers(self) -> list[Child]:
        """Return all containers, running or not."""
        return [child for child in self.supervisor.children() if child.spec.service in SERVICES]

    def service(self, name: str) -> list[Child]:
        """Return the containers of one service; LabError for a service that the project does not have."""
        if name not in SERVICES:
            msg = f"no such service: {name}"
            raise LabError(msg)
        return [child for child in self.containers() if child.spec.service == name]

    def up(self, scale: int | None, say: Progress) -> None:
        """Make what runs equal to the deployment: create, start, roll to its release, remove what is too much."""
        count = self.settings.api_count if scale is None else scale
        if not 0 <= count <= REPLICAS_MAX:
            msg = f"cannot scale api to {count}: the lab runs 0 to {REPLICAS_MAX} replicas."
            raise LabError(msg)
        with self.supervisor.change:
            release = self.deploy.read()
            self.deployed = release
            started = self._up_one(self.supervisor.find(REDIS), self._redis_spec(), say)
            for child in started:
                self.wait_healthy(child)
            for child in self.replicas()[count:]:
                self.supervisor.stop(child, "scaled down")
                self.supervisor.remove(child)
                say(f"Stopping and removing {child.name} ... done")
            for index in range(1, count + 1):
                spec = self._api_spec(index, release)
                child_now = self.supervisor.find(spec.name)
                if child_now is not None and child_now.spec.image != release.image:
                    self._recreate(child_now, spec, say)
                else:
                    started += self._up_one(child_now, spec, say)
            self._write_backends()
            for child in started:
                self.wait_healthy(child)

    def roll(self) -> None:
        """Roll out the deployment to as many replicas as there are now, so that nobody's scaling is undone."""
        self.up(len(self.replicas()) or None, lambda _line: None)

    def restart(self, children: list[Child], say: Progress, stop_seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Restart containers one after the other, so that the others go on serving; all at once when none runs."""
        with self.supervisor.change:
            rolling = any(child.running for child in children)
            for child in children:
                self.supervisor.stop(child, "restart", stop_seconds_max)
                self.supervisor.start(child)
                if rolling:
                    self.wait_healthy(child)
                say(f"Restarting {child.name} ... done")
            for child in children:
                self.wait_healthy(child)

    def stop(self, children: list[Child], say: Progress) -> None:
        """Stop containers; they stay down until somebody starts them."""
        for child in children:
            ran = child.running
            self.supervisor.stop(child, STOPPED)
            if ran:
                say(f"Stopping {child.name} ... done")

    def start(self, children: list[Child], say: Progress) -> None:
        """Start the containers that are stopped."""
        for child in children:
            self.supervisor.start(child)
            say(f"Starting {child.name} ... done")
        for child in children:
            self.wait_healthy(child)

    def restart_engine(self) -> None:
        """Stop every container and start all but those that were stopped by hand, as a restarted engine does."""
        with self.supervisor.change:
            again = [child for child in self.containers() if child.held != STOPPED]
            self.supervisor.journal.add(DOCKER, "Stopping the container engine")
            for child in reversed(again):
                self.supervisor.stop(child, "the engine restarts")
            self.supervisor.journal.add(DOCKER, "Starting the container engine")
            self.start(again, lambda _line: None)

    def wait_healthy(self, child: Child, seconds_max: float = HEALTHY_SECONDS_MAX) -> bool:
        """Wait until a container serves; False when it has not after ``seconds_max``."""
        deadline = time.monotonic() + seconds_max
        pause = threading.Event()
        while time.monotonic() < deadline:
            if not child.running or self.supervisor.closing.is_set():
                return False
            if self._serves(child):
                return True
            pause.wait(POLL_SECONDS)
        return False

    def _serves(self, child: Child) -> bool:
        port = child.spec.port or 0
        return redis.answers(port) if child.spec.service == REDIS else http_status(port, "/health") is not None

    def _up_one(self, child: Child | None, spec: Spec, say: Progress) -> list[Child]:
        if child is not None and child.running:
            say(f"{child.name} is up-to-date")
            return []
        word = "Creating" if child is None else "Starting"
        if child is None:
            child = self.supervisor.add(spec)
            self._write_backends()
        self.supervisor.start(child)
        say(f"{word} {child.name} ... done")
        return [child]

    def _recreate(self, child: Child, spec: Spec, say: Progress) -> None:
        self.supervisor.stop(child, "recreated for another release")
        child.recreate(spec)
        self.supervisor.start(child)
        self.wait_healthy(child)
        say(f"Recreating {child.name} ... done")

    def _redis_spec(self) -> Spec:
        given = self.surroundings
        directory = self.layout.run / "redis"
        directory.mkdir(exist_ok=True)
        argv = redis.server_command(given.redis_program, given.redis_port, directory)
        env = {"PATH": given.api_env.get("PATH", "")}
        return Spec(REDIS, REDIS, DOCKER, given.redis_image, argv, env, directory, given.redis_port)

    def _api_spec(self, index: int, release: Release) -> Spec:
        name = IMAGE if index == 1 else f"{IMAGE}-{index}"
        if index not in self._ports:
            self._ports[index] = next(self.surroundings.ports)
        port = self._ports[index]
        env = {
            **self.surroundings.api_env,
            "WATERMARK_LAB_HOST": LOOPBACK,
            "WATERMARK_LAB_PORT": str(port),
            "WATERMARK_LAB_LOG_FILE": str(self.layout.log / f"{name}.log"),
            "WATERMARK_LAB_RELEASE": release.version,
            "WATERMARK_LAB_FAULT_FILE": str(self.layout.run / f"fault-{name}.json"),
        }
        command, limit = self.surroundings.api_command, self.settings.memory_bytes_max
        return Spec(name, API, DOCKER, release.image, command, env, self.layout.run, port, limit)

    def _write_backends(self) -> None:
        fresh = self.layout.backends.with_suffix(".new")
        fresh.write_text(json.dumps([child.spec.port for child in self.replicas()]), encoding="utf-8")
        fresh.replace(self.layout.backends)


def http_status(port: int, path: str, timeout_seconds: float = 2.0) -> int | None:
    """Return the status of a GET on loopback; None when nothing answers."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_seconds)
    try:
        connection.request("GET", path, headers={"User-Agent": "watermark-lab-supervisor/0.1"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()

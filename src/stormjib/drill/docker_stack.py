"""The docker stack: watermark-lab's real lab, on a Docker Engine under a systemd of its own."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from stormjib.drill import processes
from stormjib.drill.faults import FAULTS
from stormjib.drill.network import Network
from stormjib.drill.stack import Ready, StackError, Wanted

REPLICAS = 3
ASK_TIMEOUT_SECONDS = 480.0
_PREPARE = ("-m", "watermark_lab", "prepare", "--stack", "docker")
"""The first time it packs a Debian root, which takes minutes; it has a limit of its own."""


class DockerStack:
    """One real lab, whose process is a child of this one. Its network is this thread's as long as it is up."""

    name = "docker"

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._network: Network | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._directory = ""
        self._trouble = ""
        self._lacks = ""

    def enter(self) -> None:
        """Make the network, so that the lab's localhost:8080 is this thread's; where that is not possible ``up`` says why.

        There is nothing but loopback in it, so that what comes from outside is fetched before.
        """
        if self._network is None and os.geteuid() == 0:
            prepared = subprocess.run([sys.executable, *_PREPARE], capture_output=True, text=True, check=False)
            if prepared.returncode:
                self._lacks = prepared.stderr.strip()
                return
            try:
                self._network = Network()
            except OSError as error:
                self._trouble = str(error)

    def up(self, wanted: Wanted) -> Ready:
        """Start the lab; raises ``StackError``."""
        if wanted.replicas != REPLICAS:
            raise StackError(f"The docker stack has {REPLICAS} replicas, not {wanted.replicas}.")
        if importlib.util.find_spec("watermark_lab") is None:
            raise StackError(processes.NO_LAB)
        if self._lacks:
            raise StackError(f"The real lab can't be prepared. {self._lacks}")
        if self._network is None:
            raise StackError(f"The docker stack makes a network of its own, which needs root on Linux. {self._trouble}".strip())
        directory = wanted.directory
        directory.parent.mkdir(parents=True, exist_ok=True)
        token_file = directory.parent / "alert-token"
        processes.write_secret(token_file, wanted.alert_token)
        options: dict[str, object] = {
            "dir": directory,
            "alert-url": wanted.alert_url,
            "alert-token-file": token_file,
            "requests-per-second": wanted.requests_per_second,
            "health-script": wanted.health_script,
            "maintenance-seconds-max": wanted.maintenance_seconds_max,
        }
        argv = [sys.executable, "-m", "watermark_lab", "up", "--stack", "docker", "--inherit-network", "--end-with-parent"]
        argv += [word for name, value in options.items() if value is not None for word in (f"--{name}", str(value))]
        log = directory.parent / "lab.log"
        self._directory = str(directory)
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file, start_new_session=True
            )
        line = self._process.stdout.readline() if self._process.stdout else b""
        try:
            return _ready(json.loads(line), self._directory)
        except ValueError as error:
            self.down()
            raise StackError(f"The real lab did not come up. {processes.said(log)}") from error

    def inject(self, fault: str, options: Mapping[str, float]) -> None:
        """Break something; raises ``StackError``."""
        given = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", f"{value:g}")]
        self._ask(["inject", fault, *given])

    def undo(self, fault: str) -> None:
        """Mend it; raises ``StackError``."""
        self._ask(["undo", fault])

    def faults(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(name for name, fault in FAULTS.items() if self.name in fault.stacks)

    def down(self) -> None:
        """End the lab, and leave its network."""
        if self._process is not None:
            processes.stop(self._process)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
        if self._network is not None:
            self._network.leave()
            self._network = None

    def _ask(self, words: Sequence[str]) -> None:
        argv = [sys.executable, "-m", "watermark_lab", *words, "--stack", "docker", "--dir", self._directory]
        try:
            done = subprocess.run(argv, capture_output=True, text=True, timeout=ASK_TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise StackError(f"The real lab did not answer {' '.join(words)} within {ASK_TIMEOUT_SECONDS:g} s.") from error
        if done.returncode:
            raise StackError(f"The real lab refuses {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")


def _ready(record: dict[str, object], directory: str) -> Ready:
    env = record["env"]
    assert isinstance(env, dict)
    return Ready(
        url=str(record["url"]),
        redis_url=str(record["redis_url"]),
        command_path=str(record["path"]),
        command_dir=directory,
        env={str(name): str(value) for name, value in env.items()},
        about="real: Docker, Compose, systemd, nginx, Redis, Prometheus, Alertmanager; the machine below is a box",
        settings={"command_prefix": record["command_prefix"], "prometheus_url": record["prometheus_url"]},
    )

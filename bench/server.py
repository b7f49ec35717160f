"""The two servers that are compared, each a process on a loopback port with an empty directory of its own."""

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from stormjib.drill import processes
from stormjib.offline import create_tokens

ALERTMANAGER: Final = "prometheus-alertmanager"
REFERENCE_RUNBOOK: Final = Path(__file__).parents[1] / "runbooks" / "incident-response.md"
READY_SECONDS: Final = 30.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Server(msgspec.Struct, frozen=True):
    """A running one. ``path`` takes alerts; ``headers`` go with them."""

    process: "subprocess.Popen[bytes]"
    url: str
    path: str
    headers: Mapping[str, str]
    directory: Path
    reader: Mapping[str, str] = {}
    """What somebody sends who only reads, whose share of the requests is another one."""

    @property
    def log_file(self) -> Path:
        """Where stormjib keeps its log."""
        return self.directory / "data" / "log.db"

    def memory_mib(self, field: str = "VmRSS") -> float:
        """Resident memory of the whole process; ``VmHWM`` for the most that it ever had."""
        return memory_mib(self.process.pid, field)

    def cpu_seconds(self) -> float:
        """Processor time of the process and of its children that have ended."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(field) for field in fields[11:15]) / _TICKS

    def children(self) -> bool:
        """Whether it has any."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return any(_read(task).strip() for task in tasks)

    def wait_quiet(self, at_least_seconds: float = 0.1, at_most_seconds: float = 20.0) -> bool:
        """Wait until it does nothing: no children, and at most one tick of processor time in 0.1 seconds."""
        end = time.monotonic() + at_most_seconds
        while time.monotonic() < end:
            before = self.cpu_seconds()
            time.sleep(at_least_seconds)
            if self.cpu_seconds() - before <= 1.5 / _TICKS and not self.children():
                return True
        return False


def memory_mib(pid: int, field: str = "VmRSS") -> float:
    """Resident memory of a whole process; ``VmHWM`` for the most that it ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


@contextmanager
def stormjib(where: Path, *, runbook: Path = REFERENCE_RUNBOOK, path: str = "/api/v1/alerts", **more: object) -> Iterator[Server]:
    """Ours, as `stormjib serve` starts it; ``more`` are settings."""
    directory = _empty(where / "stormjib")
    # A directory that is given is used as it is.
    scopes = {"bench": ("alert", "read"), "reader": ("read",)}
    tokens = {} if "data_dir" in more else create_tokens(directory / "data", scopes)
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    values = {"data_dir": str(directory / "data"), "port": port, "runbook": str(runbook)} | more
    settings = directory / "stormjib.toml"
    processes.write_secret(settings, "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    process = processes.start_server(settings, url, directory / "server.log")
    try:
        sender, reader = ({"Authorization": f"Bearer {tokens.get(name, '')}"} for name in scopes)
        yield Server(process, url, path, sender, directory, reader)
    finally:
        processes.stop(process)


@contextmanager
def alertmanager(where: Path, *, webhook: str = "", group_by: str = "alertname", group_wait: str = "30s") -> Iterator[Server]:
    """Theirs, without clustering; without a webhook its receiver tells nobody."""
    directory = _empty(where / "alertmanager")
    hook = f"\n    webhook_configs: [{{url: {json.dumps(webhook)}, send_resolved: false}}]" if webhook else ""
    route = (
        f"route: {{receiver: bench, group_by: [{group_by}], group_wait: {group_wait}, group_interval: 5m, repeat_interval: 4h}}"
    )
    config = directory / "alertmanager.yml"
    config.write_text(f"{route}\nreceivers:\n  - name: bench{hook}\n")
    port = processes.free_port()
    argv = [ALERTMANAGER, f"--config.file={config}", f"--storage.path={directory / 'data'}"]
    argv += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=warn"]
    with (directory / "server.log").open("ab") as log:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    server = Server(process, f"http://127.0.0.1:{port}", "/api/v2/alerts", {}, directory)
    try:
        _wait_ready(server)
        yield server
    finally:
        processes.stop(process)


def _wait_ready(server: Server) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/-/ready", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise processes.StartError(f"Alertmanager did not come up. Its output: {server.directory / 'server.log'}")


def _empty(directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""

"""The box: a systemd of its own, in namespaces of its own, over a throw-away copy of this machine's root.

Nothing of it outlives its process 1: the mounts are in its mount namespace, the interfaces in its network namespace. Only
empty control groups stay, and the next box removes them.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watermark_lab.lab.settings import LabError

PREFIX = "watermark-lab-"
CGROUPS = Path("/sys/fs/cgroup")
CONTROLLERS = ("unified", "systemd", "cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids")
START_SECONDS_MAX = 180.0
END_SECONDS_MAX = 30.0
POLL_SECONDS = 0.1
LEFT_SECONDS_MIN = 120.0
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_INIT = Path(__file__).with_name("box_init.sh")
_LIFELINE = Path(__file__).parents[1] / "lab" / "lifeline.py"


class Box:
    """One box, whose files are below ``directory``: ``tree`` is laid over the root, ``disk`` is its /srv/lab."""

    def __init__(self, directory: Path) -> None:
        """Know where it is; one that runs there already is found by its process id."""
        self.directory = directory
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process 1 of the box, as this machine counts; None when it does not run."""
        try:
            pid = int((self.directory / "pid").read_text("ascii"))
            name = (self.directory / "name").read_text("ascii").strip()
            # A number that another process has by now is in another control group.
            return pid if f"/{name}" in Path(f"/proc/{pid}/cgroup").read_text("ascii") else None
        except (OSError, ValueError):
            return None

    @property
    def name(self) -> str:
        """The host name, and the name of the control groups."""
        return (self.directory / "name").read_text("ascii").strip()

    @property
    def netns(self) -> str:
        """The file of the network namespace."""
        return f"/proc/{self._running()}/ns/net"

    @property
    def root(self) -> str:
        """Its file system, as this machine reaches it."""
        return f"/proc/{self._running()}/root"

    def prefix(self, directory: str = "/") -> list[str]:
        """The words before a command that is to run in the box, in ``directory``, with this environment."""
        return ["nsenter", "-t", str(self._running()), "-m", "-u", "-i", "-n", "-p", "-r", f"--wdns={directory}"]

    def start(self, lay: Callable[[str], None], *, own_network: bool = True) -> None:
        """Bring it up; ``lay`` writes the tree for a box of this name. Raises ``LabError`` when systemd does not come up.

        Without ``own_network`` it is in the network namespace of this thread, which must be one made for it.
        """
        sweep(LEFT_SECONDS_MIN)
        (self.directory / "pid").unlink(missing_ok=True)
        name = PREFIX + secrets.token_hex(4)
        (self.directory / "name").write_text(name, "ascii")
        lay(name)
        controllers = [one for one in CONTROLLERS if (CGROUPS / one).is_dir()]
        for one in controllers:
            _make_group(CGROUPS / one / name)
        network = ["--net"] if own_network else []
        argv = ["unshare", "--mount", "--uts", "--ipc", *network, "--pid", "--fork", "--kill-child", "--propagation", "private"]
        argv += ["/bin/sh", str(_INIT), name, str(self.directory), " ".join(controllers)]
        with (self.directory / "box.log").open("wb") as log:
            # The lifeline ends unshare with this process, and unshare ends the box with itself.
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(_LIFELINE), str(os.getpid()), *argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if not _wait(self._booted, START_SECONDS_MAX):
            said = (self.directory / "box.log").read_text("utf-8", "replace")[-2000:]
            self.stop()
            msg = f"systemd did not come up in the box within {START_SECONDS_MAX:g} s. It said:\n{said}"
            raise LabError(msg)

    def run(
        self,
        *argv: str,
        check: bool = True,
        text: str | None = None,
        cwd: str = "/",
        seconds_max: float = 120.0,
        env: dict[str, str] | None = None,
    ) -> str:
        """Run a program in the box and return what it printed; ``LabError`` when it fails and ``check``, or takes too long."""
        try:
            done = subprocess.run(
                [*self.prefix(cwd), *argv],
                input=text,
                stdin=subprocess.DEVNULL if text is None else None,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", **(env or {})},
                text=True,
                errors="replace",
                timeout=seconds_max,
                check=False,
            )
        except subprocess.TimeoutExpired as err:
            msg = f"In the box, {' '.join(argv)} took more than {seconds_max:g} s."
            raise LabError(msg) from err
        if check and done.returncode != 0:
            msg = f"In the box, {' '.join(argv)} failed with {done.returncode}:\n{done.stdout[-2000:]}"
            raise LabError(msg)
        return done.stdout

    def wait(self) -> None:
        """Wait until it ends; for the process that started it."""
        if self._child is not None:
            self._child.wait()

    def stop(self) -> None:
        """Kill it, which the kernel follows with all that is in it, and remove its control groups; twice does no harm.

        Nothing in it is worth an orderly halt, which takes as long as its slowest container.
        """
        pid = self.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            _wait(lambda: self.pid is None, END_SECONDS_MAX)
        if self._child is not None:
            if self._child.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    self._child.wait(POLL_SECONDS * 10)
                self._child.kill()
            self._child.wait()
            self._child = None
        (self.directory / "pid").unlink(missing_ok=True)
        sweep(LEFT_SECONDS_MIN, mine=self.name if (self.directory / "name").exists() else "")

    def _booted(self) -> bool:
        if self._child is not None and self._child.poll() is not None:
            return True  # it is over; the caller sees that from the lack of a process id
        if self.pid is None:
            return False
        return self.run("systemctl", "is-active", "lab.target", check=False).strip() == "active"

    def _running(self) -> int:
        pid = self.pid
        if pid is None:
            msg = f"No box runs in {self.directory}. Start it: watermark-lab up --stack docker --dir {self.directory}"
            raise LabError(msg)
        return pid


def sweep(left_seconds_min: float, mine: str = "") -> None:
    """Remove the control groups ``mine``, and those that are as old and have no process: boxes that were killed left them.

    The kernel refuses to remove a group with a process in it.
    """
    for one in CONTROLLERS:
        for top in (CGROUPS / one).glob(f"{PREFIX}*"):
            with suppress(OSError):
                if top.name != mine and time.time() - top.stat().st_mtime < left_seconds_min:
                    continue  # perhaps one that is just coming up
            for path in [*sorted(top.rglob("*/"), reverse=True), top]:
                with suppress(OSError):
                    path.rmdir()


def _make_group(path: Path) -> None:
    path.mkdir(exist_ok=True)
    for name in ("cpuset.cpus", "cpuset.mems"):
        # A new group of the cpuset controller takes no process before it has these two.
        if path.parent.name == "cpuset":
            (path / name).write_text((path.parent / name).read_text("ascii"), "ascii")


def _wait(what: Callable[[], bool], seconds_max: float) -> bool:
    pause, deadline = threading.Event(), time.monotonic() + seconds_max
    while not what():
        if time.monotonic() > deadline:
            return False
        pause.wait(POLL_SECONDS)
    return True

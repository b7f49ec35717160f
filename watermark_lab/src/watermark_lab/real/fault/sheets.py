"""Fault files of the api containers: each has one of its own, in memory, which a restart of the container empties."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from watermark_lab.lab.settings import LabError
from watermark_lab.real.engine import Container
from watermark_lab.real.fault.kind import Options
from watermark_lab.real.replicas import API
from watermark_lab.real.stack import RealStack

FILE = "/run/lab/fault.json"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Sick:
    """The running api containers fail or delay requests; a new or restarted one is well."""

    stack: RealStack
    keys: tuple[str, ...]

    def inflict(self, options: Options) -> None:
        """Write the options into their fault files; with the option ``replica`` only into that one's."""
        replicas = running(self.stack)
        if "replica" in options:
            number = round(options["replica"])
            if number > len(replicas):
                msg = f"There are {len(replicas)} api containers, so that there is no replica {number}."
                raise LabError(msg)
            replicas = replicas[number - 1 : number]
        for container in replicas:
            write(self.stack, container, {**read(self.stack, container), **{key: options[key] for key in self.keys}})

    def mend(self) -> None:
        """Take the options out of every fault file."""
        for container in running(self.stack):
            content = read(self.stack, container)
            if content.keys() & set(self.keys):
                write(self.stack, container, {key: value for key, value in content.items() if key not in self.keys})

    def holds(self) -> bool:
        """Tell whether a running container still has them."""
        return any(read(self.stack, container).keys() & set(self.keys) for container in running(self.stack))


@dataclass(frozen=True)
class Leak:
    """Every api container leaks, and the next one after it is killed for memory leaks too."""

    stack: RealStack

    def inflict(self, options: Options) -> None:
        """Write it where containers that start find it, and to those that run."""
        rate = {"leak_bytes_per_second": options["megabytes_per_second"] * MEGABYTE}
        path = self.stack.layout.disk / "fault/fault.json"
        path.write_text(json.dumps(rate), "utf-8")
        path.chmod(0o644)
        Sick(self.stack, tuple(rate)).inflict(rate)

    def mend(self) -> None:
        """Take it away, and start anew: a container that was killed several times waits longer and longer for its restart."""
        if self.holds():
            (self.stack.layout.disk / "fault/fault.json").unlink(missing_ok=True)
            self.stack.box.run("docker", "restart", "-t", "1", *(one.id for one in self.stack.service(API)))

    def holds(self) -> bool:
        """Tell whether the next container to start would leak."""
        return (self.stack.layout.disk / "fault/fault.json").exists()


def running(stack: RealStack) -> Sequence[Container]:
    """The api containers that run, by number."""
    return [container for container in stack.service(API) if container.running]


def read(stack: RealStack, container: Container) -> dict[str, float]:
    """What is in a container's fault file; nothing for one that has just ended."""
    text = stack.box.run("docker", "exec", container.id, "cat", FILE, check=False)
    try:
        content: dict[str, float] = json.loads(text)
    except ValueError:
        return {}
    return content


def write(stack: RealStack, container: Container, content: Options) -> None:
    """Replace a container's fault file; one that has just ended has no faults any more."""
    stack.box.run("docker", "exec", "-i", container.id, "sh", "-c", f"cat > {FILE}", text=json.dumps(content), check=False)

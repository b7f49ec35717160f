"""The faults of the real lab by name, in the order in which people see them; the names are those of the process lab."""

from __future__ import annotations

from typing import Final

from watermark_lab.real.fault.containers import Frozen, Killed, UnitsStopped
from watermark_lab.real.fault.kind import Entry
from watermark_lab.real.fault.redis import RedisBusy, RedisFull
from watermark_lab.real.fault.service import BadRelease, DiskFull, DoorClosed
from watermark_lab.real.fault.sheets import Leak, Sick

_SHARE: Final = (0.4, 1.0)

ENTRIES: Final = {
    "redis-stopped": Entry("redis is killed and stays down", lambda stack: Killed(stack, "redis")),
    "redis-oom": Entry("redis is full and refuses every write", RedisFull),
    "redis-slow": Entry(
        "a runaway script keeps redis busy", RedisBusy, {"busy_seconds": (0.5, 4.0), "pause_seconds": (0.05, 4.0)}
    ),
    "redis-hung": Entry("redis accepts connections and answers nothing (SIGSTOP)", lambda stack: Frozen(stack, "redis")),
    "api-errors": Entry(
        "the running api containers fail a share of requests",
        lambda stack: Sick(stack, ("error_share",)),
        {"error_share": _SHARE},
    ),
    "api-slow": Entry(
        "the running api containers delay every request",
        lambda stack: Sick(stack, ("delay_seconds",)),
        {"delay_seconds": (2.0, 30.0)},
    ),
    "api-crashed": Entry("all api containers are killed and stay down", lambda stack: Killed(stack, "api")),
    "bad-deployment": Entry("a new image tag fails a share of requests", BadRelease, {"error_share": _SHARE}),
    "memory-leak": Entry(
        "the api containers leak until the kernel kills them for memory, again and again",
        Leak,
        {"megabytes_per_second": (25.0, 1000.0)},
    ),
    "disk-full": Entry("the disk of the api's data is full", DiskFull),
    "nginx-down": Entry("nginx is stopped", lambda stack: UnitsStopped(stack, ("nginx.service",))),
    "replica-sick": Entry(
        "one of three replicas fails and delays most requests",
        lambda stack: Sick(stack, ("error_share", "delay_seconds")),
        {"replica": (2.0, 3.0), "error_share": (0.8, 1.0), "delay_seconds": (0.3, 30.0)},
    ),
    "dependency-timeout": Entry("the notary, somebody else's service, hangs", lambda stack: Frozen(stack, "notary")),
    "maintenance-stuck": Entry("maintenance mode was left on", DoorClosed),
    "dockerd-stopped": Entry(
        "the Docker Engine is stopped, and with it every container",
        # The socket would start it again.
        lambda stack: UnitsStopped(stack, ("docker.socket", "docker.service")),
    ),
}

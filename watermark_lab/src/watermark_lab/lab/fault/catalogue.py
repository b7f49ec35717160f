"""The faults by name: what happens, what mends it, what it may be given, in the order in which people see them."""

from __future__ import annotations

from typing import Final

from watermark_lab.lab.fault.disk import DiskFull
from watermark_lab.lab.fault.door import DoorClosed
from watermark_lab.lab.fault.frozen import Frozen
from watermark_lab.lab.fault.kind import Entry, Option
from watermark_lab.lab.fault.redis_busy import RedisBusy
from watermark_lab.lab.fault.redis_full import RedisFull
from watermark_lab.lab.fault.release import BadRelease
from watermark_lab.lab.fault.sick import Leak, SickProcesses, SickReplica
from watermark_lab.lab.fault.stopped import Killed, UnitStopped
from watermark_lab.lab.project import API, NOTARY, PROXY, REDIS
from watermark_lab.lab.settings import REPLICAS_MAX

DELAY_SECONDS_MAX: Final = 30.0
_SHARE: Final = Option("share of requests to fail", 0.4, 1.0)

ENTRIES: Final = {
    "redis-stopped": Entry(
        "redis is killed and stays down; `docker-compose restart redis` mends it", lambda ground: Killed(ground, REDIS)
    ),
    "redis-oom": Entry(
        "redis is full and refuses writes with OOM; `docker-compose restart redis` or `redis-cli flushdb` mend it", RedisFull
    ),
    "redis-slow": Entry(
        "somebody's script keeps redis busy; `docker-compose restart redis` throws it out",
        RedisBusy,
        {
            "busy_seconds": Option("seconds that redis is busy at a time", 0.5, 4.0),
            "pause_seconds": Option("seconds that it answers between", 0.05, 4.0),
        },
        outlives=True,
    ),
    "redis-hung": Entry(
        "redis accepts connections and answers nothing; `docker-compose restart redis` mends it (after 10 seconds)",
        lambda ground: Frozen(ground, REDIS),
    ),
    "api-errors": Entry(
        "the running api processes answer a share of requests with 500; `docker-compose restart api` mends it",
        lambda ground: SickProcesses(ground, "api-errors"),
        {"error_share": _SHARE},
    ),
    "api-slow": Entry(
        "the running api processes delay every request; `docker-compose restart api` mends it",
        lambda ground: SickProcesses(ground, "api-slow"),
        {"delay_seconds": Option("delay of each request", 2.0, DELAY_SECONDS_MAX)},
    ),
    "api-crashed": Entry(
        "all api processes are killed and stay down; `docker-compose restart api` mends it", lambda ground: Killed(ground, API)
    ),
    "bad-deployment": Entry(
        "a new release answers a share of requests with 500; `git revert HEAD`, then `docker-compose up -d` mend it",
        lambda ground: BadRelease(ground, "bad-deployment"),
        {"error_share": _SHARE},
    ),
    "memory-leak": Entry(
        "the api processes leak until they are killed for memory, restart and leak again; only undo mends it",
        lambda ground: Leak(ground, "memory-leak"),
        {"megabytes_per_second": Option("memory that each process loses in a second, in MB", 25.0, 1000.0)},
    ),
    "disk-full": Entry(
        "the disk of the api's data is full; undo mends it, and so does whoever makes room", DiskFull, outlives=True
    ),
    "nginx-down": Entry(
        "the load balancer is stopped; `systemctl restart nginx` mends it", lambda ground: UnitStopped(ground, PROXY)
    ),
    "replica-sick": Entry(
        "one replica of several fails and delays requests; `docker-compose restart api` mends it",
        lambda ground: SickReplica(ground, "replica-sick"),
        {
            "replica": Option("which one, from 1 on", 2.0, REPLICAS_MAX, above=0.5),
            "error_share": Option("share of its requests to fail", 0.8, 1.0),
            "delay_seconds": Option("delay of each of its requests", 0.3, DELAY_SECONDS_MAX),
        },
    ),
    "dependency-timeout": Entry(
        "the notary, somebody else's service, answers nothing any more; nobody here can mend it, undo does",
        lambda ground: Frozen(ground, NOTARY),
    ),
    "maintenance-stuck": Entry(
        "maintenance mode is on and nobody knows why; the runbook's POST /admin/maintenance switches it off", DoorClosed
    ),
}


def options() -> dict[str, dict[str, Option]]:
    """Return every option with the faults that take it."""
    found: dict[str, dict[str, Option]] = {}
    for name, entry in ENTRIES.items():
        for option, meaning in entry.options.items():
            found.setdefault(option, {})[name] = meaning
    return found

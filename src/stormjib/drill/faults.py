"""The faults that can be drilled: what breaks, which alert tells of it, and what a seed varies."""

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One fault, the same on every stack."""

    what: str
    alert: str
    """The alert that has to fire, by its name."""
    varies: dict[str, tuple[float, float]] = {}
    """The options that a seed chooses, each with its least and its greatest value."""
    stacks: tuple[str, ...] = ("process", "docker")
    wakes: bool = True
    """Its alert declares by itself; a P2 does not, so that a person looks at it and declares."""


FAULTS = {
    "redis-stopped": Fault("redis is killed and stays down", "ReadinessFailing"),
    "redis-oom": Fault("redis is full and refuses every write", "ReadinessFailing"),
    "redis-slow": Fault("a runaway script keeps redis busy", "HighErrorRate", {"busy_seconds": (0.5, 0.8)}),
    "redis-hung": Fault("redis accepts connections and answers nothing", "ReadinessFailing"),
    "api-errors": Fault("the running API processes fail a share of requests", "HighErrorRate", {"error_share": (0.25, 0.6)}),
    "api-slow": Fault("the running API processes delay every request", "HighLatency", {"delay_seconds": (1.5, 3.0)}, wakes=False),
    "api-crashed": Fault("all API processes are killed and stay down", "ApiDown"),
    "bad-deployment": Fault("a new release fails a share of requests", "HighErrorRate", {"error_share": (0.25, 0.6)}),
    "memory-leak": Fault(
        "the API leaks until it is killed for memory, again and again", "MemoryHigh", {"megabytes_per_second": (20.0, 40.0)}
    ),
    "disk-full": Fault("the disk of the API's data is full", "ReadinessFailing"),
    "nginx-down": Fault("the proxy in front is stopped", "NginxDown"),
    "replica-sick": Fault(
        "one of three replicas fails most requests", "HighErrorRate", {"error_share": (0.6, 0.95), "replica": (1, 3)}
    ),
    "dependency-timeout": Fault("an external service hangs", "ReadinessFailing"),
    "dockerd-stopped": Fault("the Docker Engine is stopped, and with it every container", "DockerDown", stacks=("docker",)),
    "maintenance-stuck": Fault("maintenance mode was left on", "MaintenanceModeStuck"),
}

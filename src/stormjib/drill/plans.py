"""What a fault is called to users, and which lines of the reference runbook mend it."""

import msgspec


class Plan(msgspec.Struct, frozen=True):
    """What this fault is called to users, and the lines of the runbook that mend it."""

    issue: str
    cause: str
    fixes: tuple[int, ...]
    """Lines to run, in order."""
    looks: tuple[int, ...] = ()
    """Lines of reads in the mitigation menu to look at before choosing."""
    lesson: str = "Alert on a failing deployment before it takes all traffic"
    door: bool = True
    """Maintenance mode is switched by the API itself, so that a crashed one can't close its door."""


PLANS = {
    "redis-stopped": Plan(
        "failing requests",
        "an outage of our cache",
        fixes=(102,),
        looks=(95, 96),
        lesson="Serve /v1 without the cache when Redis is down",
    ),
    "redis-oom": Plan(
        "failing requests", "a cache without memory", fixes=(102,), looks=(96,), lesson="Limit what an export may put into Redis"
    ),
    "redis-slow": Plan(
        "slow and failing requests", "a runaway query", fixes=(102,), looks=(96,), lesson="Give reports a Redis of their own"
    ),
    "redis-hung": Plan(
        "failing requests", "an outage of our cache", fixes=(102,), lesson="Restart a Redis that does not answer by itself"
    ),
    "api-errors": Plan(
        "failing requests", "a fault in the API process", fixes=(77,), lesson="Restart an API that fails by itself"
    ),
    "api-slow": Plan("slow responses", "a fault in the API process", fixes=(77,), lesson="Page for latency, too"),
    "api-crashed": Plan("an outage", "a crash of the API", fixes=(77,), lesson="Restart a crashed API by itself", door=False),
    "bad-deployment": Plan("failing requests", "a bad deployment", fixes=(83, 84)),
    "nginx-down": Plan("an outage", "an outage of our proxy", fixes=(115,), lesson="Restart nginx by itself", door=False),
    "replica-sick": Plan(
        "failing requests", "a fault in one of our servers", fixes=(77,), lesson="Take a sick replica out by itself"
    ),
    "maintenance-stuck": Plan(
        "an unplanned maintenance message",
        "a forgotten switch",
        fixes=(163,),
        looks=(159,),
        lesson="Let maintenance mode end by itself",
        door=False,
    ),
}
"""A fault without a plan is one that no line of the runbook mends."""

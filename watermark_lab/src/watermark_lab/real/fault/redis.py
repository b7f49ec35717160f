"""Redis full, and Redis kept busy."""

from __future__ import annotations

from dataclasses import dataclass

from watermark_lab.real.fault.kind import Options
from watermark_lab.real.stack import RealStack

UNIT = "lab-redis-busy.service"
VALUE_BYTES, VALUES, VALUES_MAX = 10_000, 1_000, 20_000
_FILL = "for i = ARGV[1], ARGV[2] do redis.call('SET', 'filler:' .. i, string.rep('x', ARGV[3])) end"
_EMPTY = "for _, key in ipairs(redis.call('KEYS', 'filler:*')) do redis.call('DEL', key) end"
_BUSY = """
local function now() local at = redis.call('TIME') return at[1] + at[2] / 1000000 end
local start = now()
while now() - start < tonumber(ARGV[1]) do end
"""
# It goes on as long as Redis answers, and does not come back when it was thrown out.
_LOOP = 'while redis-cli -e eval "$0" 0 "$1" > /dev/null; do sleep "$2"; done'


@dataclass(frozen=True)
class RedisFull:
    """Redis is filled to its limit and may evict nothing, so that it refuses every write."""

    stack: RealStack

    def inflict(self, _options: Options) -> None:
        """Forbid eviction and write until it refuses; within a script it does not, so each writes a little only."""
        self.stack.box.run("redis-cli", "config", "set", "maxmemory-policy", "noeviction")
        at, said = 1, ""
        while "OOM" not in said and at < VALUES_MAX:
            said = self.stack.box.run("redis-cli", "eval", _FILL, "0", str(at), str(at + VALUES - 1), str(VALUE_BYTES))
            at += VALUES

    def mend(self) -> None:
        """Take the filling out and allow eviction as the deployment says."""
        self.stack.box.run("redis-cli", "eval", _EMPTY, "0", check=False)
        self.stack.box.run("redis-cli", "config", "set", "maxmemory-policy", "allkeys-lru", check=False)

    def holds(self) -> bool:
        """Tell whether it refuses a write."""
        said = self.stack.box.run("timeout", "2", "redis-cli", "set", "filler:probe", "x", "ex", "1", check=False)
        return "OOM" in said


@dataclass(frozen=True)
class RedisBusy:
    """A client runs a slow script again and again; everybody else waits for it."""

    stack: RealStack

    def inflict(self, options: Options) -> None:
        """Start the client, as a unit of its own."""
        words = (_BUSY, f"{options['busy_seconds']:g}", f"{options['pause_seconds']:g}")
        self.stack.box.run("systemd-run", "--quiet", "--collect", f"--unit={UNIT}", "sh", "-c", _LOOP, *words)

    def mend(self) -> None:
        """End the client."""
        self.stack.box.run("systemctl", "stop", UNIT, check=False)

    def holds(self) -> bool:
        """Tell whether the client still runs."""
        return self.stack.box.run("systemctl", "is-active", UNIT, check=False).strip() == "active"

"""Redis out of memory: a low limit, nothing may be evicted, and somebody has filled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watermark_lab.lab.child import Child
from watermark_lab.lab.fault.kind import Ground
from watermark_lab.lab.project import REDIS
from watermark_lab.lab.redis import Client, RedisError
from watermark_lab.lab.settings import LabError

LIMIT_BYTES = 16 * 1024 * 1024
VALUE_BYTES = 256 * 1024
BEYOND_BYTES = 2 * 1024 * 1024
"""So much more than its limit it holds, so that connections which come and go do not take it back below."""
ANSWER_SECONDS_MAX = 2.0
_SETTINGS = ("maxmemory", "maxmemory-policy")


@dataclass
class RedisFull:
    """Writes are refused with OOM while reads and PING are answered; a restart forgets the limit, a flush frees the memory."""

    ground: Ground
    _pid: int = 0
    _before: dict[str, str] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)

    def inflict(self, _options: Mapping[str, float]) -> None:
        """Fill it and lower the limit below that; LabError when Redis does not answer."""
        child = self._child()
        try:
            with self._client() as client:
                if child is None or child.pid != self._pid:  # else they are still ours, from the time before
                    self._before = {name: _setting(client, name) for name in _SETTINGS}
                client.call("CONFIG", "SET", "maxmemory-policy", "noeviction")
                self._fill(client)
                client.call("CONFIG", "SET", "maxmemory", str(LIMIT_BYTES))
        except (OSError, RedisError) as err:
            msg = f"Redis cannot be filled: {err}. Bring it back first: docker-compose restart redis"
            raise LabError(msg) from err
        self._pid = child.pid if child is not None else 0

    def mend(self) -> None:
        """Put the settings back and take the filling out; where Redis does not answer, restart it."""
        try:
            with self._client() as client:
                for name, value in self._before.items():
                    client.call("CONFIG", "SET", name, value)
                client.call("DEL", *self._keys)
        except (OSError, RedisError):
            self.ground.project.restart(self.ground.project.service(REDIS), lambda _line: None)

    def holds(self) -> bool:
        """Tell whether the same process still refuses writes; one that does not answer is taken to be as it was."""
        child = self._child()
        if child is None or not child.running or child.pid != self._pid:
            return False
        try:
            with self._client() as client:
                used, limit = _memory(client)
        except (OSError, RedisError):
            return True
        return 0 < limit < used

    def _fill(self, client: Client) -> None:
        self._keys.clear()
        while _memory(client)[0] < LIMIT_BYTES + BEYOND_BYTES:
            key = f"report:export:{len(self._keys)}"
            client.call("SET", key, "." * VALUE_BYTES)
            self._keys.append(key)

    def _child(self) -> Child | None:
        return self.ground.project.supervisor.find(REDIS)

    def _client(self) -> Client:
        return Client("127.0.0.1", self.ground.project.surroundings.redis_port, ANSWER_SECONDS_MAX)


def _setting(client: Client, name: str) -> str:
    reply = client.call("CONFIG", "GET", name)
    return str(reply[1]) if isinstance(reply, list) else ""


def _memory(client: Client) -> tuple[int, int]:
    info = dict(line.split(":", 1) for line in str(client.call("INFO", "memory")).splitlines() if ":" in line)
    return int(info["used_memory"]), int(info["maxmemory"])

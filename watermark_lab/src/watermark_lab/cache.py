"""The cache: finished watermarks and the rate counter, in Redis, every call bounded in time."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Final, TypeVar

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, RedisError, ResponseError

CONNECT_TIMEOUT_SECONDS: Final = 0.3
ANSWER_TIMEOUT_SECONDS: Final = 0.3
CALL_TIMEOUT_SECONDS: Final = 0.8  # covers what the two above do not: looking up the name
_KEPT_SECONDS: Final = 3_600
_MINUTE_KEPT_SECONDS: Final = 120
_PROBE: Final = "watermark-lab:probe"
_T = TypeVar("_T")


class CacheError(RuntimeError):
    """Redis did not answer, or refused; the message says which."""

    def __init__(self, message: str, *, refused: bool) -> None:
        """`refused`: it answered, with an error."""
        super().__init__(message)
        self.refused = refused


class Cache:
    """The service's view of its Redis."""

    def __init__(self, url: str, observe: Callable[[float], None] = lambda _seconds: None) -> None:
        """Connect on first use; `observe` is told the seconds of each call. Raises ValueError when `url` is no Redis URL."""
        self._observe = observe
        self._redis = redis.asyncio.Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            socket_timeout=ANSWER_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # the caller answers 503 at once instead
            protocol=2,
        )

    async def probe(self) -> None:
        """Check that Redis takes a write, which one that is full or read-only refuses while it answers PING; raises CacheError."""
        await self._bounded(self._redis.set(_PROBE, "1", ex=_MINUTE_KEPT_SECONDS))

    async def count_this_minute(self) -> int:
        """Count one watermark and give how many there were this minute, in all replicas; raises CacheError."""
        name = f"watermark-lab:rate:{int(time.time() // 60)}"
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.incr(name)
        pipeline.expire(name, _MINUTE_KEPT_SECONDS)
        counts = await self._bounded(pipeline.execute())
        return int(counts[0])

    async def find(self, name: str) -> dict[str, object] | None:
        """Give what was kept under a name, None when there is nothing usable; raises CacheError."""
        data = await self._bounded(self._redis.get(name))
        try:
            content = json.loads(data) if data is not None else None
        except ValueError:  # somebody else's value under our name: as good as nothing
            return None
        return content if isinstance(content, dict) else None

    async def keep(self, name: str, content: dict[str, object]) -> None:
        """Keep an answer for an hour; raises CacheError."""
        await self._bounded(self._redis.set(name, json.dumps(content), ex=_KEPT_SECONDS))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _bounded(self, call: Awaitable[_T]) -> _T:
        start = time.perf_counter()
        try:
            async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
                return await call
        except (RedisError, OSError) as error:
            refused = isinstance(error, ResponseError)
            reason = str(error) or type(error).__name__
            if isinstance(error, OutOfMemoryError):
                reason = f"OOM {reason}"  # Redis' own word for it, which the client takes away
            message = f"Redis {'refused' if refused else 'did not answer'}: {reason}"
            raise CacheError(message, refused=refused) from error
        finally:
            self._observe(time.perf_counter() - start)


def name_of(*parts: object) -> str:
    """Name a cached answer by everything that decided it; a secret in it cannot be read back."""
    return "watermark-lab:text:" + blake2b(json.dumps(parts).encode(), digest_size=20).hexdigest()

"""The cache: finished watermarks and the rate counter, in Redis, every call bounded in time."""

import asyncio
import json
import time
from collections.abc import Awaitable
from hashlib import blake2b
from typing import Final, TypeVar

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

CONNECT_TIMEOUT_SECONDS: Final = 0.3
ANSWER_TIMEOUT_SECONDS: Final = 0.3
CALL_TIMEOUT_SECONDS: Final = 0.8  # covers what the two above do not: looking up the name
_KEPT_SECONDS: Final = 3_600
_MINUTE_KEPT_SECONDS: Final = 120
_T = TypeVar("_T")


class CacheError(RuntimeError):
    """Redis did not answer, or refused; the message says which."""


class Cache:
    """The service's view of its Redis."""

    def __init__(self, url: str) -> None:
        """Connect on first use; raises ValueError when `url` is not a Redis URL."""
        self._redis = redis.asyncio.Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            socket_timeout=ANSWER_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # the caller answers 503 at once instead
            protocol=2,
        )

    async def ping(self) -> None:
        """Check that Redis answers; raises CacheError."""
        await _bounded(self._redis.ping())

    async def count_this_minute(self) -> int:
        """Count one watermark and give how many there were this minute, in all replicas; raises CacheError."""
        name = f"watermark-lab:rate:{int(time.time() // 60)}"
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.incr(name)
        pipeline.expire(name, _MINUTE_KEPT_SECONDS)
        counts = await _bounded(pipeline.execute())
        return int(counts[0])

    async def find(self, name: str) -> dict[str, object] | None:
        """Give what was kept under a name, None when there is nothing usable; raises CacheError."""
        data = await _bounded(self._redis.get(name))
        try:
            content = json.loads(data) if data is not None else None
        except ValueError:  # somebody else's value under our name: as good as nothing
            return None
        return content if isinstance(content, dict) else None

    async def keep(self, name: str, content: dict[str, object]) -> None:
        """Keep an answer for an hour; raises CacheError."""
        await _bounded(self._redis.set(name, json.dumps(content), ex=_KEPT_SECONDS))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def name_of(*parts: object) -> str:
    """Name a cached answer by everything that decided it; a secret in it cannot be read back."""
    return "watermark-lab:text:" + blake2b(json.dumps(parts).encode(), digest_size=20).hexdigest()


async def _bounded(call: Awaitable[_T]) -> _T:
    try:
        async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
            return await call
    except (RedisError, OSError) as error:
        reason = str(error) or type(error).__name__
        message = f"Redis did not answer: {reason}"
        raise CacheError(message) from error

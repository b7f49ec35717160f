"""What the handlers of one running service share."""

import logging
import time

from watermark_lab import logs
from watermark_lab.cache import Cache, CacheError
from watermark_lab.faults import FaultFile
from watermark_lab.maintenance import Switch
from watermark_lab.metrics import Metrics
from watermark_lab.model import Model
from watermark_lab.settings import Settings
from watermark_lab.watermark import Scheme


class Lab:
    """One running service: its settings, model, dependencies and counters."""

    def __init__(self, settings: Settings, model: Model | None) -> None:
        """Put the parts together; raises ValueError when the Redis URL cannot be used."""
        self.settings = settings
        self.model = model
        self.scheme = Scheme.of_key(settings.key)
        self.cache = Cache(settings.redis_url)
        self.metrics = Metrics()
        self.maintenance = Switch(settings.state_dir)
        self.faults = FaultFile(settings.fault_file)
        self.started_seconds = time.monotonic()

    async def redis_problem(self) -> str:
        """Ping Redis and say what is wrong with it; empty when it answers."""
        try:
            await self.cache.ping()
        except CacheError as error:
            self.redis_failed(error)
            return str(error)
        self.metrics.dependency("redis", up=True)
        return ""

    def redis_failed(self, error: CacheError) -> None:
        """Count and log a failure of Redis."""
        self.metrics.dependency("redis", up=False)
        logs.line(logging.ERROR, str(error), dependency="redis")

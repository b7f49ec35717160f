"""What the handlers of one running service share."""

import asyncio
import logging
import time
from collections.abc import Awaitable
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool

from watermark_lab import logs
from watermark_lab.cache import Cache, CacheError
from watermark_lab.faults import FaultFile
from watermark_lab.leak import Leak
from watermark_lab.ledger import Ledger, LedgerError
from watermark_lab.maintenance import Switch
from watermark_lab.metrics import Metrics
from watermark_lab.model import Model
from watermark_lab.notary import Notary, NotaryError
from watermark_lab.settings import Settings
from watermark_lab.watermark import Scheme

REDIS: Final = "redis"
DISK: Final = "disk"
NOTARY: Final = "notary"

DependencyError = CacheError | LedgerError | NotaryError


class Lab:
    """One running service: its settings, model, dependencies and counters."""

    def __init__(self, settings: Settings, model: Model | None) -> None:
        """Put the parts together; raises ValueError when the Redis URL cannot be used."""
        self.settings = settings
        self.model = model
        self.scheme = Scheme.of_key(settings.key)
        self.metrics = Metrics()
        self.cache = Cache(settings.redis_url, partial(self.metrics.dependency_took, REDIS))
        self.ledger = Ledger(settings.data_dir or settings.state_dir / "data")
        self.notary = (
            Notary(settings.external_url, settings.external_timeout_seconds, partial(self.metrics.dependency_took, NOTARY))
            if settings.external_url
            else None
        )
        self.maintenance = Switch(settings.state_dir)
        self.faults = FaultFile(settings.fault_file)
        self.leak = Leak(self.faults)
        self.started_seconds = time.monotonic()

    async def problems(self) -> dict[str, str]:
        """Ask every dependency at once and say what is wrong with each; empty for one that answers."""
        checks: dict[str, Awaitable[object]] = {REDIS: self.cache.probe(), DISK: run_in_threadpool(self.ledger.probe)}
        if self.notary is not None:
            checks[NOTARY] = self.notary.ping()
        found = await asyncio.gather(*(self._problem(name, check) for name, check in checks.items()))
        return dict(zip(checks, found, strict=True))

    async def _problem(self, name: str, check: Awaitable[object]) -> str:
        try:
            await check
        except (CacheError, LedgerError, NotaryError) as error:
            self.failed(name, error)
            return str(error)
        self.metrics.dependency(name, up=True)
        return ""

    def failed(self, name: str, error: DependencyError) -> None:
        """Count and log a failure of a dependency."""
        self.metrics.dependency(name, up=False)
        logs.line(logging.ERROR, str(error), dependency=name)

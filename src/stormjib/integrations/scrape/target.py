"""One target: its ``/metrics`` over HTTP, bounded in time and size."""

from collections.abc import Callable

import httpx2

from stormjib import exchange
from stormjib.core.text.units import size
from stormjib.evidence.metrics.catalogue import known
from stormjib.evidence.metrics.exposition import Exposition, parse

BODY_BYTES_MAX = 10 * 1024 * 1024
SERIES_MAX = 3_000
_OK = 200
_SERVER_ERROR = 500
_ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=1.0,*/*;q=0.1"


class ScrapeFailed(Exception):
    """The target did not answer with metrics; the text says how. ``runs``: what answered is well, and only has no metrics there."""

    def __init__(self, sentence: str, *, runs: bool = False) -> None:
        super().__init__(sentence)
        self.runs = runs


class Target:
    """``monotonic`` gives seconds that never go back."""

    def __init__(self, url: str, monotonic: Callable[[], float]) -> None:
        """Nothing is asked yet."""
        self.url = url
        self._client = exchange.client(
            timeout_seconds=exchange.SECONDS_MAX, bytes_max=BODY_BYTES_MAX, headers={"Accept": _ACCEPT}, monotonic=monotonic
        )

    def scrape(self, timeout_seconds: float) -> Exposition:
        """What it says now; raises ``ScrapeFailed``."""
        try:
            answer = self._client.get(self.url, timeout=timeout_seconds)
        except httpx2.TimeoutException as error:
            raise ScrapeFailed(f"{self.url} did not answer within {timeout_seconds:g} s.") from error
        except exchange.TooLarge as error:
            raise ScrapeFailed(
                f"{self.url} answered with more than {size(BODY_BYTES_MAX)}; it was left alone.", runs=True
            ) from error
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError) as error:
            raise ScrapeFailed(f"{self.url} can't be scraped ({str(error) or type(error).__name__}).") from error
        if answer.status_code != _OK:
            raise ScrapeFailed(f"{self.url} answered {answer.status_code}.", runs=answer.status_code < _SERVER_ERROR)
        found = parse(answer.content.decode("utf-8", "replace"), known, SERIES_MAX)
        if not found.series:
            raise ScrapeFailed(f"{self.url} answered with no metrics.", runs=True)
        if not found.samples and found.problems:
            raise ScrapeFailed(f"{self.url} answered with something else than metrics. {found.problems[0]}", runs=True)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

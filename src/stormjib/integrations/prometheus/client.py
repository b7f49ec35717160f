"""Prometheus' HTTP API: instant and range queries, bounded in time and size; what it refuses is told in its own words."""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx2
import msgspec

from stormjib import exchange
from stormjib.core.text.units import size
from stormjib.evidence.metrics.sample import Points

BODY_BYTES_MAX = 16 * 1024 * 1024
QUOTE_CHARS_MAX = 300
_OK = 200
_T = TypeVar("_T")


class PrometheusFailed(Exception):
    """It did not answer with data; the text says how, in its own words where it has any."""


class Found(msgspec.Struct, frozen=True):
    """One series of a result."""

    metric: dict[str, str] = {}
    values: tuple[tuple[float, str], ...] = ()
    value: tuple[float, str] | None = None

    @property
    def points(self) -> Points:
        """Without NaN and infinities, which say that there was nothing to divide by."""
        given = self.values or ((self.value,) if self.value else ())
        numbers = [(at, _number(text)) for at, text in given]
        return [(at, number) for at, number in numbers if math.isfinite(number)]


class _Vector(msgspec.Struct):
    result: list[Found] = []


class _Answer(msgspec.Struct):
    status: str = ""
    error_type: str = msgspec.field(default="", name="errorType")
    error: str = ""
    data: msgspec.Raw = msgspec.Raw(b"null")


class Client:
    """``monotonic`` gives seconds that never go back. Every method raises ``PrometheusFailed``."""

    def __init__(self, url: str, monotonic: Callable[[], float]) -> None:
        """Nothing is asked yet. A user and a password in the address are sent as basic authentication."""
        self._url = url.rstrip("/")
        self._client = exchange.client(timeout_seconds=exchange.SECONDS_MAX, bytes_max=BODY_BYTES_MAX, monotonic=monotonic)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def query(self, query: str, at: float, timeout_seconds: float) -> list[Found]:
        """One value of each series at a time."""
        wanted = {"query": query, "time": f"{at:.3f}", "timeout": f"{timeout_seconds * 1000:.0f}ms"}
        return self._vector(self._get("/api/v1/query", wanted, timeout_seconds))

    def range(self, query: str, start: float, end: float, step_seconds: float, timeout_seconds: float) -> list[Found]:
        """Every series from ``start`` to ``end``; the caller keeps below 11,000 points."""
        wanted = {"query": query, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step_seconds:.3f}"}
        return self._vector(
            self._get("/api/v1/query_range", {**wanted, "timeout": f"{timeout_seconds * 1000:.0f}ms"}, timeout_seconds)
        )

    def names(self, timeout_seconds: float) -> list[str]:
        """The names of all metrics."""
        return self._decode(self._get("/api/v1/label/__name__/values", {}, timeout_seconds), list[str])

    def labels(self, match: str, timeout_seconds: float) -> list[str]:
        """The names of the labels of what matches."""
        return self._decode(self._get("/api/v1/labels", {"match[]": match}, timeout_seconds), list[str])

    def targets(self, timeout_seconds: float) -> dict[str, Any]:
        """What it scrapes."""
        return self._decode(self._get("/api/v1/targets", {"state": "active"}, timeout_seconds), dict[str, Any])

    def _vector(self, data: msgspec.Raw) -> list[Found]:
        return self._decode(data, _Vector).result

    def _decode(self, data: msgspec.Raw, shape: type[_T]) -> _T:
        try:
            return msgspec.json.decode(data, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise PrometheusFailed(f"Prometheus answered in a shape that is not its own ({error}).") from error

    def _get(self, path: str, wanted: Mapping[str, str], timeout_seconds: float) -> msgspec.Raw:
        try:
            answer = self._client.get(self._url + path, params=dict(wanted), timeout=timeout_seconds)
        except httpx2.TimeoutException as error:
            raise PrometheusFailed(f"Prometheus did not answer within {timeout_seconds:.3g} s.") from error
        except exchange.TooLarge as error:
            raise PrometheusFailed(f"Prometheus answered with more than {size(BODY_BYTES_MAX)}.") from error
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError) as error:
            raise PrometheusFailed(f"Prometheus can't be reached ({str(error) or type(error).__name__}).") from error
        return _data(answer.status_code, answer.content)


def _data(status: int, body: bytes) -> msgspec.Raw:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        said = _quote(body.decode("utf-8", "replace"))
        raise PrometheusFailed(f"Prometheus answered {status} with something that is not JSON: {said}") from error
    if status != _OK or answer.status != "success":
        said = answer.error or "without a reason"
        raise PrometheusFailed(f"Prometheus answered {status} {answer.error_type}: {_quote(said)}".replace(" :", ":"))
    return answer.data


def _quote(text: str) -> str:
    short = " ".join(text.split())
    short = short if len(short) <= QUOTE_CHARS_MAX else short[:QUOTE_CHARS_MAX] + "…"
    return "".join(char if char.isprintable() else "·" for char in short) or "an empty body"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan

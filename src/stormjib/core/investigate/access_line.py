"""One line of an access log in the combined format, with the times and the upstream that many add at its end."""

import re
from typing import Final

import msgspec

LINE_CHARS_MAX: Final = 65_536
MALFORMED: Final = "(malformed request)"
"""The route of a request line that names no method and path, such as a TLS handshake sent to a plain port."""

_QUOTED: Final = r'"((?:[^"\\]|\\.)*)"'
_COMBINED: Final = re.compile(
    r"(?P<address>\S+) \S+ (?P<user>[^\[]*)\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    + _QUOTED.replace("(", "(?P<request>", 1)
    + r" (?P<status>[1-9]\d\d) (?P<bytes>\d+|-) "
    + _QUOTED
    + " "
    + _QUOTED
    + r"(?P<more> .*)?"
)
_REQUEST: Final = re.compile(r"([A-Z]{1,16}) ([^ ?]*)(?:\?[^ ]*)?(?: HTTP/[\d.]+)?")
_FIELD: Final = re.compile(r'(?:([A-Za-z_]{1,32})[=:])?(?:"([^"]*)"|([^\s"]+(?:, [^\s"=]+)*))')
_SECONDS: Final = re.compile(r"\d{1,9}\.\d{1,6}")
_ADDRESS: Final = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}|unix:\S+")
_ID: Final = re.compile(r"\d+|[0-9a-fA-F-]{16,}")
_TIME_KEYS: Final = {"rt", "request_time", "rtime", "duration"}
_UPSTREAM_TIME_KEYS: Final = {"urt", "upstream_response_time", "upstream_time"}
_UPSTREAM_KEYS: Final = {"ua", "upstream", "upstream_addr"}


class Request(msgspec.Struct, frozen=True):
    """One request; ``time`` as logged; ``seconds`` is the whole time, ``upstream_seconds`` that of the backends together."""

    time: str
    route: str
    status: int
    bytes: int
    seconds: float | None = None
    upstream: str = ""
    upstream_seconds: float | None = None


def parse(line: str) -> Request | None:
    """Read a line; None where it is not in the format. Linear in the line."""
    found = _COMBINED.fullmatch(line) if len(line) <= LINE_CHARS_MAX else None
    if not found:
        return None
    request = _REQUEST.fullmatch(found["request"])
    route = f"{request[1]} {route_of(request[2])}" if request else MALFORMED
    size = 0 if found["bytes"] == "-" or len(found["bytes"]) > 18 else int(found["bytes"])  # noqa: PLR2004 - no answer is longer
    seconds, upstream, upstream_seconds = _times(found["more"] or "")
    return Request(found["time"], route, int(found["status"]), size, seconds, upstream, upstream_seconds)


def route_of(path: str) -> str:
    """A path with its ids (numbers; 16 and more hex digits) replaced by ``:id``, so that requests of one kind are one route."""
    return "/".join(":id" if _ID.fullmatch(part) else part for part in path.split("/"))


def _times(more: str) -> tuple[float | None, str, float | None]:
    """The fields behind the user agent: ``rt=0.12 urt="0.01, 0.11" ua=10.0.0.1:80``, or bare in that order.

    A bare number counts only with a decimal point, as nginx writes seconds. Of several upstreams the last one answered.
    """
    seconds: float | None = None
    upstream, upstream_seconds = "", None
    for key, quoted, plain in _FIELD.findall(more[:2_000]):
        value, name = quoted or plain, key.lower()
        numbers = [float(part) for part in re.split(r"[,:\s]+", value) if _SECONDS.fullmatch(part)]
        if name in _TIME_KEYS or (not name and numbers and seconds is None):
            seconds = numbers[0] if numbers else seconds
        elif name in _UPSTREAM_TIME_KEYS or (not name and numbers):
            upstream_seconds = sum(numbers) if numbers else upstream_seconds
        elif name in _UPSTREAM_KEYS or not name:
            addresses = [part for part in re.split(r"[,\s]+", value) if _ADDRESS.fullmatch(part)]
            upstream = addresses[-1] if addresses else upstream
    return seconds, upstream, upstream_seconds

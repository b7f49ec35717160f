"""One line of an access log in the combined format, with the times and the upstream that many add at its end."""

import re
from typing import Final

import msgspec

LINE_CHARS_MAX: Final = 65_536
MALFORMED: Final = "(malformed request)"
"""The route of a request line that names no method and path, such as a TLS handshake sent to a plain port."""

# Which bytes may stand there, not which may not: of such a set each byte is one look-up.
_SEEN: Final = rb"[\x00-\x08\x0e-\x1f!-\xff]"
_NO_BRACKET: Final = rb"[\x00-\x09\x0b-Z\\-\xff]"
_IN_QUOTES: Final = rb"[\x00-\x09\x0b-!#-\[\]-\xff]"
_TEXT: Final = _IN_QUOTES + rb'*+(?:"|(?:\\[^\n]' + _IN_QUOTES + rb'*+)++")'
LINE: Final = re.compile(
    rb"^" + _SEEN + rb"++ " + _SEEN + rb"++ [^\[ \n]" + _NO_BRACKET + rb"*+(?<= )\[(.{26})\] "
    rb'"(' + _TEXT + rb' [1-9]\d\d) (\d++|-) "' + _TEXT + rb' "' + _TEXT + rb"( [^\n]*+|)\n",
    re.MULTILINE,
)
"""A line: its time, the request with the status, the size, and what stands behind the user agent."""
TIME: Final = re.compile(rb"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}")
REQUEST: Final = re.compile(r"([A-Z]{1,16}) ([^ ?]*+)(?:\?[^ ]*+)?(?: HTTP/[\d.]+)?")
"""Method and path of a request line; the query is left out."""
_FIELD: Final = re.compile(r'(?:([A-Za-z_]{1,32})=)?(?:"([^"]*)"|([^\s"]+(?:, [^\s"]+)*))')
_SECONDS: Final = re.compile(r"\d{1,9}\.\d{1,6}")
_ADDRESS: Final = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}|unix:\S+")
_PARTS: Final = re.compile(r"[,\s]+")
MORE_CHARS_MAX: Final = 2_000
SIZE_DIGITS_MAX: Final = 18
"""No answer has more bytes than that."""
_ID: Final = re.compile(r"\d+|[0-9a-fA-F-]{16,}")
TIME_KEYS: Final = {"rt", "request_time", "rtime", "duration"}
UPSTREAM_TIME_KEYS: Final = {"urt", "upstream_response_time", "upstream_time"}
UPSTREAM_KEYS: Final = {"ua", "upstream", "upstream_addr"}


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
    found = LINE.fullmatch(line.encode("utf-8", "replace") + b"\n") if len(line) <= LINE_CHARS_MAX else None
    if not found or not TIME.fullmatch(found[1]):
        return None
    time, request_and_status, sent, more = (part.decode("utf-8", "replace") for part in found.groups())
    size = 0 if sent == "-" or len(sent) > SIZE_DIGITS_MAX else int(sent)
    times, upstream_times, upstream = fields_of(more)
    seconds = float(times[0]) if times else None
    upstream_seconds = sum(map(float, upstream_times)) if upstream_times else None
    request, status = request_and_status[: -len('" 200')], int(request_and_status[-len("200") :])
    return Request(time, route_of_request(request), status, size, seconds, upstream, upstream_seconds)


def route_of_request(request: str) -> str:
    """``GET /users/:id`` of a request line."""
    found = REQUEST.fullmatch(request)
    return f"{found[1]} {route_of(found[2])}" if found else MALFORMED


def route_of(path: str) -> str:
    """A path with its ids (numbers; 16 and more hex digits) replaced by ``:id``, so that requests of one kind are one route."""
    return "/".join(":id" if _ID.fullmatch(part) else part for part in path.split("/"))


def fields_of(more: str) -> tuple[list[str], list[str], str]:
    """The fields behind the user agent: the request's time, the upstreams' times, and the upstream that answered.

    ``rt=0.12 urt="0.01, 0.11" ua=10.0.0.1:80``, or bare in that order. A bare number counts only with a decimal point, as nginx
    writes seconds. Of several upstreams the last one answered.
    """
    seconds: list[str] = []
    upstream_seconds: list[str] = []
    upstream = ""
    for key, quoted, plain in _FIELD.findall(more[:MORE_CHARS_MAX]):
        name, parts = key.lower(), [part for part in _PARTS.split(quoted or plain) if part]
        numbers = [part for part in parts if _SECONDS.fullmatch(part)]
        if name in TIME_KEYS or (not name and numbers and not seconds):
            seconds = numbers[:1] or seconds
        elif name in UPSTREAM_TIME_KEYS or (not name and numbers):
            upstream_seconds = numbers or upstream_seconds
        elif name in UPSTREAM_KEYS or not name:
            upstream = next((part for part in reversed(parts) if _ADDRESS.fullmatch(part)), upstream)
    return seconds, upstream_seconds, upstream

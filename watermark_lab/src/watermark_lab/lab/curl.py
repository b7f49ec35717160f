"""The lab's stand-in for curl, for machines without it: what the runbook uses, with curl's exit codes."""

from __future__ import annotations

import http.client
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OK, UNSUPPORTED, USAGE, BAD_URL, NO_HOST, NO_CONNECTION, HTTP_ERROR, WRITE_FAILED, TIMED_OUT, EMPTY = (
    0, 1, 2, 3, 6, 7, 22, 23, 28, 52,
)  # fmt: skip
HTTP_ERROR_FROM = 400
REQUEST_SECONDS_MAX = 300.0
_FLAGS = {"-f": "fail", "--fail": "fail", "-s": "silent", "--silent": "silent", "-S": "show", "--show-error": "show",
          "-i": "include", "--include": "include", "-I": "head", "--head": "head", "-L": "location",
          "--location": "location", "-k": "insecure", "--insecure": "insecure"}  # fmt: skip
_VALUED = {"-X": "method", "--request": "method", "-H": "header", "--header": "header", "-d": "data", "--data": "data",
           "--data-raw": "data", "-o": "output", "--output": "output", "-m": "seconds", "--max-time": "seconds",
           "--connect-timeout": "connect", "-w": "write", "--write-out": "write", "-A": "agent",
           "--user-agent": "agent"}  # fmt: skip


class _CurlError(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Request:
    """A parsed command line."""

    flags: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)

    def last(self, name: str) -> str | None:
        """Return the last value of an option."""
        return self.values[name][-1] if name in self.values else None


def main(argv: Sequence[str], ports: Mapping[int, int]) -> int:
    """Perform one curl command; ``ports`` maps public ports to those that the lab serves them on."""
    print("[lab stand-in for curl] a small HTTP client, not curl", file=sys.stderr, flush=True)
    request = Request()
    try:
        request = parse(argv)
        for url in request.urls:
            _fetch(url, request, ports)
    except _CurlError as err:
        if err.code == USAGE or "silent" not in request.flags or "show" in request.flags:
            print(f"curl: ({err.code}) {err}" if err.code != USAGE else f"curl: {err}", file=sys.stderr)
        return err.code
    return OK


def parse(argv: Sequence[str]) -> Request:
    """Split a command line into flags, values and URLs."""
    found, words = Request(), list(argv)
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            found.urls.append(word)
        elif word in _FLAGS:
            found.flags.add(_FLAGS[word])
        elif word in _VALUED:
            if not words:
                raise _CurlError(USAGE, f"option {word}: requires parameter")
            found.values.setdefault(_VALUED[word], []).append(words.pop(0))
        elif not word.startswith("--") and word[:2] in {**_FLAGS, **_VALUED}:
            # Short options in one word: -fsS, -XPOST, -sX POST.
            rest = word[2:] if word[:2] in _VALUED else "-" + word[2:]
            words[:0] = [word[:2], rest]
        else:
            raise _CurlError(USAGE, f"option {word}: is unknown (the lab's stand-in knows {' '.join([*_FLAGS, *_VALUED])})")
    if not found.urls:
        raise _CurlError(USAGE, "no URL specified")
    return found


def _fetch(url: str, request: Request, ports: Mapping[int, int]) -> None:
    host, port, path = _target(url, ports)
    data = request.values.get("data")
    method = request.last("method") or ("HEAD" if "head" in request.flags else "POST" if data else "GET")
    headers = {"User-Agent": "watermark-lab-curl/0.1", "Accept": "*/*"}
    if data:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    for line in request.values.get("header", []):
        name, _colon, value = line.partition(":")
        headers[name.strip()] = value.strip()
    started = time.monotonic()
    seconds = float(request.last("seconds") or request.last("connect") or REQUEST_SECONDS_MAX)
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request(method, path, "&".join(data).encode() if data else None, headers)
        response = connection.getresponse()
        body = response.read()
    except TimeoutError as err:
        spent = int(1000 * (time.monotonic() - started))
        raise _CurlError(TIMED_OUT, f"Operation timed out after {spent} milliseconds with 0 bytes received") from err
    except socket.gaierror as err:
        raise _CurlError(NO_HOST, f"Could not resolve host: {host}") from err
    except http.client.HTTPException as err:
        raise _CurlError(EMPTY, "Empty reply from server") from err
    except OSError as err:
        reason = err.strerror or str(err)
        spent = int(1000 * (time.monotonic() - started))
        raise _CurlError(NO_CONNECTION, f"Failed to connect to {host} port {port} after {spent} ms: {reason}") from err
    finally:
        connection.close()
    _write(request, response, body)


def _target(url: str, ports: Mapping[int, int]) -> tuple[str, int, str]:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme != "http":
        raise _CurlError(UNSUPPORTED, f'Protocol "{parts.scheme}" not supported by the lab\'s stand-in')
    try:
        port = parts.port or 80
    except ValueError as err:
        raise _CurlError(BAD_URL, "URL using bad/illegal format or missing URL") from err
    if not parts.hostname:
        raise _CurlError(BAD_URL, "URL using bad/illegal format or missing URL")
    if parts.hostname in ("localhost", "127.0.0.1") and port in ports:
        print(f"[lab stand-in] localhost:{port} is served at localhost:{ports[port]}", file=sys.stderr, flush=True)
        port = ports[port]
    # The lab listens on IPv4 only; localhost may name IPv6 first.
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    return host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _write(request: Request, response: http.client.HTTPResponse, body: bytes) -> None:
    failed = "fail" in request.flags and response.status >= HTTP_ERROR_FROM
    head = b""
    if request.flags & {"include", "head"}:
        lines = [f"HTTP/1.1 {response.status} {response.reason}", *[f"{name}: {value}" for name, value in response.getheaders()]]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    output = request.last("output")
    shown = head if failed else head + body
    try:
        if output in (None, "-"):
            sys.stdout.buffer.write(shown)
        else:
            with open(str(output), "wb") as file:
                file.write(shown)
        template = request.last("write")
        if template:
            text = template.replace("%{http_code}", str(response.status)).replace("\\n", "\n")
            sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except OSError as err:
        raise _CurlError(WRITE_FAILED, f"Failed writing body: {err.strerror}") from err
    if failed:
        raise _CurlError(HTTP_ERROR, f"The requested URL returned error: {response.status}")

"""One check's HTTP requests: filled in, bounded in time and size, and held to what their answers have to be."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

import httpx2
import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from stormjib import exchange
from stormjib.core.catalogue.check import Request, base_of
from stormjib.core.catalogue.service import Service
from stormjib.evidence.metrics.catalogue import OPERATOR_ROUTES
from stormjib.integrations.health.probe import NOT_TRIED, Clock, NoAnswerError, UnhealthyError
from stormjib.integrations.health.report import Limits
from stormjib.integrations.health.variables import Variables

QUOTE_CHARACTERS_MAX: Final = 80
_MARKUP: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)|<[!/?a-z][^>]*(?:>|$)", re.ASCII | re.IGNORECASE)
_SERVER_ERROR: Final = 500
_OPERATORS: Final = re.compile(OPERATOR_ROUTES)
_BRACES: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Traffic:
    """What all requests of one report came to: how many users' requests failed, and which addresses never answered."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self.requests = 0
        self.errors = 0
        self.silent: set[str] = set()
        self.reached: set[str] = set()

    def count(self, path: str, *, failed: bool) -> None:
        """Count a request that a user might send; the operators' own addresses say nothing of users."""
        if not _OPERATORS.fullmatch(path):
            self.requests += 1
            self.errors += failed


class Answer(msgspec.Struct, frozen=True):
    """What the service answered."""

    request: str
    """method and address, for sentences"""
    status: int
    body: bytes
    seconds: float

    def quote(self) -> str:
        """Give the start of the body, for a sentence; of a page what a person would read of it."""
        text = " ".join(self.body[:4_000].decode("utf-8", "replace").split())
        if text.startswith("<"):
            text = " ".join(_MARKUP.sub(" ", text).split()) or "a page without text"
        short = text if len(text) <= QUOTE_CHARACTERS_MAX else text[:QUOTE_CHARACTERS_MAX] + " …"
        return "".join(c if c.isprintable() else "·" for c in short) or "an empty body"

    def json(self) -> object:
        """Read the body as JSON; raises UnhealthyError."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise UnhealthyError(
                f"{self.request} answered {self.status} with something that is not JSON: {self.quote()}"
            ) from error


class Exchange:
    """Sends the requests of one check; cookies stay from one to the next."""

    def __init__(self, service: Service, variables: Variables, limits: Limits, clock: Clock, traffic: Traffic) -> None:
        """Nothing is sent yet."""
        self.base = base_of(service.target_url)
        self._variables = variables
        self._limits = limits
        self._clock = clock
        self._traffic = traffic
        self._client = exchange.client(timeout_seconds=limits.request_timeout_seconds, bytes_max=limits.body_bytes_max)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, request: Request, saved: Mapping[str, object]) -> Answer:
        """Send one request; raises UnhealthyError when there is no answer, or when it can't be sent as it is meant."""
        shown = f"{request.method} {request.url.removeprefix(self.base) or '/'}"
        url = self._address(request.url, saved)
        if (origin := _origin(url)) in self._traffic.silent:
            raise NoAnswerError(f"{NOT_TRIED}: {origin} does not answer.")
        headers = {name: _filled(value, saved) for name, value in self._variables.headers(request.headers).items()}
        content = _content(request, saved, self._variables)
        if request.json is not None:
            headers.setdefault("Content-Type", "application/json")
        timeout = request.timeout_seconds or self._limits.request_timeout_seconds
        try:
            with self._telling(shown, origin, timeout):
                start = self._clock()
                got = self._client.request(request.method, url, headers=headers, content=content, timeout=timeout)
                answer = Answer(shown, got.status_code, got.content, self._clock() - start)
        except NoAnswerError:
            self._traffic.count(url.path, failed=True)
            if origin not in self._traffic.reached:
                self._traffic.silent.add(origin)
            raise
        self._traffic.reached.add(origin)
        self._traffic.count(url.path, failed=answer.status >= _SERVER_ERROR)
        return answer

    def hold(self, request: Request, answer: Answer) -> dict[str, object]:
        """Hold an answer to what it has to be, and give what it saves; raises UnhealthyError."""
        if not request.accepts(answer.status):
            wanted = "" if request.status == "2xx" else f", not {' or '.join(map(str, request.statuses))}"
            unsent = self._variables.unsent(request.headers)
            raise UnhealthyError(f"{answer.request} answered {answer.status}{wanted}: {answer.quote()}{unsent}")
        if request.text and self._variables.fill(request.text) not in answer.body.decode("utf-8", "replace"):
            raise UnhealthyError(f"{answer.request} answered {answer.status} without “{request.text}”: {answer.quote()}")
        if request.expect and not _true(_found(request.expect, answer)):
            raise UnhealthyError(
                f"{answer.request} answered {answer.status}, but {request.expect} does not hold: {answer.quote()}"
            )
        found = {name: _found(expression, answer) for name, expression in request.save.items()}
        for name, value in found.items():
            if value is None:
                place = request.save[name]
                raise UnhealthyError(
                    f"{answer.request} answered {answer.status} without {place}, which the next step needs: {answer.quote()}"
                )
        return found

    def _address(self, text: str, saved: Mapping[str, object]) -> httpx2.URL:
        filled = _filled(self._variables.fill(text), {name: quote(_text(value), safe="") for name, value in saved.items()})
        wrong = f"{text!r} is not an address; give one such as http://localhost:8080."
        try:
            url = httpx2.URL(f"{self.base}{filled}" if filled.startswith("/") or not filled else filled)
        except (httpx2.InvalidURL, ValueError) as error:
            raise UnhealthyError(wrong) from error
        if url.scheme not in {"http", "https"} or not url.host:
            raise UnhealthyError(wrong)
        return url

    @contextmanager
    def _telling(self, shown: str, where: str, timeout: float) -> Iterator[None]:
        """What the network does becomes a sentence."""
        try:
            yield
        except httpx2.TimeoutException as error:
            raise NoAnswerError(f"{shown}: no answer from {where} within {timeout:g} s.") from error
        except exchange.TooLarge as error:
            most = self._limits.body_bytes_max
            raise NoAnswerError(f"{shown} answered more than {most} bytes, which is no answer to a check.") from error
        except httpx2.ConnectError as error:
            raise NoAnswerError(f"{shown}: cannot connect to {where} ({error}). Check that the service runs there.") from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise NoAnswerError(f"{shown}: the answer of {where} broke off or is not HTTP ({reason}).") from error


def _origin(url: httpx2.URL) -> str:
    return str(url.copy_with(username=None, password=None, path="/", query=None, fragment=None)).rstrip("/")


def _content(request: Request, saved: Mapping[str, object], variables: Variables) -> bytes | None:
    if request.json is not None:
        return msgspec.json.encode(_filled_json(request.json, saved, variables))
    return _filled(variables.fill(request.body), saved).encode() if request.body else None


def _filled_json(value: object, saved: Mapping[str, object], variables: Variables) -> object:
    """A string that is nothing but ``{name}`` becomes the saved value itself, whatever its type."""
    match value:
        case str():
            whole = _BRACES.fullmatch(value)
            return saved[whole[1]] if whole and whole[1] in saved else _filled(variables.fill(value), saved)
        case dict():
            return {name: _filled_json(each, saved, variables) for name, each in value.items()}
        case list():
            return [_filled_json(each, saved, variables) for each in value]
        case _:
            return value


def _filled(text: str, saved: Mapping[str, object]) -> str:
    return _BRACES.sub(lambda each: _text(saved[each[1]]) if each[1] in saved else each[0], text)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _found(expression: str, answer: Answer) -> object:
    try:
        return jmespath.search(expression, answer.json())
    except JMESPathError as error:
        raise UnhealthyError(
            f"{answer.request} answered something that {expression} can't be asked of: {answer.quote()}"
        ) from error


def _true(value: object) -> bool:
    """What JMESPath calls true: everything but null, false and what is empty."""
    return value is not None and value is not False and value not in ("", [], {})

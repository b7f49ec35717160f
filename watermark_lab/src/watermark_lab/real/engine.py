"""The Docker Engine's API, as far as the lab needs it: over its socket, without the client's start-up time."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

SOCKET = "/run/docker.sock"
ANSWER_SECONDS_MAX = 10.0
SERVICE = "com.docker.compose.service"
NUMBER = "com.docker.compose.container-number"
OK = 200
_REFUSED = 400


class EngineError(Exception):
    """The engine does not answer, or refused."""


@dataclass(frozen=True)
class Container:
    """One container of the deployment."""

    id: str
    name: str
    service: str
    number: int
    running: bool
    paused: bool
    address: str
    """its address on the bridge; empty while it has none"""
    image: str
    status: str
    """the engine's words, such as ``Up 3 minutes``"""


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_seconds: float | None) -> None:
        super().__init__("docker", timeout=timeout_seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Engine:
    """One engine, by the path of its socket."""

    def __init__(self, path: str = SOCKET) -> None:
        """Connect anew for each question."""
        self._path = path

    def containers(self) -> list[Container]:
        """Every container that Compose made, the stopped ones too; raises ``EngineError``."""
        filters = quote(json.dumps({"label": [SERVICE]}))
        return sorted(map(_container, json.loads(self._ask("GET", f"/containers/json?all=1&filters={filters}"))), key=_order)

    def rename(self, container: Container, name: str) -> None:
        """Give a container another name; raises ``EngineError`` where it is taken."""
        self._ask("POST", f"/containers/{container.id}/rename?name={name}")

    def events(self) -> Iterator[str]:
        """Yield the action of each event of a container, from now on; ends, or raises ``EngineError``, with the engine."""
        filters = quote(json.dumps({"type": ["container"], "label": [SERVICE]}))
        connection = _Connection(self._path, None)
        try:
            connection.request("GET", f"/events?filters={filters}")
            response = connection.getresponse()
            yield "connected"
            for line in response:
                if line.strip():
                    yield str(json.loads(line).get("Action", ""))
        except (OSError, http.client.HTTPException, ValueError) as err:
            raise EngineError(str(err)) from err
        finally:
            connection.close()

    def _ask(self, method: str, path: str) -> bytes:
        connection = _Connection(self._path, ANSWER_SECONDS_MAX)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as err:
            raise EngineError(f"The Docker Engine does not answer: {err}") from err
        finally:
            connection.close()
        if response.status >= _REFUSED:
            raise EngineError(body.decode("utf-8", "replace"))
        return body


def _container(found: dict[str, object]) -> Container:
    labels, names, network = found["Labels"], found["Names"], found["NetworkSettings"]
    assert isinstance(labels, dict)
    assert isinstance(names, list)
    assert isinstance(network, dict)
    addresses = [str(one.get("IPAddress") or "") for one in network["Networks"].values()]
    return Container(
        id=str(found["Id"]),
        name=str(names[0]).lstrip("/") if names else "",
        service=str(labels[SERVICE]),
        number=int(labels.get(NUMBER, 0)),
        running=found["State"] == "running",
        paused=found["State"] == "paused",
        address=next(filter(None, addresses), ""),
        image=str(found["Image"]),
        status=str(found["Status"]),
    )


def _order(container: Container) -> tuple[str, int, str]:
    return container.service, container.number, container.id

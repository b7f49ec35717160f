"""One request to a chat, and why there was no answer, as a sentence: the same for each."""

from collections.abc import Callable
from typing import Any

import httpx2
import msgspec

from stormjib.ports import DeliveryError


def ask(send: Callable[..., httpx2.Response], product: str, what: str, *, seconds: float, **request: Any) -> httpx2.Response:
    """The answer to ``send``, a client's ``request``, whatever it says; raises ``DeliveryError`` where there is none."""
    try:
        return send(**request, timeout=seconds)
    except httpx2.TimeoutException as error:
        sentence = f"{product.title()} did not answer {what} within {seconds:.0f} seconds."
        raise DeliveryError(product, sentence, permanent=False) from error
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise DeliveryError(product, f"{product.title()} can't be reached for {what}: {error}.", permanent=False) from error


def read(answer: httpx2.Response, product: str, what: str) -> dict[str, Any]:
    """What it says; raises ``DeliveryError`` where that is no object of JSON."""
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        where = f"{answer.url.scheme}://{answer.url.netloc.decode()}"
        sentence = f"{product.title()}'s answer to {what} is not JSON; is {where} its API?"
        raise DeliveryError(product, sentence, permanent=False) from error

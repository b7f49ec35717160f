"""The body of a request: reading it as capped JSON and refusing bad values with a sentence."""

import json
import math
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

BODY_BYTES_MAX: Final = 1024 * 1024
DROPPED_BYTES_MAX: Final = 8 * BODY_BYTES_MAX
SEED_MAX: Final = 2**63 - 1
KEY_CHARACTERS_MAX: Final = 256


class Refused(Exception):
    """An answer other than success: its status, a sentence, and headers."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        """Answer `status` with {"error": sentence}."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers


async def json_object(request: Request) -> dict[str, object]:
    """Read the body as a JSON object whatever its content type says: `curl -d` calls it a form. Raises Refused."""
    body = await _capped_body(request)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "The body is not JSON; send a JSON object.") from error
    if not isinstance(content, dict):
        raise Refused(400, "The body is JSON but not an object; send an object such as {}.")
    return content


async def _capped_body(request: Request) -> bytes:
    """Read the body; one that is somewhat too large is read and dropped, for a sender that is cut off sees no answer."""
    declared = request.headers.get("content-length", "0")
    received = int(declared) if declared.isdecimal() and int(declared) > DROPPED_BYTES_MAX else 0
    body = bytearray()
    if not received:
        async for chunk in request.stream():
            received += len(chunk)
            if received <= BODY_BYTES_MAX:
                body += chunk
            elif received > DROPPED_BYTES_MAX:
                break
    if received > BODY_BYTES_MAX:
        raise Refused(413, f"The body is larger than {BODY_BYTES_MAX} bytes; send less.", {"Connection": "close"})
    return bytes(body)


def text(content: Mapping[str, object], name: str, *, default: str | None = None, characters_max: int | None = None) -> str:
    """Take a string; raises Refused."""
    value = content.get(name, default)
    if not isinstance(value, str):
        raise Refused(422, f'"{name}" is needed and must be a string.')
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Refused(422, f'"{name}" holds half of a surrogate pair, which is no character; send valid Unicode.') from error
    if characters_max is not None and len(value) > characters_max:
        raise Refused(422, f'"{name}" has {len(value)} characters; at most {characters_max} are allowed.')
    return value


def key(content: Mapping[str, object]) -> str | None:
    """Take the optional watermark key; raises Refused."""
    if content.get("key") is None:
        return None
    value = text(content, "key", characters_max=KEY_CHARACTERS_MAX)
    if not value:
        raise Refused(422, '"key" is empty; leave it out to use the key of the service.')
    return value


def whole(content: Mapping[str, object], name: str, least: int, most: int, default: int | None = None) -> int:
    """Take a whole number; raises Refused."""
    value = content.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Refused(422, f'"{name}" must be a whole number from {least} to {most}.')
    return value


def seed(content: Mapping[str, object]) -> int | None:
    """Take the optional seed; raises Refused."""
    return None if content.get("seed") is None else whole(content, "seed", 0, SEED_MAX)


def share(content: Mapping[str, object], name: str) -> float:
    """Take a number from 0 to 1; raises Refused."""
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= 1:
        raise Refused(422, f'"{name}" must be a number from 0 to 1.')
    return float(value)

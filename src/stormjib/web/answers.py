"""The JSON API's answers: one object with a schema key."""

from typing import Any

import msgspec
from starlette.responses import Response


def encoded(schema: str, status_code: int = 200, **parts: Any) -> Response:
    """One JSON object with a ``schema`` key."""
    return Response(msgspec.json.encode({"schema": schema, **parts}), status_code, media_type="application/json")

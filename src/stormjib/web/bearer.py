"""Who calls the API: the holder of a bearer token with the scope that the call needs."""

import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from stormjib.web.auth import KEY_CHARS_MAX, Principal, Tokens

BEARER: Final = HTTPBearer(auto_error=False, description="A token: stormjib token create NAME --scope respond")
"""How the API's description names it; ``principal`` is what checks it."""
SIGN_IN: Final = "stormjib.sign_in"

_log = logging.getLogger(SIGN_IN)


def principal(tokens: Tokens, scope: str) -> Callable[..., Awaitable[Principal]]:
    """The holder of the bearer token, who must have the scope, with the request's ``Idempotency-Key``.

    The same key with the same request again writes nothing; with another request it is another act.
    """

    async def check(
        request: Request, scheme: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)] = None
    ) -> Principal:
        del scheme  # it is there for the API's description only
        kind, _, raw = request.headers.get("authorization", "").partition(" ")
        given = raw.strip().encode() if kind.lower() == "bearer" else b""
        found = tokens.check(given) if given else None
        if found is None:
            if raw:
                _log.warning("sign-in failed: an unknown token for %s from %s", request.url.path, _address(request))
            raise HTTPException(401, tokens.refusal(given), {"WWW-Authenticate": "Bearer"})
        if not found.may(scope):
            _log.warning("refused: the token %s lacks the scope %s for %s", found.name, scope, request.url.path)
            raise HTTPException(403, f"The token {found.name} lacks the scope {scope!r}.")
        key = request.headers.get("idempotency-key", "")
        if len(key) > KEY_CHARS_MAX:
            raise HTTPException(422, f"The Idempotency-Key has {len(key)} characters and may have {KEY_CHARS_MAX}.")
        if key:
            asked = sha256(request.url.path.encode() + b"\n" + await request.body()).hexdigest()[:16]
            return msgspec.structs.replace(found, key=f"{key}/{asked}")
        return found

    return check


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"

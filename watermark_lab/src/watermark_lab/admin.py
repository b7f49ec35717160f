"""The admin token: whether a request carries it."""

import hmac

from starlette.requests import Request

from watermark_lab.settings import Settings


def is_admin(request: Request, settings: Settings) -> bool:
    """Compare in constant time; without a token in the settings nobody is admin."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # a header arrives as latin-1, which gives back the bytes that were sent
    same = hmac.compare_digest(given.strip().encode("latin-1"), settings.admin_token.encode())
    return bool(settings.admin_token) and scheme.lower() == "bearer" and same

"""Another system's API of JSON: one request, one answer, and what is no answer said in a sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx2

from stormjib.ports import DeliveryError

_AGAIN: Final = {408, 420, 425, 429}
"""420 is how Statuspage says that it was asked too often."""
_GONE: Final = 404
Headers = Mapping[str, str] | None


class Caller:
    """One system, by its name and address; ``request`` is that of a client of ``exchange``."""

    def __init__(self, request: Callable[..., httpx2.Response], source: str, url: str) -> None:
        self._request, self._source, self._url = request, source, url

    def ask(self, method: str, path: str, body: object = None, *, gone: Any = None, headers: Headers = None) -> Any:  # noqa: ANN401 - any JSON
        """The answer, ``gone`` where there is no such thing; raises ``DeliveryError``. A body of bytes is sent as it is."""
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        try:
            answer = self._request(method, f"{self._url}{path}", **sent, headers=headers)
            if answer.status_code == _GONE and gone is not None:
                return gone
            if answer.is_success:
                return answer.json() if answer.content else {}
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            reason = f"{self._source} does not answer: {error or type(error).__name__}."
            raise DeliveryError(self._source, reason, permanent=False) from error
        except ValueError as error:
            raise DeliveryError(self._source, f"{self._source} answers what is no JSON.", permanent=False) from error
        permanent = answer.is_client_error and answer.status_code not in _AGAIN
        reason = f"{self._source} answers {answer.status_code}: {answer.text[:200]}"
        raise DeliveryError(self._source, reason, permanent=permanent)

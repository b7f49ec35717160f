"""S3-shaped storage: the files of the status page by PUT, signed with AWS Signature Version 4.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import quote

import httpx2

from stormjib import exchange
from stormjib.caller import Caller
from stormjib.core.status_page.api import CACHED, MEDIA_TYPES
from stormjib.ports import Clock

SECONDS_MAX: Final = 30.0
_AWS: Final = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """Whose the bucket is."""

    key_id: str
    secret: str
    region: str


class Bucket:
    """Used by one thread."""

    def __init__(self, url: str, credentials: Credentials, clock: Clock) -> None:
        """``url``: of the bucket, or of a folder in it; what is in it is never listed or removed."""
        self._url, self._credentials, self._clock = url.rstrip("/"), credentials, clock
        self._client = exchange.client(timeout_seconds=SECONDS_MAX)
        self._api = Caller(self._client.request, "the bucket", self._url)
        self._there: dict[str, str] = {}
        """The sha256 of what has been put under each path since the start."""

    def bring(self, files: Mapping[str, bytes]) -> None:
        """Put what is new, in the order of the files; raises ``DeliveryError``."""
        for path, content in files.items():
            digest = sha256(content).hexdigest()
            if self._there.get(path) == digest:
                continue
            where = quote(path)
            kept = {"Cache-Control": CACHED, "Content-Type": f"{MEDIA_TYPES[path.rpartition('.')[2]]}; charset=utf-8"}
            headers = signed("PUT", httpx2.URL(f"{self._url}/{where}"), kept, digest, whose=self._credentials, at=self._clock())
            self._api.ask("PUT", f"/{where}", content, headers=headers)
            self._there[path] = digest

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def signed(
    method: str, url: httpx2.URL, headers: Mapping[str, str], digest: str, *, whose: Credentials, at: float
) -> dict[str, str]:
    """The headers of a request without a query, with its signature; ``digest`` is the sha256 of its body."""
    moment = datetime.fromtimestamp(at, UTC)
    time, day = f"{moment:%Y%m%dT%H%M%SZ}", f"{moment:%Y%m%d}"
    given = {**headers, "x-amz-content-sha256": digest, "x-amz-date": time}
    sealed = sorted((name.lower(), value) for name, value in (*given.items(), ("host", url.netloc.decode())))
    names = ";".join(name for name, _ in sealed)
    lines = [f"{name}:{value}" for name, value in sealed]
    request = "\n".join([method, url.raw_path.decode(), "", *lines, "", names, digest])
    scope = f"{day}/{whose.region}/s3/aws4_request"
    text = "\n".join([_AWS, time, scope, sha256(request.encode()).hexdigest()])
    key = f"AWS4{whose.secret}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    return {**given, "Authorization": f"{_AWS} Credential={whose.key_id}/{scope},SignedHeaders={names},Signature={key.hex()}"}

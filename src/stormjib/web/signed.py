"""Signed ways in: whether a message is from who has the secret, whole, of now, and not one that was taken before.

Grafana signs the body, and where it sends a time, that and a colon before it; HMAC-SHA256, in hexadecimal digits.
Source: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
Slack has a version before both: https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import hmac
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from stormjib.ports import Clock
from stormjib.settings_tables import Signing
from stormjib.web.ways import Body, Refusal

CLOCKS_DIFFER_SECONDS: Final = 300.0
"""Older, or that much in the future, a message is refused."""
KEPT_MAX: Final = 10_000
"""Signatures of messages that were taken, so that none is taken twice."""
DIGITS_MAX: Final = 20


class Form(NamedTuple):
    """How a sender signs, unless the settings name other headers."""

    signature_header: str
    timestamp_header: str = ""
    version: str = ""
    """Stands before what is signed, and before the digits."""


FORMS: Final = {
    "grafana": Form("X-Grafana-Alerting-Signature"),
    "slack": Form("X-Slack-Signature", "X-Slack-Request-Timestamp", "v0"),
}


class Seal(NamedTuple):
    """The signature of a message that is good, and when it was sent; 0 where it does not say."""

    source: str
    signature: str
    sent_at: float


class Signatures:
    """Used by one event loop."""

    def __init__(self, known: Mapping[str, Signing], clock: Clock) -> None:
        self._known = known
        self._clock = clock
        self._taken: dict[Seal, None] = {}

    def check(self, source: str, headers: Iterable[tuple[bytes, bytes]], body: Body) -> Seal:
        """The seal of a message that may be taken; raises ``Refusal`` for every other."""
        known = self._known.get(source)
        if known is None:
            raise _refused(f"This needs a token as a bearer, or [signed.{source}] in the settings and a signature.")
        form = FORMS[source]
        name, timed = known.signature_header or form.signature_header, known.timestamp_header or form.timestamp_header
        found = {header.decode("latin-1").lower(): value.decode("latin-1").strip() for header, value in headers}
        signature = found.get(name.lower(), "").lower()
        if not signature:
            raise _refused(f"There is no token and no signature in the header {name}.")
        sent = found.get(timed.lower(), "") if timed else ""
        before = f"{form.version}:" if form.version else ""
        signed = (f"{before}{sent}:".encode() if timed else b"") + body
        seal_of = f"{form.version}=" if form.version else ""
        expected = [seal_of + hmac.new(secret.encode(), signed, "sha256").hexdigest() for secret in known.secrets]
        if not any(hmac.compare_digest(one.encode(), signature.encode()) for one in expected):
            raise _refused("The signature is not that of this message with a secret of ours: another secret, or it was changed.")
        seal = Seal(source, signature, self._time(timed, sent))
        if seal in self._taken:
            raise _refused("This message was taken before; a sender signs each anew.")
        return seal

    def taken(self, seal: Seal) -> None:
        """What was refused for another reason may come again as it is; this may not. One without a time can't be told from a repetition."""
        if seal.sent_at:
            self._taken[seal] = None
            if len(self._taken) > KEPT_MAX:
                del self._taken[next(iter(self._taken))]

    def _time(self, header: str, sent: str) -> float:
        if not header:
            return 0.0
        if not (sent.isascii() and sent.isdigit() and len(sent) < DIGITS_MAX):
            raise _refused(f"The header {header} has no time in seconds since 1970.")
        if abs(self._clock() - int(sent)) > CLOCKS_DIFFER_SECONDS:
            raise _refused(
                f"The message is of another time than now ({CLOCKS_DIFFER_SECONDS:.0f} s at most); compare the clocks."
            )
        return float(sent)


def _refused(reason: str) -> Refusal:
    return Refusal(401, reason, (b"connection", b"close"))

"""Signed ways in: whether a message is from who has the secret, whole, of now, and not one that was taken before.

What each sender signs, and what it does with a refusal, stands in its own documentation:
Grafana: https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
PagerDuty: https://developer.pagerduty.com/docs/verifying-webhook-signatures (sent again for up to 48 hours, with the same id)
Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack/
Twilio: https://www.twilio.com/docs/usage/security#validating-requests
SNS, which has no secret: ``integrations/sns``.
"""

import asyncio
import hmac
import re
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from stormjib.integrations import pagerduty_webhook
from stormjib.integrations.sns import Checks
from stormjib.ports import Clock, LogStore, Overloaded, StoreFailed, Unavailable
from stormjib.settings_tables import Signing
from stormjib.web.ways import Body, Refusal

KEPT_MAX: Final = 10_000
"""Messages that were taken, so that none is taken twice."""
DIGITS_MAX: Final = 20
HOUR_SECONDS: Final = 3600.0
_TWILIO: Final = {"Body": r"[\s\S]*", "From": r"([a-z]+:)?\+?[0-9]{3,20}", "MessageSid": "[A-Za-z0-9-]{2,64}"}
AGAIN: Final = "This message was taken before, and nothing was done again."


class Seal(NamedTuple):
    """What names a message that is good among those of its source; "" where it can't be told from a repetition."""

    source: str
    id: str


class Message(NamedTuple):
    """One request. ``url`` is the address that its sender knows, ``headers`` have small letters."""

    headers: Mapping[str, str]
    body: Body
    url: str = ""


class Scheme(NamedTuple):
    """How one sender signs."""

    header: str
    """Where the signature is, unless the settings name another."""
    signed: Callable[[Message, Signing], bytes]
    mark: Callable[[Message, Signing], tuple[str, float]]
    """The message's id, "" for its signature, and when it was sent, 0 where it does not say; raises ``ValueError`` where it should."""
    late_seconds: float
    """By how much that may differ from now; 0: it never says, and is known by its signature for good."""
    again: int
    """The answer to one that was taken before: 401, or 200 where its sender sends a message again by itself."""
    digest: Callable[[str, bytes], str] = lambda secret, signed: hmac.new(secret.encode(), signed, "sha256").hexdigest()
    given: Callable[[str], Iterable[str]] = lambda text: (text.lower(),)
    """The signatures in the header."""


def _timed(message: Message, known: Signing) -> tuple[str, float]:
    name = known.timestamp_header
    sent = message.headers.get(name.lower(), "") if name else ""
    if name and not (sent.isascii() and sent.isdigit() and len(sent) < DIGITS_MAX):
        raise ValueError(f"The header {name} has no time in seconds since 1970.")
    return "", float(sent or 0)


def _after_time(message: Message, known: Signing) -> bytes:
    sent = message.headers.get(known.timestamp_header.lower(), "") if known.timestamp_header else ""
    return (f"{sent}:".encode() if known.timestamp_header else b"") + message.body


def _slacks(known: Signing) -> Signing:
    return known if known.timestamp_header else known.model_copy(update={"timestamp_header": "X-Slack-Request-Timestamp"})


def fields(message: Message) -> dict[str, str]:
    """Of a form that was sent."""
    pairs = parse_qsl(message.body.decode("latin-1"), keep_blank_values=True, max_num_fields=100, errors="replace")
    return dict(pairs)


def _twilio_mark(message: Message, _: Signing) -> tuple[str, float]:
    """What is signed has no border between a name and its value: nothing in it may be read in two ways."""
    said = fields(message)
    odd = [name for name, form in _TWILIO.items() if name not in said or not re.fullmatch(form, said[name])]
    odd += [name for name in said if not name.isalnum()]
    if odd or len(said) != len(parse_qsl(message.body.decode("latin-1"), keep_blank_values=True)):
        raise ValueError(f"This is no message: {odd[0] if odd else 'a field'} is missing, doubled, or not as Twilio writes it.")
    return "", 0.0


def _twilio_digest(secret: str, signed: bytes) -> str:
    return b64encode(hmac.new(secret.encode(), signed, "sha1").digest()).decode()


SCHEMES: Final = {
    "grafana": Scheme("X-Grafana-Alerting-Signature", _after_time, _timed, late_seconds=300.0, again=401),
    pagerduty_webhook.SOURCE: Scheme(
        "X-PagerDuty-Signature",
        lambda message, _: bytes(message.body),
        lambda message, _: pagerduty_webhook.mark(message.body),
        late_seconds=49 * HOUR_SECONDS,
        again=200,
        given=lambda text: (part.strip()[3:] for part in text.lower().split(",") if part.strip().startswith("v1=")),
    ),
    "slack": Scheme(
        "X-Slack-Signature",
        lambda message, known: b"v0:" + _after_time(message, _slacks(known)),
        lambda message, known: _timed(message, _slacks(known)),
        late_seconds=300.0,
        again=401,
        given=lambda text: (text.lower().removeprefix("v0="),),
    ),
    "twilio": Scheme(
        "X-Twilio-Signature",
        lambda message, _: (message.url + "".join(name + text for name, text in sorted(fields(message).items()))).encode(),
        _twilio_mark,
        late_seconds=0.0,
        again=200,
        digest=_twilio_digest,
        given=lambda text: (text,),
    ),
}


class Signatures:
    """Used by one event loop."""

    def __init__(
        self,
        known: Mapping[str, Signing],
        clock: Clock,
        sns: Callable[[Body], tuple[str, float]] | None = None,
        *,
        write: Callable[[Callable[[LogStore], None]], None] = lambda _: None,
        kept: Iterable[tuple[str, str]] = (),
    ) -> None:
        """``sns``: the id and time of one of its messages; raises ``ValueError`` and ``OSError``; asks elsewhere for certificates.

        ``write`` is the inbox's; ``kept`` was taken before the start.
        """
        self._known = known
        self._clock = clock
        self._sns = sns or Checks(()).check
        self._write = write
        self._taken = {Seal(*one): None for one in kept}

    async def check(self, source: str, headers: Iterable[tuple[bytes, bytes]], body: Body, url: str = "") -> Seal:
        """The seal of a message that may be taken; raises ``Refusal`` for every other."""
        if source == "sns":
            return self._once(source, *(await self._by_certificate(body)), late=HOUR_SECONDS, again=200)
        known, scheme = self._known.get(source), SCHEMES[source]
        if known is None:
            raise refused(f"This needs [signed.{source}] in the settings and a signature, or for alerts a token as a bearer.")
        name = known.signature_header or scheme.header
        found = {header.decode("latin-1").lower(): value.decode("latin-1").strip() for header, value in headers}
        if not found.get(name.lower()):
            raise refused(f"There is no token and no signature in the header {name}.")
        message = Message(found, body, url)
        given = list(scheme.given(found[name.lower()]))
        try:
            signed = scheme.signed(message, known)
            expected = [scheme.digest(secret, signed) for secret in known.secrets]
            if not any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given):
                raise refused(
                    "The signature is not that of this message with a secret of ours: another secret, or it was changed."
                )
            named, at = scheme.mark(message, known)
        except ValueError as error:
            raise Refusal(400, str(error), _CLOSE) from error
        named = named or (given[0] if at or not scheme.late_seconds else "")
        return self._once(source, named, at, late=scheme.late_seconds, again=scheme.again)

    async def taken(self, seal: Seal) -> None:
        """What was refused for another reason may come again as it is; this may not, neither after a restart."""
        if seal.id:
            self._taken[seal] = None
            kept = KEPT_MAX if seal.source not in SCHEMES or SCHEMES[seal.source].late_seconds else sys.maxsize
            if len(self._taken) > kept:
                del self._taken[next(one for one in self._taken if one.source == seal.source)]
            # What can't be written is known until the next start at least; it was taken all the same.
            with suppress(Overloaded, Unavailable, StoreFailed):
                await asyncio.to_thread(self._write, lambda store: store.put_taken(*seal, kept))

    async def _by_certificate(self, body: Body) -> tuple[str, float]:
        try:
            return await asyncio.to_thread(self._sns, body)
        except ValueError as error:
            raise refused(str(error)) from error
        except OSError as error:
            raise Refusal(503, f"{error}; send it again.", (b"retry-after", b"5")) from error

    def _once(self, source: str, named: str, at: float, *, late: float, again: int) -> Seal:
        if at and abs(self._clock() - at) > late:
            raise refused(f"The message is of another time than now ({late:.0f} s at most); compare the clocks.")
        seal = Seal(source, named)
        if seal in self._taken:
            raise Refusal(again, AGAIN if again < 300 else "This message was taken before; a sender signs each anew.", _CLOSE)  # noqa: PLR2004 - HTTP's
        return seal


def refused(reason: str) -> Refusal:
    """Nobody known has sent it."""
    return Refusal(401, reason, _CLOSE)


_CLOSE: Final = (b"connection", b"close")

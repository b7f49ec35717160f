"""AWS SNS over HTTPS: who has signed a message, confirming a subscription, and what CloudWatch's alarms say in it.

Asked for anything is only a host of SNS itself, over HTTPS, and only for a topic of the settings.
Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html (which fields are signed, and how),
…/sns-http-https-endpoint-as-subscriber.html, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import re
from base64 import b64decode
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import msgspec

from stormjib import exchange
from stormjib.core.alert import Alert, cut, decoder, fingerprint, loosely, text_of
from stormjib.ports import Delivery

SOURCE: Final = "sns"
NOTIFICATION: Final = "Notification"
CONFIRMATION: Final = "SubscriptionConfirmation"
LACKING: Final = "checking its signature needs a library that is not here; install stormjib[sns]"
BYTES_MAX: Final = 64 * 1024
SECONDS_MAX: Final = 10.0
CERTIFICATES_MAX: Final = 16
NAME_CHARS_MAX: Final = 200
_HOST: Final = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE: Final = re.compile(r"/SimpleNotificationService-[0-9a-f]{1,64}\.pem")
_SAID: Final = re.compile(r"\b(service|severity)\s*[=:]\s*([\w.-]+)", re.IGNORECASE)
"""In the description of an alarm, for an alarm has no field for it."""


class _Message(msgspec.Struct, rename="pascal"):
    type: str
    message_id: str
    topic_arn: str
    timestamp: str
    message: str
    signature: str
    signature_version: str
    signing_cert_url: str = msgspec.field(name="SigningCertURL")
    subject: str | None = None
    token: str = ""
    subscribe_url: str = msgspec.field(name="SubscribeURL", default="")


class _Alarm(msgspec.Struct, rename="pascal"):
    alarm_name: str
    new_state_value: str
    alarm_description: str | None = None
    alarm_arn: str = ""
    new_state_reason: str | None = None
    state_change_time: str | None = None
    region: str | None = None
    account: str | None = msgspec.field(name="AWSAccountId", default=None)
    trigger: dict[str, Any] | None = None


_decoded = decoder(_Message, "This is no message of SNS", "a message has one level")


def fetch(url: str) -> bytes:
    """What stands there; raises ``OSError``. No redirect is followed."""
    with exchange.client(timeout_seconds=SECONDS_MAX, bytes_max=BYTES_MAX) as client:
        try:
            answer = client.get(url)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise OSError(f"{urlsplit(url).hostname} does not answer: {error or type(error).__name__}") from error
    if not answer.is_success:
        raise OSError(f"{urlsplit(url).hostname} answers {answer.status_code}")
    return answer.content


def is_real(url: str) -> bool:
    """Whether it is an address of SNS itself."""
    try:
        parts = urlsplit(url)
        plain = parts.port is None and parts.netloc == parts.hostname
    except ValueError:
        return False
    return plain and parts.scheme == "https" and bool(_HOST.fullmatch(parts.netloc))


class Checks:
    """The signatures of messages. Any thread may use it."""

    def __init__(self, topics: Collection[str], fetch: Callable[[str], bytes] = fetch) -> None:
        """``topics``: the ARNs from which messages are taken."""
        self._topics = topics
        self.fetch = fetch
        self._certificates: dict[str, bytes] = {}

    def check(self, body: bytes | bytearray) -> tuple[str, float]:
        """The id and the time of a message that is good; a subscription is confirmed. Raises ``ValueError`` and ``OSError``."""
        said = _decoded(body)
        if said.topic_arn not in self._topics:
            raise ValueError(f"The topic {said.topic_arn[:200]!r} is not in sns_topics of the settings.")
        self._verify(said)
        if said.type == CONFIRMATION:
            if not is_real(said.subscribe_url):
                raise ValueError("The address that confirms the subscription is none of SNS.")
            self.fetch(said.subscribe_url)
        return said.message_id, _second(said.timestamp)

    def _verify(self, said: _Message) -> None:
        url = said.signing_cert_url
        if not is_real(url) or not _CERTIFICATE.fullmatch(urlsplit(url).path) or urlsplit(url).query:
            raise ValueError("The address of the certificate is none of SNS.")
        try:
            x509, hashes, padding = (
                import_module(f"cryptography.{name}")
                for name in ("x509", "hazmat.primitives.hashes", "hazmat.primitives.asymmetric.padding")
            )
        except ImportError as error:
            raise ValueError(LACKING) from error
        method = {"1": hashes.SHA1, "2": hashes.SHA256}.get(said.signature_version)
        if method is None:
            raise ValueError(f"The signature's version {said.signature_version[:20]!r} is not known; there are 1 and 2.")
        pem = self._certificates.get(url) or self.fetch(url)
        try:
            key = x509.load_pem_x509_certificate(pem).public_key()
            key.verify(b64decode(said.signature, validate=True), _signed(said), padding.PKCS1v15(), method())
        except (ValueError, AttributeError, TypeError) as error:
            raise ValueError("The signature or its certificate can't be read.") from error
        except import_module("cryptography.exceptions").InvalidSignature as error:
            raise ValueError("The signature is not that of this message: it was changed, or is from somebody else.") from error
        if len(self._certificates) >= CERTIFICATES_MAX:
            self._certificates.clear()
        self._certificates[url] = pem


def _signed(said: _Message) -> bytes:
    """What the signature is over: the names and values of these fields, a line each."""
    fields = {"Message": said.message, "MessageId": said.message_id}
    if said.type == NOTIFICATION:
        fields |= {"Subject": said.subject} if said.subject is not None else {}
    else:
        fields |= {"SubscribeURL": said.subscribe_url}
    fields |= {"Timestamp": said.timestamp} | ({} if said.type == NOTIFICATION else {"Token": said.token})
    fields |= {"TopicArn": said.topic_arn, "Type": said.type}
    return "".join(f"{name}\n{value}\n" for name, value in fields.items()).encode()


def read(body: bytes | bytearray, otherwise: Callable[[bytes], Delivery] | None = None) -> Delivery:
    """What a message says; ``otherwise`` reads what is no alarm of CloudWatch. Raises ``ValueError`` with a sentence."""
    said = _decoded(body)
    if said.type == CONFIRMATION:
        return Delivery(SOURCE, 0, ())
    with suppress(ValueError, RecursionError):
        return Delivery(SOURCE, 1, (_alarm(said, msgspec.convert(loosely(said.message.encode()), _Alarm)),))
    mapped = otherwise and said.type == NOTIFICATION
    if otherwise and mapped:
        with suppress(ValueError):
            found = otherwise(_opened(body, said))
            if found.alerts:
                return found
    return Delivery(SOURCE, 1, (_plain(said),), mended=int(bool(mapped)))


def _plain(said: _Message) -> Alert:
    """What nobody has said the meaning of: the alert has no severity, so that a person is told."""
    topic = said.topic_arn.rpartition(":")[2]
    title = said.subject or said.message.strip().partition("\n")[0] or said.message_id
    alert = Alert(
        fingerprint=said.message_id,
        source=SOURCE,
        firing=True,
        name=title[:NAME_CHARS_MAX] if said.type == NOTIFICATION else f"{said.type} of {topic}",
        service="",
        summary=said.message,
        labels={"topic": topic, "type": said.type},
        starts_at=_second(said.timestamp),
    )
    return cut(alert)


def _opened(body: bytes | bytearray, said: _Message) -> bytes:
    """The message for the catalogue's expressions: what is JSON in it is not a text any more."""
    whole = loosely(body)
    with suppress(ValueError, RecursionError):
        whole["Message"] = loosely(said.message.encode())
    return msgspec.json.encode(whole)


def _alarm(said: _Message, alarm: _Alarm) -> Alert:
    changed = _second(alarm.state_change_time or said.timestamp)
    named = {name.lower(): value for name, value in _SAID.findall(alarm.alarm_description or "")}
    trigger = alarm.trigger or {}
    dimensions = trigger.get("Dimensions")
    labels = {
        text_of(one.get("name")): text_of(one.get("value"))
        for one in (dimensions if isinstance(dimensions, list) else ())
        if isinstance(one, dict) and one.get("name")
    }
    labels |= {
        name: text_of(trigger[key]) for name, key in (("metric", "MetricName"), ("namespace", "Namespace")) if trigger.get(key)
    }
    places = {"region": alarm.region, "account": alarm.account, "topic": said.topic_arn.rpartition(":")[2]}
    labels |= {name: text for name, text in places.items() if text} | named | {"alertname": alarm.alarm_name}
    fires = alarm.new_state_value != "OK"
    found = Alert(
        fingerprint=fingerprint(SOURCE, {"alarm": alarm.alarm_arn or f"{said.topic_arn}/{alarm.alarm_name}"}),
        source=SOURCE,
        firing=fires,
        name=alarm.alarm_name,
        service=named.get("service", ""),
        severity=named.get("severity", ""),
        summary=f"{alarm.alarm_name}: {alarm.new_state_reason or alarm.new_state_value}",
        labels=labels,
        annotations={"description": alarm.alarm_description} if alarm.alarm_description else {},
        starts_at=changed,
        ends_at=0.0 if fires else changed,
    )
    return cut(found)


def _second(text: str) -> float:
    """RFC 3339, also with a zone without a colon."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no zone.")
    return found.timestamp()

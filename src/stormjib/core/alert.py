"""One alert from anywhere: fingerprint, grouping, triage."""

import json
import math
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from stormjib.core.severity import Severity, Words, read_severity

T = TypeVar("T")


class Alert(msgspec.Struct, frozen=True):
    """What a monitoring system said. Times are seconds since the epoch, UTC."""

    fingerprint: str
    """Identifies the alert across repetitions: the sender's own, or one over the source and the sorted labels."""
    source: str
    firing: bool
    name: str
    service: str
    severity: str = ""
    """The severity as the sender wrote it; "" when it said none."""
    summary: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    starts_at: float = 0.0
    ends_at: float = 0.0
    url: str = ""
    links: dict[str, str] = {}
    """Where there is more to see: addresses by what they are called."""
    sender: str = ""
    """Who has the token that it came with; "" where nobody knows, as in rows of old."""
    severity_else: str = ""
    """As it is read: the severity that counts where the first is not known. As it is kept: the word that counts for nothing."""

    @property
    def episode(self) -> str:
        """One firing of the alert: the same text for every repetition of it, another when it fires anew."""
        return f"{self.source}/{self.fingerprint}/{self.starts_at:.3f}"


class ChangeEvent(msgspec.Struct, frozen=True):
    """What somebody says was changed, such as a deployment. It is no alert: it pages nobody, and may be why one fires."""

    summary: str
    service: str
    labels: dict[str, str]
    links: dict[str, str]


PRIORITIES: Final = {"P1": "critical", "P2": "high", "P3": "moderate", "P4": "low", "P5": "informational"}
"""The names of Opsgenie's and PagerDuty's: P1 there is the worst of five, which P0 is here."""
NAME_CHARS_MAX: Final = 1_000
WORD_CHARS_MAX: Final = 200
"""Of a service and of a severity."""
TEXT_CHARS_MAX: Final = 10_000
"""Of a summary, of a link, and of each label and annotation."""
LABELS_MAX: Final = 200
LINKS_MAX: Final = 20
URL_CHARS_MAX: Final = 2_000


def cut(alert: Alert) -> Alert:
    """The alert with no field longer than people can read; where something is missing, it says so."""
    names, texts = "".join((*alert.labels, *alert.annotations, alert.name)), (*alert.labels.values(), *alert.annotations.values())
    if (
        len(alert.service) + len(alert.severity) + len(alert.severity_else) <= WORD_CHARS_MAX
        and len(names) <= NAME_CHARS_MAX
        and len(texts) <= LABELS_MAX
        and len("".join(texts)) + len(alert.summary) + len(alert.url) <= TEXT_CHARS_MAX
        and not alert.links
    ):
        return alert  # so short together that each of them is
    return msgspec.structs.replace(
        alert,
        name=_cut(alert.name, NAME_CHARS_MAX),
        service=_cut(alert.service, WORD_CHARS_MAX),
        severity=_cut(alert.severity, WORD_CHARS_MAX),
        severity_else=_cut(alert.severity_else, WORD_CHARS_MAX),
        summary=_cut(alert.summary),
        labels=_cut_all(alert.labels),
        annotations=_cut_all(alert.annotations),
        url=alert.url if len(alert.url) <= TEXT_CHARS_MAX else "",
        links={
            _cut(name, NAME_CHARS_MAX): url for name, url in list(alert.links.items())[:LINKS_MAX] if len(url) <= URL_CHARS_MAX
        },
    )


def _cut(text: str, chars_max: int = TEXT_CHARS_MAX) -> str:
    told = f"… (cut: {len(text)} characters)"
    return text if len(text) <= chars_max else text[: chars_max - len(told)] + told


def _cut_all(texts: dict[str, str]) -> dict[str, str]:
    kept = {_cut(name, NAME_CHARS_MAX): _cut(texts[name]) for name in list(texts)[:LABELS_MAX]}
    return kept | ({"cut": f"{len(texts) - LABELS_MAX} more"} if len(texts) > LABELS_MAX else {})


class StillFiring(msgspec.Struct, frozen=True):
    """What the store knows of the alerts of one incident that fire: all of them, also those without an entry of their own."""

    heard: dict[str, float] = {}
    """Of those with an entry: when each was last heard, by source and fingerprint, in seconds since the epoch."""
    unlisted: tuple[tuple[str, int, float], ...] = ()
    """Of those without one, the first few names: how many alerts have it, and when one of them was last heard."""
    unlisted_total: int = 0
    at: float = 0.0
    quiet_seconds: float = 0.0
    """Without a word for so long, an alert has gone quiet; 0 where that is never said."""

    def quiet(self, heard_at: float) -> float:
        """For how many seconds an alert has gone quiet; 0 where it has not."""
        silence = self.at - heard_at
        return silence if heard_at and 0 < self.quiet_seconds <= silence else 0.0


class Triage(msgspec.Struct, frozen=True):
    """What an alert obliges to, and why. ``severity`` None means that a person has to say."""

    severity: Severity | None
    reason: str
    declare: bool


def fingerprint(source: str, labels: Mapping[str, str]) -> str:
    """16 hex digits over the source and the labels in sorted order."""
    parts = [source.encode()]
    for name in sorted(labels):
        parts += (b"\xff", name.encode(), b"\xfe", labels[name].encode())
    return sha256(b"".join(parts)).hexdigest()[:16]


def triage(alert: Alert, words: Words = (), book: Words = ()) -> Triage:
    """Read the severity from the label. P0 and P1 declare at once; everything else waits for a person.

    ``words``: the operator's, ``book``: the runbook's.
    Never a silent guess: the reason says what was read, and a missing severity stays missing.
    """
    read = read_severity(alert.severity, words, book)
    if read is None:
        said = f"the severity {alert.severity!r} is not known" if alert.severity else "the alert names no severity"
        return Triage(None, f"{said}; a person decides", declare=False)
    severity, reason = read
    return Triage(severity, reason, declare=severity.rank <= 1)


def group(alert: Alert) -> str:
    """Alerts of one group belong to one incident: the service, or the alert's name where no service is named."""
    return alert.service or alert.name


_DIGITS_MAX: Final = 18


def text_of(value: object) -> str:
    """A label's value that is no text, as text: a number, true or false is what JSON writes; null is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value is None else msgspec.json.encode(value).decode()


def loosely(body: bytes | bytearray) -> Any:  # noqa: ANN401 - any JSON
    """A body that is JSON, where a number that no computer holds is the text that was sent: ``1e999``."""
    return json.loads(
        body,
        parse_float=lambda text: number if math.isfinite(number := float(text)) else text,
        parse_int=lambda text: text if len(text) > _DIGITS_MAX else int(text),
    )


def texts_of(values: object) -> dict[str, str]:
    """Labels or annotations in which something is no text; what is null is left out. Raises ``ValueError`` where they are none."""
    named = msgspec.convert(values, dict[str, Any] | None) or {}
    return {name: text_of(value) for name, value in named.items() if value is not None}


UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
"""What reading a body of JSON raises."""


def unread(error: Exception, otherwise: str, levels: str) -> ValueError:
    """Why a body says nothing: it is no JSON, has more than these ``levels``, or is another message, which ``otherwise`` says."""
    if isinstance(error, RecursionError):
        return ValueError(f"The JSON is nested too deeply; {levels}.")
    return ValueError(f"{otherwise if isinstance(error, msgspec.ValidationError) else 'The body is not JSON'}: {error}.")


def decoder(kind: type[T], otherwise: str, levels: str) -> Callable[[bytes | bytearray], T]:
    """What reads a body of JSON as this, and raises ``ValueError`` with the sentence of ``unread``."""
    decode = msgspec.json.Decoder(kind).decode

    def decoded(body: bytes | bytearray) -> T:
        try:
            return decode(body)
        except UNREADABLE as error:
            raise unread(error, otherwise, levels) from error

    return decoded

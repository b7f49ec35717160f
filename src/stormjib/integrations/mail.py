"""Mail as an alert: its subject, who sent it and its text; whatever is broken in it is left as it is, for somebody has to know.

Source: RFC 5322 (References, In-Reply-To), RFC 3834 (automatic answers), RFC 3464 and 8098 (reports of delivery and of reading).
"""

import re
from collections.abc import Callable, Iterable
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Final

import msgspec

from stormjib.core.alert import TEXT_CHARS_MAX, Alert, cut, fingerprint
from stormjib.core.redact.own import one_line
from stormjib.core.text.visible import shows
from stormjib.ports import Delivery

SOURCE: Final = "mail"
OURS: Final = "@stormjib>"
"""The end of the Message-ID of what we send."""
BYTES_MAX: Final = 1024 * 1024
"""Of a mail, that are read."""
NAME_CHARS_MAX: Final = 200
PARTS_MAX: Final = 100
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library raises over a mail that is none."""
_TAG: Final = re.compile(r"\+([A-Za-z0-9_.-]{1,100})@")
_PAGE: Final = re.compile(r"\back\.([\w-]{20,900}\.[\w-]{20,30})(?![\w-])")
_ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+")
_QUOTED: Final = re.compile(r"^\s*>|^.{0,300}\bwrote:\s*$|^-{2,}\s*\w", re.MULTILINE)


class Mail(msgspec.Struct, frozen=True):
    """What a mail says. ``tag``: what stands behind the + in the address that it went to; ``thread``: the first mail of its thread."""

    subject: str
    sender: str
    to: str
    tag: str
    text: str
    id: str
    thread: str
    at: float
    automatic: str = ""
    """Why nobody has written it in person; "" where somebody or a program has, on purpose."""
    page: str = ""
    """The signed id of the page of ours that it answers; then ``sender`` is "" where more than one address may have sent it."""


def parse(raw: bytes, recipients: Iterable[str] = (), *, bounce: bool = False) -> Mail:
    """Read it; ``recipients`` are those of the envelope, ``bounce`` is whether that names no sender. Raises nothing."""
    raw = raw[:BYTES_MAX]
    try:
        return _parsed(message_from_bytes(raw), list(recipients), bounce=bounce)
    except _BROKEN:
        text = _plain(raw.decode("utf-8", "replace"))
        found = re.search(r"^subject:[ \t]*(.+)$", text, re.IGNORECASE | re.MULTILINE)
        author = re.search(r"^from:[ \t]*(.+)$", text, re.IGNORECASE | re.MULTILINE)
        sender = parseaddr(author[1])[1] if author else ""
        return Mail(found[1].strip() if found else "", sender, ", ".join(recipients), "", text[:TEXT_CHARS_MAX], "", "", 0.0)


def unquoted(text: str) -> str:
    """What the answer itself says, without what it answers."""
    found = _QUOTED.search(text)
    return (text[: found.start()] if found else text).strip()


def read(mail: Mail, otherwise: Callable[[bytes], Delivery] | None = None) -> Delivery:
    """As an alert; ``otherwise``: the catalogue's expressions, which are asked first."""
    if otherwise:
        try:
            found = otherwise(msgspec.json.encode(mail))
        except ValueError:
            found = Delivery(SOURCE, 0, ())
        if found.alerts:
            alerts = tuple(_of_service(one, mail) for one in found.alerts)
            return msgspec.structs.replace(found, alerts=alerts, sender=one_line(mail.sender.lower()) or SOURCE)
    key = {"thread": mail.thread} if mail.thread else {"from": mail.sender, "subject": mail.subject, "text": mail.text}
    labels = {"from": mail.sender, "to": mail.to, "tag": mail.tag, "message_id": mail.id}
    alert = Alert(
        fingerprint=fingerprint(SOURCE, key),
        source=SOURCE,
        firing=True,
        name=next(filter(shows, (mail.subject, mail.text.partition("\n")[0])), "a mail without a subject")[:NAME_CHARS_MAX],
        service=mail.tag,
        summary=mail.subject,
        labels={name: text for name, text in labels.items() if text},
        annotations={"description": mail.text} if mail.text else {},
        starts_at=mail.at,
    )
    return Delivery(SOURCE, 1, (cut(alert),), mended=int(otherwise is not None), sender=SOURCE)


def _of_service(alert: Alert, mail: Mail) -> Alert:
    """One key of a sender's is another alert for each service, and a subject that changes is told."""
    key = {"key": alert.fingerprint, "service": alert.service}
    return msgspec.structs.replace(
        alert, fingerprint=fingerprint(SOURCE, key), labels={"subject": mail.subject[:NAME_CHARS_MAX], **alert.labels}
    )


def _parsed(message: Message, recipients: list[str], *, bounce: bool) -> Mail:
    head = {name: _header(message, name) for name in ("Subject", "Message-ID", "In-Reply-To", "References", "To")}
    to = recipients or [_header(message, name) for name in ("Delivered-To", "X-Original-To", "To") if message[name]][:1]
    tag = next((found[1] for one in to if (found := _TAG.search(one))), "")
    page = _PAGE.search(" ".join([*to, head["Subject"], head["In-Reply-To"], head["References"]]))
    sender, authors = parseaddr(_header(message, "From"))[1], " ".join(map(str, message.get_all("From", [])))
    doubtful = page and {one.lower() for one in _ADDRESS.findall(authors)} != {sender.lower()}
    thread = (head["References"] or head["In-Reply-To"] or head["Message-ID"]).split()
    return Mail(
        subject=" ".join(head["Subject"].split()),
        sender="" if doubtful else sender,
        to=", ".join(to),
        tag="" if tag.startswith("ack.") else tag,
        text=_text(message),
        id=head["Message-ID"].strip(),
        thread=thread[0] if thread else "",
        at=_second(_header(message, "Date")),
        automatic=_automatic(message, bounce=bounce),
        page=page[1] if page else "",
    )


def _automatic(message: Message, *, bounce: bool) -> str:
    said = _header(message, "Auto-Submitted").strip().lower()
    if said.startswith("auto-replied") or message["X-Autoreply"] or _header(message, "Precedence").lower() == "auto_reply":
        return "an automatic answer"
    if bounce or _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report":
        return "a report about a mail"
    return "a mail of our own" if _header(message, "Message-ID").strip().endswith(OURS) else ""


def _header(message: Message, name: str) -> str:
    """In whatever way it is encoded, or not."""
    try:
        pieces = decode_header(str(message.get(name, "")))
    except _BROKEN:
        pieces = [(str(message.get(name, "")), None)]
    return _plain("".join(one if isinstance(one, str) else _decoded(one, charset) for one, charset in pieces))


def _decoded(given: bytes, charset: str | None) -> str:
    try:
        return given.decode(charset or "utf-8", "replace")
    except LookupError:
        return given.decode("utf-8", "replace")


def _plain(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _text(message: Message) -> str:
    """The first part that is text, else the first that is HTML."""
    parts = [part for part, _ in zip(message.walk(), range(PARTS_MAX), strict=False) if not part.is_multipart()]
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                payload = part.get_payload(decode=True)
                text = _decoded(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
                return _plain(text if kind == "text/plain" else _of_html(text)).strip()[:TEXT_CHARS_MAX]
    return ""


class _Html(HTMLParser):
    """The text between the tags, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library's
        self._hidden += tag in {"script", "style", "head"}
        if tag in {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"}:
            self.found.append("\n> " if tag == "blockquote" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "head"} and self._hidden > 0
        if tag in {"p", "div", "tr", "li"}:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(" ".join(data.split()))


def _of_html(text: str) -> str:
    parser = _Html()
    parser.feed(text)
    parser.close()
    return "".join(parser.found)


def _second(date: str) -> float:
    try:
        return max(parsedate_to_datetime(date).timestamp(), 0.0)
    except (*_BROKEN, ArithmeticError, OSError):
        return 0.0

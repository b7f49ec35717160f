"""Mail over SMTP: one message on one connection, and one deadline for everything."""

import smtplib
import socket
import threading
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import Any

from stormjib.core.access import mail_id
from stormjib.core.catalogue.contact import Smtp
from stormjib.core.effects import Notification, Receipt
from stormjib.exchange import trusted
from stormjib.integrations.notify.words import acknowledge, details, subject, title
from stormjib.ports import DeliveryError

TIMEOUT_SECONDS = 10.0
_LATE = f"did not answer within {TIMEOUT_SECONDS:.0f} seconds"
_TLS_PORT = 465
_PERMANENT = 500


class _Client(smtplib.SMTP):
    """``given``: the mail itself has begun to leave, so that a lost answer may have been a yes. ``late``: it was hung up for its time."""

    given = late = False

    def data(self, msg: Any) -> tuple[int, bytes]:  # noqa: ANN401 - as smtplib has it
        self.given = True
        return super().data(msg)


class _TlsClient(_Client, smtplib.SMTP_SSL):
    pass


class Method:
    """``Notifier`` of one address."""

    def __init__(self, contact: Smtp, name: str) -> None:
        """``name`` stands in what is written down."""
        self._contact = contact
        self._name = name
        self._host, _, port = contact.server.rpartition(":") if ":" in contact.server else (contact.server, "", "25")
        self._port = int(port) if port.isdecimal() else 0

    def begin(self, notification: Notification) -> None:
        """Mail always waits for the other side."""

    def send(self, notification: Notification) -> Receipt:
        """Try once. The Message-ID is the same on every try, so that mailboxes show it once."""
        message = EmailMessage(SMTP.clone(max_line_length=998))
        message["Subject"] = unencoded(subject(notification))
        message["From"], message["To"] = self._contact.sender, self._contact.to
        # Whoever answers the mail sends this back, and so says which page it was. What is written down of it has no seal.
        link = acknowledge(notification).rpartition("/ack/")[2]
        name = f"ack.{mail_id(link)}" if link else sha256(notification.key.encode()).hexdigest()[:40]
        message["Message-ID"] = f"<{name}@stormjib>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{title(notification)}\n\n{details(notification)}\n")
        self.post(message)
        return Receipt(self._name, name.rpartition(".")[0] or name)

    def post(self, message: EmailMessage) -> None:
        """Try once; raises ``DeliveryError``."""
        if not self._port:
            raise DeliveryError(self._name, f"{self._contact.server!r} is no server; write HOST:PORT.", permanent=True)
        tls = self._port == _TLS_PORT
        client = _TlsClient(timeout=TIMEOUT_SECONDS, context=trusted()) if tls else _Client(timeout=TIMEOUT_SECONDS)
        try:
            self._post(client, message)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            code, said = _answer(error)
            reason = f"{self._host} answered {code} {said}".rstrip() + "."
            raise DeliveryError(self._name, reason, permanent=code >= _PERMANENT) from error
        except smtplib.SMTPServerDisconnected as error:
            what = _LATE if client.late else "ended the connection"
            raise DeliveryError(self._name, f"{self._host} {what}.", permanent=False, unknown=client.given) from error
        except smtplib.SMTPException as error:
            raise DeliveryError(self._name, f"{self._host} does not do what this needs: {error}.", permanent=False) from error
        except (OSError, ValueError) as error:
            late = isinstance(error, TimeoutError) or "closed" in str(error)
            what = _LATE if late else f"can't be reached: {error}"
            raise DeliveryError(self._name, f"{self._host} {what}.", permanent=False, unknown=client.given) from error

    def close(self) -> None:
        """No connection is kept."""

    def _post(self, client: _Client, message: EmailMessage) -> None:
        contact = self._contact
        # Its own timeout is that of each read; who answers a letter at a time is hung up on.
        end = threading.Timer(TIMEOUT_SECONDS, _hang_up, (client,))
        end.daemon = True
        end.start()
        try:
            client.connect(self._host, self._port)
            if self._port != _TLS_PORT and contact.starttls:
                client.starttls(context=trusted())
            if contact.user:
                client.login(contact.user, contact.password)
            client.send_message(message)
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
        finally:
            end.cancel()
            client.close()


def unencoded(text: str) -> str:
    """As the value of a header: what looks like an encoded word (RFC 2047) would be decoded, with any line break and header in it."""
    return text.replace("=?", "= ?")


def _hang_up(client: _Client) -> None:
    client.late = True
    with suppress(OSError):
        if client.sock:
            client.sock.shutdown(socket.SHUT_RDWR)


def _answer(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> tuple[int, str]:
    code, said = (
        (error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPResponseException)
        else next(iter(error.recipients.values()))
    )
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return code, " ".join(text.split())[:200]

"""What customers subscribed to: a mail, or a request to an address of theirs that may lead into no network of ours."""

from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from hashlib import sha256

import msgspec
from httpx2 import InvalidURL

from stormjib.core.catalogue.contact import Smtp
from stormjib.core.effects import Notification
from stormjib.core.status_page.subscriber import Letter
from stormjib.exchange import public_only
from stormjib.integrations.notify import smtp
from stormjib.integrations.notify.webhook import Webhook
from stormjib.ports import DeliveryError


class Post:
    """``mail`` says how mail leaves, with its variables filled in; ``networks``: where webhooks may lead beside the internet."""

    def __init__(self, mail: Smtp, networks: tuple[str, ...]) -> None:
        """Nothing is connected to yet."""
        self._mail = mail
        self._networks = networks

    def send(self, letter: Letter) -> None:
        """Try once; raises ``DeliveryError``."""
        try:
            if letter.kind == "email":
                smtp.Method(msgspec.structs.replace(self._mail, to=letter.to), "mail").post(_message(letter, self._mail.sender))
            else:
                self._call(letter)
        except (InvalidURL, MessageError, ValueError) as error:
            raise DeliveryError(letter.kind, f"Nothing can be sent to this address: {error}.", permanent=True) from error

    def _call(self, letter: Letter) -> None:
        content = letter.content | {"unsubscribe_url": letter.leave_url}
        hook = Webhook(letter.to, transport=public_only(self._networks))
        try:
            hook.send(Notification("message", "", content, letter.key))
        finally:
            hook.close()


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(SMTP.clone(max_line_length=998))
    message["Subject"], message["From"], message["To"] = smtp.unencoded(letter.subject), sender, letter.to
    domain = parseaddr(sender)[1].rpartition("@")[2] or "stormjib"
    message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:40]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.leave_url:
        # RFC 8058: mail programs show a button of their own, which posts to this address.
        message["List-Unsubscribe"] = f"<{letter.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    return message

"""What a notification says where people read it: a line, and a few more."""

import re

from stormjib.core.effects import Notification
from stormjib.core.redact.own import one_line
from stormjib.core.text.visible import opening
from stormjib.integrations.notify.escape import escaped

SMS_CHARS_MAX = 300
SUBJECT_CHARS_MAX = 150


def title(notification: Notification, kind: str = "") -> str:
    """One line of a page, or the text of a message, as a receiver of this ``kind`` takes plain text."""
    said = notification.content
    if notification.kind == "page":
        return escaped(one_line(f"{said.get('called', said['severity'])}: {said['title']}"), kind)
    return escaped(str(said.get("text", "")), kind)


def subject(notification: Notification) -> str:
    """The beginning of it, without the address in which a message ends."""
    line = re.sub(r"[\s:(]*https?://\S+$", "", " ".join(title(notification).split()))
    return opening(line, SUBJECT_CHARS_MAX)


def acknowledge(notification: Notification) -> str:
    """The address where whoever got it says that they have it; "" where there is none."""
    return str(notification.content.get("acknowledge_url", ""))


def details(notification: Notification, kind: str = "") -> str:
    """The rest, a line each; "" where the title says it all."""
    said, link = notification.content, acknowledge(notification)
    if notification.kind != "page":
        return ""
    service = f" ({escaped(one_line(said['service']), kind)})" if said["service"] else ""
    return "\n".join([f"{said['incident']}{service}: {said['url']}", *([f"Acknowledge: {link}"] if link else [])])


def short(notification: Notification) -> str:
    """Everything in one text; of a long title only the beginning, never of an address."""
    return f"{opening(title(notification), SMS_CHARS_MAX)}\n{details(notification)}".strip()

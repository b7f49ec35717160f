"""What a notification says where people read it: a line, and a few more."""

from stormjib.core.effects import Notification

SMS_CHARS_MAX = 300


def title(notification: Notification) -> str:
    """One line."""
    said = notification.content
    if notification.kind == "page":
        return f"{said.get('called', said['severity'])}: {said['title']}"
    return str(said.get("text", ""))


def acknowledge(notification: Notification) -> str:
    """The address where whoever got it says that they have it; "" where there is none."""
    return str(notification.content.get("acknowledge_url", ""))


def details(notification: Notification) -> str:
    """The rest, a line each; "" where the title says it all."""
    said, link = notification.content, acknowledge(notification)
    if notification.kind != "page":
        return ""
    service = f" ({said['service']})" if said["service"] else ""
    return "\n".join([f"{said['incident']}{service}: {said['url']}", *([f"Acknowledge: {link}"] if link else [])])


def short(notification: Notification) -> str:
    """Everything in one text; of a long title only the beginning, never of an address."""
    line = title(notification)
    cut = line if len(line) <= SMS_CHARS_MAX else f"{line[: SMS_CHARS_MAX - 1]}…"
    return f"{cut}\n{details(notification)}".strip()

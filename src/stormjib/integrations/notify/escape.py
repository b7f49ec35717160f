"""What an alert says is plain text for every receiver: no link, picture, mention or format of its own. One table: kind → how.

Markdown: https://docs.mattermost.com/collaborate/format-messages.html, where a mention is found in the text whatever stands around it.
Slack: https://docs.slack.dev/messaging/formatting-message-text/#escaping. TwiML is XML. Every other kind takes plain text as it is
asked here: no format is named (ntfy, Matrix, SMS, mail, PagerDuty), or one that has none (Teams).
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from stormjib.core.text.visible import visible

_MARKDOWN = re.compile(r"([\\`*_\[\]()!<>~|])")
_MENTION = re.compile(r"@(?=\w)")


def _markdown(text: str) -> str:
    return _MENTION.sub("@\u200b", _MARKDOWN.sub(r"\\\1", text))


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _spoken(text: str) -> str:
    return text.replace("&", "and").replace("<", " ").replace(">", " ")


_ESCAPERS: Final[Mapping[str, Callable[[str], str]]] = {"mattermost": _markdown, "slack": _slack, "voice": _spoken}


def escaped(text: str, kind: str) -> str:
    """As a receiver of this kind takes plain text; what nobody sees is spelled out."""
    text = visible(text)
    return _ESCAPERS[kind](text) if kind in _ESCAPERS else text

"""react(incident, entry) → the effects it asks for: what the world must be told or asked, as data."""

from stormjib.core.effects.chat import buttons, channel_name, summary
from stormjib.core.effects.checks import look
from stormjib.core.effects.effect import (
    AnswerSource,
    AnyEffect,
    CheckUsers,
    Collect,
    DraftPostmortem,
    Effect,
    Measure,
    OpenChannel,
    Page,
    PageUpdate,
    Post,
    ReadLogs,
    ReviewMetrics,
    RunCommand,
    SendMessage,
    WakeAt,
)
from stormjib.core.effects.notification import (
    Notice,
    Notification,
    Receipt,
    delivered,
    notification,
    trial,
)
from stormjib.core.effects.react import STAYS, react

__all__ = [
    "STAYS",
    "AnswerSource",
    "AnyEffect",
    "CheckUsers",
    "Collect",
    "DraftPostmortem",
    "Effect",
    "Measure",
    "Notice",
    "Notification",
    "OpenChannel",
    "Page",
    "PageUpdate",
    "Post",
    "ReadLogs",
    "Receipt",
    "ReviewMetrics",
    "RunCommand",
    "SendMessage",
    "WakeAt",
    "buttons",
    "channel_name",
    "delivered",
    "look",
    "notification",
    "react",
    "summary",
    "trial",
]

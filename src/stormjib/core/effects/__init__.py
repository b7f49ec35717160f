"""react(incident, entry) → the effects it asks for: what the world must be told or asked, as data."""

from stormjib.core.effects.checks import look
from stormjib.core.effects.effect import (
    AnswerSource,
    AnyEffect,
    Collect,
    DraftPostmortem,
    Effect,
    Measure,
    OpenChannel,
    Page,
    PageUpdate,
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
from stormjib.core.effects.react import channel_name, react

__all__ = [
    "AnswerSource",
    "AnyEffect",
    "Collect",
    "DraftPostmortem",
    "Effect",
    "Measure",
    "Notice",
    "Notification",
    "OpenChannel",
    "Page",
    "PageUpdate",
    "ReadLogs",
    "Receipt",
    "ReviewMetrics",
    "RunCommand",
    "SendMessage",
    "WakeAt",
    "channel_name",
    "delivered",
    "look",
    "notification",
    "react",
    "trial",
]

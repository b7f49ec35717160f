"""What Slack refuses, in its own words, and what whoever reads it does about that."""

from collections.abc import Mapping
from typing import Any, Final

from stormjib.ports import DeliveryError

NAME: Final = "slack"
MENDED_SECONDS: Final = 30.0
"""How long until it is tried again what a person has to mend first."""
_HELP: Final = {
    "invalid_auth": "The token is not valid; set that of the installed app.",
    "not_authed": "There is no token; set that of the installed app.",
    "account_inactive": "The app or its workspace was removed; install the app again and set its new token.",
    "token_revoked": "The token was revoked; install the app again and set its new token.",
    "token_expired": "The token has expired; install the app again without token rotation.",
    "missing_scope": "The app lacks the scope {needed}; add it under OAuth & Permissions, and install the app again.",
    "channel_not_found": "There is no such channel that the app can see; create it, invite the app to it, or set its name under [chat.channels].",
    "not_in_channel": "The app is not in the channel; invite it: /invite @stormjib.",
    "restricted_action": "The workspace does not allow the app to do that; an owner of the workspace can.",
    "users_not_found": "Nobody there has that address of mail; write slack: with their member id into their file of people/.",
    "is_archived": "The channel is archived; unarchive it and invite the app, and what happens next is posted with what was left out.",
}
_FOR_GOOD: Final = {
    "is_archived",
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "msg_too_long",
    "invalid_blocks",
}
"""What no try changes: of a channel that was put away, of a message that is gone."""
PASSING: Final = {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}


class SlackError(DeliveryError):
    """``code`` is Slack's own word for it."""

    def __init__(self, method: str, answer: Mapping[str, Any]) -> None:
        """From an answer that is not ok."""
        self.code = str(answer.get("error", "no reason"))[:80]
        needed = str(answer.get("needed", "that this needs"))[:200]
        what = _HELP.get(self.code, "").format(needed=needed)
        passing = self.code in PASSING
        super().__init__(
            NAME,
            f"Slack refused {method}: {self.code}. {what}".rstrip(),
            permanent=self.code in _FOR_GOOD,
            retry_after_seconds=None if passing else MENDED_SECONDS,
        )

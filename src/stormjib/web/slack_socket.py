"""Slack's Socket Mode: what people do there comes over a connection that we open, so that nobody outside has to reach this server.

Each message is taken by the same handlers as over HTTP, and confirmed once its entry is on disk; what is not confirmed comes
again. The connection is that of Slack's own library: https://docs.slack.dev/apis/events-api/using-socket-mode/.
"""

import importlib.util
import logging
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError

from stormjib.engine.rounds import Rounds
from stormjib.ports import DeliveryError, Overloaded, StoreFailed, Unavailable
from stormjib.web.slack import Slack

if TYPE_CHECKING:
    from slack_sdk.socket_mode import SocketModeClient
    from slack_sdk.socket_mode.client import BaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

CONNECT_SECONDS: Final = 10
LOOK_SECONDS: Final = 5.0
"""Between two looks whether the connection is there."""
TOGETHER: Final = 4
"""Messages at once; none of them takes long."""
_log = logging.getLogger(__name__)


class SlackSocket(Rounds):
    """``start`` and ``stop`` are called once each. Without a token nothing runs."""

    def __init__(self, slack: Slack, url: str, token: str, look_seconds: float = LOOK_SECONDS) -> None:
        """``url``: of the Web API, which says where the connection goes; ``token``: that of the app, "" for none."""
        self._slack = slack
        self._url = url
        self._token = token
        self._look_seconds = look_seconds
        super().__init__("slack", self._watch, CONNECT_SECONDS)
        self.problem = ""
        """Why nothing comes from Slack, as a sentence."""

    def start(self) -> None:
        """Connect, in the background."""
        if self._token and importlib.util.find_spec("slack_sdk") is None:
            self.problem = "Slack's Socket Mode needs its library: install stormjib[slack], or take out the app token."
        elif self._token:
            super().start()

    def _watch(self) -> None:
        from slack_sdk import WebClient  # noqa: PLC0415 - some megabytes, which a server without Slack does not need
        from slack_sdk.socket_mode import SocketModeClient  # noqa: PLC0415 - the same

        web = WebClient(base_url=f"{self._url.rstrip('/')}/", timeout=CONNECT_SECONDS)
        client = SocketModeClient(
            self._token, web_client=web, logger=_log, ping_interval=self._look_seconds, concurrency=TOGETHER
        )
        client.socket_mode_request_listeners.append(self._heard)
        wait = 0.0
        while not self.pause(wait):
            self.problem, wait = self._connected(client), self._look_seconds
        client.close()

    def _connected(self, client: "SocketModeClient") -> str:
        """Why it is not, where it is not; once it was, the library connects again by itself."""
        from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: PLC0415 - the same

        try:
            if client.current_session is None:
                client.connect()
        except (SlackClientError, URLError, OSError) as error:
            reason = error.response.get("error") if isinstance(error, SlackApiError) else str(error)[:200]
            return (
                "Slack can't be reached for Socket Mode, or refuses the app token, which begins with xapp- and has the scope "
                f"connections:write: {reason}"
            )
        return "" if client.is_connected() else "The connection to Slack is lost; nothing that people do there arrives."

    def _heard(self, client: "BaseSocketModeClient", request: "SocketModeRequest") -> None:
        """Nothing is confirmed before it is on disk."""
        from slack_sdk.socket_mode.response import SocketModeResponse  # noqa: PLC0415 - the same

        takes = {"slash_commands": self._slack.command, "interactive": self._slack.interactive, "events_api": self._slack.event}
        try:
            take = takes.get(request.type)
            answer: dict[str, Any] | None = take(request.payload) if take else None
        except (DeliveryError, Overloaded, StoreFailed, Unavailable) as error:
            _log.warning("a message of Slack (%s) was not taken, and comes again: %s", request.type, error)
            return
        payload = answer if request.accepts_response_payload else None
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload or None))

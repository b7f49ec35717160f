"""A chat for the kill test: a Slack that somebody else wrote, which answers wrongly now and then, and what its channels hold in the end."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.real.slack_server import Slack

from bench.kept import Entry

WRONG = ("429", "500", "garbage", "lost", "cut", "broken")
WRONG_SHARE = 0.1
SETTLE_SECONDS = 120.0
PREFIX = "incident-"
MUST_BE_ZERO = (
    "chat_notes_lost",
    "chat_posts_told_and_not_there",
    "chat_posts_doubled",
    "chat_channels_doubled",
    "chat_notes_out_of_order",
)


class Chat:
    """Outlives every server of the test."""

    def __init__(self, where: Path, seed: int, wrong_share: float = WRONG_SHARE) -> None:
        where.mkdir(parents=True, exist_ok=True)
        self._slack = Slack(where)
        chance = random.Random(seed)
        self.silent = False
        """Every request is taken, heard by nobody, and never answered."""

        def spoil(*_: object) -> str:
            return "silent" if self.silent else chance.choice(WRONG) if chance.random() < wrong_share else ""

        self._slack.spoil = spoil
        self.settings = f'[chat]\nkind = "slack"\nurl = "{self._slack.url}"\n'
        self.variables = f"{Slack.VARIABLE}={Slack.TOKEN}\n"

    @property
    def asked(self) -> int:
        """How many requests it has had."""
        return len(self._slack.calls)

    def settled(self, read: Callable[[], list[Entry]], notes: Mapping[str, str]) -> dict[str, int]:
        """The counts, once every channel and the last note are there, or after two minutes.

        ``notes``: what people wrote and the server has acknowledged.
        """
        end = time.monotonic() + SETTLE_SECONDS
        while True:
            found = self._compare(entries := read(), notes)
            kinds = Counter(fact["fact"] for *_, fact in entries)
            there = not found["chat_notes_lost"] and kinds["ChannelOpened"] >= kinds["Declared"]
            if there or time.monotonic() > end:
                return found
            time.sleep(1)

    def _compare(self, entries: list[Entry], notes: Mapping[str, str]) -> dict[str, int]:
        channels = {incident: fact["reference"] for incident, _, _, fact in entries if fact["fact"] == "ChannelOpened"}
        opened = {incident: channel for incident, channel in channels.items() if channel}
        posted = [(incident, fact) for incident, _, _, fact in entries if fact["fact"] == "Posted" and fact["place"] == "channel"]
        said = {incident: self._slack.messages(channel) for incident, channel in opened.items()}
        texts = {incident: "\n".join(one["text"] for one in messages) for incident, messages in said.items()}
        keys = Counter(one["metadata"]["event_payload"]["key"] for messages in said.values() for one in messages)
        there = {(incident, one["ts"]) for incident, messages in said.items() for one in messages}
        places = {incident: [texts[incident].find(note) for note, at in notes.items() if at == incident] for incident in opened}
        return {
            "chat_posts": len(posted),
            "chat_channels_elsewhere": len(channels) - len(opened),
            "chat_notes_lost": sum(note not in texts.get(incident, "") for note, incident in notes.items()),
            "chat_posts_told_and_not_there": sum((incident, fact["reference"]) not in there for incident, fact in posted),
            "chat_posts_doubled": sum(count - 1 for count in keys.values()),
            "chat_notes_out_of_order": sum(found != sorted(found) for found in places.values()),
            "chat_channels_doubled": sum(name.startswith(PREFIX) for name in self._slack.names()) - len(opened),
        }

    def close(self) -> None:
        """End it."""
        self._slack.close()

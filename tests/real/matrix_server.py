"""A Matrix that somebody else wrote: Synapse, behind the proxy."""

import contextlib
import hashlib
import hmac
import itertools
import json
import subprocess
from urllib.parse import quote, unquote, urlencode

import pytest
from tests.real.slack_server import CACHE
from tests.real.spoiled import Spoiled
from tests.story.patience import until

from stormjib.drill.processes import keep_port

PYTHON = CACHE / "matrix-synapse-1.163.2/bin/python"
BELOW = "/_matrix/client/v3"
SECRET = "secret-of-the-lab"
ROOMS = ("incidents", "engineering", "leadership-alerts", "support-desk")
MUCH = {"per_second": 1000, "burst_count": 1000}
"""The proxy says that it was asked too often; Synapse itself would say so of the tests' own messages."""


class Matrix(Spoiled):
    """With what the stories need of any chat. ``ana`` is a person there, ``bo`` another one."""

    KIND = "matrix"
    VARIABLE = "MATRIX_TOKEN"
    PERSON = 'matrix: "@ana:lab.example"'
    WEAK = ("no-token", "M_UNKNOWN_TOKEN", "log in again", "MATRIX_TOKEN")
    OPEN, THEN, PIN, POST, EDIT = "createRoom", "join", "m.room.pinned_events", "send", "edit"
    TOO_MANY = (b'{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":1000}', {})

    def __init__(self, where):
        if not PYTHON.exists():
            pytest.skip("Synapse is not installed; tests/needs.sh installs it")
        kept = keep_port()
        super().__init__(kept.getsockname()[1])
        kept.close()
        self.output, self._number = where / "synapse.log", itertools.count()
        self._configure(where)
        argv = [PYTHON, "-m", "synapse.app.homeserver", "-c", where / "synapse.yaml"]
        subprocess.run([*argv, "--generate-keys"], cwd=where, check=True, capture_output=True)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=where, start_new_session=True
            )
        self.url = self.at
        until(self._answers, lambda: f"Synapse:\n{self.output.read_text()}")
        self.tokens = {name: self._registered(name) for name in ("stormjib", "ana", "bo")}
        self.TOKEN = self.tokens["stormjib"]
        self._rooms = {}
        for name in ROOMS:
            self._rooms[name] = self.ask("POST", "createRoom", room_alias_name=name, preset="public_chat")["room_id"]

    def _configure(self, where):
        settings = {
            "server_name": "lab.example",
            "report_stats": False,
            "signing_key_path": str(where / "signing.key"),
            "media_store_path": str(where / "media"),
            "registration_shared_secret": SECRET,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "database": {"name": "sqlite3", "args": {"database": str(where / "synapse.db")}},
            "log_config": str(where / "log.yaml"),
            "listeners": [
                {"port": self.port, "bind_addresses": ["127.0.0.1"], "type": "http", "resources": [{"names": ["client"]}]}
            ],
            "rc_message": MUCH,
            "rc_joins": {"local": MUCH},
            "rc_invites": {"per_room": MUCH, "per_user": MUCH, "per_issuer": MUCH},
        }
        log = {
            "version": 1,
            "handlers": {"out": {"class": "logging.StreamHandler"}},
            "root": {"level": "WARNING", "handlers": ["out"]},
        }
        (where / "synapse.yaml").write_text(json.dumps(settings))
        (where / "log.yaml").write_text(json.dumps(log))

    def _answers(self):
        with contextlib.suppress(OSError):
            return self.forward("GET", "/_matrix/client/versions", None, {})[0] == 200

    def _registered(self, name):
        """https://element-hq.github.io/synapse/latest/admin_api/register_api.html."""
        path = "/_synapse/admin/v1/register"
        nonce = json.loads(self.forward("GET", path, None, {})[1])["nonce"]
        seal = hmac.new(SECRET.encode(), f"{nonce}\0{name}\0word\0notadmin".encode(), hashlib.sha1).hexdigest()
        given = {"nonce": nonce, "username": name, "password": "word", "admin": False, "mac": seal}
        return json.loads(self.forward("POST", path, json.dumps(given), {})[1])["access_token"]

    def close(self):
        super().close()
        self.process.kill()
        self.process.wait()

    def named(self, verb, path, body):
        """By the part that says what is done."""
        parts = unquote(path.partition("?")[0].removeprefix(BELOW)).split("/")
        fields = json.loads(body or "{}")
        name = parts[4] if parts[1] == "rooms" and parts[3] == "state" else parts[3] if parts[1] == "rooms" else parts[1]
        edits = "m.new_content" in fields
        return "edit" if edits else name, {**fields, "text": fields.get("body", "")}

    def ask(self, verb, *parts, who="stormjib", query=None, **fields):
        """Synapse itself, past the proxy."""
        path = "/".join([BELOW, *(quote(part, safe="") for part in parts)]) + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        status, body = self.forward(verb, path, None if verb == "GET" else json.dumps(fields), headers)
        said = json.loads(body)
        assert status < 300 or "errcode" in said, said
        return said

    def say(self, channel, who="ana", kind="m.room.message", **content):
        """What somebody sends; its id."""
        return self.ask("PUT", "rooms", channel, "send", kind, f"test{next(self._number)}", who=who, **content)["event_id"]

    def react(self, channel, about, mark, who="ana"):
        return self.say(
            channel, who, "m.reaction", **{"m.relates_to": {"rel_type": "m.annotation", "event_id": about, "key": mark}}
        )

    def enter(self, channel, who="ana"):
        """Take the invitation, once it is there."""
        until(lambda: "room_id" in self.ask("POST", "join", channel, who=who), f"{who} in {channel}")

    # What a story asks of any chat

    def channel(self, name):
        """The newest whose name begins so; None where there is none."""
        found = {alias: room for room in self._joined() for alias in self._aliases(room) if alias.startswith(f"#{name}")}
        alias = max(found, default="")
        return {"id": found[alias], "name": alias[1:].partition(":")[0]} if alias else None

    def names(self):
        return [alias[1:].partition(":")[0] for room in self._joined() for alias in self._aliases(room)]

    def _joined(self):
        return self.ask("GET", "joined_rooms")["joined_rooms"]

    def _aliases(self, room):
        return self.ask("GET", "rooms", room, "aliases")["aliases"]

    def state(self, channel, kind, key=""):
        return self.ask("GET", "rooms", channel, "state", kind, *([key] if key else []))

    def take(self, name):
        """It is somebody else's from now on."""
        self.ask("POST", "createRoom", who="bo", room_alias_name=name)

    def everything(self, channel):
        said = self.ask("GET", "rooms", channel, "messages", query={"dir": "b", "limit": 900})["chunk"]
        return [one for one in reversed(said) if one["type"] == "m.room.message"]

    def messages(self, channel):
        """What we posted there as people see it, the oldest first."""
        found = {}
        for one in self.everything(channel):
            content = one["content"]
            about = content.get("m.relates_to", {})
            if about.get("event_id") in found and about.get("rel_type") == "m.replace":
                found[about["event_id"]]["text"] = content["m.new_content"]["body"]
            elif content.get("stormjib.key"):
                found[one["event_id"]] = {"ts": one["event_id"], "text": content["body"], "key": content["stormjib.key"]}
        return list(found.values())

    def keys(self, channel):
        return [one["key"] for one in self.messages(channel)]

    def topic(self, channel):
        return self.state(channel, "m.room.topic")["topic"]

    def pinned(self, channel):
        return self.state(channel, "m.room.pinned_events")["pinned"]

    def has(self, channel):
        """Whether ana is there, or asked to be."""
        return self.state(channel, "m.room.member", "@ana:lab.example").get("membership") in {"invite", "join"}

    def is_archived(self, channel):
        return self.state(channel, "m.room.power_levels")["events_default"] == 100

    def links(self, channel):
        return {line.partition(": ")[0] for line in self.topic(channel).splitlines()}

    def harmful(self, channel):
        """Messages of ours that call somebody, or are more than text."""
        contents = [one["content"] for one in self.everything(channel) if one["sender"] == "@stormjib:lab.example"]
        shown = [one["formatted_body"].replace("<br>", "") for one in contents if "formatted_body" in one]
        return [one for one in contents if one.get("m.mentions") != {}] + [one for one in shown if "<" in one]

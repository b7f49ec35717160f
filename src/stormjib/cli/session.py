"""What a command has at hand: its options, the server, the clock, and where its answers go."""

import json
import shlex
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from stormjib.cli import credential, render
from stormjib.cli.client import TIMEOUT_SECONDS, Client
from stormjib.cli.exits import Exit, Stop
from stormjib.cli.vocabulary import Command
from stormjib.cli.world import World
from stormjib.core.text.visible import plain_json

URL = "http://127.0.0.1:8700"
INPUT_CHARS_MAX = 1_000_000


class Session:
    """One command being carried out."""

    def __init__(self, world: World, options: Namespace, command: Command) -> None:
        """Nothing is opened here."""
        self.command = command
        self.world = world
        self.options = options
        self.as_json: bool = options.json
        self._client: Client | None = None
        self._paper: render.Console | None = None

    def client(self, *, timeout_seconds: float | None = None) -> Client:
        """The server, with the token of whoever asks."""
        if self._client is None or timeout_seconds is not None:
            environ, name = self.world.environ, getattr(self.options, "as")
            self._client = Client(
                self.options.url or environ.get("STORMJIB_URL") or URL,
                credential.find(environ, name),
                timeout_seconds=timeout_seconds or TIMEOUT_SECONDS,
                looked_for=credential.looked_for(environ, name),
            )
        return self._client

    @property
    def console(self) -> render.Console:
        """Where text for people goes."""
        if self._paper is None:
            self._paper = render.console(self.world.stdout)
        return self._paper

    def answer(self, found: Mapping[str, Any], show: Callable[[render.Console], None]) -> None:
        """One JSON object with --json, else what ``show`` writes; beside it that the server is in shadow."""
        if self._client and self._client.mode == "shadow":
            self.tell("SHADOW: this server pages nobody, tells nobody and starts no command.")
        if self.as_json:
            self.emit(found)
        else:
            show(self.console)

    def emit(self, found: Mapping[str, Any]) -> None:
        """One JSON object on one line."""
        self.world.stdout.write(plain_json(json.dumps(found, ensure_ascii=False)) + "\n")
        self.world.stdout.flush()

    def tell(self, sentence: str) -> None:
        """Something for the person beside the answer; it goes to stderr."""
        self.world.stderr.write(render.clean(sentence) + "\n")

    def needs(self, found: Mapping[str, Any], sentence: str, *following: str) -> Exit:
        """It stands, and waits for a person: say so, with the commands that come next."""
        if self.as_json:
            self.emit({**found, "next": list(following)})
        self.tell(f"stormjib: {sentence}")
        for command in following:
            self.tell(f"next: {command}")
        return Exit.NEEDS

    def confirm(self, question: str, again: str) -> None:
        """Go on only after a yes; ``again`` is the command that says it. Without a terminal nobody can be asked."""
        if self.options.yes:
            return
        typed = {f"--{name}": getattr(self.options, name, "") for name in ("url", "as")}
        again += "".join(f" {word} {shlex.quote(value)}" for word, value in typed.items() if value and word not in again)
        if not (self.world.stdin.isatty() and self.world.stderr.isatty()):
            raise Stop(Exit.NEEDS, f"{question} There is no terminal to ask on.", f"{again} --yes")
        self.world.stderr.write(f"{question} [y/N] ")
        self.world.stderr.flush()
        if self.world.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise Stop(Exit.NEEDS, "Nothing was done.", f"{again} --yes")

    def given(self, text: str) -> str:
        """The text, or standard input where it is ``-``."""
        return self.world.stdin.read(INPUT_CHARS_MAX) if text == "-" else text


def stopped(stop: Stop, world: World, *, as_json: bool) -> Exit:
    """Say why it ended, and what to do next."""
    if as_json:
        found = {"schema": "stormjib.error/1", "error": stop.sentence, "exit_code": int(stop.code), "next": list(stop.following)}
        world.stdout.write(plain_json(json.dumps(found, ensure_ascii=False)) + "\n")
    world.stderr.write(render.clean(f"stormjib: {stop.sentence}") + "\n")
    for command in stop.following:
        world.stderr.write(render.clean(f"next: {command}") + "\n")
    return stop.code

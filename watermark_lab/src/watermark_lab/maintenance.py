"""Maintenance mode: a switch kept in a file, so that it works while Redis is down and all replicas see it."""

import json
import logging
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from watermark_lab import logs
from watermark_lab.json_file import JsonFile

RETRY_AFTER_SECONDS: Final = 60
MESSAGE_CHARACTERS_MAX: Final = 500
DEFAULT_MESSAGE: Final = "The service is in maintenance; please try again later."


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Whether maintenance mode is on, what users are told, and since when (ISO 8601, UTC; empty when off)."""

    enabled: bool = False
    message: str = ""
    since: str = ""


class Switch:
    """The maintenance switch of all replicas that share a state directory."""

    def __init__(self, state_dir: Path) -> None:
        """Keep the state in `state_dir`/maintenance.json."""
        self._file = JsonFile(state_dir / "maintenance.json")

    def state(self) -> Maintenance:
        """Give the state; an unreadable file is logged once and counts as off, so that it cannot take the service down."""
        try:
            content = self._file.read()
        except (OSError, ValueError) as error:
            logs.line(logging.ERROR, f"Cannot read the maintenance state ({error}); taking it as off.")
            return Maintenance()
        message, since = content.get("message"), content.get("since")
        if content.get("enabled") is not True:
            return Maintenance()
        return Maintenance(
            enabled=True,
            message=message if isinstance(message, str) and message else DEFAULT_MESSAGE,
            since=since if isinstance(since, str) else "",
        )

    def set(self, *, enabled: bool, message: str) -> Maintenance:
        """Store the state for all replicas; raises OSError when the state directory cannot be written."""
        since = datetime.now(UTC).isoformat(timespec="seconds") if enabled else ""
        path = self._file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with fresh.open("w", encoding="utf-8") as file:
                json.dump({"enabled": enabled, "message": message, "since": since}, file)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        return self.state()

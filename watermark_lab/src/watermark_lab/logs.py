"""Logs: one JSON object per line, to stdout and to a file."""

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Final

logger: Final = logging.getLogger("watermark-lab")
_FIELDS: Final = "fields"


def line(level: int, message: str, **fields: object) -> None:
    """Log a message with fields; a field must not hold a secret or a user's text."""
    logger.log(level, message, extra={_FIELDS: fields})


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: time, level, logger, message, its fields, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, without its line feed."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            # uvicorn calls its general log "uvicorn.error", which every search for errors would find
            "logger": record.name.removesuffix(".error"),
            "message": record.getMessage(),
        }
        fields = getattr(record, _FIELDS, None)
        if isinstance(fields, dict):
            entry.update(fields)
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def configure(log_file: Path | None) -> None:
    """Send all logs to stdout and, if it can be opened, to a file.

    A log file that cannot be opened is an error line, not a reason to stay down.
    """
    formatter = JsonLines()
    console = logging.StreamHandler(sys.stdout)
    console.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [console]
    root.setLevel(logging.INFO)
    if log_file is None:
        return
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        # reopens the file after it was rotated away
        file = WatchedFileHandler(log_file, encoding="utf-8")
    except OSError as error:
        line(logging.ERROR, f"Cannot open the log file ({error}); logging to stdout only.")
        return
    file.setFormatter(formatter)
    root.addHandler(file)

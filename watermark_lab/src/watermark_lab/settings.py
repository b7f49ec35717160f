"""Settings: read once from the environment, refused with a sentence."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PORT_MAX: Final = 65_535
_PREFIX: Final = "WATERMARK_LAB_"
_REDIS_SCHEMES: Final = ("redis", "rediss", "unix")
_MILLISECONDS: Final = 1_000.0


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service can be told from outside."""

    state_dir: Path
    """shared by all replicas: the watermark key and the maintenance state"""
    key: str
    """the watermark key"""
    admin_token: str = ""
    """empty: the admin endpoints refuse everybody"""
    host: str = "127.0.0.1"
    port: int = 8080
    redis_url: str = "redis://127.0.0.1:6379/0"
    external_url: str = ""
    """the notary, somebody else's service; empty: there is none"""
    external_timeout_seconds: float = 0.8
    data_dir: Path | None = None
    """shared by all replicas: the ledger; it may be a disk of its own. None: `data` in the state directory"""
    log_file: Path | None = None
    fault_file: Path | None = None
    watermarks_per_minute_max: int = 6_000
    release: str = ""
    """what was deployed, for /health; empty: the program's own version"""


def read(environ: Mapping[str, str]) -> Settings:
    """Read WATERMARK_LAB_* and ADMIN_TOKEN; raises SettingsError."""
    state_dir = Path(_text(environ, "STATE_DIR") or _default_state_dir(environ))
    redis_url = _text(environ, "REDIS_URL") or "redis://127.0.0.1:6379/0"
    if urlsplit(redis_url).scheme not in _REDIS_SCHEMES:
        message = f"{_PREFIX}REDIS_URL must start with redis://, rediss:// or unix://, for example redis://127.0.0.1:6379/0."
        raise SettingsError(message)
    return Settings(
        state_dir=state_dir,
        data_dir=_path(environ, "DATA_DIR"),
        key=_text(environ, "KEY") or _shared_key(state_dir),
        admin_token=environ.get("ADMIN_TOKEN", "").strip(),
        host=_text(environ, "HOST") or "127.0.0.1",
        port=_number(environ, "PORT", 8080, 0, PORT_MAX),
        redis_url=redis_url,
        external_url=_external_url(environ),
        external_timeout_seconds=_number(environ, "EXTERNAL_TIMEOUT_MS", 800, 10, 30_000) / _MILLISECONDS,
        log_file=_path(environ, "LOG_FILE"),
        fault_file=_path(environ, "FAULT_FILE"),
        watermarks_per_minute_max=_number(environ, "WATERMARKS_PER_MINUTE_MAX", 6_000, 1, 10_000_000),
        release=_text(environ, "RELEASE"),
    )


def _external_url(environ: Mapping[str, str]) -> str:
    url = _text(environ, "EXTERNAL_URL")
    try:
        parts = urlsplit(url)
        usable = not url or (parts.scheme == "http" and bool(parts.hostname) and parts.port != 0)
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        message = f"{_PREFIX}EXTERNAL_URL must start with http:// and name a host, for example http://notary:9090."
        raise SettingsError(message)
    return url


def _text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(_PREFIX + name, "").strip()


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    text = _text(environ, name)
    return Path(text) if text else None


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = _text(environ, name)
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        message = f"{_PREFIX}{name} is {text!r}; set it to a whole number from {least} to {most}."
        raise SettingsError(message)
    return int(text)


def _default_state_dir(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME") or "."
    base = environ.get("XDG_STATE_HOME") or str(Path(home, ".local", "state"))
    return str(Path(base, "watermark-lab"))


def _shared_key(state_dir: Path) -> str:
    """Give the key that the replicas share, made by whichever starts first."""
    path = state_dir / "watermark.key"
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        fresh = state_dir / f".watermark.key.{os.getpid()}.{secrets.token_hex(4)}"
        if not path.exists():
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32) + "\n", "ascii")
            try:
                os.link(fresh, path)  # fails if another replica was first: then its key counts
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"Cannot keep the watermark key in {path} ({error}); set {_PREFIX}STATE_DIR to a writable directory."
        raise SettingsError(message) from error
    if not key:
        message = f"The watermark key file {path} is empty; remove it and restart all replicas, or set {_PREFIX}KEY."
        raise SettingsError(message)
    return key

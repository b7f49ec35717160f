"""The log while no server runs: tokens are made and the hash chain is checked on the database itself."""

import logging
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from stormjib.core.incident import Incident, evolve
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.engine.inbox import Inbox
from stormjib.engine.rules import Rules
from stormjib.owned import opened
from stormjib.ports import Broken, Checked, StoreFailed
from stormjib.settings import Settings
from stormjib.store import log_head
from stormjib.store.database import LOG, open_log, open_reader, verify
from stormjib.web.auth import Tokens

TOKEN_BYTES = 32
LOCAL_FILE = "local-access"
"""Beside the log: how the server that has it open is reached by who may read this directory."""


def new_token() -> str:
    """256 random bits as text that is safe in a header."""
    return f"sj_{secrets.token_urlsafe(TOKEN_BYTES)}"


@contextmanager
def tokens(data_dir: Path) -> Iterator[Tokens]:
    """The tokens of a log that no server has open; raises ``StoreFailed`` with a sentence where one has."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = open_log(data_dir / LOG)
    reader = open_reader(data_dir / LOG)
    book, policy = Runbook("", ""), Policy()
    rules = Rules(Incident.new, evolve, (), _nothing, lambda _: book, lambda _: "", lambda: policy)
    inbox = Inbox(log, rules, time.time, on_fatal=logging.getLogger(__name__).critical, disk=log)
    try:
        found = Tokens(inbox, reader, time.time, new_token)
        found.adopt()
        yield found
    finally:
        inbox.close()
        reader.close()
        log.close()


def _nothing(*_: object) -> tuple[()]:
    """Tokens have no effects."""
    return ()


@contextmanager
def local_door(data_dir: Path, url: str) -> Iterator[str]:
    """While a server runs, whoever may read its directory has a way in as an admin: the token is in a file only they can read."""
    raw, file = new_token(), data_dir / LOCAL_FILE
    file.unlink(missing_ok=True)
    with os.fdopen(opened(file, os.O_WRONLY | os.O_EXCL), "w", encoding="ascii") as door:
        door.write(f"{url}\n{raw}\n")
    try:
        yield raw
    finally:
        file.unlink(missing_ok=True)


def local_access(data_dir: Path) -> tuple[str, str] | None:
    """The address and the token of the server that runs on this directory; None where there is none, or one may not read it."""
    try:
        url, token = (data_dir / LOCAL_FILE).read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return url, token


def as_running(settings: Settings) -> Settings:
    """The settings with the port of the server that runs on their directory, which may have been started with another one."""
    running = local_access(settings.data_dir)
    return settings.model_copy(update={"port": urlsplit(running[0]).port}) if running else settings


def create_tokens(data_dir: Path, scopes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A token for each name with its scopes, as they will be shown once."""
    with tokens(data_dir) as found:
        return {name: found.create(name, wanted) for name, wanted in scopes.items()}


def verify_against(
    data_dir: Path, incident_id: str | None, kept: Path | None
) -> tuple[list[Checked], Broken | None, int, list[str]]:
    """Check the log, and hold it against the heads in the file ``kept``.

    What is as written, the first that is not, how many heads were kept, and what changed beside the chains since the newest.
    Raises ``StoreFailed`` where the log, the file or the key can't be read, and where the heads prove nothing.
    """
    heads = _signed(data_dir, kept) if kept is not None else []
    checked, wrong = verify(data_dir / LOG, incident_id, heads)
    wrong = wrong or (None if incident_id else _foreign_session(data_dir))
    if wrong is not None or not heads:
        return checked, wrong, len(heads), []
    with closing(open_reader(data_dir / LOG)) as reader:
        odd, since = log_head.beside(max(heads, key=lambda head: head.taken_at), reader)
    return checked, Broken("", 0, " ".join(odd)) if odd else None, len(heads), since


def _foreign_session(data_dir: Path) -> Broken | None:
    """A session that nobody began here: whoever may write to the file would be another person with it."""
    path = data_dir / log_head.KEY
    if not path.exists():
        return None
    with _said(), closing(open_reader(data_dir / LOG)) as reader:
        key, names = path.read_bytes(), {token.hash: token.name for token in reader.tokens()}
        foreign = [names.get(session.token, "nobody") for session in reader.sessions() if not session.is_sealed_by(key)]
    if not foreign:
        return None
    reason = (
        f"A session of {', '.join(sorted(set(foreign)))} was not begun here: it was put in by hand, or comes from before an upgrade "
        "or from another installation. It opens nothing: the next start removes it."
    )
    return Broken("", 0, reason)


def _signed(data_dir: Path, kept: Path) -> list[log_head.LogHead]:
    with _said():
        heads = log_head.read(kept.read_text(encoding="utf-8", errors="replace"))
        key = (data_dir / log_head.KEY).read_bytes()
    if not heads:
        raise StoreFailed(f"{kept} holds no head of a log; `stormjib log head` prints one.", fatal=False)
    if forged := sum(not head.is_signed_by(key) for head in heads):
        raise StoreFailed(
            f"{forged} of the {len(heads)} heads in {kept} were not signed with this installation's key, so they prove nothing: "
            "they are those of another installation, or somebody changed them, or the key.",
            fatal=False,
        )
    return heads


def take_head(data_dir: Path, now: float) -> str:
    """The head of all chains as a line, with the newest entry of each incident; raises ``StoreFailed``."""
    with _said(), closing(open_reader(data_dir / LOG)) as reader:
        return log_head.Follower(reader, keeps_ends=True).take(now, log_head.key_of(data_dir)).line()


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{error.filename} can't be read" if error.filename else "The key beside the log can't be written"
        raise StoreFailed(f"{what}: {error.strerror}.", fatal=False) from error


def verify_log(data_dir: Path) -> str:
    """One sentence about the hash chains of the whole log."""
    checked, broken = verify(data_dir / LOG)
    broken = broken or _foreign_session(data_dir)
    if broken is not None:
        return f"BROKEN at {broken.incident} entry {broken.seq}: {broken.reason}"
    return f"{sum(one.entries for one in checked)} entries verify"

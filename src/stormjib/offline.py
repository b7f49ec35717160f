"""The log while no server runs: tokens are made and the hash chain is checked on the database itself."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from stormjib.ports import LogStore
from stormjib.store.database import LOG, open_log, open_reader, verify
from stormjib.web.auth import Tokens

TOKEN_BYTES = 32

T = TypeVar("T")


def new_token() -> str:
    """256 random bits as text that is safe in a header."""
    return f"sj_{secrets.token_urlsafe(TOKEN_BYTES)}"


@contextmanager
def tokens(data_dir: Path) -> Iterator[Tokens]:
    """The tokens of a log that no server has open; raises ``StoreFailed`` with a sentence where one has."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = open_log(data_dir / LOG)
    reader = open_reader(data_dir / LOG)

    def write(action: Callable[[LogStore], T]) -> T:
        written = action(log)
        log.commit()
        return written

    try:
        yield Tokens(write, reader.tokens, time.time, new_token)  # noqa: TID251 - nobody above hands a clock over
    finally:
        reader.close()
        log.close()


def create_tokens(data_dir: Path, scopes: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A token for each name with its scopes, as they will be shown once."""
    with tokens(data_dir) as found:
        return {name: found.create(name, wanted) for name, wanted in scopes.items()}


def verify_log(data_dir: Path) -> str:
    """One sentence about the hash chains of the whole log."""
    checked, broken = verify(data_dir / LOG)
    if broken is not None:
        return f"BROKEN at {broken.incident} entry {broken.seq}: {broken.reason}"
    return f"{sum(one.entries for one in checked)} entries verify"

"""What a database gives back as the program's own records, and whose damage it is where that fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from stormjib.core.log import Entry, decode_fact
from stormjib.ports import Damaged, StoreFailed


def entry_of(incident: object, seq: Any, at: Any, by: Any, cause: Any, fact: Any) -> Entry:  # noqa: ANN401, PLR0917 - the bytes may be damaged
    """The entry of a row; raises ``Damaged`` where the row is none any more."""
    if not isinstance(incident, str) or [type(seq), type(at), type(by), type(cause)] != [int, float, str, str]:
        raise damaged(str(incident), seq, "its row is not of the kind that is written")
    try:
        return Entry(incident, seq, at, by, decode_fact(fact), cause)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
        raise (_of_later(incident, seq, error) if "`$.fact`" in str(error) else damaged(incident, seq, error)) from error


def _of_later(incident: str, seq: object, error: object) -> Damaged:
    return Damaged(
        f"Entry {seq} of {incident} is of a kind that this version of stormjib does not know ({error}): a newer version wrote it, "
        "so start that one, or it was altered. `stormjib log verify` of the newer version says which.",
        incident,
    )


def damaged(incident: str, seq: object, error: object) -> Damaged:
    """An entry whose fact is none any more."""
    return Damaged(
        f"Entry {seq} of {incident} can't be read: it was altered after it was written ({error}). "
        "`stormjib log verify` says what else is damaged; restore the newest backup.",
        incident,
    )


@contextmanager
def isolated(incident: str) -> Iterator[None]:
    """Damage that is met while this incident's log is read is this incident's, and nobody else's."""
    try:
        yield
    except Damaged:
        raise
    except StoreFailed as error:
        if error.damage:
            raise Damaged(f"The log of {incident} can't be read. {error.reason}", incident) from error
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # Entries that can be read and contradict each other, such as a result of a run that was never asked for.
        raise Damaged(
            f"The log of {incident} contradicts itself ({type(error).__name__}: {error}): it was altered after it was written. "
            "`stormjib log verify` says where; restore the newest backup.",
            incident,
        ) from error

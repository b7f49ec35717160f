"""What the tests of the contract write: entries, and the heads that follow from them."""

from stormjib.core.log import Acknowledged, Declared, Entry, NoteAdded, encode_fact
from stormjib.core.severity import Severity
from stormjib.store.rebuild import rebuild


def fact(seq):
    if seq == 1:
        return Declared("It is down", Severity.P1, "api", "", 1.0)
    return Acknowledged("ana") if seq == 2 else NoteAdded(f"note {seq} \N{SNOWMAN}")


def entry(incident, seq, what, cause=""):
    return Entry(incident, seq, 1_790_000_000.25 + seq, "ana", what, cause)


def heads_of(entries, kept=()):
    """The head of each incident, after what the store has of it and these entries."""
    timelines = {}
    for one in (*kept, *entries):
        timelines.setdefault(one.incident, []).append(one)
    return [rebuild(name, timeline).head() for name, timeline in timelines.items()]


def append(writer, entries, *, first=1, heads=None, commit=True):
    """Write entries at positions from ``first`` on."""
    kept = [one for name in dict.fromkeys(entry.incident for entry in entries) for one in writer.entries(name)]
    placed = [(position, one, encode_fact(one.fact)) for position, one in enumerate(entries, first)]
    writer.append(placed, heads or heads_of(entries, kept))
    if commit:
        writer.commit()

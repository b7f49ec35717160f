"""At which levels a book has leadership told: by a deed, by its channel, or by what it says of a level; else nothing of the kind."""

import pytest

from stormjib.core import comms
from stormjib.core.markdown import compile_runbook
from stormjib.core.severity import Severity

BOOK = """# Shop

The team has the shop.

## Severity levels

| Severity | Meaning |
|---|---|
| SEV1 | Down{} |
| SEV2 | Slow |
| SEV3 | Ugly |

## Communication

{}
"""


@pytest.mark.parametrize(
    ("of_sev1", "line", "levels"),
    [
        ("", "- **#leadership-alerts**: SEV1 only", ("P0",)),
        ("", "- #leadership-alerts: for SEV1 and SEV2", ("P0", "P1")),
        ("", "- **#leadership-alerts**: SEV2 and above", ()),
        ("", "- **#leadership-alerts**: all but SEV3", ()),
        ("", "| Channel | Use |\n|---|---|\n| #leadership | only SEV1 |", ("P0",)),
        ("", "- Notify leadership for SEV1-SEV3", ("P0", "P1", "P2")),
        ("", "- Do not notify leadership for SEV3", ()),
        (", VP Engineering informed", "", ("P0",)),
        (", Geschäftsleitung wird informiert", "Das ist für den Fall, dass der Laden nicht geht und die Kunden warten.", ("P0",)),
        (", the management console too", "", ()),
    ],
)
def test_a_book_says_at_which_levels_leadership_is_told(of_sev1, line, levels):
    book = compile_runbook(BOOK.format(of_sev1, line).encode())
    assert book.leadership == levels
    told = tuple(one.value for one in Severity if comms.tells_leadership(one, book))
    assert told == (levels or ("P0", "P1"))


@pytest.mark.parametrize(
    ("line", "place", "channel"),
    [
        ("- **#incidents**: every incident", "incidents", "#incidents"),
        ("- **#leadership-alerts**: SEV1 only", "leadership", "#leadership-alerts"),
        ("| Channel | Use |\n|---|---|\n| #incidents | to coordinate |", "incidents", "#incidents"),
        ("- **Incidents**: #outages", "incidents", ""),
        ("- **#incidents**: post an update every hour", "incidents", ""),
    ],
)
def test_a_channel_that_a_list_names_is_one_and_what_asks_for_something_is_not(line, place, channel):
    assert comms.channel_of(place, compile_runbook(BOOK.format("", line).encode())) == channel


@pytest.mark.parametrize(
    ("line", "levels"),
    [
        ("- Within 10 minutes of a SEV1: call the owner", ("P0",)),
        ("- Call the owner after every SEV1 or SEV2", ("P0", "P1")),
        ("- Call the owner of SEV1 pages", ()),
    ],
)
def test_what_is_asked_of_one_severity_is_asked_of_no_other(line, levels):
    (task,) = compile_runbook(BOOK.format("", line).encode()).tasks
    assert task.levels == levels

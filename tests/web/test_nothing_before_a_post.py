"""Nothing is public before a person posts it: whatever else stands in the log, no output of the status page has a word of it."""

import enum
import types
import typing

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.integrations.test_statuspage import IDS, There
from tests.web.test_status_page import COMPONENTS, DAY, NAMES, NOON, to_customers

from stormjib.core.log import AnyFact, ComponentsListed, Entry, MaintenanceEnded, MaintenancePlanned, StatusPosted
from stormjib.core.status_page.page import status_page
from stormjib.core.status_page.record import Record
from stormjib.core.status_page.subscriber import announcements
from stormjib.integrations.statuspage import Statuspage
from stormjib.web.status_page import files

SECRET = "zq" + "x7"
URL = "https://status.example.com"
POSTED = (StatusPosted, MaintenancePlanned, MaintenanceEnded, ComponentsListed)
"""What a person wrote for customers, and the names that the catalogue calls public."""


def kinds(union):
    """Every class of a union of unions."""
    inner = typing.get_args(getattr(union, "__value__", union))
    return [union] if not inner else [one for part in inner for one in kinds(part)]


FACTS = [kind for kind in kinds(AnyFact) if kind not in POSTED]


def value(kind):
    """Any value of a field's type whose every word is secret."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return value(inner[0])
    if origin is typing.Literal:
        return inner[0]
    if origin in {typing.Union, types.UnionType}:
        return value(next(one for one in inner if one is not type(None)))
    if origin in {tuple, list, frozenset, set}:
        return origin([value(inner[0])]) if origin is not tuple or Ellipsis in inner else tuple(map(value, inner))
    if origin is not None or kind is dict:
        return {value(inner[0]): value(inner[1])} if len(inner) == 2 else {}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return made(kind)
    plain = {str: f"{SECRET} word", int: 1, float: 1.0, bool: True, bytes: SECRET.encode(), object: SECRET, typing.Any: SECRET}
    return plain[kind]


def made(kind):
    """With all its fields, but for those whose own rules take no such words and which may be left out."""
    hints, found = typing.get_type_hints(kind, include_extras=True), {}
    for field in msgspec.structs.fields(kind):
        try:
            found[field.name] = value(hints[field.name])
        except ValueError:
            assert not field.required, f"{kind.__name__}.{field.name}"
    return kind(**found)


EVERY = [made(kind) for kind in FACTS]


def outputs(entries, there):
    """Every output: files, what subscribers are sent, what Statuspage is told."""
    record = Record()
    record.heard(entries)
    page = status_page(record, COMPONENTS, NOON + DAY / 2)
    client = Statuspage(there.url, "p1", "k3y")
    client.bring(page, IDS, page.at)
    client.close()
    found = [f"{path} {content.decode()}" for path, content in files(page, "Shop status", URL).items()]
    return [*found, repr([*announcements(page, URL)]), repr(there.incidents)]


def test_every_kind_of_fact_is_tried():
    assert len(EVERY) > 50
    assert sum(SECRET in repr(fact) for fact in EVERY) > 50


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(EVERY), st.sampled_from(["SITE", f"INC-{SECRET}1", f"INC-{SECRET}2"])), min_size=1, max_size=200
    ),
    st.booleans(),
    st.sampled_from(("leadership", "stakeholders", "engineering", "Customers", " customers", f"{SECRET}")),
)
def test_no_output_has_a_word_that_nobody_posted(facts, posts, audience):
    entries = [Entry("SITE", 1, NOON - DAY, "stormjib", ComponentsListed(NAMES))]
    entries += [Entry(incident, seq, NOON + seq, SECRET, fact) for seq, (fact, incident) in enumerate(facts, 2)]
    entries.append(
        Entry(
            f"INC-{SECRET}1",
            900,
            NOON,
            SECRET,
            StatusPosted("Resolved", SECRET, audience, SECRET, 0, SECRET, {"Uploads": "major outage"}),
        )
    )
    entries += [to_customers(f"INC-{SECRET}1", 901, 1, "Identified", "Uploads fail.", Uploads="degraded")] if posts else []
    there = There()
    try:
        found = outputs(entries, there)
        assert bool(there.incidents) == posts
    finally:
        there.close()
    assert not [one for one in found if SECRET in one or "INC-" in one]
    assert any("Uploads fail." in one for one in found) == posts

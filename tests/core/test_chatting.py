"""What the chat is told: each thing once in each place, in order, one post at a time, whenever results come and however often they fail."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.core.story import POLICY, Story

from stormjib.core.effects import OpenChannel, Post, delivered
from stormjib.core.effects.chat import TEXT_CHARS_MAX
from stormjib.core.effects.notification import Receipt
from stormjib.core.log import (
    Acknowledged,
    EffectFailed,
    NoteAdded,
    PolicyChanged,
    Reopened,
    Resolved,
    SeverityChanged,
    StatusPosted,
)
from stormjib.core.severity import Severity

CHAT = replace(POLICY, chat="slack", archives_channels=True)


def posts(effects):
    return [one for one in effects if isinstance(one, Post)]


def opened(severity=Severity.P1, policy=CHAT):
    """A story whose channel is open; what it asks for then."""
    story = Story(policy)
    channel = next(one for one in story.declare(severity) if isinstance(one, OpenChannel))
    return story, story.tell(delivered(channel, Receipt("slack", "C1", "https://x/C1", name=channel.name, summary="1.0")))


def deliver(story, post):
    return posts(story.tell(delivered(post, Receipt("slack", "2.0")), by="stormjib"))


def test_what_happened_before_the_channel_was_there_is_the_first_post():
    story, effects = opened()
    (first,) = posts(effects)
    assert (first.place, first.channel, first.name) == ("channel", "C1", story.incident.channel.name)
    assert "declared P1" in first.text


def test_while_one_is_under_way_the_next_waits_and_tells_everything_since():
    story, effects = opened()
    assert [posts(story.tell(NoteAdded(text))) for text in ("one", "two", "three")] == [[], [], []]
    (second,) = deliver(story, posts(effects)[0])
    assert [line.rpartition("note: ")[2] for line in second.text.splitlines()] == ["one (ana)", "two (ana)", "three (ana)"]
    assert deliver(story, second) == []


def test_what_was_refused_for_good_comes_with_what_is_next():
    story, effects = opened()
    story.tell(EffectFailed("chat/channel", "slack", "is_archived", permanent=True, attempt=1))
    (again,) = posts(story.tell(NoteAdded("later")))
    assert posts(effects)[0].text in again.text
    assert "later" in again.text


def test_one_post_has_a_limit_and_the_rest_follows():
    story, effects = opened()
    story.tell(*(NoteAdded(f"{number} " + "x" * 900) for number in range(9)))
    (post,), texts = deliver(story, posts(effects)[0]), []
    while post:
        assert len(post.text) <= TEXT_CHARS_MAX
        texts.append(post.text)
        post = next(iter(deliver(story, post)), None)
    assert [number for number in range(9) if f"note: {number} x" in "".join(texts)] == list(range(9))


def test_the_channels_of_the_directory_by_the_runbooks_names():
    story = Story(CHAT)
    effects = story.declare(Severity.P1)
    assert {(one.place, one.name) for one in posts(effects)} == {("incidents", "#incidents"), ("engineering", "#engineering")}
    (post,) = posts(story.tell(StatusPosted("Investigating", "We look into it.", "customers", "room")))
    assert (post.name, "We look into it." in post.text) == ("#customer-support", True)


def test_a_p3_is_announced_and_has_no_channel():
    assert {one.place for one in posts(Story(CHAT).declare(Severity.P3))} == {"incidents"}


def test_without_a_chat_nothing_is_posted():
    story = Story()
    assert posts(story.declare()) == []
    assert posts(story.tell(NoteAdded("x"))) == []
    assert story.incident.talks == {}


def test_the_end_comes_last_and_takes_the_summary_along():
    story, effects = opened()
    deliver(story, posts(effects)[0])
    story.tell(Acknowledged("ana"))
    found = story.act("false-alarm", reason="a test")
    pending = posts(found) or deliver(story, replace(posts(effects)[0], until=story.incident.seq - 1))
    last = next(one for one in pending if one.place == "channel")
    assert last.archives
    assert last.summary[0] == "1.0"
    assert "false alarm" in last.summary[1]


@given(st.lists(st.sampled_from(["note", "taken", "refused", "resolved"]), max_size=40))
def test_each_thing_is_told_once_in_order_and_one_post_at_a_time(course):
    story, effects = opened()
    under_way, told, notes = posts(effects), [], 0
    for step in course:
        if step == "note":
            notes += 1
            found = posts(story.tell(NoteAdded(f"n{notes};")))
        elif step == "resolved":
            found = posts(story.tell(Resolved("ana"))) if story.incident.open else []
        elif not under_way:
            continue
        elif step == "taken":
            told.append(under_way.pop())
            found = deliver(story, told[-1])
        else:
            under_way.pop()
            found = posts(story.tell(EffectFailed("chat/channel", "slack", "x", permanent=True, attempt=1)))
        under_way += [one for one in found if one.place == "channel"]
        assert len(under_way) <= 1
    while under_way:
        told.append(under_way.pop())
        under_way += [one for one in deliver(story, told[-1]) if one.place == "channel"]
    text = "\n".join(one.text for one in told)
    seen = [number for number in range(1, notes + 1) if text.count(f"n{number};") == 1]
    assert all(text.count(f"n{number};") <= 1 for number in range(1, notes + 1))
    assert seen == sorted(seen, key=lambda number: text.index(f"n{number};"))
    left = [one.seq for one in story.incident.talks["channel"].waiting]
    assert len(seen) + sum(isinstance(one.fact, NoteAdded) for one in story.incident.talks["channel"].waiting) == notes, left


def channels(effects):
    return [one for one in effects if isinstance(one, OpenChannel)]


def test_a_channel_is_asked_for_once_whatever_becomes_of_the_severity_before_it_stands():
    story = Story(CHAT)
    assert len(channels(story.declare())) == 1
    for severity in (Severity.P0, Severity.P3, Severity.P1):
        assert channels(story.tell(SeverityChanged(severity, "judged anew"))) == []


def test_a_channel_that_was_refused_for_good_is_asked_for_again_when_it_becomes_worse():
    """Also one that was given up because the incident was over."""
    story = Story(CHAT)
    story.declare()
    story.tell(EffectFailed("channel", "slack", "invalid_auth", permanent=False, attempt=1))
    assert channels(story.tell(SeverityChanged(Severity.P0, "worse"))) == []
    story.tell(EffectFailed("channel", "slack", "invalid_auth", permanent=True, attempt=2))
    assert len(channels(story.tell(SeverityChanged(Severity.P1, "less"), SeverityChanged(Severity.P0, "worse")))) == 1
    story.tell(Resolved("ana"), EffectFailed("channel", "slack", "given up", permanent=True, attempt=2))
    assert len(channels(story.tell(Reopened("ana", "not over")))) == 1


def test_what_became_an_emergency_later_gets_its_channel_then():
    story = Story(CHAT)
    assert channels(story.declare(Severity.P3)) == []
    assert len(channels(story.tell(SeverityChanged(Severity.P1, "worse")))) == 1


def test_what_was_walled_off_in_shadow_was_asked_of_nobody():
    """It became a P1 while the server was in shadow, and a P0 once it was live."""
    shadow = replace(CHAT, shadow=True)
    story = Story(CHAT)
    story.declare(Severity.P3)
    story.policy = shadow
    assert channels(story.tell(PolicyChanged(shadow), SeverityChanged(Severity.P1, "worse"))) == []
    story.policy = CHAT
    assert len(channels(story.tell(PolicyChanged(CHAT), SeverityChanged(Severity.P0, "worse")))) == 1

"""The live streams: whatever is lost, merged or late, every entry arrives once and in order."""

import asyncio
import contextlib
import json
import threading
from pathlib import Path

import pytest

from stormjib.core.log import NoteAdded
from stormjib.ports import Overloaded
from stormjib.web import sse
from stormjib.web.sse import Hub

HOSTILE = json.loads((Path(__file__).parent / "cases" / "hostile.json").read_text("utf-8"))
LONG = 3600.0
"""A heartbeat that never comes while a test runs."""


def events(text):
    """What a browser reads out of a stream: (id, event, data) of each message, comments left out."""
    found = []
    for block in text.split("\n\n"):
        fields = [line.partition(":") for line in block.split("\n") if line and not line.startswith(":")]
        data = [value.removeprefix(" ") for name, _, value in fields if name == "data"]
        named = {name: value.removeprefix(" ") for name, _, value in fields}
        if data:
            found.append((named.get("id", ""), named.get("event", ""), "\n".join(data)))
    return found


async def first(stream, count):
    """The first pieces of a stream."""
    return [await anext(stream) for _ in range(count)]


def stream_of(house, incident, after=0, *, resumed=False, heartbeat_seconds=LONG, allowed=lambda: True, read=None):
    return sse.incident_events(
        incident, after, resumed=resumed, hub=house.hub, read=read or house.reader.entries,
        render=lambda entry: f"<li>{entry.seq}</li>", allowed=allowed, heartbeat_seconds=heartbeat_seconds,
    )  # fmt: skip


def ids(pieces):
    return [int(number) for number, _, _ in events("".join(pieces)) if number]


def test_a_stream_begins_after_the_entry_that_the_page_shows(house):
    incident = house.declare()
    house.tell(incident, *(NoteAdded(str(number)) for number in range(5)))
    last = house.incident(incident).seq

    async def run():
        async with contextlib.aclosing(stream_of(house, incident, last - 2)) as stream:
            return await first(stream, 4)

    pieces = asyncio.run(run())
    assert ids(pieces) == [last - 1, last]
    assert events("".join(pieces))[-1] == ("", "room", str(last))


def test_entries_written_at_any_time_arrive_once_and_in_order(house):
    incident = house.declare()
    start = house.incident(incident).seq
    total = 300

    def write():
        for number in range(total):
            house.act("note", incident, "bo", text=f"note {number}")

    async def run():
        writer = threading.Thread(target=write)
        pieces = []
        async with contextlib.aclosing(stream_of(house, incident, start)) as stream:
            pieces.append(await anext(stream))
            writer.start()
            while len(ids(pieces)) < total:
                pieces.append(await anext(stream))
        writer.join()
        return pieces

    assert ids(asyncio.run(run())) == list(range(start + 1, start + total + 1))


def test_a_slow_reader_reads_on_in_the_log_however_many_rings_it_missed(house):
    incident = house.declare()
    start = house.incident(incident).seq

    async def run():
        async with contextlib.aclosing(stream_of(house, incident, start)) as stream:
            pieces = await first(stream, 1)
            for number in range(sse.ENTRIES_AT_ONCE_MAX + 50):
                house.tell(incident, NoteAdded(str(number)))
            while len(ids(pieces)) < sse.ENTRIES_AT_ONCE_MAX + 50:
                pieces.append(await anext(stream))
            return pieces

    assert ids(asyncio.run(run())) == list(range(start + 1, start + sse.ENTRIES_AT_ONCE_MAX + 51))


def test_a_commit_between_the_look_at_the_log_and_the_wait_is_not_missed(house):
    incident = house.declare()
    start = house.incident(incident).seq
    read = house.reader.entries

    def read_and_then_write(*wanted):
        found = read(*wanted)
        if wanted[1] == start and not found:
            house.tell(incident, NoteAdded("just now"))
        return found

    async def run():
        async with contextlib.aclosing(stream_of(house, incident, start, read=read_and_then_write)) as stream:
            return await first(stream, 3)

    assert ids(asyncio.run(run())) == [start + 1]


def test_a_resumed_stream_says_at_once_that_the_room_may_be_out_of_date(house):
    incident = house.declare()
    last = house.incident(incident).seq

    async def run(*, resumed):
        async with contextlib.aclosing(stream_of(house, incident, last, resumed=resumed, heartbeat_seconds=0.001)) as stream:
            return await first(stream, 2)

    assert events("".join(asyncio.run(run(resumed=True)))) == [("", "room", str(last))]
    assert events("".join(asyncio.run(run(resumed=False)))) == [("", "beat", str(last))]


def test_u3_silence_is_filled_with_beats_that_carry_the_newest_number(house):
    incident = house.declare()
    last = house.incident(incident).seq

    async def run():
        async with contextlib.aclosing(stream_of(house, incident, last, heartbeat_seconds=0.001)) as stream:
            return await first(stream, 4)

    assert events("".join(asyncio.run(run()))) == [("", "beat", str(last))] * 3


def test_a_stream_ends_with_the_session_and_with_the_server(house):
    incident = house.declare()
    allowed = [True]

    async def run(end):
        pieces = []
        async for piece in stream_of(house, incident, 10**6, allowed=lambda: allowed[0]):
            pieces.append(piece)
            end()
        return pieces

    def sign_out():
        allowed[0] = False

    assert len(asyncio.run(run(sign_out))) == 1
    allowed[0] = True
    assert len(asyncio.run(run(house.hub.close))) == 1
    assert house.hub.streams == 0


def test_the_list_is_told_of_every_change_since_its_page(house):
    async def run():
        shown = house.hub.revision
        house.declare("while the page was on its way")
        async with contextlib.aclosing(
            sse.list_events(shown, hub=house.hub, allowed=lambda: True, heartbeat_seconds=LONG)
        ) as stream:
            pieces = await first(stream, 2)
            house.declare("later")
            pieces.append(await anext(stream))
            return pieces

    told = events("".join(asyncio.run(run())))
    assert [event for _, event, _ in told] == ["list", "list"]
    assert told[-1][0] == house.hub.revision


def test_a_page_of_an_earlier_process_is_told_to_renew_itself():
    async def run(known):
        hub = Hub("second")
        async with contextlib.aclosing(sse.list_events(known, hub=hub, allowed=lambda: True, heartbeat_seconds=0.001)) as stream:
            return await first(stream, 2)

    assert [event for _, event, _ in events("".join(asyncio.run(run(Hub("first").revision))))] == ["list"]
    assert [event for _, event, _ in events("".join(asyncio.run(run(Hub("second").revision))))] == ["beat"]


def test_only_so_many_streams_are_open_at_once():
    async def run():
        hub = Hub("x", streams_max=2)
        with hub.subscribe("INC-1"), hub.subscribe("INC-2"):
            assert hub.full
            with pytest.raises(Overloaded), hub.subscribe("INC-1"):
                pass
        assert hub.streams == 0

    asyncio.run(run())


def test_a_publication_after_the_loop_has_ended_harms_nobody():
    hub = Hub("x")

    async def forgotten():
        subscription = hub.subscribe("INC-1")
        subscription.__enter__()
        return subscription

    kept = asyncio.run(forgotten())
    hub.publish("INC-1", 1)
    assert hub.streams == 1
    del kept


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_others_can_forge_an_event(house, text):
    incident = house.declare()
    before = house.incident(incident).seq
    house.tell(incident, NoteAdded(text), by=text)
    ana = house.person("ana")
    rendered = _response(house, ana, incident, before)
    told = events(rendered)
    assert [(number, event) for number, event, _ in told] == [(str(before + 1), ""), ("", "room")]
    assert told[0][2].count("<hx-partial") == 1
    assert "<script" not in told[0][2]
    assert told[0][2].count("<li ") == 1


def _response(house, person, incident, after):
    """What the real address answers until it says ``room``: the app itself, asked without a socket."""
    cookie = "; ".join(f"{name}={value}" for name, value in person.browser.cookies.items())
    path = f"/incidents/{incident}/events"
    headers = [(b"cookie", cookie.encode()), (b"host", b"stormjib.test"), (b"last-event-id", str(after).encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": headers, "scheme": "http", "server": ("stormjib.test", 80), "client": ("127.0.0.1", 1),
        "root_path": "",
    }  # fmt: skip
    got = []

    async def run():
        done = asyncio.Event()

        async def receive():
            await done.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.start":
                assert dict(message["headers"])[b"content-type"].startswith(b"text/event-stream")
            got.append(message.get("body", b"").decode())
            if "event: room" in got[-1]:
                done.set()

        await house.app(scope, receive, send)

    asyncio.run(run())
    assert house.hub.streams == 0
    return "".join(got)


def test_the_address_of_a_stream_needs_a_session(house):
    incident = house.declare()
    ana = house.person("ana")
    ana.browser.cookies.clear()
    assert ana.get(f"/incidents/{incident}/events").status_code == 401
    assert ana.get("/events").status_code == 401

"""The two flows that ARCHITECTURE.md draws, room by room: each is entered through drawn rooms and no other module."""

import re
import threading
from pathlib import Path

import pytest
from tests.story.patience import until
from tests.story.test_commands import RESTART_REDIS

import stormjib

ROOT = Path(stormjib.__file__).parent
DRAWN = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text()
ROOMS_MAX = {"Alert → page": 8, "Approval → command": 9}


def drawn(flow, *, doors=False):
    """The rooms of a flow: modules, or packages that are entered by one door; ``doors``: those of ``web`` that it passes on the way."""
    (line,) = re.findall(rf"^\*\*{flow}\*\*.*$", DRAWN, re.MULTILINE)
    rooms, _, asked = line.partition(":")[2].partition("Asked on the way")
    return re.findall(r"`(web/[a-z_/]+)`", asked) if doors else re.findall(r"`([a-z_/]+)`", rooms)


DOORS = {door for flow in ROOMS_MAX for door in drawn(flow, doors=True)}


def module(frame):
    path = Path(frame.f_code.co_filename)
    return path.relative_to(ROOT).with_suffix("").as_posix() if path.is_relative_to(ROOT) else ""


def room_of(rooms, name):
    return next((room for room in rooms if name == room or name.startswith(f"{room}/")), "")


class Trace:
    """For each of these rooms, through which modules of the program it was entered, from the beginning of the thread."""

    def __init__(self, rooms):
        self.rooms = rooms
        self.entered = {room: set() for room in rooms}
        self.on = False

    def __call__(self, frame, event, argument):
        room = room_of(self.rooms, module(frame)) if self.on and event == "call" else ""
        if not room:
            return
        through = []
        while frame is not None:
            name = module(frame)
            if name and name not in DOORS:
                through.append(room_of(self.rooms, name) or name)
            frame = frame.f_back
        self.entered[room].add(tuple(dict.fromkeys(reversed(through))))

    def undrawn(self):
        """The first room that is never entered through drawn rooms alone, and through what it is entered; None for a true drawing."""
        for room in self.rooms[1:]:
            if not any(set(through) <= set(self.rooms) and len(through) > 1 for through in self.entered[room]):
                return room, self.entered[room]
        return None


@pytest.fixture
def tracing():
    """``tracing(rooms)``: every thread that begins from now on is watched while ``on``."""

    def watch(rooms):
        trace = Trace(rooms)
        threading.setprofile(trace)
        return trace

    yield watch
    threading.setprofile(None)


@pytest.mark.parametrize("flow", ROOMS_MAX)
def test_a_flow_passes_few_rooms(flow):
    assert 3 < len(drawn(flow)) <= ROOMS_MAX[flow]
    for room in drawn(flow):
        assert (ROOT / f"{room}.py").exists() or (ROOT / room / "__init__.py").exists(), room


def alert(world, trace):
    trace.on = True
    world.alert()
    until(world.receiver.pages, "the page")
    trace.on = False
    world.settle()
    world.told()


def test_an_alert_passes_the_rooms_that_are_drawn(tracing, make):
    trace = tracing(drawn("Alert → page"))
    alert(make(), trace)
    assert trace.undrawn() is None


def test_an_approval_passes_the_rooms_that_are_drawn(tracing, make):
    trace = tracing(drawn("Approval → command"))
    world = make()
    incident = world.begin()
    run_id = world.propose(incident, RESTART_REDIS)
    trace.on = True
    world.post("bo", f"/incidents/{incident}/runs/{run_id}/approve")
    until(lambda: world.ran("docker-compose restart redis"), "the command")
    trace.on = False
    assert trace.undrawn() is None
    world.settle()
    world.told()


@pytest.mark.parametrize(
    ("missing", "found_at"), [("engine/ledger", "core/effects/react"), ("engine/outbox", "integrations/notify")]
)
def test_a_room_that_is_not_drawn_is_found_out(tracing, make, missing, found_at):
    trace = tracing([room for room in drawn("Alert → page") if room != missing])
    alert(make(), trace)
    room, through = trace.undrawn()
    assert room == found_at
    assert all(missing in one for one in through)

"""A replay says what was really done: the same alerts through the real writer and its timers, under chance, and then replayed."""

import heapq
import io
import random
import shutil
from dataclasses import replace

import msgspec
import pytest
from tests.cli.test_config_diff import BASE, written
from tests.engine.log_room import START, LogRoom

from stormjib.catalogue_files import read_catalogue
from stormjib.cli import run
from stormjib.cli.config_diff import standing
from stormjib.cli.world import World
from stormjib.core.alert import Alert
from stormjib.core.effects import Page, WakeAt, react
from stormjib.core.log import Acknowledged, Ended, TimerDue
from stormjib.engine.replay import Arrived, Decided, Replay, differences
from stormjib.evidence.follows import FOLLOWS
from stormjib.settings import Settings
from stormjib.store.database import LOG

KINDS = (
    ("Slow", "", {"app": "checkout"}),
    ("Late", "", {"app": "ledger", "env": "live"}),
    ("Empty", "find", {}),
    ("Odd", "", {"host": "web"}),
)
WORDS = ("P0", "critical", "warning", "page", "P3", "unheard of")


class Room(LogRoom):
    """The pages that leave, by their incident; timers come when they are due."""

    def __init__(self, directory, policy, shelf, library):
        self.made = (policy, shelf, library)
        self.timers, self.pages = [], {}
        super().__init__(directory, dispatch=self.took)

    def open(self):
        policy, shelf, library = self.made
        self.rules = replace(
            self.rules, follows=FOLLOWS, react=react, runbook=library.runbook, choose_runbook=shelf.choose, policy=lambda: policy, meaning=shelf.meaning
        )  # fmt: skip
        super().open()

    def took(self, emitted):
        for position, entry, effects in emitted:
            for number, effect in enumerate(effects):
                if isinstance(effect, WakeAt) and effect.timer.startswith(("escalate/", "reach/")):
                    heapq.heappush(self.timers, (effect.at, position, number, entry.incident, effect.timer))
                elif isinstance(effect, Page):
                    self.pages.setdefault(entry.incident, []).append((self.at, effect.who, effect.method))

    def until(self, at):
        while self.timers and self.timers[0][0] <= at:
            self.at, *_, incident, timer = heapq.heappop(self.timers)
            self.inbox.submit(incident, lambda _, timer=timer: [TimerDue(timer)], by="stormjib")
        self.at = at


@pytest.fixture
def made(tmp_path):
    where = written(tmp_path / "site" / "catalogue", BASE)
    return standing(Settings(data_dir=tmp_path, responders=("ana",)), where, read_catalogue(where), None, lambda: START)


@pytest.mark.parametrize("seed", range(4))
def test_the_pages_are_those_that_left(tmp_path, made, seed):
    """Sixty alerts, one after the other is over; somebody acknowledges after some minutes, and the incident ends."""
    draw, room = random.Random(seed), Room(tmp_path, *made)
    left = []
    for number in range(60):
        name, service, labels = draw.choice(KINDS)
        room.until(room.at + draw.randrange(3600, 40_000))
        began = room.at
        alert = Alert(f"f{number}", "generic", True, name, service, draw.choice(WORDS), labels=labels)
        found = room.inbox.accept([alert]).result(30).incidents
        if found:
            room.until(began + draw.choice((100, 200, 700, 1300, 2800, 3500)))
            room.inbox.submit(found[0], lambda _: [Acknowledged("ana")], by="ana")
            room.until(room.at + 60)
            room.inbox.submit(found[0], lambda _: [Ended("false alarm", "ana", "it was none")], by="ana")
        left.append(
            sorted((round((at - began) / 60, 2), who, method) for at, who, method in room.pages.get(next(iter(found), ""), ()))
        )
    room.close()
    told = printed(tmp_path, room.at)
    arrived = [msgspec.json.decode(line, type=Arrived) for line in told.splitlines()]
    assert [one.alert.fingerprint for one in arrived] == [f"f{number}" for number in range(60)]
    policy, shelf, library = made
    replay = Replay(policy, shelf, library.runbook)
    assert [sorted(replay.decide(one).pages) for one in arrived] == left
    assert sum(map(len, left)) > 60


def printed(tmp_path, now):
    """What config intake gives of the log that was left."""
    shutil.copy(tmp_path / "log.db", tmp_path / LOG) if LOG != "log.db" else None
    out = io.StringIO()
    world = World(
        environ={"HOME": "/nowhere"}, stdin=io.StringIO(), stdout=out, stderr=out, clock=lambda: now, pause=lambda _: None
    )
    assert run(["config", "intake", "--days", "60", "--data-dir", str(tmp_path)], world) == 0, out.getvalue()
    return out.getvalue()


@pytest.mark.parametrize(("seconds", "pages"), [(19.0, False), (21.0, True), (0.0, True)])
def test_what_is_over_within_its_second_opinion_pages_nobody(tmp_path, seconds, pages):
    """``seconds``: after how many it was over; 0 where it still fires."""
    name = "services/search.yaml"
    asks = f"{BASE[name]}second_opinion: {{pages: P3, wait_seconds: 20}}\n"
    where = written(tmp_path / "site" / "catalogue", {**BASE, name: asks})
    policy, shelf, library = standing(
        Settings(data_dir=tmp_path, responders=("ana",)), where, read_catalogue(where), None, lambda: START
    )
    alert = Alert("f", "generic", True, "Empty", "find", "P3")
    decided = Replay(policy, shelf, library.runbook).decide(Arrived(START, alert, over_at=START + seconds if seconds else 0.0))
    assert bool(decided.pages) == pages


def test_of_pages_only_what_differs_is_said():
    alert = Alert("f", "generic", True, "Slow", "pay", "P1")
    before, after = (
        Decided("pay", True, "P1", "", "opens an incident", pages)
        for pages in (
            ((0, "cy", "mail"), (1, "cy", "mail"), (1, "bo", "")),
            ((0, "cy", "mail"), (3, "cy", "mail"), (1, "bo", "")),
        )
    )
    (found,) = differences([Arrived(START, alert)], [before], [after], lambda _: True)
    assert found.reasons == ("cy is paged after 3 min by mail, not after 1 min by mail",)

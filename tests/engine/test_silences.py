"""Silences and acknowledgements under chance: in whatever order things come, what pages nobody is what people meant to hide.

A silence in force hides what it was meant for, and an acknowledgement nothing that is worse than what was acknowledged.
``FUSE_SEEDS=420`` takes about 100,000 alerts (``--timeout=0``).
"""

import os
import random
from dataclasses import replace

import pytest
from tests.engine.log_room import LogRoom

from stormjib.core.access import SITE
from stormjib.core.alert import Alert
from stormjib.core.derived_facts import proves
from stormjib.core.log import (
    Acknowledged,
    AlertReceived,
    Declared,
    PageRequested,
    SeverityChanged,
    SilenceEnded,
    SilenceMade,
    TimerDue,
)
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.core.silence import hiding
from stormjib.engine.intake_check import accounts
from stormjib.engine.rota import Rota
from stormjib.ports import StoreFailed, Unavailable

ROUNDS = 10
STEPS = 16
BATCH = 6
NAMES = ("Slow", "Down", "Full", "Late")
POLICY = Policy(responders=("ana",))
PAGING = (Severity.P0, Severity.P1)


class Room(LogRoom):
    """With silences, which are put in force after each commit as the server does it."""

    def __init__(self, directory):
        self.rota, self.policy = Rota(), POLICY
        super().__init__(directory, proves=proves)

    def open(self):
        self.rules = replace(self.rules, policy=lambda: self.policy)
        super().open()
        self.inbox.subscribe(self.published)

    def published(self, entries):
        if self.rota.heard(entries):
            self.policy = self.rota.on(POLICY)

    def make(self, service, alerts, up_to, seconds, later):
        made = SilenceMade(service, self.at + later, self.at + later + seconds, alerts, up_to, "it is expected")
        self.inbox.record(lambda: ([made], lambda _: None), by="ana")

    def end(self, number, timer):
        if timer:
            self.inbox.submit(SITE, lambda _: [TimerDue(f"silence/{number}")], by="stormjib")
        else:
            self.inbox.record(lambda: ([SilenceEnded(int(number), "")], lambda _: None), by="ana")

    def acknowledge(self, chance):
        for head in self.reader.incidents(open_only=True):
            if head.status == "declared" and chance.random() < 0.5:
                self.inbox.submit(head.id, lambda _: [Acknowledged("ana")], by="ana")

    def unheard(self):
        """What fires, would page and is in no incident."""
        rows = self.reader.alerts(firing=True, limit=10_000)
        return [row.alert for row in rows if not row.incident and row.alert.severity in {"P0", "P1"}]


@pytest.fixture
def room(tmp_path):
    made = Room(tmp_path)
    yield made
    made.close()


def step(room, chance, services):
    room.at += chance.choice((1, 30, 200))
    for one in room.policy.silences:
        if one.end <= room.at:
            room.end(one.id, timer=True)
    room.acknowledge(chance)
    match chance.randrange(10):
        case 0:
            names = tuple(chance.sample(NAMES, chance.choice((0, 0, 2, 3))))
            span = chance.choice((60, 900)), chance.choice((0, 0, 100))
            room.make(chance.choice(services), names, chance.choice((Severity.P0, Severity.P1)), *span)
        case 1 if room.policy.silences:
            room.end(chance.choice(room.policy.silences).id, timer=False)
        case 2:
            room.restart()
        case 3 | 4:
            service = chance.choice(services)
            room.declare(service, chance.choice((Severity.P2, Severity.P3)), group=service)
        case _:
            count = chance.randrange(1, BATCH)
            room.inbox.accept([alert(room, chance, services) for _ in range(count)]).result(30)


def alert(room, chance, services):
    service, name = chance.choice(services), chance.choice(NAMES)
    return Alert(
        fingerprint=f"{service}-{name}",
        source="generic",
        firing=chance.random() < 0.7,
        name=name,
        service=service,
        severity=chance.choices(("P0", "P1", "P2"), (6, 30, 5))[0],
        starts_at=room.at,
    )


def worse_than_acknowledged(entries):
    """How many alerts that page were worse than what somebody had acknowledged; after which of them somebody was paged, and after which nobody."""
    severity, acknowledged, owed, paged, missed = Severity.P4, False, 0, 0, 0
    for entry in entries:
        match entry.fact:
            case Declared(severity=given) | SeverityChanged(severity=given):
                severity = given
            case Acknowledged():
                acknowledged, missed, owed = True, missed + owed, 0
            case AlertReceived(proposed=given) if acknowledged and given in PAGING and given.rank < severity.rank:
                owed += 1
            case PageRequested():
                acknowledged, paged, owed = False, paged + owed, 0
    return paged, missed + owed


@pytest.mark.parametrize("seed", range(int(os.environ.get("FUSE_SEEDS", "3"))))
def test_nothing_is_hidden_but_what_a_silence_in_force_was_meant_for(room, seed):
    chance, hidden = random.Random(seed), 0
    for number in range(ROUNDS):
        services = [f"service-{number}-{one}" for one in range(8)]
        for service in services[::2]:
            room.make(service, (), Severity.P1, 2_000, 0)
        for _ in range(STEPS):
            step(room, chance, services)
            found = room.unheard()
            hidden += len(found)
            for one in found:
                by = hiding(room.policy.silences, one.service, one.name, Severity(one.severity), room.at)
                assert by, (one, room.policy.silences)
                assert Severity(one.severity).rank >= by.up_to.rank
                assert not by.alerts or one.name in by.alerts
        for left in list(room.policy.silences):
            room.end(left.id, timer=False)
        assert room.unheard() == []
    worse = [worse_than_acknowledged(room.reader.entries(head.id)) for head in room.reader.incidents(limit=10_000)]
    assert sum(missed for _, missed in worse) == 0
    assert sum(paged for paged, _ in worse) > 0
    assert hidden > ROUNDS
    account = accounts(room.reader.intake())[0]
    assert account.missing == 0
    assert min(account.suppressed.values()) >= 0, account.suppressed


def test_an_end_that_could_not_be_written_frees_what_it_hid_all_the_same(room, monkeypatch):
    """The disk fails once while a silence ends: tried again, what it hid pages."""
    room.make("shop", (), Severity.P1, 2_000, 0)
    down = Alert(fingerprint="f", source="generic", firing=True, name="Down", service="shop", severity="P1", starts_at=room.at)
    room.inbox.accept([down]).result(30)
    (silence,) = room.policy.silences

    def full(*_):
        raise StoreFailed("the disk is full", fatal=False)

    with monkeypatch.context() as broken:
        broken.setattr(room.log, "commit", full)
        with pytest.raises(Unavailable):
            room.end(silence.id, timer=False)
    assert room.unheard() != []
    room.end(silence.id, timer=False)
    assert room.unheard() == []

"""The incidents that the read model keeps in memory are what a replay of the log is."""

import pytest

from stormjib.engine.incidents import Incidents


class Reader:
    """The house's reader, whose reading is watched and can fail once."""

    def __init__(self, house):
        self.house = house
        self.asked = []
        self.broken = iter(())

    def entries(self, incident, after, limit):
        for error in self.broken:
            raise error
        self.asked.append((incident, after))
        return self.house.reader.entries(incident, after, limit)


def model(house, reader=None, **given):
    return Incidents(reader or house.reader, runbook_of=lambda _: house.book, policy=house.policy, clock=house.clock, **given)


def test_a_fold_is_what_a_replay_is(house):
    incident = house.declare()
    incidents = model(house)
    for number in range(3):
        house.act("note", incident, "bo", text=str(number))
        house.act("acknowledge", incident, "bo")
        incidents.use(incident, lambda found: _same(found, house.reader.replay(incident)))


def _same(one, other):
    assert one == other


def test_a_fold_that_was_interrupted_begins_anew(house):
    incident, reader = house.declare(), Reader(house)
    incidents = model(house, reader)
    incidents.use(incident, lambda _: None)
    house.act("note", incident, "bo", text="x")
    reader.broken = iter([OSError("the disk is gone")])
    with pytest.raises(OSError, match="gone"):
        incidents.use(incident, lambda _: None)
    incidents.use(incident, lambda found: _same(found, house.reader.replay(incident)))


def test_what_was_looked_at_longest_ago_is_forgotten(house):
    first_one, second, reader = house.declare("one"), house.declare("two"), Reader(house)
    incidents = model(house, reader, incidents_max=1)
    for incident in (first_one, second, first_one):
        incidents.use(incident, lambda _: None)
    assert [incident for incident, after in reader.asked if after == 0] == [first_one, second, first_one]

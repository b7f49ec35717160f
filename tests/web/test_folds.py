"""The incidents that the pages keep in memory are what a replay of the log is."""

import pytest

from stormjib.web.folds import Folds


def test_a_fold_is_what_a_replay_is(house):
    incident = house.declare()
    folds = Folds(house.reader.entries)
    for number in range(3):
        house.desk.note(incident, "bo", str(number))
        house.desk.acknowledge(incident, "bo")
        folds.use(incident, lambda found: _same(found, house.reader.replay(incident)))


def _same(one, other):
    assert one == other


def test_a_fold_that_was_interrupted_begins_anew(house):
    incident = house.declare()
    folds = Folds(house.reader.entries)
    folds.use(incident, lambda _: None)
    house.desk.note(incident, "bo", "x")
    broken = iter([OSError("the disk is gone")])
    reading = folds._read

    def fails_once(*wanted):
        for error in broken:
            raise error
        return reading(*wanted)

    folds._read = fails_once
    with pytest.raises(OSError, match="gone"):
        folds.use(incident, lambda _: None)
    folds.use(incident, lambda found: _same(found, house.reader.replay(incident)))


def test_folds_forget_what_was_looked_at_longest_ago(house):
    first_one, second = house.declare("one"), house.declare("two")
    asked = []

    def read(incident, after, limit):
        asked.append((incident, after))
        return house.reader.entries(incident, after, limit)

    folds = Folds(read, incidents_max=1)
    for incident in (first_one, second, first_one):
        folds.use(incident, lambda _: None)
    assert [incident for incident, after in asked if after == 0] == [first_one, second, first_one]

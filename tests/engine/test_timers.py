"""Timers in memory: thousands at once, those that wake people first, and a wall clock that steps."""

from concurrent.futures import Future

import pytest
from tests.story.patience import until

from stormjib.core.effects import WakeAt
from stormjib.core.incident import Incident
from stormjib.engine.clock_watch import ClockWatch
from stormjib.engine.incident_clock import IncidentClock
from stormjib.engine.job import Job
from stormjib.engine.timers import FIRED_TOGETHER_MAX, Timers
from stormjib.ports import Appended, Overloaded

NOON = 1_000_000.0


class House:
    """Timers whose clocks go when the test says so, and an inbox that remembers what was written."""

    def __init__(self):
        self.wall, self.steady = NOON, 500.0
        self.fired, self.forgotten, self.refuse = [], [], 0
        self.timers = Timers(
            self,
            by="x",
            clock=lambda: self.wall,
            monotonic=lambda: self.steady,
            forget=self.forgotten.extend,
            look_seconds=0.01,
        )

    def submit_async(self, incident, decide, *, by, cause):
        if self.refuse:
            self.refuse -= 1
            raise Overloaded("full", 1)
        self.fired.append(decide(Incident.new(incident))[0].key)
        answer = Future()
        answer.set_result(Appended(()))
        return answer

    def job(self, timer, at):
        return Job(1, "INC-1", 1, WakeAt(timer, timer=timer, at=at))

    def put(self, timer, seconds):
        job = self.job(timer, NOON + seconds)
        self.timers.put(job, NOON)
        return job

    def goes(self, seconds, step=0.0):
        """Time passes; the wall clock steps as well."""
        self.steady += seconds
        self.wall += seconds + step


@pytest.fixture
def house():
    house = House()
    yield house
    house.timers.stop()


def test_f7_thousands_that_are_due_at_once_fire_together_and_those_that_wake_people_first(house):
    for number in range(3_000):
        house.put(f"item/{number}", 10)
        house.put(f"escalate/{number}", 20)
    house.goes(20)
    house.timers.start()
    until(lambda: len(house.fired) == 6_000, "all to fire")
    assert all(name.startswith("escalate/") for name in house.fired[:3_000])
    assert len(set(house.fired)) == 6_000
    assert FIRED_TOGETHER_MAX < 3_000


@pytest.mark.parametrize("step", [-3_600.0, -20.0, 20.0, 86_400.0])
def test_f5_a_step_of_the_wall_clock_moves_no_timer(house, step):
    job = house.put("escalate/1", 300)
    house.timers.start()
    house.goes(299, step)
    assert house.timers.left_seconds(house.job("escalate/1", NOON + 300)) == pytest.approx(0.0, abs=1.0)
    assert house.fired == []
    assert house.timers.row(job) == pytest.approx(NOON + 300 + step)
    house.goes(1)
    until(lambda: house.fired, "it to fire")
    assert house.fired == ["escalate/1"]


def test_f5_a_row_that_came_early_waits_for_the_rest_of_its_time(house):
    """One day ahead: the executor takes the row for due, and five minutes are still to go."""
    job = house.put("escalate/1", 300)
    house.timers.start()
    house.goes(10, 86_400)
    assert house.timers.left_seconds(job) == pytest.approx(290)


def test_f5_an_incident_whose_time_is_ahead_of_the_clock_escalates_in_time(house):
    """The clock went back an hour: the incident's entries go on in its own time, and five minutes are five minutes."""
    house.wall -= 3_600
    house.put("escalate/2", 300)
    house.timers.start()
    house.goes(300)
    until(lambda: house.fired, "it to fire")


def test_f7_a_log_that_takes_nothing_for_a_moment_gets_the_timer_later(house):
    house.refuse = 3
    house.put("escalate/1", 0)
    house.timers.start()
    until(lambda: house.goes(1) or house.fired, "it to fire")
    assert house.fired == ["escalate/1"]


def test_f7_a_timer_that_has_fired_needs_no_row_and_one_with_a_row_has_it_removed(house):
    rowless, rowed = house.put("escalate/1", 0), house.job("escalate/2", NOON)
    house.timers.load([(rowed, NOON)])
    house.timers.start()
    until(lambda: house.forgotten, "the row to be removed")
    until(lambda: len(house.fired) == 2, "both to fire")
    until(lambda: house.timers.row(rowless) is None, "it to be over")
    assert house.forgotten == [rowed.execution_id]


def test_f5_the_watch_says_by_how_much_the_clock_stepped(caplog):
    wall, steady, steps = [NOON], [0.0], []
    watch = ClockWatch(lambda: wall[0], lambda: steady[0], steps.append)
    for seconds, step in ((1, 0.2), (1, 0), (1, -3_600), (1, 20), (1, -20), (1, 86_400), (1, -86_400)):
        steady[0] += seconds
        wall[0] += seconds + step
        watch.look()
    assert steps == pytest.approx([-3_600, 20, -20, 86_400, -86_400])
    assert "the clock stepped by -3600.0 s" in caplog.text


def test_f5_the_times_of_an_incident_never_go_backwards():
    wall, steady = [NOON], [0.0]
    times = IncidentClock(lambda: wall[0], lambda: steady[0])
    incident, written = Incident.new("INC-1"), []
    for seconds, step in ((0, 0), (10, 0), (10, -3_600), (10, 0), (10, 3_600)):
        steady[0] += seconds
        wall[0] += seconds + step
        incident.updated_at = times.at(incident)
        written.append(incident.updated_at - NOON)
    assert written == [0, 10, 20, 30, 40]

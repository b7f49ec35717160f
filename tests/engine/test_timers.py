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
from stormjib.ports import Appended, Damaged, Overloaded, StoreFailed
from stormjib.store.database import TimerRows

NOON = 1_000_000.0


class House:
    """Timers over real rows, whose clocks go when the test says so, and an inbox that remembers what was written."""

    def __init__(self, path):
        self.path = path
        self.wall, self.steady = NOON, 500.0
        self.fired, self.refuse, self.timers = [], 0, None
        self.boot()

    def boot(self):
        """As after a kill: only the rows are there."""
        self.close()
        self.rows = TimerRows(self.path)
        self.timers = Timers(self, self.rows, by="x", clock=lambda: self.wall, look_seconds=0.01)
        watch = ClockWatch(lambda: self.wall, lambda: self.steady, self.timers.shift)
        self.timers.steady = watch.steady

    def close(self):
        if self.timers:
            self.timers.stop()
            self.rows.close()

    def submit_async(self, incident, decide, *, by, cause):
        if self.refuse:
            self.refuse -= 1
            raise Overloaded("full", 1)
        self.fired.append(decide(Incident.new(incident))[0].key)
        answer = Future()
        answer.set_result(Appended(()))
        return answer

    def put(self, *timers):
        jobs = [Job(1, "INC-1", 1, WakeAt(name, timer=name, at=NOON + seconds)) for name, seconds in timers]
        self.timers.put((job, NOON) for job in jobs)

    def left(self):
        """Of the next one, in seconds by the wall clock."""
        with self.timers.steady():
            return self.rows.next_at() - self.wall

    def goes(self, seconds, step=0.0):
        """Time passes; the wall clock steps as well."""
        self.steady += seconds
        self.wall += seconds + step

    def fires(self, *names):
        until(lambda: len(self.fired) >= len(names) and self.rows.next_at() is None, "all to fire")
        assert self.fired == list(names)


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "engine.db")
    yield house
    house.close()


def test_f7_thousands_that_are_due_at_once_fire_together_and_those_that_wake_people_first(house):
    house.put(*((f"item/{number}", 10) for number in range(3_000)), *((f"escalate/{number}", 20) for number in range(3_000)))
    house.goes(20)
    house.timers.start()
    until(lambda: len(house.fired) == 6_000, "all to fire")
    assert all(name.startswith("escalate/") for name in house.fired[:3_000])
    assert len(set(house.fired)) == 6_000
    assert FIRED_TOGETHER_MAX < 3_000


def test_what_is_set_fires_at_its_time_and_in_its_order_and_leaves_no_row(house):
    house.put(("item/late", 20), ("item/early", 10), ("item/never", 10_000))
    house.timers.start()
    house.goes(9)
    assert house.left() == pytest.approx(1)
    house.goes(1)
    until(lambda: house.fired == ["item/early"], "the first")
    house.goes(10)
    until(lambda: house.fired == ["item/early", "item/late"], "the second")
    until(lambda: house.left() == pytest.approx(10_000 - 20), "the rows to go")


def test_what_is_set_twice_stands_once_and_one_that_is_due_already_fires_at_once(house):
    house.put(("escalate/1", 300))
    house.goes(200, -3_600)
    house.put(("escalate/1", 300), ("escalate/0", -100))
    house.timers.start()
    until(lambda: house.fired, "it to fire")
    until(lambda: house.left() == pytest.approx(100), "its row to go")
    assert house.fired == ["escalate/0"]


@pytest.mark.parametrize("step", [-3_600.0, -20.0, 20.0, 86_400.0])
def test_f5_a_step_of_the_wall_clock_moves_no_timer(house, step):
    house.put(("escalate/1", 300))
    house.timers.start()
    house.goes(299, step)
    assert house.left() == pytest.approx(1.0)
    assert house.fired == []
    house.goes(1)
    house.fires("escalate/1")


@pytest.mark.parametrize("step", [-3_600.0, 20.0, 86_400.0])
def test_f5_a_timer_that_is_set_after_a_step_and_before_it_is_seen_is_not_moved_by_it(house, step):
    house.goes(0, step)
    house.timers.put([(Job(1, "INC-1", 1, WakeAt("escalate/1", timer="escalate/1", at=house.wall + 300)), house.wall)])
    house.goes(290)
    assert house.left() == pytest.approx(10)


def test_f5_an_incident_whose_time_is_ahead_of_the_clock_escalates_in_time(house):
    """The clock went back an hour: the incident's entries go on in its own time, and five minutes are five minutes."""
    house.wall -= 3_600
    house.put(("escalate/2", 300))
    house.timers.start()
    house.goes(300)
    house.fires("escalate/2")


@pytest.mark.parametrize(("step", "left"), [(-3_600.0, 300), (-86_400.0, 300), (60.0, 140), (3_600.0, -3_400)])
def test_f5_a_clock_that_stepped_while_nobody_was_here_makes_no_timer_later_than_it_was_when_it_was_set(house, step, left):
    """However often it is started, and whatever was set meanwhile."""
    house.put(("escalate/1", 300))
    house.goes(100, step)
    for _ in range(2):
        house.boot()
        house.refuse = 1_000_000
        house.timers.start()
        assert house.left() == pytest.approx(left)


def test_f7_a_log_that_takes_nothing_for_a_moment_gets_the_timer_later(house):
    house.refuse = 3
    house.put(("escalate/1", 0))
    house.timers.start()
    house.fires("escalate/1")


def test_a_timer_that_fired_and_kept_its_row_is_fired_again_and_one_that_nobody_can_write_is_not(house):
    """Killed between the two; the log takes it once. An incident that is damaged takes none."""
    house.put(("escalate/1", 0))
    house.rows.drop = lambda _: None
    house.timers.start()
    until(lambda: len(house.fired) > 1, "it to fire again")
    house.boot()
    house.submit_async = lambda *_, **__: failed(Damaged("INC-1 is damaged.", "INC-1"))
    house.timers.start()
    until(lambda: house.rows.next_at() is None, "its row to go")


def failed(error):
    answer = Future()
    answer.set_exception(error)
    return answer


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


def test_a_file_that_can_not_be_used_says_so_and_that_nothing_is_lost(tmp_path):
    with pytest.raises(StoreFailed, match=r"The engine's database refuses .* Nothing is lost") as refused:
        TimerRows(tmp_path).next_at()
    assert refused.value.fatal

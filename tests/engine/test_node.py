"""A node: whose work it takes over, and when."""

import threading

import pytest

from stormjib.engine.node import BEAT_SECONDS, DEAD_SECONDS, Node


class FakeExecutor:
    """Rows of executors that left something; taking over moves them here."""

    def __init__(self, executor_id, left):
        self.executor_id = executor_id
        self.left = left
        self.taken = threading.Event()

    def takeover(self, alive):
        dead = tuple(sorted(self.left - set(alive) - {self.executor_id}))
        self.left.difference_update(dead)
        if dead:
            self.taken.set()
        return dead


class FakeHeartbeats:
    def __init__(self, **beats):
        self.rows = dict(beats)

    def beat(self, executor_id, at):
        self.rows[executor_id] = at

    def beats(self):
        return dict(self.rows)

    def forget(self, executor_id):
        self.rows.pop(executor_id, None)


def test_alone_with_its_database_every_other_executor_is_dead():
    node = Node(FakeExecutor("new", {"old", "older", "new"}), lambda: 0.0)
    assert node.beat() == ("old", "older")
    assert node.beat() == ()


@pytest.mark.parametrize(
    ("silent_seconds", "taken"),
    [(0, ()), (DEAD_SECONDS, ()), (DEAD_SECONDS + 0.1, ("b",)), (1000, ("b",))],
)
def test_a_node_is_dead_once_it_has_been_silent_too_long(silent_seconds, taken):
    beats = FakeHeartbeats(b=1000.0)
    node = Node(FakeExecutor("a", {"a", "b"}), lambda: 1000.0 + silent_seconds, beats)
    assert node.beat() == taken
    assert beats.rows["a"] == 1000.0 + silent_seconds


def test_an_executor_without_a_heartbeat_is_dead():
    assert Node(FakeExecutor("a", {"gone"}), lambda: 0.0, FakeHeartbeats()).beat() == ("gone",)


def test_a_takeover_that_was_missed_happens_at_the_next_look():
    now = [1000.0]
    executor = FakeExecutor("a", {"b"})
    node = Node(executor, lambda: now[0], FakeHeartbeats(b=1000.0))
    assert node.beat() == ()
    now[0] += DEAD_SECONDS + BEAT_SECONDS
    assert node.beat() == ("b",)
    executor.left.add("b")
    assert node.beat() == ("b",)


def test_rows_of_the_long_dead_go_away():
    beats = FakeHeartbeats(b=0.0, c=1000.0)
    Node(FakeExecutor("a", set()), lambda: 1000.0, beats).beat()
    assert sorted(beats.rows) == ["a", "c"]


def test_it_goes_on_looking_and_leaves_in_order(monkeypatch):
    monkeypatch.setattr("stormjib.engine.node.BEAT_SECONDS", 0)
    beats = FakeHeartbeats()
    executor = FakeExecutor("a", set())
    node = Node(executor, lambda: 1000.0, beats)
    node.start()
    executor.left.add("b")
    assert executor.taken.wait(60)
    node.stop()
    assert beats.rows == {}

"""A drill whose stack does not come up says so, and leaves nothing behind."""

import http.client

from stormjib.drill.outcome import as_json
from stormjib.drill.run import Drill, Wish, status
from stormjib.drill.stack import StackError


class Refusing:
    name = "refusing"

    def __init__(self):
        self.wanted = None
        self.ended = 0

    def enter(self):
        assert self.wanted is None

    def up(self, wanted):
        self.wanted = wanted
        raise StackError("There is no engine here.")

    def inject(self, fault, options):
        raise AssertionError("it never came up")

    def undo(self, fault):
        raise AssertionError("it never came up")

    def faults(self):
        return ("replica-sick",)

    def down(self):
        self.ended += 1


def test_a_stack_that_does_not_come_up(tmp_path):
    stack, said = Refusing(), []
    drill = Drill(stack, tmp_path / "drill", Wish("replica-sick", seed=7), said.append)
    outcome = drill.run()
    assert (outcome.error, outcome.passed, stack.ended) == ("There is no engine here.", False, 1)
    assert said == ["bringing the refusing stack up, 3 × API, 9.5 requests a second"]
    assert (stack.wanted.replicas, stack.wanted.requests_per_second) == (3, 9.5)
    assert stack.wanted.maintenance_seconds_max is None
    assert stack.wanted.health_script.is_file()
    found = as_json(outcome)
    assert found["schema"] == "stormjib/drill/1"
    assert (found["options"], found["seconds_to_alert"], found["healthy_after"]) == (
        {"error_share": 0.86, "replica": 1.0}, None, False,
    )  # fmt: skip


def test_maintenance_is_stuck_sooner_where_it_is_the_fault(tmp_path):
    stack = Refusing()
    Drill(stack, tmp_path / "drill", Wish("maintenance-stuck"), lambda _: None).run()
    assert stack.wanted.maintenance_seconds_max == 5.0


def test_what_does_not_answer_has_no_status(monkeypatch):
    def nobody(*_args):
        raise http.client.RemoteDisconnected

    monkeypatch.setattr(http.client.HTTPConnection, "request", nobody)
    assert status("http://127.0.0.1:9/ready") is None

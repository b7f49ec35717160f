"""The outbox: a guarded command is claimed before it starts and never runs twice."""

from types import SimpleNamespace

import pytest
from tests.engine.outbox_house import House, run_command

from stormjib.core.log import (
    EffectFailed,
    OutcomeUnknown,
    RunApproved,
    RunFinished,
    RunProposed,
    RunRefused,
    RunReleased,
    RunStarted,
)
from stormjib.core.risk import Risk
from stormjib.ports import DeliveryError, Outcome


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "log.db")
    yield house
    house.close()


@pytest.fixture
def released(house):
    """A run that may start now."""
    proposal = RunProposed("r1", "c1", 1, "x", "f", "", Risk.CHANGE, "host", 1, 9e9, 1.0)
    house.append(proposal, RunApproved("r1", "ben"), RunReleased("r1"))
    finished = RunFinished("r1", "c1", True, 0, 0.1, "", 0, "")
    house.recorder.answer = lambda effect: Outcome((finished,))
    house.ask(run_command("r1"))
    house.dispatch()
    return SimpleNamespace(id="INC-1/5/run/r1", finished=finished)


RUN = (RunStarted, RunFinished, OutcomeUnknown)


def test_a_run_is_claimed_then_run_then_written(house, released):
    house.perform(released.id)
    assert house.facts(*RUN) == [RunStarted("r1"), released.finished]
    assert house.causes() == ["run/r1/started", "run/r1/finished"]


def test_a_run_that_has_finished_never_runs_again(house, released):
    house.perform(released.id)
    house.perform(released.id)
    assert len(house.recorder.asked) == 1
    assert house.facts(*RUN) == [RunStarted("r1"), released.finished]


def test_a_claim_without_a_result_is_an_unknown_outcome_and_never_runs(house, released):
    house.inbox.submit(house.incident, lambda _: (RunStarted("r1"),), by="x", cause="run/r1/started")
    house.perform(released.id)
    house.perform(released.id)
    assert house.recorder.asked == []
    assert house.facts(*RUN) == [RunStarted("r1"), OutcomeUnknown("r1", "c1")]


def test_a_run_that_was_refused_meanwhile_does_not_start(house, released):
    house.append(RunRefused("r1", "cem"))
    house.perform(released.id)
    assert house.recorder.asked == []
    assert house.facts(*RUN) == []


@pytest.mark.parametrize("error", [DeliveryError("x", "lost the connection.", permanent=False), ZeroDivisionError()])
def test_a_run_that_breaks_is_an_unknown_outcome_and_is_not_tried_again(house, released, error):
    def fail(effect):
        raise error

    house.recorder.answer = fail
    house.perform(released.id)
    assert house.facts(*RUN) == [RunStarted("r1"), OutcomeUnknown("r1", "c1")]
    assert house.facts(EffectFailed)[0].permanent
    assert house.executor.later == {}

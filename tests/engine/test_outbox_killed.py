"""kill -9 at the worst moments, with the real log and the real DBOS: nothing is lost, and no command runs twice."""

import os
import signal
from pathlib import Path

import pytest
from tests.processes import run

from stormjib.core.log import MessageSent, OutcomeUnknown, PageSent, RunFinished, RunStarted, TimerDue
from stormjib.store.database import open_reader

SERVER = Path(__file__).with_name("outbox_server.py")


class House:
    def __init__(self, directory):
        self.directory = directory

    def boot(self, number, kill, until, *asks):
        code, _, errors = run([str(SERVER), str(self.directory), str(number), kill, until, *asks], os.environ)
        assert code in {0, -signal.SIGKILL}, errors
        return code

    def performed(self):
        file = self.directory / "performed"
        return file.read_text().split() if file.exists() else []

    def facts(self, *kinds):
        reader = open_reader(self.directory / "log.db")
        try:
            return [type(entry.fact) for entry in reader.entries("INC-1") if isinstance(entry.fact, kinds)]
        finally:
            reader.close()


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_a_page_is_sent_though_it_was_killed_between_commit_and_start(house):
    assert house.boot(1, "before-start", "PageSent", "page") == -signal.SIGKILL
    assert house.performed() == []
    assert house.boot(2, "never", "PageSent") == 0
    assert house.performed() == ["INC-1/5/page/0"]
    assert house.facts(PageSent) == [PageSent]


def test_a_page_is_sent_again_under_its_id_though_it_was_killed_before_the_result(house):
    assert house.boot(1, "in-body", "PageSent", "page") == -signal.SIGKILL
    assert house.boot(2, "in-body", "PageSent") == -signal.SIGKILL
    assert house.boot(3, "never", "PageSent") == 0
    assert house.performed() == ["INC-1/5/page/0"] * 3
    assert house.facts(PageSent) == [PageSent]


def test_f1_a_page_whose_result_is_in_the_log_is_not_sent_again_though_the_mark_lies_before_it(house):
    assert house.boot(1, "after-result", "PageSent", "page") == -signal.SIGKILL
    assert house.boot(2, "never", "MessageSent", "message") == 0
    assert house.performed() == ["INC-1/5/page/0", "INC-2/5/message"]
    assert house.facts(PageSent) == [PageSent]


def test_a_run_starts_once_though_it_was_killed_before_the_start(house):
    assert house.boot(1, "before-start", "RunFinished", "run") == -signal.SIGKILL
    assert house.boot(2, "never", "RunFinished") == 0
    assert house.performed() == ["INC-1/5/run/r1"]
    assert house.facts(RunStarted, RunFinished, OutcomeUnknown) == [RunStarted, RunFinished]


def test_a_run_that_was_killed_in_the_middle_never_runs_again(house):
    assert house.boot(1, "in-body", "RunFinished", "run") == -signal.SIGKILL
    assert house.boot(2, "never", "OutcomeUnknown") == 0
    assert house.performed() == ["INC-1/5/run/r1"]
    assert house.facts(RunStarted, RunFinished, OutcomeUnknown) == [RunStarted, OutcomeUnknown]


def test_a_timer_that_was_set_before_the_kill_fires_once_after_it(house):
    assert house.boot(1, "delayed", "TimerDue", "timer") == -signal.SIGKILL
    assert house.boot(2, "never", "TimerDue") == 0
    assert house.facts(TimerDue, MessageSent) == [TimerDue]

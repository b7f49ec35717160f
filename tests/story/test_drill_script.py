"""The scripted responder of the demo and the drills: whatever lapses on its way, it waits for the state and goes on."""

import pytest
from tests.story.test_closing import CURL
from tests.story.test_commands import with_token
from tests.story.world import MEASURED, report

from stormjib.drill.client import AnswerError
from stormjib.drill.patience import WAIT_SECONDS_MAX, Patience, StuckError
from stormjib.drill.plans import PLANS
from stormjib.drill.script import Script, wait_for_incident

PLAN = PLANS["redis-stopped"]
FAILS_TWICE = """case "$*" in *health_check*) [ $(/bin/grep -c health_check {ran}) -gt {times} ];; esac"""


class Person:
    """A responder of the story; ``after`` is called with what was posted."""

    def __init__(self, world, name, after=lambda path, body: None):
        self.world, self.name, self.after = world, name, after

    def get(self, path):
        return self.world.get(path, self.name)

    def post(self, path, **body):
        answer = self.world.send("POST", f"/api/v1{path}", self.name, body)
        if answer.status_code >= 400:
            raise AnswerError(answer.status_code, answer.json()["error"])
        self.after(path, body)
        return answer.json()


class Clock:
    """A pause lets everything that is under way happen; its time passes at once, and faster than anybody would wait."""

    def __init__(self, world):
        self.world, self.seconds, self.said = world, 0.0, []
        self.patience = Patience(self.said.append, pause=self.pause, now=lambda: self.seconds)

    def pause(self, seconds):
        self.world.settle()
        self.seconds += 5 * seconds


@pytest.fixture
def world(make, tmp_path):
    world = with_token(make, tmp_path, service=MEASURED)
    world.stand_in("curl", CURL)
    world.stand_in("python", FAILS_TWICE.format(ran=world.where / "ran", times=3))
    return world


def play(world, after=lambda path, body: None):
    clock, stages = Clock(world), []
    ana, bo = Person(world, "ana", after), Person(world, "bo", after)
    incident = wait_for_incident(ana, by_hand=False, patience=clock.patience)
    try:
        Script(ana, bo, PLAN, tell=stages.append, patience=clock.patience).run(incident)
    finally:
        world.receiver.taken.clear()
    return incident, stages


def test_the_final_health_check_is_repeated_until_it_is_well(world):
    """It fails where it is asked for the first times after the resolution; the incident is closed when it finds everything well."""
    world.alert()
    incident, stages = play(world, lambda path, _: world.alert(status="resolved") if path.endswith("/verify") else None)
    room = world.room(incident)
    assert room["status"] == "closed"
    assert room["postmortem_sha256"]
    looks = [fact["ok"] for fact in world.facts("EvidenceCollected") if fact["line"] == 159]
    assert looks[-2:] == [False, True]
    assert stages[-1] == "The post-mortem, filled from the log"


def test_what_lapses_between_two_steps_is_waited_for_again(world):
    """A measurement that does not hold yet; an alert that begins after it was clear, and ends while the resolution waits for it."""
    world.stand_in("python", "exit 0")
    world.report = report("user_flow")
    measured = []

    def after(path, body):
        if path.endswith("/verify"):
            measured.append(path)
            world.settle()
            world.report = report()
            world.alert(status="resolved")
        if body.get("stage") == "Monitoring":
            world.alert(name="HighErrorRate")
            world.report = report("error_rate")

    class Later(Person):
        asked = 0

        def get(self, path):
            if world.room("INC-1")["firing"] and measured:
                self.asked += 1
                if self.asked > 5:
                    world.alert(name="HighErrorRate", status="resolved")
                    world.report = report()
            return super().get(path)

    world.alert()
    clock = Clock(world)
    ana, bo = Later(world, "ana", after), Person(world, "bo", after)
    Script(ana, bo, PLAN, tell=lambda _: None, patience=clock.patience).run("INC-1")
    world.receiver.taken.clear()
    assert world.room("INC-1")["status"] == "closed"
    assert len(measured) >= 2
    kinds = world.kinds()
    assert kinds.index("Resolved") > len(kinds) - kinds[::-1].index("AlertCleared") - 1


def test_where_it_ends_it_says_the_stage_what_for_and_where_it_stands(world):
    """The alert never ends: after its patience it names the stage and what still fires."""
    world.stand_in("python", "exit 0")
    world.alert()
    with pytest.raises(StuckError) as stopped:
        play(world)
    said = str(stopped.value)
    assert said.startswith("In the stage “Wait until no alert fires any more”: Waited")
    assert "still firing: ApiDown" in said


def test_a_long_wait_is_spoken_of_once_and_a_server_that_is_away_is_asked_again():
    """It says what it waits for; a refused connection is asked again, and one that stays away ends it."""
    said, seconds, answers = [], [0.0], iter([*([OSError("refused")] * 20), *([""] * 100), "here"])

    def pause(wanted):
        seconds[0] += wanted

    def read():
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    patience = Patience(said.append, pause=pause, now=lambda: seconds[0])
    assert patience.until(read, "the post-mortem", pause_seconds=1.0) == "here"
    assert said == ["waiting for the post-mortem …"]

    def gone():
        raise OSError("refused")

    with pytest.raises(StuckError, match=r"Waited 31 s for the end \(the server does not answer: refused\)\."):
        patience.until(gone, "the end", pause_seconds=1.0)
    assert seconds[0] < WAIT_SECONDS_MAX

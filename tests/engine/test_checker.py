"""The checker: when a round begins, what is remembered, what is logged, and what incidents teach it."""

import logging
import threading

import pytest
from tests.engine.log_room import START, LogRoom

from stormjib.core.checkup import settled
from stormjib.core.effects import Collect
from stormjib.core.log import Declared, EvidenceCollected, Resolved
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.engine.check_round import SIDE_BY_SIDE, check
from stormjib.engine.checker import FIRST_SECONDS, Checker
from stormjib.ports import DeliveryError, Outcome

HOUR = 3_600.0
BOOK = compile_runbook(b"""# A
## Look (0-5 minutes)
```bash
docker logs api
df -h
docker logs api
systemctl restart nginx
```
""")


def saw(effect, exit_code=0, output=""):
    return EvidenceCollected(
        effect.command_id, effect.line, effect.text, effect.target, exit_code == 0, exit_code, 0.1, "", len(output), output
    )


class Hand:
    """Performs looks as the test says: text → exit code and output, or an error; records what it was handed."""

    def __init__(self):
        self.answers = {}
        self.asked = []

    def perform(self, effect, *, effect_id, incident):
        self.asked.append(effect)
        answer = self.answers.get(effect.text, (0, ""))
        if isinstance(answer, DeliveryError):
            raise answer
        return Outcome((saw(effect, *answer),), (answer[1].encode(),))

    def texts(self):
        asked, self.asked = self.asked, []
        return sorted(effect.text for effect in asked)


class Scene:
    def __init__(self, tmp_path, every_hours=24.0):
        self.room = LogRoom(tmp_path)
        self.hand = Hand()
        self.every_hours = every_hours
        self.checker = self.build()

    def build(self):
        return Checker(
            performer=self.hand, memory=self.room.reader, write=self.room.inbox.write, books=lambda: [BOOK], policy=Policy(),
            clock=lambda: self.room.at, every_hours=self.every_hours,
        )  # fmt: skip

    def known(self, text):
        return next(one for one in self.room.reader.checked().values() if one.text == text)

    def declare(self):
        facts = (Declared("It is down", Severity.P1, "api", "", START),)
        return self.room.inbox.declare(lambda _: facts, by="ana").entries[0].incident


@pytest.fixture
def scene(tmp_path):
    built = Scene(tmp_path)
    yield built
    built.room.inbox.close()
    built.room.reader.close()
    built.room.log.close()


def test_a_round_runs_each_read_once_and_nothing_else(scene):
    report = scene.checker.check()
    assert scene.hand.texts() == ["df -h", "docker logs api"]
    assert all(isinstance(effect, Collect) for effect in scene.hand.asked)
    assert [(result.line, result.works) for result in report.results] == [(4, True), (5, True), (6, True)]
    assert (report.not_reads, report.healthy()) == (1, True)


def test_the_first_round_comes_some_minutes_after_the_start_and_the_next_a_day_later(scene):
    assert not scene.checker.look()
    scene.room.at += FIRST_SECONDS
    assert scene.checker.look()
    assert not scene.checker.look()
    scene.room.at += 24 * HOUR - 1
    assert not scene.checker.look()
    scene.room.at += 1
    assert scene.checker.look()


def test_a_restart_does_not_begin_anew(scene):
    scene.room.at += FIRST_SECONDS
    assert scene.checker.look()
    scene.room.at += HOUR
    scene.checker = scene.build()
    scene.room.at += FIRST_SECONDS
    assert not scene.checker.look()
    scene.room.at += 23 * HOUR
    assert scene.checker.look()


def test_a_clock_that_was_set_back_does_not_put_it_off_for_ever(scene):
    scene.room.at += 1_000 * HOUR
    scene.checker.check()
    scene.room.at -= 1_000 * HOUR
    scene.checker = scene.build()
    scene.room.at += 24 * HOUR + FIRST_SECONDS
    assert not scene.checker.look(), "it counts as just done"
    scene.checker.check()
    scene.room.at += 24 * HOUR
    assert scene.checker.look()


def test_never_while_an_incident_is_open_unless_somebody_asks(scene):
    incident = scene.declare()
    scene.room.at += FIRST_SECONDS
    assert not scene.checker.look()
    assert scene.hand.texts() == []
    scene.checker.check()
    assert scene.hand.texts() == ["df -h", "docker logs api"]
    scene.room.at += 24 * HOUR
    assert not scene.checker.look()
    scene.room.inbox.submit(incident, lambda _: (Resolved("ana", "it is back"),), by="ana")
    assert scene.checker.look()


def test_zero_hours_is_off(tmp_path):
    scene = Scene(tmp_path, every_hours=0)
    scene.room.at += 1_000 * HOUR
    assert not scene.checker.look()
    assert scene.checker.check().healthy()
    scene.room.inbox.close()
    scene.room.reader.close()
    scene.room.log.close()


def test_what_worked_and_fails_is_warned_of_once(scene, caplog):
    caplog.set_level(logging.WARNING)
    scene.checker.check()
    scene.hand.answers["docker logs api"] = (1, "Error response from daemon: No such container: api")
    scene.room.at += 60
    report = scene.checker.check()
    assert [result.line for result in report.failing] == [4, 6]
    assert [record.getMessage() for record in caplog.records] == [
        "line 4 of the runbook A worked and fails now: `docker logs api`: There is no container named api."
    ]
    scene.room.at += 60
    scene.checker.check()
    assert len(caplog.records) == 1
    known = scene.known("docker logs api")
    assert (known.worked_at, known.failing_since, known.at) == (START, START + 60, START + 120)


def test_what_can_not_be_started_fails_and_the_others_go_on(scene):
    scene.hand.answers["docker logs api"] = DeliveryError("command", "It was not run, because $TOKEN is not set.", permanent=True)
    report = scene.checker.check()
    assert [(one.line, one.code, one.sentence) for one in report.failing] == [
        (4, "probe-not-run", "It was not run, because $TOKEN is not set."),
        (6, "probe-not-run", "It was not run, because $TOKEN is not set."),
    ]
    assert scene.known("df -h").works


def test_an_incidents_look_counts_once_and_only_if_it_is_newer(scene):
    scene.checker.check()
    incident = scene.declare()
    scene.room.at += HOUR
    fact = EvidenceCollected("c4", 4, "docker logs api", "container:api", True, 0, 0.1, "", 0, "")
    scene.room.inbox.submit(incident, lambda _: (fact,), by="stormjib")
    scene.checker.learn()
    known = scene.known("docker logs api")
    assert (known.worked_at, known.source) == (START + HOUR, incident)
    assert known.runbook_sha256 == BOOK.sha256
    position = scene.room.reader.mark("checked")
    assert position == scene.room.reader.last_position()
    scene.checker.learn()
    assert scene.known("docker logs api") == known


def test_no_more_at_a_time_than_in_an_incident(scene):
    """As many as there are places wait for each other: fewer would hang here, and one more never comes in."""
    lines = "\n".join(f"cat /tmp/{number}" for number in range(3 * SIDE_BY_SIDE))
    book = compile_runbook(f"# A\n## Look (0-5 minutes)\n```bash\n{lines}\n```\n".encode())
    together, inside, most = threading.Barrier(SIDE_BY_SIDE), [], []

    class Counting(Hand):
        def perform(self, effect, *, effect_id, incident):
            inside.append(effect)
            together.wait(timeout=60)
            most.append(len(inside))
            together.wait(timeout=60)
            inside.remove(effect)
            return super().perform(effect, effect_id=effect_id, incident=incident)

    checker = Checker(
        performer=Counting(), memory=scene.room.reader, write=scene.room.inbox.write, books=lambda: [book], policy=Policy(),
        clock=lambda: scene.room.at, every_hours=0,
    )  # fmt: skip
    assert len(checker.check().results) == 3 * SIDE_BY_SIDE
    assert max(most) == SIDE_BY_SIDE


def test_its_thread_starts_and_ends(scene):
    scene.checker.start()
    scene.checker.stop()
    assert not scene.checker._thread.is_alive()


def test_a_round_runs_what_would_run_with_the_values_that_nobody_has_to_give(scene):
    book = compile_runbook(
        b"---\ninputs: {container: shop-api}\n---\n# A\n## Look (0-5 minutes)\n```bash\ndocker logs $CONTAINER\ndocker logs $OTHER\n```\n"
    )
    done = check(settled(book, ("",), Policy()), Policy(), scene.hand, {}, lambda: START)
    assert scene.hand.texts() == ["docker logs shop-api"]
    assert [result.text for result in done.report.results] == ["docker logs shop-api", "docker logs $OTHER"]

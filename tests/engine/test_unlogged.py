"""Where nothing can be written, whoever may have to come is paged, and told which incidents wait."""

from stormjib.core.catalogue.escalation import Escalation, Level
from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import Service
from stormjib.core.policy import Policy
from stormjib.engine.unlogged import Unlogged
from stormjib.ports import Head, Unavailable

POLICY = Policy(
    responders=("ana",),
    services=(Service(name="shop", escalation="shop"), Service(name="till", escalation="till")),
    people=tuple(Person(name=name) for name in ("ana", "bo", "cy")),
    escalation=(
        Escalation(name="shop", levels=(Level(page=("ana",)), Level(page=("bo",)))),
        Escalation(name="till", levels=(Level(page=("cy",)),)),
    ),
)
WAITS = Head("INC-7", 7, severity="P1", status="declared", service="shop")


class Recorder:
    def __init__(self):
        self.pages = {}
        self.sent = []

    def send(self, notification):
        self.sent.append((notification.kind, notification.to, notification.content["dedup_key"]))
        if notification.kind == "page":
            self.pages[notification.to] = notification.content["title"]


class Log:
    def __init__(self, *heads):
        self.heads = heads
        self.last = 7

    def worst_open(self, _):
        return self.heads, {}

    def last_position(self):
        return self.last


def paged(*heads, at=1_000_000.0):
    recorder = Recorder()
    Unlogged(recorder, lambda: POLICY, lambda: at, Log(*heads)).page("the disk is full.")
    return recorder.pages


def test_every_level_of_an_incident_that_waits_is_paged_at_once_with_its_name():
    found = paged(WAITS)
    assert set(found) == {"ana", "bo"}
    assert "The escalation of INC-7 stands still, and nobody has acknowledged." in found["bo"]


def test_what_somebody_has_or_what_pages_nobody_adds_nobody():
    taken = Head("INC-8", 8, severity="P1", status="acknowledged", service="till")
    quiet = Head("INC-9", 9, severity="P3", status="declared", service="till")
    found = paged(taken, quiet)
    assert set(found) == {"ana"}
    assert "stands still" not in found["ana"]


def test_a_log_that_says_nothing_takes_no_page_away():
    recorder = Recorder()

    class Gone(Log):
        def worst_open(self, _):
            raise Unavailable("it is gone.")

        def last_position(self):
            raise Unavailable("it is gone.")

    Unlogged(recorder, lambda: POLICY, lambda: 1_000_000.0, Gone()).page("the disk is full.")
    assert set(recorder.pages) == {"ana"}


def test_a_disk_that_is_full_again_is_news_and_the_end_is_told():
    """Each time has its key, a repetition has not; a server that starts on the full disk says the same again under the same key."""
    recorder, log, now = Recorder(), Log(), [1_000_000.0]
    alarm = Unlogged(recorder, lambda: POLICY, lambda: now[0], log, lambda *_: True)
    for _ in range(20):
        alarm.page("the disk is full.")
        now[0] += 5
    assert recorder.sent == [("page", "ana", "unlogged/7/0/ana")]
    Unlogged(recorder, lambda: POLICY, lambda: now[0], log).page("the disk is full.")
    alarm.over()
    alarm.over()
    log.heads, log.last = (WAITS,), 9
    alarm.page("the disk is full.")
    assert recorder.sent[1:] == [
        ("page", "ana", "unlogged/7/0/ana"),
        ("update", "ana", "unlogged/7/0/ana"),
        ("page", "ana", "unlogged/9/0/ana"),
        ("page", "bo", "unlogged/9/0/bo"),
    ]


def test_a_disk_that_is_full_now_and_then_pages_nobody_every_few_seconds():
    recorder, log, now = Recorder(), Log(), [1_000_000.0]
    alarm = Unlogged(recorder, lambda: POLICY, lambda: now[0], log)
    for _ in range(12):
        alarm.page("the disk is full.")
        alarm.over()
        log.last += 1
        now[0] += 5
    assert len(recorder.sent) == 4

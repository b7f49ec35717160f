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

    def send(self, notification):
        self.pages[notification.to] = notification.content["title"]


def paged(*heads, at=1_000_000.0):
    recorder = Recorder()
    Unlogged(recorder, lambda: POLICY, lambda: at, lambda _: (heads, {})).page("the disk is full.")
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

    def fails(_):
        raise Unavailable("it is gone.")

    Unlogged(recorder, lambda: POLICY, lambda: 1_000_000.0, fails).page("the disk is full.")
    assert set(recorder.pages) == {"ana"}

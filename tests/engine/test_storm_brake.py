"""The storm brake: how many pages a person gets, what is held back, and what is known of it after a start."""

import pytest

from stormjib.core.effects import Page
from stormjib.core.log import Acknowledged, EffectFailed, Entry, PageHeld, PageSent
from stormjib.engine.storm_brake import PAGES_MAX, SUMMARY_SECONDS, WINDOW_SECONDS, Brake


class House:
    """A brake over a clock that the test moves, and a log that is only a list."""

    def __init__(self):
        self.now = 1_000.0
        self.log = []
        self.brake = Brake(lambda: self.now)

    def note(self, incident, fact, cause=""):
        entry = Entry(incident, 1, self.now, "x", fact, cause)
        self.log.append(entry)
        self.brake.observe(entry)

    def page(self, number, severity="P1", who="ana", sums_up=False, rung=0, title="down"):
        """Page about this incident; what came of it, which is in the log as well."""
        incident = f"INC-{number}"
        effect_id = f"{incident}/{rung}/{'summary' if sums_up else 'page'}/{who}"
        page = Page("page/0", who, rung, title, severity, f"http://x/incidents/{incident}", sums_up=sums_up)
        decided = self.brake.decide(page, incident, effect_id)
        if isinstance(decided, PageHeld):
            self.note(incident, decided, effect_id)
        else:
            self.note(incident, PageSent(who, "x", rung, more=decided.more, sums_up=sums_up), effect_id)
        return decided

    def restart(self, title_of=lambda _: ""):
        self.brake = Brake(lambda: self.now, title_of=title_of)
        for entry in self.log:
            if entry.at > self.now - WINDOW_SECONDS:
                self.brake.observe(entry, max(self.now - entry.at, 0.001))


@pytest.fixture
def house():
    return House()


def held(decided):
    return [one for one in decided if isinstance(one, PageHeld)]


def summaries(house, decided, seconds):
    """What happens in a time: the pages that sum up leave when they were asked for."""
    found = []
    asked = [(house.now + one.summary_seconds, one) for one in held(decided) if one.summary_seconds]
    for at, one in asked:
        if at - house.now <= seconds:
            house.now = at
            found.append(house.page(one.summary.partition("-")[2], sums_up=True))
    return found


def test_f7_ten_thousand_at_p1_are_twelve_pages_and_one_that_says_how_many_more(house):
    decided = [house.page(number) for number in range(10_000)]
    assert len(held(decided)) == 10_000 - 12
    assert len([one for one in held(decided) if one.summary_seconds]) == 1
    assert {one.summary for one in held(decided)} == {"INC-12"}
    (summary,) = summaries(house, decided, 60)
    assert summary.more == 9_987
    assert (
        summary.title
        == "down (INC-9999); down (INC-9998); down (INC-9997) (and 9,985 more incidents that had no page of their own: http://x/)"
    )


def test_two_people_who_were_not_paged_for_an_incident_are_one_incident(house):
    for who in ("ana", "bo"):
        for number in range(15):
            house.page(number, who=who)
    assert len(house.brake.untold()) == 2 * len(house.brake.untold_incidents()) > 0


def test_f7_a_storm_that_goes_on_sends_at_most_twenty_pages_in_any_ten_minutes(house):
    """Every second a P1 and now and then a P0, for an hour; each page that sums up leaves when it was asked for."""
    arrived, asked = [], []
    for second in range(3_600):
        house.now = 1_000.0 + second
        for at, number in [one for one in asked if one[0] <= house.now]:
            asked.remove((at, number))
            if not isinstance(house.page(number, sums_up=True, rung=second), PageHeld):
                arrived.append(house.now)
        decided = house.page(second, severity="P0" if second % 60 == 30 else "P1")
        if not isinstance(decided, PageHeld):
            arrived.append(house.now)
        elif decided.summary_seconds:
            asked.append((house.now + decided.summary_seconds, second))
    most = max(sum(at - WINDOW_SECONDS < one <= at for one in arrived) for at in arrived)
    assert 12 < most <= PAGES_MAX
    assert len(arrived) > 6 * 12


def test_f7_p0_has_places_that_p1_can_not_take(house):
    for number in range(50):
        house.page(number)
    worse = [house.page(number, severity="P0") for number in range(50, 60)]
    assert len(held(worse)) == 6
    assert all(not isinstance(one, PageHeld) and one.more == 38 for one in worse[:4])


def test_f7_each_person_has_a_count_of_their_own(house):
    for number in range(20):
        house.page(number)
    assert not isinstance(house.page(1, who="bo"), PageHeld)


def test_f7_what_somebody_has_is_not_summed_up(house):
    decided = [house.page(number) for number in range(15)]
    for number in range(12, 15):
        house.note(f"INC-{number}", Acknowledged("bo"))
    (last,) = summaries(house, decided, 60)
    assert (type(last), last.reason) == (PageHeld, "over")
    assert house.page(20).summary_seconds == SUMMARY_SECONDS[0]


def test_f7_a_cut_process_knows_the_counts_and_the_page_that_is_still_to_come(house):
    for number in range(14):
        house.page(number)
    house.now += 5
    house.restart()
    again = house.page(14)
    assert (again.reason, again.summary, again.summary_seconds) == ("storm", "INC-12", 0.0)
    assert house.page(12, sums_up=True).more == 2


def test_f7_a_page_that_left_before_the_kill_is_not_held_back_after_it(house):
    """The log knows better: what was decided anew for a page that has arrived is taken back."""
    for number in range(14):
        house.page(number)
    house.restart()
    page = Page("page/0", "ana", 0, "down", "P1", "http://x/incidents/INC-99")
    decided = house.brake.decide(page, "INC-99", "INC-99/1/page/0")
    house.brake.undo(decided, "INC-99")
    assert house.page(12, sums_up=True).more == 1


def test_f1_a_later_page_to_the_same_person_joins_the_one_that_is_being_tried(house):
    first = Page("page/0", "ana", 0, "down", "P1", "http://x/incidents/INC-1")
    house.brake.decide(first, "INC-1", "INC-1/1/page/0")
    house.brake.failed(first, "INC-1/1/page/0", final=False)
    assert house.page(1, rung=2).reason == "owed"
    assert not isinstance(house.page(1, rung=3, severity="P0"), PageHeld)
    assert house.brake.decide(first, "INC-1", "INC-1/1/page/0") == first


def test_f1_pages_that_are_being_tried_count_so_that_a_pager_that_is_away_gets_no_storm_of_tries(house):
    tried = []
    for number in range(100):
        page = Page("page/0", "ana", 0, "down", "P1", f"http://x/incidents/INC-{number}")
        tried.append(house.brake.decide(page, f"INC-{number}", f"INC-{number}/1/page/0"))
        house.brake.failed(page, f"INC-{number}/1/page/0", final=False)
    assert len(held(tried)) == 88
    house.now += WINDOW_SECONDS
    assert house.page(200).reason == "storm"


def test_f1_what_was_being_tried_before_the_start_still_counts(house):
    for number in range(12):
        failed = EffectFailed("page/0", "x", "busy", permanent=False, attempt=1, who="ana")
        house.note(f"INC-{number}", failed, f"INC-{number}/1/page/0#g~2/failed")
    house.now += 1
    house.restart()
    assert house.page(20).reason == "storm"
    first = Page("page/0", "ana", 0, "down", "P1", "http://x/incidents/INC-1")
    assert not isinstance(house.brake.decide(first, "INC-1", "INC-1/1/page/0"), PageHeld)


def test_o1_repeats_leave_places_for_what_nobody_knows(house):
    """Eight incidents are escalated to ana again and again; a new P1 and new P0s are paged by themselves all the same."""
    for number in range(8):
        house.page(number, severity="P0" if number % 2 else "P1")
    for rung in range(1, 5):
        house.now += 60
        for number in range(8):
            house.page(number, severity="P0" if number % 2 else "P1", rung=rung)
    new = [house.page(number) for number in (20, 21)] + [house.page(number, severity="P0") for number in range(22, 26)]
    assert held(new) == []


@pytest.mark.parametrize("severity", ["P0", "P1"])
def test_o1_no_number_of_repeats_takes_the_places_of_first_pages(house, severity):
    """To somebody who was not told before: the pages of a higher rung are other people's incidents as well."""
    decided = [house.page(number, severity=severity, rung=1 + number % 4) for number in range(40)]
    assert len(decided) - len(held(decided)) == (10 if severity == "P0" else 8)
    assert held([house.page(100), house.page(101), *(house.page(number, severity="P0") for number in range(102, 106))]) == []


def test_o1_the_page_that_sums_up_names_the_worst(house):
    decided = [house.page(number) for number in range(20)]
    for number in range(30, 36):
        decided.append(house.page(number, severity="P0", title="the shop is down"))
    (summary, *_) = summaries(house, decided, 60)
    assert (summary.title, summary.severity) == (
        "the shop is down (INC-35); the shop is down (INC-34); down (INC-19) (and 7 more incidents that had no page of their own: http://x/)",
        "P0",
    )
    assert summary.about == "INC-35"


def test_o1_the_page_that_sums_up_names_the_worst_after_a_start_too(house):
    for number in range(20):
        house.page(number)
    for number in range(30, 36):
        house.page(number, severity="P0", title="the shop is down")
    house.now += 5
    house.restart(title_of=lambda incident: f"the title of {incident}")
    summary = house.page(12, sums_up=True)
    assert (
        summary.title
        == "the title of INC-35 (INC-35); the title of INC-34 (INC-34); the title of INC-19 (INC-19) (and 7 more incidents that had no page of their own: http://x/)"
    )
    assert (summary.severity, summary.about) == ("P0", "INC-35")


def test_o1_one_that_is_left_is_named_with_its_own_address(house):
    for number in range(14):
        house.page(number)
    house.note("INC-12", Acknowledged("bo"))
    summary = house.page(12, sums_up=True)
    assert (summary.about, summary.url, summary.title) == ("INC-13", "http://x/incidents/INC-13", "down")


def test_o1_what_is_held_back_while_the_sum_is_on_its_way_has_one_of_its_own(house):
    for number in range(14):
        house.page(number)
    leaving = Page("summary/ana", "ana", 0, "down", "P1", "http://x/", sums_up=True)
    house.brake.decide(leaving, "INC-12", "INC-12/9/summary/ana")
    late = house.page(50)
    assert (late.summary, late.summary_seconds) == ("INC-50", SUMMARY_SECONDS[0])
    house.note("INC-12", PageSent("ana", "x", sums_up=True, more=1), "INC-12/9/summary/ana")
    assert house.brake.untold() == [("INC-50", "ana")]
    assert house.page(50, sums_up=True).more == 2
    assert house.brake.untold() == []


def test_o1_what_is_held_back_is_said_until_it_was_told(house):
    decided = [house.page(number) for number in range(15)]
    assert house.brake.untold() == [("INC-12", "ana"), ("INC-13", "ana"), ("INC-14", "ana")]
    (sentence,) = house.brake.sentences()
    assert "ana has not been paged for INC-12, INC-13, INC-14." in sentence
    house.note("INC-13", Acknowledged("bo"))
    house.restart()
    assert house.brake.untold() == [("INC-12", "ana"), ("INC-14", "ana")]
    summaries(house, decided, 60)
    assert house.brake.sentences() == []
    house.restart()
    assert house.brake.untold() == []


def test_o1_a_p0_that_is_held_back_does_not_wait_for_the_second_sum(house):
    decided = [house.page(number) for number in range(13)]
    summaries(house, decided, 60)
    assert house.page(40).summary_seconds == SUMMARY_SECONDS[1]
    worse = [house.page(number, severity="P0") for number in range(50, 55)]
    assert worse[-1].summary_seconds == SUMMARY_SECONDS[0]


def test_o2_after_a_start_an_earlier_page_that_is_being_tried_holds_a_later_one_back(house):
    failed = EffectFailed("page/0", "x", "busy", permanent=False, attempt=1, who="ana", severity="P1")
    house.note("INC-1", failed, "INC-1/1/page/0#g/failed")
    house.now += 1
    house.restart()
    assert house.page(1, rung=3).reason == "owed"
    assert not isinstance(house.page(1, rung=3, severity="P0"), PageHeld)


def test_o2_a_log_of_old_says_no_severity_and_the_page_that_is_owed_is_enough(house):
    house.note("INC-1", EffectFailed("page/0", "x", "busy", permanent=False, attempt=1, who="ana"), "INC-1/1/page/0/failed")
    house.now += 1
    house.restart()
    assert house.page(1, rung=3).reason == "owed"


def test_o2_a_page_that_has_failed_for_hours_holds_a_later_one_back_after_a_start(house):
    """Its last failure that was written down is older than what is read at a start; its row is not."""
    first = Page("page/0", "ana", 0, "down", "P1", "http://x/incidents/INC-1")
    house.brake.tries(first, "INC-1", "INC-1/1/page/0")
    assert house.page(1, rung=3).reason == "owed"
    assert house.brake.decide(first, "INC-1", "INC-1/1/page/0") == first

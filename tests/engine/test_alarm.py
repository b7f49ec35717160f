"""The alarm of paging stands only while somebody waits to be woken."""

from stormjib.core.log import Acknowledged, EffectFailed, Entry, PageRequested, Reopened
from stormjib.engine.alarm import Alarm

LOST = EffectFailed("page", "late", "it did not answer.", permanent=False, attempt=1, who="ana", unknown=True)
ASKED = PageRequested(0, ("ana",))


def standing(*facts):
    alarm = Alarm(lambda: 0.0)
    for seq, fact in enumerate(facts, 1):
        alarm.observe(Entry("INC-1", seq, float(seq), "stormjib", fact))
    return [one.who for one in alarm.standing()]


def test_a_try_that_ends_after_the_acknowledgement_raises_no_alarm():
    """It was under way, at one of several methods, and nobody has to be reached any more."""
    assert standing(ASKED, Acknowledged("bo"), LOST) == []
    assert standing(ASKED, LOST, Acknowledged("bo"), LOST) == []


def test_what_is_asked_for_anew_raises_it_again():
    assert standing(ASKED, LOST) == ["ana"]
    assert standing(ASKED, Acknowledged("bo"), ASKED, LOST) == ["ana"]
    assert standing(ASKED, Acknowledged("bo"), Reopened("cy", "it came back"), LOST) == ["ana"]


def test_a_page_that_may_have_arrived_is_not_said_to_be_missing():
    alarm = Alarm(lambda: 0.0)
    for seq, fact in enumerate((ASKED, LOST), 1):
        alarm.observe(Entry("INC-1", seq, float(seq), "stormjib", fact))
    assert alarm.sentences()[0].startswith(
        "Pages may not arrive: nobody knows whether ana got theirs for INC-1. it did not answer."
    )
    alarm.failed("INC-2", "bo", 3.0, "it answers 410.")
    assert alarm.sentences()[0].startswith("Pages do not arrive: ana, bo could not be reached for INC-1, INC-2.")

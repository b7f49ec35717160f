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

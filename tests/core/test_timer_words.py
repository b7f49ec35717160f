"""Every timer that the core sets is told in words."""

import re
from pathlib import Path

import stormjib.core
from stormjib.core import initial_triage, opinion, roles, silence
from stormjib.core.effects import checks, messages, pages
from stormjib.core.incident.paging import ESCALATE, REACH
from stormjib.core.timer_words import WORDS, checked

CORE = Path(stormjib.core.__file__).parent
NAMED = {
    ESCALATE, REACH, pages.SUMMARY_STEP, messages.DECIDE, messages.AFTER, messages.ACTION, messages.JOINED, checks.HOLD,
    initial_triage.TIMER, opinion.TIMER, roles.TIMER, silence.TIMER,
}  # fmt: skip


def test_each_kind_has_its_words():
    texts = [file.read_text("utf-8") for file in (CORE / "effects").glob("*.py")]
    plain = {kind for text in texts for kind in re.findall(r'WakeAt\(f?"([a-z-]+)/', text)}
    assert {"expire", "impact", "item", "cadence", "storm"} <= plain
    assert NAMED | plain <= WORDS.keys()


def test_what_no_version_of_this_program_sets_is_named_as_it_is():
    assert checked("escalate/2/3") == "checked whether it is acknowledged, before level 2 is paged"
    assert checked("later/1") == "timer later/1"

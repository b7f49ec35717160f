"""How a label's value is read as a severity."""

import pytest

from stormjib.core.severity import read_severity

READ = {
    "P0": "P0 p0 P-0 SEV01 SEV1 sev-1 S1 s1 Sev1:critical severity1 SEV0",
    "P1": "P1 p1 P_1 prio1 SEV2 sev2 S2 critical CRITICAL crit urgent page high major severe alert p1-critical P1/page",
    "P2": "P2 error err average sev3 S3",
    "P3": "P3 warning warn minor ticket medium sev4",
    "P4": "P4 info notice debug none low ok sev05",
}
PHRASES = {
    "P1 - critical": "P1",
    "P1 — everything is down": "P1",
    "sev 1": "P0",
    "Severity: 2": "P1",
    "Priority 1": "P1",
    "  Critical  ": "P1",
    "critical!": "P1",
    "Disaster": "P0",
    "fatal": "P0",
    "EMERGENCY": "P0",
    "5 - Disaster": "P0",
    "warning / high": "P1",
    "high priority": "P1",
}
UNKNOWN = (
    "",
    " ",
    "0",
    "5",
    "P5",
    "p10",
    "P7",
    "priority 7",
    "severity 7 - info",
    "sev6",
    "SEV-9",
    "S12",
    "sev99 critical",
    "SEV1000",
    "urgent-ish",
    "not critical",
    "non-critical",
    "p1x",
    "sevx",
    "Not classified",
    "high5",
    "🔥",
)


@pytest.mark.parametrize(
    ("word", "severity"),
    [(word, severity) for severity, words in READ.items() for word in words.split()] + list(PHRASES.items()),
)
def test_a13_known_words(word, severity):
    found = read_severity(word)
    assert found is not None
    assert found[0].value == severity
    assert word.strip() in found[1]


@pytest.mark.parametrize("word", UNKNOWN)
def test_a13_what_is_not_known_is_not_guessed(word):
    assert read_severity(word) is None


def test_a13_the_operators_words_come_first():
    own = (("business  Critical", "P0"), ("critical", "P2"), ("sev1", "P1"))
    assert [read_severity(word, own)[0].value for word in ("Business critical", "CRITICAL", "SEV1", "SEV2")] == [
        "P0",
        "P2",
        "P1",
        "P1",
    ]
    assert read_severity("critical", own)[1] == "the settings read critical as P2"

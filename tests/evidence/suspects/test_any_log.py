"""What holds of a ranking whatever the log holds: it never fails, the order of the evidence is nothing to it, and what is fine changes nothing."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.suspects.case import SERVICE, START, cases, facts_of, incident_of, load, look_of, policy_of

from stormjib.core.catalogue.service import Component
from stormjib.core.log import AlertReceived, Declared, EvidenceCollected, LogsRead, MetricsReviewed
from stormjib.core.observation import LogPattern, Measured, Metric, State
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.evidence.suspects import differs, rank

DECLARED = Declared("trouble", Severity.P1, SERVICE, "0" * 64, START)
SOURCES = (
    "", "http", "docker stats", "docker ps", "docker inspect", "compose ps", "docker", "redis", "redis info", "systemd", "disk",
    "memory", "processes", "journal", "log", "nginx error log", "access log", "git log", "images", "search", "shell", "sockets", "kubectl", "postgres",
    "certificate", "dns", "check",
)  # fmt: skip
THINGS = ("service", "redis", "all", "log", "swap", "memory", "processors", "docker", SERVICE, f"{SERVICE}-2", "10.0.0.1:80", "/v1", "host")  # fmt: skip
NAMES = (
    "status", "latency", "state", "health", "memory", "cpu", "restarts", "exit code", "5xx", "requests", "space used", "available",
    "used", "answer", "refusal", "active", "age", "image", "at", "dependency", "maintenance", "lines of this error", "metric up",
    "blamed in error lines", "last error", "matching", "idle", "killed by the kernel", "master link status", "5xx share", "p95 latency",
    "ready", "event", "kind", "certificate left", "dns", "blocked sessions", "longest", "last error ago", "otherwise", "server",
)  # fmt: skip
words = st.one_of(
    st.sampled_from(["", "redis", "OOM command not allowed", "timeout", "No space left on device", "none", "PONG", "failing"]),
    st.text(max_size=40),
)
things = st.one_of(st.sampled_from(THINGS), st.text(max_size=20))
names = st.one_of(st.sampled_from(NAMES), st.text(max_size=12))
numbers = st.floats(allow_nan=True, allow_infinity=True)
severities = st.sampled_from(["fine", "note", "warn", "bad"])
measured = st.builds(
    Measured, things, names, numbers, st.sampled_from(["percent", "bytes", "count", "seconds"]), st.none() | numbers
)
states = st.builds(State, things, names, words)
readings = st.lists(measured | states, max_size=6).map(tuple)
looks = st.builds(
    EvidenceCollected, command_id=st.text(max_size=4), line=st.integers(0, 9), text=words, target=things, ok=st.booleans(),
    exit_code=st.none() | st.integers(0, 255), seconds=numbers, output_sha256=st.just(""), output_bytes=st.just(0), excerpt=words,
    finding=words, source=st.sampled_from(SOURCES), weight=severities, facts=readings,
)  # fmt: skip
patterns = st.builds(
    LogPattern, words, st.integers(0, 10**12), level=st.sampled_from(["", "error"]), new=st.booleans(), last=words
)
logs = st.builds(
    LogsRead, words, things, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.lists(patterns, max_size=4).map(tuple),
    st.just(0.1), facts=readings,
)  # fmt: skip
metrics = st.builds(
    Metric, things, names, st.just(""), now=st.none() | numbers, baseline=st.none() | numbers, z=st.none() | numbers,
    changed_at=st.none() | numbers, severity=severities, sentence=words,
)  # fmt: skip
reviews = st.builds(MetricsReviewed, st.just("a test"), st.lists(metrics, max_size=5).map(tuple), st.just(0.1))
alerts = st.builds(
    AlertReceived, st.text(max_size=3), st.just("test"), words, things, words, numbers, st.dictionaries(st.sampled_from(["dependency", "container", "name"]), things, max_size=2),
)  # fmt: skip
components = st.lists(
    st.builds(Component, things, st.lists(things, max_size=2).map(tuple), st.lists(things, max_size=3).map(tuple)), max_size=4
)


@settings(max_examples=300, deadline=None)
@given(st.lists(looks | logs | reviews | alerts, max_size=12), components)
def test_a_ranking_never_fails_and_is_well_formed(facts, named):
    """Also with numbers that are none, parts that need each other in a circle, and words that mean nothing."""
    ranking = rank(incident_of([DECLARED, *facts]), Policy(components=tuple(named)), at=START + 60, missing=("metrics",))
    scores = [one.score for one in ranking.suspects]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 5
    assert all(0.0 < score <= 1.0 for score in scores)
    assert len({one.component for one in ranking.suspects}) == len(scores)
    assert ranking.sentence
    assert not differs(ranking, ranking)


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_order_of_the_evidence_does_not_matter(path: Path) -> None:
    case = load(path)
    facts = facts_of(case)
    before = rank(incident_of(facts), policy_of(case), at=START, missing=())
    for seed in range(5):
        mixed = facts[:]
        Random(seed).shuffle(mixed)
        after = rank(incident_of(mixed), policy_of(case), at=START, missing=())
        assert [(one.component, one.score) for one in after.suspects] == [(one.component, one.score) for one in before.suspects]


FINE = (
    {"command": "uptime", "output": " 03:02:10 up 12 days,  3:01,  1 user,  load average: 0.20, 0.10, 0.12"},
    {"command": "df -h /backup", "output": ["Filesystem      Size  Used Avail Use% Mounted on", "/dev/sdb1       500G   20G  480G   4% /backup"]},
    {"command": "docker inspect mailer", "output": "healthy\n"},
)  # fmt: skip


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_what_is_fine_and_unrelated_changes_nothing(path: Path) -> None:
    case = load(path)
    facts = facts_of(case)
    before = rank(incident_of(facts), policy_of(case), at=START, missing=())
    after = rank(incident_of([*facts, *map(look_of, FINE)]), policy_of(case), at=START, missing=())
    assert [one.component for one in after.suspects[:1]] == [one.component for one in before.suspects[:1]]
    assert after.clear == before.clear

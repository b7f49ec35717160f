"""Every case in ``cases/`` is blamed on whom it says; and what must hold of any ranking, whatever the log holds."""

import json
from pathlib import Path

import pytest
from tests.evidence.suspects.case import SERVICE, START, cases, facts_of, incident_of, load, look_of, policy_of

from stormjib.core.catalogue.service import Service
from stormjib.core.incident import evolve
from stormjib.core.log import Declared, Entry, LogsRead, MetricsReviewed
from stormjib.core.observation import LogPattern, Metric
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.evidence.suspects import rank
from stormjib.evidence.suspects.releases import _newest
from stormjib.evidence.suspects.tree import tree_of
from stormjib.evidence.suspects.words import signs_of


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_the_right_one_is_suspected(path: Path) -> None:
    case = load(path)
    ranking = rank(incident_of(facts_of(case)), policy_of(case), at=START + 10, missing=())
    named = [(one.component, one.score, one.sentence) for one in ranking.suspects]
    shown = "\n".join(f"{score:.2f} {sentence}" for _, score, sentence in named)
    if "among" in case:
        assert case["among"] in [name for name, _, _ in named[:3]], shown
    elif case["first"]:
        assert named, case["about"]
        assert named[0][0] == case["first"], shown
        assert all(words in named[0][2] for words in case.get("says", ())), shown
    assert ranking.clear == case.get("clear", ranking.clear), shown
    if "proposed" in case:
        assert (ranking.proposed.value if ranking.proposed else None) == case["proposed"], ranking.impact
    assert set(case.get("innocent", ())) <= {"", *case.get("innocent", ())} - {
        name for name, score, _ in named if score >= 0.4
    }, shown


def test_there_are_real_cases_and_constructed_ones() -> None:
    names = {path.stem.partition("-")[0] for path in cases()}
    assert names == {"drill", "made"}
    assert len(cases()) >= 30


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_every_sentence_names_entries_that_exist(path: Path) -> None:
    case = load(path)
    facts = facts_of(case)
    for suspect in rank(incident_of(facts), policy_of(case), at=START + 10, missing=()).suspects:
        assert suspect.entries
        assert set(suspect.entries) <= set(range(1, len(facts) + 1))
        assert 0.0 < suspect.score <= 1.0
        assert suspect.sentence.startswith(f"{suspect.component}: ")
        assert suspect.sentence.endswith(".")


IMAGES = "REPOSITORY          TAG    IMAGE ID       CREATED              SIZE\nwatermark-lab-api   {tag}  {id}   {said}   234MB\n"


def _releases(*seen: tuple[float, str, str, str]) -> dict[str, float]:
    """Each look: when (seconds after the start), tag, id, and what Docker says of its age → when each release was made."""
    incident = incident_of([Declared("x", Severity.P1, SERVICE, "0" * 64, START)])
    for number, (after, tag, identity, said) in enumerate(seen, 2):
        output = IMAGES.format(tag=tag, id=identity, said=f"{said:<18}")
        evolve(incident, Entry("INC-1", number, START + after, "", look_of({"command": "docker image ls", "output": output})))
    found = _newest(tree_of(incident, Policy()), incident)
    return {release.name: round(release.at - START) for pair in found for release in pair if release}


def test_i4_a_coarser_check_later_does_not_replace_a_finer_one() -> None:
    fine, coarse = (0.0, "0.1.2", "8b23b24ebf11", "12 seconds ago"), (70.0, "0.1.2", "8b23b24ebf11", "About a minute ago")
    assert _releases(fine, coarse) == {"the image watermark-lab-api:0.1.2": -12}
    assert _releases((0.0, "0.1.2", "8b23b24ebf11", "2 hours ago"), (5.0, "0.1.2", "8b23b24ebf11", "3 seconds ago")) == {
        "the image watermark-lab-api:0.1.2": 2
    }
    rebuilt = (3_900.0, "0.1.2", "9b23b24ebf11", "5 minutes ago")
    assert _releases(fine, rebuilt) == {"the image watermark-lab-api:0.1.2": 3_600}


@pytest.mark.parametrize(
    ("line", "is_on"),
    [
        ("Maintenance mode is off", False),
        ("maintenance mode disabled by ana", False),
        ("the site is no longer in maintenance", False),
        ("Maintenance mode is on", True),
        ("503 because the site is under maintenance", True),
        ("maintenance_mode", True),
    ],
)
def test_i8_a_sentence_that_says_off_is_no_sign_of_on(line: str, *, is_on: bool) -> None:
    assert any(sign.kind == "maintenance" for sign in signs_of(line)) is is_on


def test_i8_what_is_no_container_is_not_said_to_have_none_that_runs() -> None:
    stats = (
        "CONTAINER ID   NAME    CPU %     MEM USAGE / LIMIT     MEM %     NET I/O           BLOCK I/O   PIDS\n"
        "1f0b7a3c9d2e   redis   1.20%     58.9MiB / 512MiB      11.50%    1.1MB / 900kB     0B / 0B     6\n"
    )
    case = {"service": "website", "title": "x", "looks": [{"command": "docker stats", "output": stats}]}
    ranking = rank(incident_of(facts_of(case)), policy_of(case), at=START + 10, missing=())
    assert not any("none of its containers" in one.sentence for one in ranking.suspects)


@pytest.mark.parametrize("needs", [(), ("search",)])
def test_an_address_of_another_service_is_no_sign_of_this_one(needs: tuple[str, ...]) -> None:
    """One book is used by two services, and asks both of how they are."""
    refused = "curl: (7) Failed to connect to 127.0.0.1 port 23063: Connection refused"
    looks = [
        {"command": "curl -fsS http://127.0.0.1:23063/healthz", "exit_code": 7, "output": refused},
        {"command": "curl -fsS http://localhost:23062/healthz", "exit_code": 0, "output": "ok"},
    ]
    policy = Policy(
        services=(
            Service(name="pay", target_url="http://127.0.0.1:23062/healthz", depends_on=needs),
            Service(name="search", target_url="http://localhost:23063/"),
        )
    )
    found = {}
    for service in ("pay", "search"):
        case = {"service": service, "title": "x", "looks": looks}
        found[service] = rank(incident_of(facts_of(case)), policy, at=START + 10, missing=())
    assert [one.component for one in found["search"].suspects] == ["search"]
    assert "nothing answers at the service's address" in found["search"].impact
    assert [one.component for one in found["pay"].suspects] == list(needs)
    assert found["pay"].proposed is None


@pytest.mark.parametrize(
    ("minutes_before", "pings", "suspected"), [(0, True, True), (4, True, False), (4, False, True), (30, False, False)]
)
def test_lines_of_an_earlier_trouble_make_no_suspect(minutes_before: int, pings: bool, suspected: bool) -> None:
    """They had ended before the detection; a healthy check of the same part tells whether they still count."""
    text = "ERROR redis.exceptions.OutOfMemoryError: OOM command not allowed when used memory > 'maxmemory'"
    pattern = LogPattern(text, 300, "error", new=True, since=50.0, last_at=START - 60 * minutes_before)
    facts = [
        Declared("Thumbnails are slow", Severity.P3, SERVICE, "0" * 64, START),
        LogsRead("docker logs", SERVICE, 51, 1_000, 300, (pattern,), 0.1),
        *([look_of({"command": "redis-cli ping", "output": "PONG\n"})] if pings else []),
    ]
    ranking = rank(incident_of(facts), Policy(), at=START + 10, missing=())
    assert ("redis" in [one.component for one in ranking.suspects if one.score >= 0.35]) == suspected, ranking.suspects
    assert "the alert says" not in " ".join(one.sentence for one in ranking.suspects)


@pytest.mark.parametrize(
    "path", [path for path in cases() if SERVICE in path.read_text(encoding="utf-8")], ids=lambda path: path.stem
)
def test_no_name_of_a_service_matters(path: Path) -> None:
    """Every case again with the service called otherwise: the same is suspected, under its new name."""

    def renamed(text: str) -> str:
        return text.replace(SERVICE, "quokka-7f").replace("watermark-lab", "quokka").replace("watermark", "quokka")

    case = json.loads(renamed(path.read_text(encoding="utf-8")))
    case.setdefault("service", "quokka-7f")
    ranking = rank(incident_of(facts_of(case)), policy_of(case), at=START + 10, missing=())
    names = [one.component for one in ranking.suspects]
    if "among" in case:
        assert case["among"] in names[:3]
    elif case["first"]:
        assert names[:1] == [case["first"]], ranking.suspects
    assert ranking.clear == case.get("clear", ranking.clear)


@pytest.mark.parametrize(("after", "share", "proposed"), [(10, 0.0, None), (50, 0.0, "P4"), (10, 60.0, "P1")])
def test_that_nobody_is_hit_is_not_said_in_the_first_seconds(after: float, share: float, proposed: str | None) -> None:
    """A share of the last minutes is mostly one of the time before; what is bad already is bad."""
    incident = incident_of([Declared("x", Severity.P1, SERVICE, "0" * 64, START)])
    metrics = (Metric("all", "5xx share", "percent", share, 0.0),)
    evolve(incident, Entry("INC-1", 2, START + after, "", MetricsReviewed("prometheus", metrics, 0.1)))
    ranking = rank(incident, Policy(), at=START + after, missing=())
    assert (ranking.proposed.value if ranking.proposed else None) == proposed, ranking.impact
    assert ranking.impact.startswith("Measured: " if proposed else "Too early to say ")

"""SARIF 2.1.0: what the standard requires of a log, a run, a rule, a result and a location."""

import json
import re
from urllib.parse import urlsplit

from stormjib.core.checkup import CODES, Report, Result
from stormjib.core.runbook import Finding
from stormjib.core.sarif import sarif

LEVELS = {"none", "note", "warning", "error"}


def result(line, code, sentence):
    return Result(f"c{line}", line, "docker logs api", "", "container:api", not code, code, sentence, 1, 0.1, "", None, None)


REPORT = Report(
    title="A",
    sha256="ab" * 32,
    at=1.0,
    results=(
        result(5, "probe-failed", "There is no container named api."),
        result(7, "", ""),
        result(9, "probe-failed", "Again."),
        result(9, "probe-timed-out", "It hung."),
    ),
    findings=(Finding("mojibake", 0, "Odd characters."), Finding("endless-command", 9, "It never ends.")),
    not_reads=2,
)


def valid(log):
    """Fail where a property that the standard requires is missing, or one that it limits is outside."""
    assert log["version"] == "2.1.0"
    assert urlsplit(log["$schema"]).scheme == "https"
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        assert all(
            rule["shortDescription"]["text"] and rule["defaultConfiguration"]["level"] in LEVELS for rule in driver["rules"]
        )
        for artifact in run["artifacts"]:
            assert artifact["location"]["uri"]
            assert all(re.fullmatch("[0-9a-f]{64}", value) for value in artifact["hashes"].values())
        for found in run["results"]:
            assert found["message"]["text"]
            assert found["level"] in LEVELS
            assert ids[found["ruleIndex"]] == found["ruleId"]
            for location in found["locations"]:
                place = location["physicalLocation"]
                assert re.fullmatch(r"[A-Za-z0-9%/._~:@!$&'()*+,;=-]+", place["artifactLocation"]["uri"])
                assert run["artifacts"][place["artifactLocation"]["index"]]["location"]["uri"] == place["artifactLocation"]["uri"]
                assert isinstance(place["region"]["startLine"], int)
                assert place["region"]["startLine"] >= 1
    json.dumps(log)


def test_every_required_property_is_there():
    valid(sarif(REPORT, "docs/run%20book.md", "1.2.3"))


def test_what_fails_is_an_error_and_what_lint_finds_a_warning_in_the_order_of_lines():
    run = sarif(REPORT, "runbook.md", "1.2.3")["runs"][0]
    told = [
        (one["ruleId"], one["level"], one["locations"][0]["physicalLocation"]["region"]["startLine"]) for one in run["results"]
    ]
    assert told == [
        ("mojibake", "warning", 1),
        ("probe-failed", "error", 5),
        ("endless-command", "warning", 9),
        ("probe-failed", "error", 9),
        ("probe-timed-out", "error", 9),
    ]
    assert run["tool"]["driver"]["version"] == "1.2.3"
    rules = {rule["id"]: rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert rules["probe-failed"] == CODES["probe-failed"]


def test_nothing_found_is_a_run_without_results():
    healthy = Report("A", "ab" * 32, 1.0, (result(7, "", ""),), (), 0)
    log = sarif(healthy, "runbook.md", "1.2.3")
    valid(log)
    assert log["runs"][0]["results"] == []

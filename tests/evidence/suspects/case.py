"""A case of a ranking: what was looked at and what it said, in JSON, and who should be suspected first.

``looks`` are commands with their exit code and output, which go through the real readers. ``logs``, ``metrics`` and ``alerts`` are
facts in short; ``facts`` are whole entries, as a real drill wrote them. ``first`` is who is to blame, ``clear`` whether that should
stand out; ``among`` (instead of ``first``) is who should be within the first three. ``says`` are words of the first sentence.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from stormjib.core.catalogue.service import Component, Service
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import AlertReceived, AnyFact, Declared, Entry, EvidenceCollected, LogsRead, MetricsReviewed
from stormjib.core.observation import LogPattern, Metric
from stormjib.core.policy import Policy
from stormjib.core.severity import Severity
from stormjib.evidence.readers import finding_of, read

CASES = Path(__file__).parent / "cases"
START = 1_790_000_000.0
SERVICE = "watermark-lab-api"


def cases() -> list[Path]:
    return sorted(CASES.glob("*.json"))


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def policy_of(case: dict[str, Any]) -> Policy:
    return Policy(
        components=tuple(msgspec.convert(one, Component) for one in case.get("components", ())),
        services=tuple(Service(name=name) for name in case.get("services", ())),
    )


def facts_of(case: dict[str, Any]) -> list[AnyFact]:
    """The facts in the order of the log; the declaration stands among them."""
    service = case.get("service", SERVICE)
    facts: list[AnyFact] = [_alert(one, service, number) for number, one in enumerate(case.get("alerts", ()))]
    if not any(one.get("fact") == "Declared" for one in case.get("facts", ())):
        facts.append(Declared(case.get("title", f"{service} has trouble"), Severity.P1, service, "0" * 64, START))
    facts.extend(msgspec.convert(one, AnyFact) for one in case.get("facts", ()))
    facts.extend(look_of(one) for one in case.get("looks", ()))
    facts.extend(_log(one, number) for number, one in enumerate(case.get("logs", ()), 1_000))
    if case.get("metrics"):
        facts.append(MetricsReviewed("a test", tuple(_metric(one, service) for one in case["metrics"]), 0.1))
    return facts


def incident_of(facts: list[AnyFact]) -> Incident:
    """The facts one after the other, a hundredth of a second apart, from the detection on."""
    began = next((fact.detected_at for fact in facts if isinstance(fact, Declared)), START)
    incident = Incident.new("INC-1")
    for seq, fact in enumerate(facts, 1):
        evolve(incident, Entry("INC-1", seq, began + seq / 100, "stormjib", fact))
    return incident


def _alert(one: dict[str, Any], service: str, number: int) -> AlertReceived:
    return AlertReceived(f"f{number}", "prometheus", one["name"], service, one.get("summary", ""), START, one.get("labels", {}))


def look_of(one: dict[str, Any]) -> EvidenceCollected:
    code = one.get("exit", 0)
    output = one["output"] if isinstance(one["output"], str) else "\n".join(one["output"]) + "\n"
    reading = read(one["command"], code, output, at=one.get("at", 0.0))
    return EvidenceCollected(
        command_id=one["command"],
        line=0,
        text=one["command"],
        target=one.get("target", ""),
        ok=code == 0,
        exit_code=code,
        seconds=one.get("seconds", 0.05),
        output_sha256="",
        output_bytes=len(output),
        excerpt=output[:2_000],
        finding=finding_of(reading, code),
        source=reading.source,
        weight=reading.level,
        facts=reading.facts,
        timed_out=code is None,
    )


def _log(one: dict[str, Any], line: int) -> LogsRead:
    patterns = tuple(
        LogPattern(
            pattern["text"],
            pattern.get("count", 20),
            level=pattern.get("level", "error"),
            new=pattern.get("new", True),
            before=pattern.get("before", 0.0),
            since=pattern.get("since", 10.0),
        )
        for pattern in one["patterns"]
    )
    return LogsRead(f"docker logs {one['of']}", one["of"], line, 1_000, 20, patterns, 0.1)


def _metric(one: dict[str, Any], service: str) -> Metric:
    return msgspec.convert({"thing": service, "unit": "", "severity": "bad", "z": 12.0, **one}, Metric)

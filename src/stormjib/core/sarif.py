"""A check's report as SARIF 2.1.0 (OASIS), for code hosts and editors that show findings at their lines."""

from collections.abc import Iterable
from typing import Any, Final

from stormjib.core.checkup import CODES, Report, named

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LINT: Final = "A trap in the runbook that can be seen without running anything; docs/reference/lint.md lists them."


def sarif(found: Report, uri: str, version: str) -> dict[str, Any]:
    """One run with a rule for each code that occurs. ``uri`` is the runbook's, relative or whole, percent-encoded.

    Failing probes are of the level ``error``, static findings of the level ``warning``.
    """
    results = [
        (one.code, "error", one.line, f"`{one.text}`{f' ({named(one.services)})' if one.services else ''}: {one.sentence}")
        for one in found.failing
    ]
    results += [(one.code, "warning", one.line, one.message) for one in found.findings]
    results.sort(key=lambda result: (result[2], result[0]))
    rules = list(dict.fromkeys(code for code, _, _, _ in results))
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": {"name": "stormjib", "version": version, "rules": _rules(rules)}},
                "artifacts": [{"location": {"uri": uri}, "hashes": {"sha-256": found.sha256}}],
                "results": [
                    {
                        "ruleId": code,
                        "ruleIndex": rules.index(code),
                        "level": level,
                        "message": {"text": text},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": uri, "index": 0},
                                    "region": {"startLine": max(line, 1)},
                                }
                            }
                        ],
                    }
                    for code, level, line, text in results
                ],
            }
        ],
    }


def _rules(codes: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "id": code,
            "shortDescription": {"text": CODES.get(code, _LINT)},
            "defaultConfiguration": {"level": "error" if code in CODES else "warning"},
        }
        for code in codes
    ]

"""The runbook's check: every proven read run by day, what became of it, and since when it works or fails."""

from stormjib.core.checkup.memory import History, ProbeRecord, began_to_fail, failing, key_of, newest, remember, words
from stormjib.core.checkup.probe import Known, Observed, Probe, Settled, known, named, probes, reads, settled
from stormjib.core.checkup.report import SCHEMA, Report, Result, report, to_json
from stormjib.core.checkup.verdict import CODES, Verdict, not_run

__all__ = [
    "CODES",
    "SCHEMA",
    "History",
    "Known",
    "Observed",
    "Probe",
    "ProbeRecord",
    "Report",
    "Result",
    "Settled",
    "Verdict",
    "began_to_fail",
    "failing",
    "key_of",
    "known",
    "named",
    "newest",
    "not_run",
    "probes",
    "reads",
    "remember",
    "report",
    "settled",
    "to_json",
    "words",
]

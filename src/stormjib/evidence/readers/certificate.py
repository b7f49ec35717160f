"""Certificates: until when one is valid, as openssl and curl print it, and whether it is trusted."""

import re
from datetime import UTC, datetime
from typing import Final

from stormjib.core.text.units import DAY, duration
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell

SOURCE = "certificate"
SOON_SECONDS: Final = 21 * DAY
"""With less left somebody has to renew it: most are renewed by themselves a month before."""
VERY_SOON_SECONDS: Final = 3 * DAY

_DATE: Final = r"([A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d \d{4}) (?:GMT|UTC)|(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)Z?"
_AFTER: Final = re.compile(rf"(?:notAfter=|Not After ?: ?|NotAfter: |expire date: )(?:{_DATE})")
_BEFORE: Final = re.compile(rf"(?:notBefore=|Not Before ?: ?|NotBefore: |start date: )(?:{_DATE})")
_NAME: Final = re.compile(r"[Ss]ubject ?[:=].{0,200}?\bCN ?= ?([^\s,/]{1,200})")
_FILE: Final = re.compile(r"(?:Could not (?:open|read)|Can't open) [^\n]{0,60}?from ([^\s<]{1,250})")
_VERIFY: Final = re.compile(r"(?:Verify return code: |verify error:num=)([1-9]\d{0,2})(?: \(|:)([^)\n]{1,100})")
_EXPIRED_CODE: Final = "10"


def read(evidence: Evidence) -> Reading | None:
    """Of ``openssl x509``, ``s_client`` and ``curl -v``. How long is left is told only where the moment is known."""
    program = evidence.command.named("openssl")
    if program is None and "notAfter=" not in evidence.output[:20_000]:
        return None
    output = evidence.output
    name = _name(evidence)
    if program and (failed := _failed(evidence, name)):
        return failed
    ends = [moment for found in _AFTER.finditer(output) if (moment := _moment(found)) is not None]
    begins = [moment for found in _BEFORE.finditer(output) if (moment := _moment(found)) is not None]
    if "will expire" in output or "will not expire" in output:
        expires = "will expire" in output
        clause = (
            Clause("warn", f"{_the(name)} expires within the time that is asked for")
            if expires
            else Clause("fine", f"{_the(name)} does not expire within the time that is asked for")
        )
        return tell(SOURCE, [State(name, "certificate ends in time asked for", "yes" if expires else "no")], [clause])
    if not ends and not _VERIFY.search(output):
        return None
    facts: list[Fact] = []
    clauses: list[Clause] = []
    for end in sorted(ends)[:1]:  # of a chain the part that ends first
        facts.append(State(name, "certificate ends", f"{datetime.fromtimestamp(end, UTC):%Y-%m-%d %H:%M} UTC"))
        if evidence.at:
            facts.append(Measured(name, "certificate left", end - evidence.at, "seconds"))
        clauses.append(_left(name, end, evidence.at))
    if begins and evidence.at and max(begins) > evidence.at:
        facts.append(State(name, "certificate", "not valid yet"))
        clauses.append(Clause("bad", f"{_the(name)} is not valid yet"))
    verify = _VERIFY.search(output)
    if verify:
        facts.append(State(name, "certificate refused", verify[2]))
        expired = verify[1] == _EXPIRED_CODE
        clauses.append(Clause("bad" if expired else "warn", f"{_the(name)} is not accepted: {verify[2]}"))
    return tell(SOURCE, facts, clauses)


def _the(name: str) -> str:
    return f"the certificate of {name}" if name != "service" else "the certificate"


def _name(evidence: Evidence) -> str:
    """Whose it is: by the server's name that was asked for, the address, the file, else its own subject."""
    for program in evidence.command.programs:
        if program.path[0] == "openssl":
            told = (
                program.value("-servername")
                or program.value("-connect").rpartition(":")[0]
                or program.value("-in").rpartition("/")[2]
            )
            if told and not told.startswith("$"):
                return told
    found = _NAME.search(evidence.output[:20_000])
    return found[1] if found else "service"


def _left(name: str, end: float, at: float) -> Clause:
    when = f"{datetime.fromtimestamp(end, UTC):%Y-%m-%d %H:%M} UTC"
    if not at:
        return Clause("fine", f"{_the(name)} expires at {when}")
    left = end - at
    if left <= 0:
        return Clause("bad", f"{_the(name)} expired {duration(max(-left, 1.0))} ago, at {when}")
    level: Level = "bad" if left < VERY_SOON_SECONDS else "warn" if left < SOON_SECONDS else "fine"
    return Clause(level, f"{_the(name)} expires in {duration(left)}, at {when}")


def _failed(evidence: Evidence, name: str) -> Reading | None:
    """There is no certificate to read: nobody answers, or the file is not there."""
    output = evidence.output
    if "connect:errno=" in output or "Connection refused" in output:
        return tell(
            SOURCE,
            [State(name, "answer", "none")],
            [Clause("bad", f"nothing answers at {name}, so there is no certificate to see")],
        )
    missing = _FILE.search(output)
    if missing:
        return tell(
            SOURCE, [State(missing[1], "file", "no certificate")], [Clause("warn", f"there is no certificate in {missing[1]}")]
        )
    if "Could not read certificate" in output or "unable to load certificate" in output.lower():
        return tell(SOURCE, [State(name, "certificate", "none")], [Clause("bad", f"{name} shows no certificate")])
    return None


def _moment(found: re.Match[str]) -> float | None:
    try:
        if found[1]:
            return datetime.strptime(" ".join(found[1].split()), "%b %d %H:%M:%S %Y").replace(tzinfo=UTC).timestamp()
        return datetime.fromisoformat(found[2]).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None

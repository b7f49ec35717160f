"""DNS: what dig, nslookup and host were answered, and every way of having no answer."""

import re
from typing import Final

from stormjib.core.shell.command_line import Program
from stormjib.core.text.units import counted
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Measured, Reading, State, tell

SOURCE = "dns"
_PROGRAMS: Final = ("dig", "nslookup", "host", "kdig", "drill")
_STATUS: Final = re.compile(r"status: ([A-Z]{4,10}),|(?:NXDOMAIN|SERVFAIL|REFUSED)\b")
_UNANSWERED: Final = re.compile(
    r"no servers could be reached|connection timed out|communications error|timed out; no|no response from"
)
_RECORD: Final = re.compile(r"^\S{1,255}\.?\s+\d{1,9}\s+IN\s+(?!SOA\b)([A-Z0-9]{1,10})\s+(\S.{0,300})$", re.MULTILINE)
_ADDRESS: Final = re.compile(r"has (?:IPv6 )?address (\S{1,64})|^Address(?:es)?:\s+(\S{1,64})$", re.MULTILINE)
_MEANINGS: Final = {
    "NXDOMAIN": "there is no such name",
    "SERVFAIL": "its name server fails",
    "REFUSED": "the name server refuses to answer",
    "FORMERR": "the name server does not understand the question",
    "NOTIMP": "the name server does not understand the question",
}
_SLOW: Final = re.compile(r"Query time: (\d{1,7}) msec")
_SLOW_MILLISECONDS: Final = 1_000
_TYPES: Final = {"A", "AAAA", "MX", "TXT", "NS", "CNAME", "SRV", "SOA", "PTR", "CAA", "ANY", "IN"}


def read(evidence: Evidence) -> Reading | None:
    """Only of these programs: an empty answer of ``dig +short`` looks like anything."""
    program = next((found for name in _PROGRAMS if (found := evidence.command.named(name))), None)
    if program is None:
        return None
    name, output = _asked(program), evidence.output
    answers = _answers(program, output)
    if not answers and _UNANSWERED.search(output):
        return tell(
            SOURCE, [State(name, "dns", "no answer")], [Clause("bad", f"no name server answers when it is asked for {name}")]
        )
    told = _STATUS.search(output)
    status = (told[1] or told[0]) if told else "NOERROR"
    if status != "NOERROR":
        said = _MEANINGS.get(status, "the name server answers with an error")
        return tell(
            SOURCE,
            [State(name, "dns", status)],
            [
                Clause(
                    "bad",
                    f"DNS knows no {name}: {said} ({status})"
                    if status == "NXDOMAIN"
                    else f"DNS does not tell {name}: {said} ({status})",
                )
            ],
        )
    slow = _SLOW.search(output)
    clauses = (
        [Clause("warn", f"the name server took {int(slow[1]):,} ms to answer")]
        if slow and int(slow[1]) >= _SLOW_MILLISECONDS
        else []
    )
    if not answers:
        if evidence.exit_code or (output.strip() and program.path[0] != "dig"):
            return None
        return tell(SOURCE, [State(name, "dns", "empty")], [Clause("warn", f"DNS has no answer for {name}: the answer is empty")])
    facts: list[Fact] = [
        Measured(name, "dns answers", float(len(answers)), "count"),
        *(State(name, "dns", answer) for answer in answers[:10]),
    ]
    return tell(
        SOURCE,
        facts,
        clauses or [Clause("fine", f"DNS has {counted(len(answers), 'answer')} for {name}: {', '.join(answers[:3])}")],
    )


def _answers(program: Program, output: str) -> list[str]:
    if program.path[0] == "dig" and "+short" in program.words:
        return [line.strip() for line in output.split("\n") if line.strip() and not line.startswith(";")]
    if program.path[0] == "nslookup":  # the first address is the name server's own
        output = output.partition("\n\n")[2]
    told = [found[1] or found[2] for found in _ADDRESS.finditer(output)]
    head = output.partition("AUTHORITY SECTION")[0]
    return told or [record[2].strip() for record in _RECORD.finditer(head)]


def _asked(program: Program) -> str:
    """The name that is asked for: the first word that is neither an option, a server nor a type."""
    kept = [word for word in program.words if word[:1] not in {"-", "+", "@"} and word.upper() not in _TYPES]
    plain = [word for at, word in enumerate(kept) if not word.isdecimal()]
    return plain[0].rstrip(".") if plain else "the name"

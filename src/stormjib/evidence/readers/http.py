"""HTTP checks: what curl was answered, how fast, and what the body names as failing."""

import json
import re
from typing import Any, Final

from stormjib.core.shell.command_line import Program
from stormjib.core.text import units
from stormjib.evidence.readers.amount import number
from stormjib.evidence.readers.reading import Clause, Evidence, Fact, Level, Measured, Reading, State, tell

SOURCE = "http"
SLOW_SECONDS: Final = 1.0
"""An answer that took longer is worth a sentence."""

_STATUS_LINE: Final = re.compile(r"^(?:< )?HTTP/\d(?:\.\d)? (\d{3})\b", re.MULTILINE)
_ERROR_PAGE: Final = re.compile(r"<(?:title|h1)>\s*([45]\d\d [A-Z][A-Za-z -]{2,40})\s*<")
_MOVED: Final = {301, 302, 303, 307, 308}
_MOVED_PAGE: Final = re.compile(r"<(?:title|h1)>\s*(30[12378] [A-Z][A-Za-z -]{2,40})\s*<")
_SICK: Final = {
    "unhealthy",
    "down",
    "error",
    "fail",
    "failed",
    "failing",
    "critical",
    "unavailable",
    "not ready",
    "not_ready",
    "degraded",
    "outofservice",
    "out_of_service",
    "red",
}
_SERVER: Final = re.compile(r"^(?:< )?server: ([^\r\n]{1,80})", re.MULTILINE | re.IGNORECASE)
_FAILED_WITH: Final = re.compile(r"returned error: (\d{3})")
_REFUSED: Final = re.compile(r"connection refused|could not connect|no route to host", re.IGNORECASE)
_ENDINGS: Final = {
    3: "curl does not understand the address",
    5: "the name of the proxy is not found",
    6: "the name of the address is not found (DNS)",
    7: "nothing answers at this address",
    18: "the answer broke off half-way",
    28: "the service did not answer in time",
    35: "the TLS handshake fails",
    47: "the service redirects in circles",
    51: "the TLS certificate is for another name",
    52: "the service closed the connection without an answer",
    55: "the connection broke while sending",
    56: "the connection broke while the answer came",
    60: "the TLS certificate is not trusted",
}
_GOOD: Final = {"ok", "up", "healthy", "ready", "true", "pass", "passing", "green", "alive", "1"}
_GAUGE_DOWN: Final = re.compile(
    r'^(?:\w+_)?up(?:\{[^}\n]{0,400}?(?:dependency|name|instance|job)="([^"\n]{1,80})"[^}\n]{0,400}\})? 0(?:\.0)?$'
)
_BODY_CHARS_MAX: Final = 1_048_576
_TAIL_CHARS: Final = 2_000
_OK: Final = range(200, 400)
_SERVER_ERROR: Final = 500
_WGET_REFUSED, _CURL_REFUSED = 8, 22
"""Exit codes for an answer of 400 or more; curl's with -f."""


def read(evidence: Evidence) -> Reading | None:
    """Status, latency and body. Without curl in the command only an answer with its status line is taken."""
    program = evidence.command.named("curl") or evidence.command.named("wget")
    output = evidence.output
    status = _status(output)
    if program is None and status is None:
        return None
    written = _written(program, output) if program else {}
    status = status or _whole(written.get("status", ""))
    seconds = number(written.get("seconds", ""))
    body = json_body(output)
    failing = failing_dependencies(body)
    facts = _facts(status, seconds, body, failing)
    down = _gauges_down(output)
    facts.extend(State(name, "metric up", "0") for name in down)
    if server := _SERVER.search(output[:_TAIL_CHARS]):
        facts.append(State("service", "server", server[1].strip()))
    clauses = _clauses(evidence, program, status, failing, body)
    if down and not clauses:
        clauses.append(Clause("bad", f"the metrics say that {', '.join(down)} is down"))
    if seconds is not None and seconds >= SLOW_SECONDS:
        clauses.append(Clause("warn", f"the answer took {units.duration(seconds)}"))
    if not clauses and not facts and not output.strip():
        return tell(SOURCE, [State("service", "answer", "without a body")]) if evidence.exit_code == 0 else None
    return tell(SOURCE, facts or [State("service", "answer", "with a body")], clauses)


def _clauses(evidence: Evidence, program: Program | None, status: int | None, failing: list[str], body: object) -> list[Clause]:
    """What is wrong, once: a body that names what fails says more than a status, a status more than an exit code."""
    code = evidence.exit_code or 0
    if failing:
        return [Clause("bad", f"the service is not ready; it names {', '.join(failing)}")]
    said = own_status(body)
    if said and said.lower() in _SICK and (status is None or status in _OK):
        return [Clause("bad", f"the service says of itself that it is {said[:40]}{f', with status {status}' if status else ''}")]
    if status is not None and status in _MOVED and program is not None and not program.has("-L", "--location"):
        text = f"the service answers {status}, which sends to another address; curl does not follow it without -L"
        return [Clause("note", text)]
    if status is not None and status not in _OK and status != 0:
        level: Level = "bad" if status >= _SERVER_ERROR else "warn"
        return [Clause(level, f"the service answers {status}")]
    moved = _MOVED_PAGE.search(evidence.output[:_TAIL_CHARS])
    if moved and code == 0:
        return [Clause("note", f"the answer is a page that says “{moved[1]}”: it sends to another address")]
    page = _ERROR_PAGE.search(evidence.output[:_TAIL_CHARS])
    if page and code == 0:
        return [Clause("bad" if page[1] >= "5" else "warn", f"the answer is a page that says “{page[1]}”")]
    if program and program.path[0] == "wget" and code == _WGET_REFUSED:
        return [Clause("bad", "the service answers with an error")]
    if program is None or program.path[0] != "curl":
        return [Clause("bad", _ENDINGS[7])] if code and _REFUSED.search(evidence.output) else []
    if code == _CURL_REFUSED:
        return [Clause("bad", "the service answers with an error")]
    if code in _ENDINGS:
        return [Clause("bad", _ENDINGS[code])]
    if _REFUSED.search(evidence.output[-_TAIL_CHARS:]) and (code or "curl: (" in evidence.output):
        return [Clause("bad", _ENDINGS[7])]
    return [Clause("warn", f"curl failed with exit code {code}")] if code else []


def _facts(status: int | None, seconds: float | None, body: object, failing: list[str]) -> list[Fact]:
    facts: list[Fact] = []
    if status:
        facts.append(Measured("service", "status", float(status), "http status"))
    if seconds is not None:
        facts.append(Measured("service", "latency", seconds, "seconds"))
    if isinstance(body, dict):
        said = body.get("status")
        if isinstance(said, str):
            facts.append(State("service", "status", said[:200]))
        closed = body.get("maintenance", body.get("maintenance_mode"))
        if isinstance(closed, bool):
            facts.append(State("service", "maintenance", "on" if closed else "off"))
        facts.extend(State(name[:200], "dependency", "failing" if name in failing else "good") for name in map(str, _named(body)))
    return facts


def _status(output: str) -> int | None:
    """That of the last answer: what came before was "100 Continue" or a redirect."""
    found = _STATUS_LINE.findall(output[:_BODY_CHARS_MAX]) or _FAILED_WITH.findall(output[-_TAIL_CHARS:])
    return int(found[-1]) if found else None


_WRITES: Final = {"http_code": "status", "response_code": "status", "time_total": "seconds"}


def _written(program: Program, output: str) -> dict[str, str]:
    """What ``curl -w`` was told to print at the end of the output."""
    template = program.value("-w", "--write-out")[:500].replace("\\n", "\n").replace("\\t", "\t").strip()
    if "%{" not in template:
        return {}
    pattern, names = "", list[str]()
    for literal, name in re.findall(r"([^%]+|%(?!\{))|%\{(\w+)\}", template):
        pattern += r"\s+" if literal.isspace() else re.escape(literal) if literal else r"([\d.]+)" if name in _WRITES else r"\S*"
        names.extend([_WRITES[name]] if name in _WRITES else [])
    found = re.search(pattern + r"\s*$", output[-_TAIL_CHARS:])
    return dict(zip(names, found.groups(), strict=True)) if found else {}


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{3}", text) else None


def json_body(output: str) -> object:
    """The first JSON object of the text, or None."""
    start = output.find("{")
    if start < 0 or len(output) - start > _BODY_CHARS_MAX:
        return None
    try:
        return json.JSONDecoder().raw_decode(output[start:])[0]
    except (ValueError, RecursionError):
        return None


def own_status(body: object) -> str:
    """What a body says of the whole: its ``status``, ``state`` or ``health``; "" where it says nothing."""
    if not isinstance(body, dict):
        return ""
    said = next(
        (body[key] for key in ("status", "state", "health", "healthy", "ok") if isinstance(body.get(key), str | bool)), ""
    )
    return ("healthy" if said else "unhealthy") if isinstance(said, bool) else said


def _named(body: dict[str, Any]) -> dict[str, Any]:
    named = body.get("dependencies") or body.get("checks") or body.get("components") or {}
    return named if isinstance(named, dict) else {}


def failing_dependencies(body: object) -> list[str]:
    """The names under ``dependencies``, ``checks`` or ``components`` whose state does not read as good."""
    if not isinstance(body, dict):
        return []
    failing = []
    for name, state in _named(body).items():
        said = state.get("status", state.get("ok", "")) if isinstance(state, dict) else state
        if isinstance(said, str | bool | int | float | None) and str(said).lower() not in _GOOD:
            failing.append(str(name))
    return failing


def _gauges_down(output: str) -> list[str]:
    """Dependencies whose gauge ``…_up`` is 0 in a page of Prometheus metrics."""
    if "# TYPE " not in output[:20_000]:
        return []
    found = [
        match[1] or "the target"
        for line in output.split("\n")
        if len(line) < _TAIL_CHARS and (match := _GAUGE_DOWN.match(line.strip()))
    ]
    return list(dict.fromkeys(found))[:10]

"""Evidence → findings: the one plain sentence that a seasoned engineer would read out of a command's output."""

import json
import re
from typing import Any

_MISSING_PROGRAM = 127
_ERROR_LINE = re.compile(r"\b(error|exception|traceback|fatal|panic|critical|refused|oom)\b", re.IGNORECASE)
_REFUSED = re.compile(r"connection refused|could not connect|connect(ion)? (timed out|reset)|no route to host", re.IGNORECASE)
_USED = re.compile(r"\s(\d{1,3})%\s+(/\S*)")
_EXCERPT_CHARS_MAX = 160
FULL_PERCENT = 90
"""A file system that is this full is worth a sentence."""


def read_finding(text: str, exit_code: int | None, output: str) -> str:
    """What stands out in the output of the command ``text``; "" when nothing does. Never a guess about the cause."""
    if exit_code is None:
        return "It did not end in time; what it watches may hang."
    if exit_code == _MISSING_PROGRAM or "command not found" in output:
        program = _missing_program(output) or text.split(maxsplit=1)[0]
        return f"`{program}` is not installed here, so this look is not available."
    if "UNHEALTHY" in output:
        return _health_check(output)
    if "redis-cli" in text:
        return _redis(exit_code, output)
    if text.lstrip().startswith("curl"):
        return _http(exit_code, output)
    if re.match(r"(sudo\s+)?df\b", text.lstrip()):
        return _disk(output)
    if exit_code == 1 and "grep" in text and not output.strip():
        return "Nothing matches."
    if re.search(r"\b(logs|journalctl|grep|tail)\b", text):
        return _log_lines(output)
    return f"It failed with exit code {exit_code}." if exit_code else ""


def _missing_program(output: str) -> str:
    found = re.search(r"([\w.+-]+): (?:command )?not found", output)
    return found.group(1) if found else ""


def _health_check(output: str) -> str:
    """The names in the table of ``stormjib health``, which is what scripts/health_check.py prints."""
    failing = re.findall(r"^(\w+)\s+FAILED", output, re.MULTILINE)
    return f"The health check fails: {', '.join(failing)}." if failing else "The health check fails."


def _redis(exit_code: int, output: str) -> str:
    if _REFUSED.search(output):
        return "Redis is down: the connection is refused."
    if "LOADING" in output:
        return "Redis is up but still loads its data."
    if "OOM command not allowed" in output:
        return "Redis is out of memory and refuses writes."
    if exit_code == 0 and output.strip() == "PONG":
        return "Redis answers."
    return f"redis-cli failed with exit code {exit_code}." if exit_code else ""


def _http(exit_code: int, output: str) -> str:
    body = _json_body(output)
    failing = _failing_dependencies(body)
    if failing:
        return f"The service is not ready; it names {', '.join(failing)}."
    if exit_code == 7 or _REFUSED.search(output):  # noqa: PLR2004 - curl's exit code for "could not connect"
        return "Nothing answers at this address."
    if exit_code == 28:  # noqa: PLR2004 - curl's exit code for a timeout
        return "The service did not answer in time."
    if exit_code == 22:  # noqa: PLR2004 - curl -f: the answer was 400 or more
        status = re.search(r"error: (\d{3})", output)
        return f"The service answers {status.group(1) if status else 'with an error'}."
    return f"curl failed with exit code {exit_code}." if exit_code else ""


def _json_body(output: str) -> Any:  # noqa: ANN401 - whatever the target said
    start = output.find("{")
    if start < 0:
        return None
    try:
        return json.JSONDecoder().raw_decode(output[start:])[0]
    except ValueError:
        return None


def _failing_dependencies(body: Any) -> list[str]:  # noqa: ANN401
    """The names under ``dependencies`` or ``checks`` whose state does not read as good."""
    if not isinstance(body, dict):
        return []
    named = body.get("dependencies") or body.get("checks") or {}
    if not isinstance(named, dict):
        return []
    good = {"ok", "up", "healthy", "ready", "true", "pass"}
    failing = []
    for name, state in named.items():
        said = state.get("status", state.get("ok", "")) if isinstance(state, dict) else state
        if str(said).lower() not in good:
            failing.append(str(name))
    return failing


def _disk(output: str) -> str:
    full = [f"{path} is {used} % full" for used, path in _USED.findall(output) if int(used) >= FULL_PERCENT]
    return f"{'; '.join(full)}." if full else ""


def _log_lines(output: str) -> str:
    lines = [line for line in output.splitlines() if _ERROR_LINE.search(line)]
    if not lines:
        return ""
    about_redis = sum("redis" in line.lower() for line in lines)
    named = f", {about_redis} of them about Redis" if about_redis else ""
    last = lines[-1].strip()
    last = last if len(last) <= _EXCERPT_CHARS_MAX else last[: _EXCERPT_CHARS_MAX - 1] + "…"
    return f"{len(lines)} lines speak of errors{named}; the last: {last}"

"""Commands that do something else at night than their author had in mind by day."""

import re
from collections.abc import Iterator

from stormjib.core import shell
from stormjib.core.redact import shown
from stormjib.core.risk import Risk
from stormjib.core.runbook import Command, Finding

_TEXT_CHARACTERS_MAX = 4_000
_SHOWN_CHARACTERS_MAX = 80
_COMPOSE = r"\bdocker(?:-|\s+)compose\b"
_PATTERNS: dict[str, str] = {
    "revert-does-not-deploy": r"\bgit\s+revert\b",
    "prune-destroys-evidence": r"\bdocker\s+(?:system|container|image|volume|builder)\s+prune\b",
    "restart-docker-kills-responder": (
        r"\bsystemctl\s+(?:restart|stop|kill)\s+(?:--\S+\s+)*(?:docker|containerd)\b|\bservice\s+docker\s+(?:restart|stop)\b"
    ),
    "flushdb-no-undo": r"(?i:\bflush(?:db|all)\b)",
    "scale-fixed-port": rf"{_COMPOSE}.{{0,300}}(?:--scale[\s=]+\S+?=|\bscale\s+\S+?=)(?:[2-9]|[1-9]\d)",
    "curl-hides-errors": (
        r"\bcurl\b(?!.{0,2000}\s(?:-[a-zA-Z]*[fiIwv][a-zA-Z]*|--fail|--fail-with-body|--head|--include|--write-out|--verbose)\b)"
    ),
}
_MESSAGES: dict[str, str] = {
    "revert-does-not-deploy": (
        "git revert changes the repository and deploys nothing. Add the command that builds and deploys the reverted version."
    ),
    "prune-destroys-evidence": (
        "A prune deletes stopped containers, and with them the logs of whatever crashed. "
        "Save docker ps -a and docker logs first, or prune images only."
    ),
    "restart-docker-kills-responder": (
        "This stops every container on the host, also the tool that runs this command if it is one of them. "
        "Restart the one container instead, or run it from another host."
    ),
    "flushdb-no-undo": (
        "A flush cannot be undone. Take a copy first (redis-cli --rdb dump.rdb), or delete the bad keys by their prefix."
    ),
    "scale-fixed-port": (
        "Several containers cannot share one fixed host port, so the second one fails to start. "
        "Give the service a range of ports, or no host port and a proxy in front."
    ),
    "curl-hides-errors": "curl exits 0 when the server answers 500, so this looks healthy when it is not. Add -f.",
}
_COMPILED = tuple((code, re.compile(pattern, re.DOTALL), _MESSAGES[code]) for code, pattern in _PATTERNS.items())
_GIVE = "Give the variable in the commands' env file (command_env_file)."
_ASKED = "A value that is always the same can stand under inputs in the front matter."
_WRITTEN_THERE = (
    "A password or a token stands in this command, for everybody who can read the runbook. "
    "Write $NAME in its place, and give the value in the commands' env file (command_env_file)."
)
_LISTED_MAX = 5
_CAUTION = re.compile(r"\b(caution|danger(?:ous)?|careful(?:ly)?|warning|destructive|last resort)\b|\u26a0", re.IGNORECASE)

CODES = (
    *_PATTERNS,
    *(
        "placeholder",
        "endless-command",
        "opens-editor",
        "secret-variable",
        "variable",
        "unknown-command",
        "no-verify",
        "verify-changes",
    ),
    "unsafe-caution",
    "password-in-runbook",
)


def of(command: Command) -> Iterator[Finding]:
    """Everything that the linter has to say about one command."""
    text = command.text[:_TEXT_CHARACTERS_MAX]
    for code, pattern, message in _COMPILED:
        if pattern.search(text):
            yield Finding(code, command.line, message)
    if shown(command.text) != command.text:
        yield Finding("password-in-runbook", command.line, _WRITTEN_THERE)
    for code, message in (*_of_verdict(command), *_of_care(command)):
        yield Finding(code, command.line, message)


def _of_verdict(command: Command) -> Iterator[tuple[str, str]]:
    shown = _shown(command.text)
    if command.endless:
        form = f"it is run as {_shown(command.bounded)}" if command.bounded else "it is stopped when its time is up"
        yield "endless-command", f"{shown} never ends; {form}. Write the form that ends."
    if command.opens_editor:
        yield (
            "opens-editor",
            f"{shown} opens an editor and nobody is there to close it. Give the text as an option (--no-edit, -m).",
        )
    lacking = shell.missing(command.text)
    for name in (name.removeprefix("$") for name in lacking if name.startswith("$")):
        code = "secret-variable" if name in command.secrets else "variable"
        asked = (
            "has no value, and is asked for in an incident"
            if code == "variable"
            else "must have a value where this runs, or it is refused"
        )
        yield code, f"${name} {asked}. {_ASKED if code == 'variable' else _GIVE}"
    left = [name for name in lacking if not name.startswith("$")]
    if left:
        shown = ", ".join(left[:_LISTED_MAX])
        yield "placeholder", f"{shown} is not filled in, and is asked for in an incident. {_ASKED}"
    if command.risk is Risk.UNKNOWN:
        reason = f" ({command.reason.rstrip('.')})" if command.reason else ""
        advice = "If it only reads, let the site's operator say so in the settings."
        yield "unknown-command", f"What {shown} does is not known{reason}, so a person is asked first. {advice}"


def _of_care(command: Command) -> Iterator[tuple[str, str]]:
    if command.risk in {Risk.DISRUPT, Risk.DESTROY} and not (command.verify or command.expect):
        yield "no-verify", f"Nothing says how to tell that {_shown(command.text)} worked. Add verify= with a check to the fence."
    if command.verify and shell.judge(command.verify).risk is not Risk.READ:
        yield "verify-changes", f"The check {_shown(command.verify)} is not proven to only read. Use a command that reads."
    if _CAUTION.search(command.label) and command.approvals is None:
        yield "unsafe-caution", "A comment is not a guard. Add needs=approval:2 to the fence, so that it holds."


def _shown(text: str) -> str:
    """A command in a sentence: one line, not endless itself."""
    line = " ".join(shown(text).split())
    return f"'{line[:_SHOWN_CHARACTERS_MAX]}{'…' if len(line) > _SHOWN_CHARACTERS_MAX else ''}'"

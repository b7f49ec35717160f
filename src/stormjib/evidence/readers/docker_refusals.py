"""What Docker and Compose say instead of an answer."""

import re
from typing import Final

from stormjib.evidence.readers.reading import Clause, Look, Reading, Severity, State, tell

SOURCE: Final = "docker"
_OUTPUT_CHARS: Final = 20_000
_REFUSALS: Final[tuple[tuple[re.Pattern[str], Severity, str], ...]] = (
    (
        re.compile(
            r"permission denied while trying to connect to the Docker|Got permission denied .{0,40}Docker daemon", re.IGNORECASE
        ),
        "warn",
        "this user may not talk to the Docker daemon",
    ),
    (
        re.compile(
            r"Cannot connect to the Docker daemon|Couldn't connect to Docker daemon|Error while fetching server API version|failed to connect to the docker API",
            re.IGNORECASE,
        ),
        "bad",
        "the Docker daemon does not answer here",
    ),
    (re.compile(r"No such (container|object|image|service): (\S{1,200})", re.IGNORECASE), "bad", "there is no {0} named {1}"),
    (re.compile(r"no such (service): (\S{1,200})", re.IGNORECASE), "bad", "there is no {0} named {1}"),
    (re.compile(r"Container (\S{1,200}) is (not running|paused|restarting)", re.IGNORECASE), "bad", "the container {0} is {1}"),
    (re.compile(r"service \"(\S{1,100})\" is not running", re.IGNORECASE), "bad", "the service {0} is not running"),
    (re.compile(r"No container found for (\S{1,200})", re.IGNORECASE), "bad", "no container of {0} runs"),
    (
        re.compile(r"Can't find a suitable configuration file|no configuration file provided", re.IGNORECASE),
        "warn",
        "there is no compose file where this command runs",
    ),
    (
        re.compile(r"docker: unknown command: docker (\S{1,60})|docker: '(\S{1,60})' is not a docker command", re.IGNORECASE),
        "warn",
        "Docker has no command `{0}` here",
    ),
    (re.compile(r"no space left on device", re.IGNORECASE), "bad", "Docker finds no space left on its disk"),
    (re.compile(r"i/o timeout|context deadline exceeded", re.IGNORECASE), "bad", "the Docker daemon did not answer in time"),
)
_ID: Final = re.compile(r"[0-9a-f]{64}")


def read(look: Look) -> Reading | None:
    """Only what a failed command printed, and only by its beginning and its end."""
    if look.exit_code == 0:
        return None
    text = look.output if len(look.output) <= _OUTPUT_CHARS else look.output[:_OUTPUT_CHARS] + look.output[-_OUTPUT_CHARS:]
    for pattern, severity, sentence in _REFUSALS:
        found = pattern.search(text)
        if found:
            named = [part.rstrip(".,;'\"") for part in found.groups() if part]
            named = [part[:12] if _ID.fullmatch(part) else part.lower() if part.istitle() else part for part in named]
            told = sentence.format(*named)
            return tell(SOURCE, [State("docker", "refusal", told)], [Clause(severity, told)])
    return None

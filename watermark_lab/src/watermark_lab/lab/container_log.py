"""``docker logs`` and ``docker-compose logs``: what the processes really printed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from watermark_lab.lab import moment
from watermark_lab.lab.arguments import Arguments, parse
from watermark_lab.lab.call import Call, Refusal
from watermark_lab.lab.capture import Line
from watermark_lab.lab.child import Child
from watermark_lab.lab.parts import Parts

FLAGS = {"-f": "follow", "--follow": "follow", "-t": "timestamps", "--timestamps": "timestamps", "--no-color": "plain"}
VALUED = {"-n": "tail", "--tail": "tail", "--since": "since"}
_FOLLOW_SECONDS = 0.2


def run(call: Call, parts: Parts, argv: Sequence[str]) -> int:
    """Print what one container printed."""
    given = parse("docker logs", argv, FLAGS, VALUED)
    if len(given.operands) != 1:
        msg = '"docker logs" requires exactly 1 argument.'
        raise Refusal(msg)
    show(call, [parts.container(given.operands[0])], given, "docker logs")
    return 0


def show(call: Call, children: list[Child], given: Arguments, program: str) -> None:
    """Print the lines of ``children``, each with its container's name when there are several; follow if asked."""
    since_text = given.last("since")
    since: datetime | None = None
    if since_text is not None:
        try:
            since = moment.parse(since_text, datetime.now(UTC))
        except ValueError as err:
            msg = f"invalid value for --since: {since_text!r} is no point in time"
            raise Refusal(msg) from err
    tail = given.number("tail", program)
    writers = [(child.capture, _printer(call, child.name if len(children) > 1 else None, given)) for child in children]
    offsets = [capture.size_now() for capture, _write in writers]
    for capture, write in writers:
        lines = capture.lines(since)
        for line in lines if tail is None else deque(lines, maxlen=tail):
            write(line)
    while given.has("follow") and not call.wait(_FOLLOW_SECONDS):
        for number, (capture, write) in enumerate(writers):
            lines_new, offsets[number] = capture.after(offsets[number])
            for line in lines_new:
                write(line)


def _printer(call: Call, prefix: str | None, given: Arguments) -> Callable[[Line], None]:
    def write(line: Line) -> None:
        stamp = f"{moment.rfc3339(line.at)} " if given.has("timestamps") else ""
        call.out((f"{prefix}  | " if prefix else "") + stamp + line.text)

    return write

"""What a command ends with: the exit codes, and the one exception that carries a code and a sentence."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes. They are a contract with scripts; docs/reference/cli.md lists them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NEEDS = 4
    REFUSED = 5
    UNREACHABLE = 6
    TIMEOUT = 7
    CONFLICT = 8
    INTERRUPTED = 130
    BROKEN_PIPE = 141


MEANINGS = {
    Exit.OK: "it worked",
    Exit.FAILED: "it failed, or what was checked is unhealthy",
    Exit.USAGE: "the command was used wrongly",
    Exit.NOT_FOUND: "there is no such incident, run, file or token",
    Exit.NEEDS: "it needs an approval or an answer; the next command is printed",
    Exit.REFUSED: "refused by policy: not now, not by you, or not proven yet",
    Exit.UNREACHABLE: "the server can't be reached, or takes no work now",
    Exit.TIMEOUT: "the server did not answer in time",
    Exit.CONFLICT: "somebody else holds it or has changed it",
    Exit.INTERRUPTED: "stopped with Ctrl-C",
    Exit.BROKEN_PIPE: "whoever read the output stopped reading",
}


class Stop(Exception):
    """Ends a command with a code, a sentence for stderr, and the commands that come next."""

    def __init__(self, code: Exit, sentence: str, *following: str) -> None:
        """Keep them."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.following = following


_STATUSES = {
    400: Exit.USAGE,
    401: Exit.REFUSED,
    403: Exit.REFUSED,
    404: Exit.NOT_FOUND,
    408: Exit.TIMEOUT,
    409: Exit.REFUSED,
    412: Exit.CONFLICT,
    413: Exit.USAGE,
    422: Exit.USAGE,
    429: Exit.UNREACHABLE,
    502: Exit.UNREACHABLE,
    503: Exit.UNREACHABLE,
    504: Exit.TIMEOUT,
}


def of_status(status: int) -> Exit:
    """The exit code for an HTTP status that is not a success."""
    return _STATUSES.get(status, Exit.FAILED)

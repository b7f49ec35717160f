"""What the ports may answer instead: each with a sentence, and what became of the request."""

from stormjib.core.redact import redacted


class DeliveryError(Exception):
    """A vendor or a target did not do what was asked. ``permanent``: trying again can't help.

    ``unknown``: it may have done it all the same, for it was asked and its answer was lost.

    ``retry_after_seconds``: when the other side said that it would be well again, None where it did not.
    """

    def __init__(
        self, integration: str, reason: str, *, permanent: bool, retry_after_seconds: float | None = None, unknown: bool = False
    ) -> None:
        """Keep the integration's name, the sentence, whether it is final, when to come back, and whether anybody knows."""
        # Where our sentence ends with somebody else's, its full stop stands once.
        reason = f"{reason.rstrip('.')}." if reason.endswith("..") else reason
        # What it says may repeat what it was given, such as the link of a page.
        reason = redacted(reason)
        super().__init__(reason)
        self.integration = integration
        self.reason = reason
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds
        self.unknown = unknown


class Overloaded(Exception):
    """More work waits than may. Nothing was written; the same request is welcome after ``retry_after_seconds``."""

    def __init__(self, reason: str, retry_after_seconds: int = 1) -> None:
        """Keep the sentence and how long to wait."""
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Exception):
    """The log can't take anything now, such as when the disk is full. Nothing was written; the text says what to do."""


class NotFound(Exception):
    """There is no incident, token or runbook of this name; the text says where to look."""


class StoreFailed(Exception):
    """The database refused. ``fatal``: this process can't recover from it and has to be started again.

    ``damage``: what was wanted lies in a part of the file that is damaged; other parts may be well.
    """

    def __init__(self, reason: str, *, fatal: bool, damage: bool = False) -> None:
        """Keep the sentence, whether the process has to end, and whether the file is damaged there."""
        super().__init__(reason)
        self.reason = reason
        self.fatal = fatal
        self.damage = damage


class Damaged(StoreFailed):
    """The log of one incident can't be read any more, and that of all the others can; the text names it."""

    def __init__(self, reason: str, incident: str) -> None:
        """Keep the sentence and whose log it is."""
        super().__init__(reason, fatal=False, damage=True)
        self.incident = incident

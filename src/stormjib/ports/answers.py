"""What the ports may answer instead: each with a sentence, and what became of the request."""


class DeliveryError(Exception):
    """A vendor or a target did not do what was asked. ``permanent``: trying again can't help.

    ``retry_after_seconds``: when the other side said that it would be well again, None where it did not.
    """

    def __init__(self, integration: str, reason: str, *, permanent: bool, retry_after_seconds: float | None = None) -> None:
        """Keep the integration's name, the sentence, whether it is final and when to come back."""
        super().__init__(reason)
        self.integration = integration
        self.reason = reason
        self.permanent = permanent
        self.retry_after_seconds = retry_after_seconds


class Overloaded(Exception):  # noqa: N818 - an answer to a sender, not a fault
    """More work waits than may. Nothing was written; the same request is welcome after ``retry_after_seconds``."""

    def __init__(self, reason: str, retry_after_seconds: int = 1) -> None:
        """Keep the sentence and how long to wait."""
        super().__init__(reason)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Exception):  # noqa: N818 - an answer to a sender, not a fault
    """The log can't take anything now, such as when the disk is full. Nothing was written; the text says what to do."""


class NotFound(Exception):  # noqa: N818 - an answer to a person, not a fault
    """There is no incident, token or runbook of this name; the text says where to look."""


class Damaged(Exception):  # noqa: N818 - what was asked can't be answered, and everything else can
    """An entry of this incident's log can't be read any more; the text names it."""


class StoreFailed(Exception):  # noqa: N818 - what it says is "Unavailable" to whoever asked
    """The database refused. ``fatal``: this process can't recover from it and has to be started again."""

    def __init__(self, reason: str, *, fatal: bool) -> None:
        """Keep the sentence and whether the process has to end."""
        super().__init__(reason)
        self.reason = reason
        self.fatal = fatal

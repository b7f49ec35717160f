"""What the site decides: who is on call, how long things may take, what it trusts."""

import msgspec


class Trusted(msgspec.Struct, frozen=True):
    """A command whose computed risk the site's operator lowers to ``read``, by its exact text."""

    command: str
    reason: str


class Component(msgspec.Struct, frozen=True):
    """A part of the service: its name, other words for it in alerts and outputs, and what it needs to work."""

    name: str
    words: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True):
    """The site's own answers to what a runbook leaves open. Every limit carries its unit in its name."""

    responders: tuple[str, ...] = ("on-call",)
    """The escalation ladder: the first is paged first."""
    immediately_minutes: float = 5.0
    escalate_minutes: float = 5.0
    approval_expires_minutes: float = 30.0
    probe_timeout_seconds: float = 10.0
    action_timeout_seconds: float = 120.0
    measures: bool = True
    """Whether the site has said where the protected service answers, so that a recovery can be measured."""
    reviews_metrics: bool = False
    """Whether there is a place to ask for metrics: a Prometheus server, or the service's own ``/metrics``."""
    reads_logs: bool = False
    """Whether the logs that the runbook names are grouped into patterns when an incident is declared."""
    components: tuple[Component, ...] = ()
    """The parts of the service that the operator names; without them they are read out of the evidence."""
    trusted: tuple[Trusted, ...] = ()
    variables: frozenset[str] = frozenset()
    """The names of the variables that the site gives its commands with a value."""
    base_url: str = "http://127.0.0.1:8700"

    def trusts(self, text: str) -> Trusted | None:
        """The operator's line for this exact command, if there is one."""
        return next((line for line in self.trusted if line.command.strip() == text.strip()), None)

"""stormjib: incident response driven by the runbook a team already has."""

__version__ = "0.1.0"

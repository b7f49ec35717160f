"""stormjib: incident response driven by the runbook a team already has."""

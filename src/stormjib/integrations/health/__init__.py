"""The health check: what proves that watermark-lab-api works, from outside, with every failure as a sentence."""

from stormjib.integrations.health.check import check
from stormjib.integrations.health.command import main
from stormjib.integrations.health.report import Check, Limits, Report, table, to_json

__all__ = ["Check", "Limits", "Report", "check", "main", "table", "to_json"]

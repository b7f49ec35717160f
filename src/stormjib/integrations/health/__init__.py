"""The checks of a service: what proves from outside that it works, with every failure as a sentence."""

from stormjib.integrations.health.check import Ended, Tools, check
from stormjib.integrations.health.report import Check, Limits, Report, to_json

__all__ = ["Check", "Ended", "Limits", "Report", "Tools", "check", "to_json"]

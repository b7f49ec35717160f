"""Commands on this host: run with limits, read, and handed to the log without a secret in them."""

from stormjib.integrations.command.performer import CommandPerformer, Target
from stormjib.integrations.command.run import Ran, run

__all__ = ["CommandPerformer", "Ran", "Target", "run"]

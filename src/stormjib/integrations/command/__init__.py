"""Commands, here and elsewhere: run with limits, read, and handed to the log without a secret in them."""

from stormjib.integrations.command.performer import CommandPerformer
from stormjib.integrations.command.places import Places, Target
from stormjib.integrations.command.run import Ran, run

__all__ = ["CommandPerformer", "Places", "Ran", "Target", "run"]

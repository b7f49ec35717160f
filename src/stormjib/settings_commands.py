"""What the settings say of the runbook's commands: where and with what they run, and what is trusted."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

from stormjib.settings_files import read_variables
from stormjib.settings_tables import TrustedCommand


class OfCommands(BaseModel):
    """How each command of the runbook starts."""

    command_path: str = ""
    """Directories that stand first on the PATH of the runbook's commands, separated by colons."""
    command_dir: Path | None = None
    command_prefix: tuple[str, ...] = ()
    """Words before the shell of each command of the runbook, to run it elsewhere: ["nsenter", "-t", "4711", "-m", "-n", "-p"]."""
    target: str = ""
    """Where the runbook's commands run: local, ssh:USER@HOST, docker-context:NAME or kube:CONTEXT/NAMESPACE; a [[service]] may say its own."""
    targets: Annotated[tuple[str, ...], NoDecode] = ()
    """Other such places that a command of the runbook may name with {target=…}."""
    ssh_config: Path | None = None
    """The ssh configuration for targets such as ssh:ops@web-1, in place of that of the user that stormjib runs as."""
    command_env_file: Path | None = None
    """Lines NAME=value for the runbook's commands, such as ADMIN_TOKEN; the file must not be readable by others."""
    probe_timeout_seconds: float = Field(default=10.0, gt=0, le=300)
    action_timeout_seconds: float = Field(default=120.0, gt=0, le=3600)
    trusted: tuple[TrustedCommand, ...] = ()
    """[[trusted]] command = "exact text", reason = "why it only reads"."""

    @field_validator("command_path", mode="before")
    @classmethod
    def _one_text(cls, value: object) -> object:
        listed = ":".join(map(str, value)) if isinstance(value, list) else ""
        if listed:
            raise ValueError(f'write the directories as one text, separated by colons: command_path = "{listed}"')
        return value

    def command_env(self) -> dict[str, str]:
        """The variables for the runbook's commands; raises ``ValueError`` with a sentence where the file is no good."""
        return read_variables(self.command_env_file) if self.command_env_file else {}

"""Tables of the settings: components, commands that are trusted, metrics of one's own."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class NamedComponent(BaseModel):
    """One ``[[component]]``: its name, other words for it in outputs and alerts, and the names of what it needs."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    words: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


class TrustedCommand(BaseModel):
    """One ``[[trusted]]``: the exact text of a command, and why it only reads."""

    model_config = ConfigDict(extra="forbid")

    command: str = Field(min_length=1)
    reason: str = ""


class OwnMetric(BaseModel):
    """A metric of the operator's; one with the name of a built-in metric takes its place."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    query: str = Field(min_length=1)
    unit: str = ""
    worse: Literal["up", "down", "both"] = "up"
    floor: float = Field(default=0.0, ge=0)
    """The least difference that means anything, in the metric's unit; 0 is 5 % of what is usual."""
    thing: str = ""
    """The component that it tells of; the service where it is empty."""

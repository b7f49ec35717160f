"""What the JSON API is sent: one class for each kind of body, with its limits."""

from typing import Annotated

from pydantic import BaseModel, Field

from stormjib.core.severity import Severity

TEXT_CHARS_MAX = 10_000
Text = Annotated[str, Field(max_length=TEXT_CHARS_MAX)]


class Declaration(BaseModel):
    """A new incident."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    severity: Severity
    service: Annotated[str, Field(max_length=200)] = ""
    cause: Annotated[str, Field(max_length=200)] = ""
    """An idempotency key: the same key again is the same incident."""


class Words(BaseModel):
    """A text, a note or a reason."""

    text: Text = ""


class ClearedAlert(BaseModel):
    """An alert's name or fingerprint, and why it is over although its sender does not say so. ``all``: every one of this name."""

    alert: Annotated[str, Field(min_length=1, max_length=1_000)]
    all: bool = False
    reason: Text = ""


class NewSeverity(BaseModel):
    """A severity and why."""

    severity: Severity
    reason: Text = ""


class Wanted(BaseModel):
    """A command of the runbook, by its id. There is no field for a command's text, on purpose."""

    command_id: Annotated[str, Field(max_length=100)]
    reason: Text = ""


class Answer(BaseModel):
    """Why a run is approved or refused."""

    reason: Text = ""


class Settlement(BaseModel):
    """What became of a run whose outcome nobody knew."""

    took_effect: bool
    note: Text = ""


class Status(BaseModel):
    """A status for an audience: a text, or the values for the fields of the runbook's template."""

    stage: Annotated[str, Field(max_length=40)]
    audience: Annotated[str, Field(max_length=40)] = "customers"
    text: Text = ""
    values: dict[str, Text] = {}


class Action(BaseModel):
    """An action item."""

    text: Text
    owner: Annotated[str, Field(max_length=200)]
    due: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class NewToken(BaseModel):
    """A token for a person or a program."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: list[str]

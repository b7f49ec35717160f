"""What an action takes: each parameter with its limits, its help, and how a form and a command line spell it."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

TEXT_CHARS_MAX: Final = 10_000
NAME_CHARS_MAX: Final = 200
Text = Annotated[str, Meta(max_length=TEXT_CHARS_MAX)]
"""Whatever a person writes."""
Name = Annotated[str, Meta(max_length=NAME_CHARS_MAX)]
"""An id, a person, a service."""
Kind = Literal["text", "flag", "severity", "texts", "other"]


class Spelling(msgspec.Struct, frozen=True):
    """How a parameter is spelled where people type it; the API takes it under its name in JSON."""

    form: str = ""
    """The field of a form; "" where no form has it."""
    word: str = ""
    """On the command line: an option with its dashes, else a positional argument; "" where it is not typed."""
    metavar: str = ""
    kind: str = ""
    """The function of ``cli.values`` that reads it."""
    choices: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    """What a form lets one choose from, where a runbook may have more."""
    said: tuple[str, str] | tuple[()] = ()
    """How a yes and a no are told afterwards."""
    must: bool = False
    """Required on the command line although the API has a default for it."""
    optional: bool = False
    """A positional argument that may be left out."""
    finds: str = ""
    """``item``, ``proof`` or ``command``: a bare number is a line of the runbook, and means what stands there."""
    default: str | bool | None = ""
    """What the command line sends where nothing is typed."""


_UNSPELLED: Final = Spelling()


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of an action, as its struct declares it. ``wire`` is its name in JSON."""

    name: str
    wire: str
    help: str
    kind: Kind
    required: bool
    chars_max: int | None
    spelling: Spelling


def spelled(sentence: str, spelling: Spelling = _UNSPELLED) -> Meta:
    """The help of a parameter and how it is spelled; to be put into ``Annotated``."""
    return Meta(description=sentence, extra={"spelling": spelling})


def why(sentence: str = "why, in words", *, must: bool = False) -> Meta:
    """A reason: ``reason`` in a form, ``--reason`` on the command line."""
    return spelled(sentence, Spelling(form="reason", word="--reason", metavar="TEXT", must=must))


def parameters_of(struct: type[msgspec.Struct]) -> tuple[Parameter, ...]:
    """Every parameter in the order of its declaration."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    return tuple(_parameter(field) for field in info.fields)


def _parameter(field: msgspec.inspect.Field) -> Parameter:
    declared, told, spelling = field.type, "", Spelling()
    if isinstance(declared, msgspec.inspect.Metadata):
        told = str((declared.extra_json_schema or {}).get("description", ""))
        spelling = (declared.extra or {}).get("spelling", spelling)
        declared = declared.type
    chars_max = declared.max_length if isinstance(declared, msgspec.inspect.StrType) else None
    return Parameter(field.name, field.encode_name, told, _kind(declared), field.required, chars_max, spelling)


def _kind(declared: msgspec.inspect.Type) -> Kind:
    match declared:
        case msgspec.inspect.BoolType() | msgspec.inspect.UnionType(types=(msgspec.inspect.BoolType(), *_)):
            return "flag"
        case msgspec.inspect.DictType():
            return "texts"
        case msgspec.inspect.StrType():
            return "text"
        case msgspec.inspect.EnumType():
            return "severity"
        case _:
            return "other"

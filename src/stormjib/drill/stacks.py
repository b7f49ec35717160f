"""The stacks by name; each is imported when it is used."""

import importlib
from typing import cast

from stormjib.drill.stack import Stack, StackError

STACKS = {
    "process": "stormjib.drill.process_stack:ProcessStack",
    "docker": "stormjib.drill.docker_stack:DockerStack",
}


def make(name: str) -> Stack:
    """A stack that is not up yet; raises ``StackError``."""
    if name not in STACKS:
        raise StackError(f"There is no stack {name!r}; there is: {', '.join(STACKS)}.")
    module, _, kind = STACKS[name].partition(":")
    return cast("Stack", getattr(importlib.import_module(module), kind)())

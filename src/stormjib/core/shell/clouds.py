"""Requests of the clouds' own programs: what of them only asks, and does not show what is kept secret there."""

import re
from collections.abc import Iterator

from stormjib.core.risk import Risk
from stormjib.core.shell.arguments import Invocation, Reason, shown
from stormjib.core.shell.programs import FAR

# A value that begins like this is the name of a file, whose text is sent in its place, or of an address that is asked for it.
_FILED = re.compile(r"fileb?://|^@(?!$)|@=(?!=)")
_FETCHED = re.compile(r"https?://", re.IGNORECASE)
_ADDRESSED = {"--queue-url", "--query", "--url", "--ids", "--resource", "--scope", "--endpoints", "--alertmanager.url", "--addr"}
_NARROWS = {"--query", "--format", "--filter-by"}
_ENVIRONMENT = re.compile(
    r"env|^['\"\s]*(?:[@*]|\[\])|secret|settings|template|metadata|user_?data|values?(?![(\\w])|^\W*(?:json|yaml|text|default|table|config|list)\W*$",
    re.IGNORECASE,
)


def asked(call: Invocation) -> Iterator[Reason]:
    """Why a request to a cloud is no read. Where the rule says ``narrowed``, all of what it gets would show an environment."""
    if call.path[0] not in FAR or call.path[0] in {"curl", "wget"}:
        return
    narrowed = call.program is not None and call.program.rest == "narrowed"
    for option in call.options:
        text = option.value.text if option.value else ""
        if _FILED.search(text):
            yield Reason(Risk.UNKNOWN, f"`{shown(text)}` is a file that would be sent")
        if _FETCHED.match(text) and option.name not in _ADDRESSED:
            yield Reason(Risk.UNKNOWN, f"`{shown(text)}` is an address that would be asked")
    wanted = [option.value.text for option in call.options if option.name in _NARROWS and option.value]
    listed = (
        call.path[:2] in {("gcloud", "run"), ("gcloud", "functions")} and call.path[-1] == "list"
    )  # shows less unless told how
    if (narrowed and not wanted) or ((narrowed or listed) and any(_ENVIRONMENT.search(text) for text in wanted)):
        yield Reason(Risk.UNKNOWN, f"{call.called} shows the environment that it was given, secrets included")

"""What the model lets pass, since logs of earlier versions hold it, and nobody can have meant in a file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from stormjib.core.catalogue.audience import Audience
from stormjib.core.catalogue.check import PromqlCheck
from stormjib.core.catalogue.escalation import Escalation
from stormjib.core.catalogue.heartbeat import Heartbeat
from stormjib.core.catalogue.intake import Mapping
from stormjib.core.catalogue.people import Person, Team
from stormjib.core.catalogue.schedules import of_hours, of_schedule
from stormjib.core.catalogue.service import Service, alike
from stormjib.core.catalogue.source import Place
from stormjib.core.oncall.schedule import Schedule

_UNSEEN: Final = {"Cc", "Cf", "Zl", "Zp", "Co", "Cn"}
"""Kinds of characters that nobody sees, or that turn around what stands beside them."""
_JOINERS: Final = "\u200c\u200d"
"""Of which words are made in some scripts."""
_MATCH: Final = re.compile(r'\s*[A-Za-z_]\w*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"\s*')
_QUOTED: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}

Mistakes = Iterator[tuple[Place, str]]


def unmeant(item: Service | Team | Person | Schedule | Escalation | Mapping | Audience | Heartbeat) -> Mistakes:
    """Where in its file, and a sentence."""
    aliases = item.aliases if isinstance(item, Service) else ()
    for place, name in ((("name",), item.name), *((("aliases", number), alias) for number, alias in enumerate(aliases))):
        if wrong := _no_name(name, in_address=place == ("name",)):
            yield place, wrong
    if isinstance(item, Service):
        yield from _of_service(item)
    if isinstance(item, Schedule):
        yield from of_schedule(item)
    if isinstance(item, Person | Audience):
        yield from item.mistakes()
        yield from of_hours("quiet_hours", item.quiet_hours)
    for number, level in enumerate(item.levels) if isinstance(item, Escalation) else ():
        yield from ((("levels", number, *place), sentence) for place, sentence in of_hours("hours", level.hours))


def _of_service(service: Service) -> Mistakes:
    for key in ("components", "metrics", "vendors"):
        yield from _twice(key, [one.name for one in getattr(service, key)])
    if service.prometheus_match and not all(_MATCH.fullmatch(part) for part in _split(service.prometheus_match)):
        yield ("prometheus_match",), f'{service.prometheus_match!r} picks nothing; write labels such as job="api", env="prod"'
    queries: list[tuple[Place, str]] = [(("metrics", n, "query"), one.query) for n, one in enumerate(service.metrics)]
    queries += [(("check", n, "query"), one.query) for n, one in enumerate(service.check) if isinstance(one, PromqlCheck)]
    for place, query in queries:
        if wrong := _unbalanced(query):
            yield place, f"this is no PromQL: {wrong}"


def _no_name(name: str, *, in_address: bool) -> str:
    unseen = next((char for char in name if unicodedata.category(char) in _UNSEEN and char not in _JOINERS), "")
    if unseen:
        return f"the name holds U+{ord(unseen):04X}, which nobody sees; take it out"
    if not any(char.isalnum() for char in name):
        return f"{name!r} is no name; give it a letter or a digit"
    if in_address and "/" in name:
        return f"a name stands in addresses, so it can't hold /: write {name.replace('/', '-')!r}, and this under aliases"
    return ""


def _twice(key: str, names: Iterable[str]) -> Mistakes:
    seen: set[str] = set()
    for number, name in enumerate(map(alike, names)):
        if name in seen:
            yield (key, number, "name"), f"{name!r} stands here twice; only one can count"
        seen.add(name)


def _split(text: str) -> list[str]:
    """At the commas outside quotes."""
    return re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', text) or [text]


def _unbalanced(query: str) -> str:
    opened: list[str] = []
    rest = _QUOTED.sub("", query)
    if quote := next((char for char in rest if char in "\"'`"), ""):
        return f"the quote {quote} never ends"
    for char in rest:
        if char in _PAIRS.values():
            opened.append(char)
        elif char in _PAIRS and (not opened or opened.pop() != _PAIRS[char]):
            return f"there is a {char} too many"
    return f"the {opened[-1]} is not closed" if opened else ""

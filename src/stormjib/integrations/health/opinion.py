"""Whether users are well, in five seconds at most: the checks of a service that go the way its users go."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import msgspec

from stormjib.core.catalogue.check import FlowCheck, HttpCheck, TargetCheck, proofs_of
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import AnyEffect, CheckUsers
from stormjib.core.incident import Incident
from stormjib.core.log import UsersChecked
from stormjib.integrations.health.check import Tools, check
from stormjib.integrations.health.report import Limits, Report
from stormjib.ports import DeliveryError, Outcome

NAMED_MAX: Final = 3
SHORT_MAX: Final = 80
SHARED_SECONDS: Final = 5.0
"""An answer stands for whoever asks of the same service so soon after: one in trouble is not asked by each alert."""


class OpinionPerformer:
    """Performs ``CheckUsers``. What can't be measured is an answer, too."""

    def __init__(self, service_of: Callable[[str], Service | None], tools: Tools, clock: Callable[[], float]) -> None:
        """``service_of`` gives a service by its name."""
        self._service_of = service_of
        self._tools = tools
        self._clock = clock
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._found: dict[str, tuple[float, bool | None, str, str]] = {}
        """The last answer of each service, and when it was asked."""

    def perform(self, effect: AnyEffect, *, effect_id: str, incident: Incident) -> Outcome:  # noqa: ARG002 - the port's
        """Check once; never longer than the effect allows."""
        if not isinstance(effect, CheckUsers):
            raise DeliveryError("opinion", f"can't do {type(effect).__name__}", permanent=True)
        with self._locks[effect.service]:
            asked_at, well, detail, brief = self._found.get(effect.service, (0.0, None, "", ""))
            if not 0 <= self._clock() - asked_at < SHARED_SECONDS:
                asked_at, service = self._clock(), self._service_of(effect.service)
                unknown = None, "the service is not known", "the service is not known"
                well, detail, brief = users(service, self._tools, effect.timeout_seconds) if service else unknown
                self._found[effect.service] = asked_at, well, detail, brief
        return Outcome(facts=(UsersChecked(effect.service, bool(well), detail, effect.asked, well is not None, brief),))


def users(service: Service, tools: Tools, seconds: float) -> tuple[bool | None, str, str]:
    """Whether its users are well, None where that can't be measured, and by what, whole and in short."""
    flows = [
        one for one in service.checks if isinstance(one, FlowCheck | HttpCheck | TargetCheck) and "functional" in proofs_of(one)
    ]
    if not flows:
        brief = "no check of the service goes the way that users go"
        return None, f"{brief} (a flow, or a request that proves functional)", brief
    narrow = msgspec.structs.replace(service, check=tuple(flows))
    limits = Limits(request_timeout_seconds=seconds, check_timeout_seconds=seconds)
    found: list[Report] = []
    asking = threading.Thread(
        target=lambda: found.append(check(narrow, tools, limits=limits)), name=f"users-{service.name}", daemon=True
    )
    asking.start()
    asking.join(seconds)
    if not found:
        return None, f"no answer within {seconds:g} s", ""
    measured = [one for one in found[0].checks if one.measured]
    if not measured:
        return None, found[0].checks[0].detail, _short(found[0].checks[0].detail)
    told = [one for one in measured if not one.ok] or measured
    said = "; ".join(f"{one.name} ({one.detail.rstrip('.')}, {round(1000 * one.seconds)} ms)" for one in told[:NAMED_MAX])
    return len(told) == len(measured) and told[0].ok, said, f"{told[0].name} ({_short(told[0].detail)})"


def _short(detail: str) -> str:
    """Its first sentence, for a title."""
    return detail.partition(". ")[0].rstrip(".")[:SHORT_MAX]

"""The API of the healthy baselines of each protected service, and measuring one now."""

from collections.abc import Sequence
from typing import Protocol

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from stormjib.integrations.health.report import Report
from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal

NOTHING = "Nothing is set up to measure: add a [[service]] with [[service.check]]s to the settings, or target_url where there is one service."


class Which(BaseModel):
    """One service, by its name or an alias; without it all of them."""

    service: str = ""


class Baselines(Protocol):
    """The services that something measures, and what is known of each; reports and baselines are whatever msgspec can write."""

    def measured(self) -> Sequence[str]:
        """Their names."""

    def name_of(self, service: str) -> str:
        """The one name of a service that may be called otherwise."""

    def baseline(self, service: str) -> object:
        """The baseline of one, None where none was taken."""

    def take_baseline(self, service: str) -> tuple[object, Report]:
        """A new one, None where it is not well, and the report of its checks."""


def router(baselines: Baselines, tokens: Tokens) -> APIRouter:
    """The routes."""
    api = APIRouter(prefix="/api/v1")
    reads, admin = Depends(principal(tokens, "read")), Depends(principal(tokens, "admin"))

    @api.get("/baseline", summary="How the services were when they were last measured well", dependencies=[reads])
    def show(service: str = "") -> Response:
        found = [baselines.baseline(name) for name in _chosen(baselines, service)]
        known = [one for one in found if one is not None]
        return encoded("stormjib.baseline/1", baseline=known[0] if known else None, baselines=known)

    @api.post("/baseline", summary="Measure the services now, while they are well", dependencies=[admin])
    def measure(which: Which | None = None) -> Response:
        chosen = _chosen(baselines, which.service if which else "")
        if not chosen:
            raise HTTPException(409, NOTHING)
        taken, refused = [], []
        for name in chosen:
            found, report = baselines.take_baseline(name)
            if found is None:
                refused.append({"service": name, "reason": _why(report)})
            else:
                taken.append(found)
        if not taken:
            told = " ".join(f"{one['service']} is not healthy, so no baseline was recorded. {one['reason']}" for one in refused)
            raise HTTPException(409, told)
        return encoded("stormjib.baseline/1", baseline=taken[0], baselines=taken, refused=refused)

    return api


def _chosen(baselines: Baselines, service: str) -> Sequence[str]:
    there = baselines.measured()
    if not service:
        return there
    if baselines.name_of(service) not in there:
        known = f" What is measured: {', '.join(there)}." if there else ""
        raise HTTPException(404, f"Nothing is set up to measure {service}: add [[service.check]].{known}")
    return (baselines.name_of(service),)


def _why(report: Report) -> str:
    failed = [f"{check.name}: {check.detail}" for check in report.checks if check.measured and not check.ok]
    return "; ".join(failed) or "Nothing of it was measured."

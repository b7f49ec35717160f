"""Atlassian Statuspage: what stands on our page stands there as well, each post once.

How far it has come is read there: each incident that we made bears our id and how many of its posts it has, so that a kill,
or an answer that was lost, makes no second one. Source of the API: https://developer.statuspage.io/
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stormjib import exchange
from stormjib.caller import Caller
from stormjib.core.status_page.api import STATUSES
from stormjib.core.status_page.page import DAY_SECONDS, PublicIncident, StatusPage
from stormjib.ports import DeliveryError

SECONDS_MAX: Final = 15.0
LISTED: Final = 100
"""Incidents in one answer."""
PAGES_MAX: Final = 10
OURS: Final = "stormjib"
"""What our part of an incident's metadata is called."""


class Statuspage:
    """One page there. Used by one thread."""

    def __init__(self, url: str, page_id: str, key: str) -> None:
        """``key`` is that of the API."""
        self._client = exchange.client(timeout_seconds=SECONDS_MAX, headers={"Authorization": f"OAuth {key}"})
        self._api = Caller(self._client.request, "Statuspage", f"{url.rstrip('/')}/pages/{page_id}/incidents")
        self._there: set[str] = set()
        """Posts that are known to stand there."""

    def bring(self, page: StatusPage, ids: Mapping[str, str], now: float) -> None:
        """Post what is lacking there, the oldest first; raises ``DeliveryError``. ``ids``: those of the components there."""
        recent = [one for one in page.incidents if one.updates[-1].at > now - DAY_SECONDS]
        posts = {update.id for one in recent for update in one.updates}
        if posts <= self._there:
            return
        try:
            known = dict(self._known({one.id for one in recent}))
            for one in sorted(recent, key=lambda one: one.updates[0].at):
                self._follow(one, known.get(one.id, ("", 0)), page, ids)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise DeliveryError(
                "Statuspage", f"Statuspage answers what is not understood: {error!r}.", permanent=False
            ) from error
        self._there = posts

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _known(self, wanted: set[str]) -> Iterator[tuple[str, tuple[str, int]]]:
        """Ours by our id: theirs, and how many posts it has."""
        left = set(wanted)
        for number in range(1, PAGES_MAX + 1):
            found = self._api.ask("GET", f"?limit={LISTED}&page={number}")
            for one in found:
                ours = (one.get("metadata") or {}).get(OURS) or {}
                if ours.get("incident") in left:
                    left.discard(ours["incident"])
                    yield ours["incident"], (one["id"], int(ours["posts"]))
            if not left or len(found) < LISTED:
                return

    def _follow(self, one: PublicIncident, there: tuple[str, int], page: StatusPage, ids: Mapping[str, str]) -> None:
        theirs, posts = there
        now = {component.name: component.status for component in page.components}
        for number, update in enumerate(one.updates[posts:], posts + 1):
            last = number == len(one.updates)
            # Another incident may hold a component down that this one has let go.
            states = {name: now.get(name, after) if last else after for name, _, after in update.changes}
            told: dict[str, Any] = {
                "name": one.title,
                "status": update.status,
                "body": update.text,
                "components": {ids[name]: STATUSES[state] for name, state in states.items() if name in ids},
                "component_ids": [ids[name] for name in one.affected if name in ids],
                "metadata": {OURS: {"incident": one.id, "posts": number}},
            }
            if theirs:
                self._api.ask("PATCH", f"/{theirs}", {"incident": told})
            else:
                theirs = self._api.ask("POST", "", {"incident": told})["id"]

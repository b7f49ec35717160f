"""Page updates: a receiver that took a page is told when somebody has the incident and when it is over."""

from collections.abc import Iterator, Sequence
from typing import Literal

from stormjib.core.effects.effect import PageUpdate, SendMessage
from stormjib.core.incident import Happened, Incident
from stormjib.core.incident.waking import newest
from stormjib.core.log import EffectFailed, Entry, PageSent
from stormjib.core.policy import Policy


def updates(incident: Incident, entry: Entry, policy: Policy) -> Iterator[SendMessage]:
    """Of this entry; ``incident`` is the state with it applied.

    A page that sums up a storm stands for several incidents, so none of them may end it. Who may have one is told as well.
    """
    lost = [(when, PageSent(one.who, one.integration, key=one.key, method=one.method)) for when, one in incident.failures]
    taken = list(
        {page.key: (when, page) for when, page in (*reversed(lost), *incident.pages) if page.key and not page.sums_up}.values()
    )
    over, has_it = incident.resolved or incident.closed, incident.acknowledged
    if isinstance(entry.fact, PageSent | EffectFailed):
        # It was under way when somebody acknowledged or ended it.
        taken = [(when, page) for when, page in taken if when.seq == entry.seq]
        if over or (has_it and _wanted_before(incident, entry.fact, has_it)):
            yield from _said(incident, "resolved" if over else "acknowledged", over or has_it, taken, policy)
    elif over and over.seq == entry.seq:
        since = incident.reopened_seq
        yield from _said(incident, "resolved", over, [(when, page) for when, page in taken if when.seq > since], policy)
    elif has_it and has_it.seq == entry.seq:
        since = incident.paging.since
        yield from _said(incident, "acknowledged", has_it, [(when, page) for when, page in taken if when.seq > since], policy)


def _wanted_before(incident: Incident, page: PageSent | EffectFailed, has_it: Happened) -> bool:
    """Whether the page was asked for before somebody had the incident; what is asked for since is for somebody all the same."""
    asked = newest(incident, page.who)
    return asked is None or asked[0].seq < has_it.seq


def _said(
    incident: Incident,
    status: Literal["acknowledged", "resolved"],
    said: Happened | None,
    pages: Sequence[tuple[Happened, PageSent]],
    policy: Policy,
) -> Iterator[SendMessage]:
    if said is None:
        return
    what = f"ended by {said.by} ({incident.status})" if incident.end else f"{status} by {said.by}"
    text = f"{incident.id} was {what}: {incident.headline}"
    url = f"{policy.base_url}/incidents/{incident.id}"
    for number, (_, page) in enumerate(pages):
        of_page = PageUpdate(
            page.key, status, said.by, said.at, incident.headline, incident.severity.value, incident.service, url
        )
        yield SendMessage(f"{status}/{number}", audience=page.who, text=text, update=of_page, method=page.method)

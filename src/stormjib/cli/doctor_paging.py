"""The part of `stormjib doctor` that asks whether pages arrive: whom they would be for, the webhook, contact methods."""

from collections.abc import Iterable, Iterator
from contextlib import closing

from stormjib.cli.examined import FAIL, OK, WARN, Check, some
from stormjib.core.catalogue.contact import filled
from stormjib.core.catalogue.people import Person
from stormjib.core.catalogue.service import alike
from stormjib.core.effects import trial
from stormjib.core.escalation import on_call
from stormjib.core.policy import NOBODY as UNNAMED
from stormjib.core.policy import Policy
from stormjib.engine.proofs import Proofs
from stormjib.engine.rota import Rota
from stormjib.integrations.notify.webhook import Webhook
from stormjib.oncall_watch import OnCallWatch
from stormjib.ports import DeliveryError, StoreFailed
from stormjib.settings import Settings
from stormjib.store.database import LOG, open_reader

WORST = "P0"


def paging(settings: Settings, now: float) -> Check:
    """Whether a page would reach anybody; the webhook is tried."""
    people = answer(settings, now)
    policy = in_force(settings, now)[0] or Policy()
    named = [who for who in people if who not in UNNAMED]
    if named and all(policy.steps_of((who,), WORST, now) for who in named):
        own = f"{', '.join(named)}, each by their own contact methods"
        if named == list(people):
            return Check("paging", OK, own)
        text = f"{own}; but an incident of no service would be for {people[0]!r}, and nobody is called so: name who answers in responders"
        return Check("paging", WARN, text)
    if not settings.webhook_url:
        return Check("paging", WARN, "webhook_url is not set, so a page only reaches the page of the incident: nobody is woken")
    if not set(people).isdisjoint(UNNAMED):
        return Check("paging", WARN, "responders is not set, so pages are for 'on-call': name who answers, in their order")
    webhook = Webhook(settings.webhook_url, token=settings.webhook_token)
    try:
        webhook.send(trial())
    except DeliveryError as failed:
        return Check("paging", FAIL, f"a test event did not arrive, and so would no page. {failed.reason}")
    finally:
        webhook.close()
    return Check("paging", OK, f"{', '.join(people)}, through the webhook, which took a test event")


def answer(settings: Settings, now: float) -> tuple[str, ...]:
    """Whom incidents of all services would page now."""
    policy = in_force(settings, now)[0] or Policy(responders=settings.responders or UNNAMED)
    services = ("", *(service.name for service in policy.services))
    return tuple(dict.fromkeys(who for service in services for who in on_call(policy, service, now)))


def in_force(settings: Settings, now: float) -> tuple[Policy | None, Rota]:
    """The settings with the overrides and what calendars said last; None where the catalogue or the log, which have checks of their own, is bad."""
    rota = Rota()
    try:
        if (settings.data_dir / LOG).exists():
            with closing(open_reader(settings.data_dir / LOG)) as reader:
                rota = Rota(reader)
        policy = rota.on(settings.policy())
        # The copies of calendars that the server keeps.
        OnCallWatch(settings, lambda: now, rota, lambda: policy, lambda: None)
        return rota.on(policy), rota
    except (ValueError, StoreFailed):
        return None, rota


def contacts(settings: Settings, now: float) -> Iterator[Check]:
    """Whether whoever a page would be for now can be reached by each of their contact methods."""
    policy = in_force(settings, now)[0] or Policy()
    paged = set(map(alike, answer(settings, now)))
    people = [one for one in policy.people if one.contact and alike(one.name) in paged]
    if people:
        wrong = {one.name: found for one in people if (found := list(unproven(settings, (one,), now)))}
        said = some([sentence for found in wrong.values() for sentence in found])
        text = f"{said}; run: {', '.join(f'stormjib contact test {name}' for name in wrong)}" if wrong else "each was proven"
        yield Check("contact methods", WARN if wrong else OK, text)


def unproven(settings: Settings, people: Iterable[Person], now: float) -> Iterator[str]:
    """Which of their contact methods can't be used or are not proven, in words; nothing where there is no log to ask."""
    people = [one for one in people if one.contact]
    if not people:
        return
    try:
        variables = settings.variables()
    except ValueError as error:
        yield f"nobody's secrets can be read: {error}"
        return
    unusable: set[tuple[str, str]] = set()
    for one in people:
        for contact in one.contact:
            try:
                filled(contact, variables)
            except ValueError as error:
                unusable.add((one.name, contact.name))
                yield f"{contact.name} of {one.name} can't be used: {error}"
    if (settings.data_dir / LOG).exists():
        try:
            with closing(open_reader(settings.data_dir / LOG)) as reader:
                found = [one for one in Proofs(reader).reports(people, now) if (one.who, one.name) not in unusable]
        except StoreFailed:
            return
        words = {"never": "was never proven", "failed": "did not work when it was tested", "old": "was proven long ago"}
        yield from (f"{one.name} of {one.who} {words[one.state]}" for one in found if one.state != "proven")

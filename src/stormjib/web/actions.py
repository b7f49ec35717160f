"""Every action of the incident room: the name that its form posts to, and what the desk does."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from stormjib.core.incident import Refused
from stormjib.engine.desk import Desk, Written
from stormjib.web.forms import Form

Act = Callable[[Desk, str, str, Form], Written]
"""Takes the desk, the incident's id, who does it and what they typed; may raise ``Refused``."""

OWNER_CHARS_MAX: Final = 200
TITLE_CHARS_MAX: Final = 500
EVERY: Final = "every "
"""Before the name of alerts that are all over, in the form."""


def declare(desk: Desk, who: str, form: Form) -> Written:
    """Open an incident."""
    title, service = form.text("title", TITLE_CHARS_MAX), form.text("service", OWNER_CHARS_MAX)
    return desk.declare(title, form.severity(), service, who, form.key("declare"))


def _acknowledge(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.acknowledge(incident_id, who, seen=form.seen())


def _note(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.note(incident_id, who, form.text("text"))


def _severity(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.severity(incident_id, who, form.severity(), form.text("reason"), seen=form.seen())


def _reopen(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.reopen(incident_id, who, form.text("reason"))


def _action_item(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.action_item(incident_id, who, form.text("text"), form.text("owner", OWNER_CHARS_MAX), form.text("due", 10))


def _collect(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.collect(incident_id, who, form.text("command"))


def _propose(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.propose(incident_id, who, form.text("command"), form.text("reason"))


def _approve(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.approve(incident_id, who, form.text("run"), form.text("reason"))


def _refuse(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.refuse(incident_id, who, form.text("run"), form.text("reason"))


def _settle(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    said = form.text("took_effect")
    if said not in {"yes", "no"}:
        raise Refused("Say whether the command took effect: yes or no.")
    return desk.settle(incident_id, who, form.text("run"), took_effect=said == "yes", note=form.text("reason"))


def _tick(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.tick(incident_id, who, form.text("item"), form.text("reason"))


def _untick(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.untick(incident_id, who, form.text("item"), form.text("reason"))


def status_of(form: Form) -> Mapping[str, Any]:
    """What a form for an update says: ``stage``, ``audience``, and either ``text`` or ``values`` for the runbook's text."""
    text = form.text("text")
    if form.text("own_words") == "yes" and not text.strip():
        raise Refused("The text is empty; write what is to be told.")
    return {"stage": form.text("stage"), "audience": form.text("audience"), "text": text, "values": form.values()}


def _status(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.post_status(incident_id, who, **status_of(form))


def _verify(desk: Desk, incident_id: str, who: str, _: Form) -> Written:
    return desk.verify(incident_id, who)


def _resolve(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.resolve(incident_id, who, form.text("reason"))


def _close(desk: Desk, incident_id: str, who: str, _: Form) -> Written:
    return desk.close(incident_id, who)


def _clear_alert(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    alert = form.text("alert", TITLE_CHARS_MAX)
    wanted, every = alert.removeprefix(EVERY), alert.startswith(EVERY)
    return desk.clear_alerts(incident_id, who, wanted, form.text("reason"), every=every)


def _overrule(desk: Desk, incident_id: str, who: str, form: Form) -> Written:
    return desk.overrule(incident_id, who, form.text("item"), form.text("reason"))


ACTIONS: Final[dict[str, Act]] = {
    "acknowledge": _acknowledge,
    "notes": _note,
    "severity": _severity,
    "reopen": _reopen,
    "action-items": _action_item,
    "collect": _collect,
    "propose": _propose,
    "approve": _approve,
    "refuse": _refuse,
    "settle": _settle,
    "tick": _tick,
    "untick": _untick,
    "status": _status,
    "verify": _verify,
    "resolve": _resolve,
    "close": _close,
    "clear-alert": _clear_alert,
    "overrule": _overrule,
}
"""By the last part of the form's address, as in /incidents/INC-7/acknowledge."""

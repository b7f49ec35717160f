"""What a person does from a chat, by the door that is there for every face: the same for each product that people talk in."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from stormjib.core.actions import Action, parameters_of
from stormjib.core.actions.maintenance import END_MAINTENANCE, PLAN_MAINTENANCE
from stormjib.core.actions.update import POST_UPDATE
from stormjib.core.catalogue.people import Person
from stormjib.core.comms import CUSTOMERS, RESOLVED
from stormjib.core.incident import Refused
from stormjib.core.incident_view import IncidentView, RunView
from stormjib.core.log import AnyFact, MaintenanceEnded, MaintenancePlanned, StatusPosted
from stormjib.core.narrate import narrate
from stormjib.core.oncall.wall import utc_minute
from stormjib.core.severity import by_both
from stormjib.core.status_page.words import OPERATIONAL, internal, now_affected, title_of
from stormjib.engine.admission import Forbidden, Invalid
from stormjib.ports import Damaged, DeliveryError, NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.web import moments
from stormjib.web.auth import Principal
from stormjib.web.site import Site
from stormjib.web.typed import VERBS, NotUnderstoodError, Typed, read, usage

LISTED_MAX: Final = 20
QUOTED_CHARS_MAX: Final = 9_000
"""Of a message that becomes a note."""
_log = logging.getLogger(__name__)


class StrangerError(Exception):
    """Whoever asks is nobody here, or may do nothing; the text says what to write where."""


SAID: Final = (
    NotUnderstoodError, StrangerError, Refused, Invalid, Forbidden, NotFound, Damaged, Overloaded, Unavailable, StoreFailed, DeliveryError,
)  # fmt: skip
"""What becomes a sentence for whoever asked."""


class Wish(msgspec.Struct, frozen=True):
    """What a button, a form or a reaction is for; it goes to the chat and comes back."""

    action: str
    incident: str = ""
    given: dict[str, Any] = {}
    by: str = ""
    """Who typed it, where nobody else may confirm it."""
    shown: str = ""
    """Of what customers would read of it, as it was shown."""

    def kept(self) -> str:
        """As the chat keeps it."""
        return msgspec.json.encode(self).decode()


def wish_of(kept: str) -> Wish:
    """What was kept; raises ``NotUnderstoodError``."""
    try:
        found = msgspec.json.decode(kept, type=Wish)
    except msgspec.DecodeError:
        found = Wish("")
    if found.action not in VERBS:
        raise NotUnderstoodError("This button or form is not one of this server; open a new one.")
    return found


class Chat:
    """Any thread may use it. Raises what the door raises, and ``NotUnderstoodError``."""

    def __init__(self, site: Site, incident_of: Callable[[str], str], face: str) -> None:
        """``incident_of``: whose channel this is, "" for no incident's; ``face``: what the log calls the chat."""
        self.site = site
        self.incident_of = incident_of
        self._face = face

    def person(self, *ids: str) -> Person | None:
        """Whoever has one of these ids in this chat."""
        found = ((one, getattr(one, self._face)) for one in self.site.policy.people)
        return next((one for one, own in found if own and own in ids), None)

    def who(self, called: str, *ids: str) -> Principal:
        """The person with one of these ids, and the rights of their tokens. A name that is shown is nobody's proof."""
        person = self.person(*ids)
        if person is None:
            own = ids[0] if ids[0].isalnum() else f'"{ids[0]}"'
            raise StrangerError(
                f"{called} is nobody in the catalogue. Whoever keeps it writes {self._face}: {own} into your file in people/, "
                "such as people/NAME.yaml; then you can act from here."
            )
        found = self.site.sessions.tokens.rights(person.name)
        if found is None:
            raise Forbidden(
                f"{person.name} has no token that works, and so no rights. On the server's machine: "
                f"stormjib token create {person.name} --scope respond"
            )
        return msgspec.structs.replace(found, face=self._face)

    def look(self, who: Principal, words: list[str], channel: str) -> str:
        """What changes nothing, and how the rest is typed; "" where it is an action."""
        match words:
            case [] | ["help"]:
                rows = {usage(action): action.summary for action in VERBS.values()}
                looks = {"/incident list": "List the open incidents", "/incident show [INC]": "Show how an incident stands"}
                looks["/incident oncall"] = "Say who is on call"
                return "\n".join(f"{typed}: {summary}" for typed, summary in (looks | rows).items())
            case ["list"] if _may(who, "read"):
                heads = self.site.reader.worst_open(LISTED_MAX)[0]
                found = [(one, self.site.runbook_of(one.runbook_sha256).called(one.severity)) for one in heads]
                return (
                    "\n".join(f"{one.id} {called} {one.status}: {one.title}" for one, called in found) or "No incident is open."
                )
            case ["oncall" | "on-call"] if _may(who, "read"):
                now = {name: " and ".join(people) or "nobody" for name, people in self.site.context(None)["on_now"]}
                return "\n".join(f"{name}: {people}" for name, people in now.items()) or "There is no schedule."
            case ["show" | "status", *named] if (not named or named[0].startswith("inc-")) and _may(who, "read"):
                incident = (named or [self.incident_of(channel)])[0].upper()
                return _state(self.site.incidents.room(incident)) if incident else "Say which incident: /incident show INC-7"
            case _:
                return ""

    def understood(self, text: str, channel: str) -> Typed:
        """An action with the incident that is meant where none was named, and with ids for lines of the runbook."""
        wish = read(text, self.incident_of(channel))
        incident, row = wish.incident, wish.action.words
        if not incident and row.incident == "the only open one":
            waiting = [one.id for one in self.site.reader.worst_open(LISTED_MAX)[0] if one.status == "declared"]
            incident = waiting[0] if len(waiting) == 1 else ""
        if not incident and row.incident != "none":
            raise NotUnderstoodError(f"Say which incident, or type it in its channel: {usage(wish.action)}")
        given = dict(wish.given)
        for one in parameters_of(wish.action.parameters):
            line = str(given.get(one.wire, ""))
            if one.spelling.finds and line.isdecimal():
                given[one.wire] = _at_line(self.site.incidents.room(incident), one.spelling.finds, int(line))
        return wish._replace(incident=incident, given=given)

    def called(self, incident: str) -> Callable[[str], str]:
        """How a form about the incident writes a severity: as its runbook calls it, and as it is."""
        followed = self.site.incidents.use(incident, lambda now: now.runbook_sha256) if incident else ""
        return lambda level: by_both(level, self.site.runbook_of(followed).called(level)) if followed else level

    def shown(self, who: Principal, action: Action[Any], incident: str, run_id: str) -> RunView | None:
        """The run that is to be shown before somebody decides on it; raises what the row's own check says already."""
        _may(who, action.scope)
        why = action.on != "new" and incident and self.site.incidents.use(incident, lambda now: now.gone or action.when(now))
        if why:
            raise Refused(why)
        return _waiting(self.site.incidents.room(incident), run_id) if run_id else None

    def customers_read(self, who: Principal, wish: Wish) -> tuple[str, Wish]:
        """What customers would read of it, with the words that they may not know; and the wish that does exactly that.

        "" where they read nothing of it. Raises what the row raises.
        """
        action = VERBS[wish.action]
        if action not in _TELLING and not (wish.given.get("customers") or wish.given.get("update")):
            return "", wish
        facts = self.site.door.rehearse(action, wish.incident, wish.given, who)[1]
        parts = [_public(fact) for fact in facts]
        posted = next((fact for fact in facts if isinstance(fact, StatusPosted) and fact.audience == CUSTOMERS), None)
        if posted and action is POST_UPDATE:
            posts, before = self.site.incidents.use(wish.incident, lambda now: (list(now.posts), now_affected(now)))
            names = [one.name for one in self.site.policy.public_components]
            told = [post for _, post in posts if post.audience == CUSTOMERS]
            parts.insert(0, title_of([*told, posted], names))
            parts += [f"{name}: {status}" for name, status in posted.components.items()]
            # Where nothing is named, a later severity would choose.
            same = {name: before.get(name, OPERATIONAL) for name in names[:1] if posted.stage != RESOLVED}
            wish = msgspec.structs.replace(wish, given={**wish.given, "components": dict(posted.components) or same})
        text = "\n".join(filter(None, parts))
        if not text:
            return "", wish
        ours = internal(text, self.site.policy)
        careful = f"\nCustomers may not know these words: {', '.join(ours)}." if ours else ""
        return f"Customers will read:\n{text}{careful}", wish

    def perform(self, who: Principal, action: Action[Any], incident: str, given: Mapping[str, object], key: str) -> str:
        """Do it, once for each key; what is said of it."""
        written = self.site.door.perform(action, incident, given, who, key=key)
        named: dict[str, str] = defaultdict(str, {name: str(value) for name, value in given.items()})
        for one in parameters_of(action.parameters):
            if one.spelling.said:
                named[one.wire] = one.spelling.said[0 if given.get(one.wire) else 1]
        named |= {"incident": written.incident or incident, "seq": str(written.seq)}
        named |= {"severity": by_both(written.severity, written.called)} if written.severity else {}
        _log.info("%s by %s in %s, by %s", action.name, who.name, named["incident"] or "no incident", self._face)
        says = action.words.done if written.entries else f"{action.words.repeated}; nothing changed"
        if says:
            says = f"{says.format_map(named)}. {written.warning}".strip()
        else:
            says = f"{narrate(self.site.reader.entries(named['incident'], written.seq - 1, 1)[0].fact).translate(_PLAIN)}."
        there = f"\n{self.site.policy.base_url}/incidents/{named['incident']}" if named["incident"] else ""
        return says + there

    def keep(self, who: Principal, author: str, incident: str, text: str, *, link: str, key: str) -> None:
        """A message becomes a note of its author, once, whoever else asks for that."""
        said = f"{text[:QUOTED_CHARS_MAX]}\nFrom {self._face.title()}, put here by {who.name}: {link}"
        self.perform(msgspec.structs.replace(who, name=author), VERBS["note"], incident, {"text": said}, key)


_TELLING: Final = (POST_UPDATE, PLAN_MAINTENANCE, END_MAINTENANCE)
"""What tells customers whatever is given."""


def _public(fact: AnyFact) -> str:
    """What customers read of it, "" for nothing."""
    match fact:
        case StatusPosted() if fact.audience == CUSTOMERS:
            return f"{fact.stage}: {fact.text}"
        case MaintenancePlanned():
            about = f"\nAbout: {', '.join(fact.components)}" if fact.components else ""
            return f"{fact.title}, from {utc_minute(fact.start)} to {utc_minute(fact.end)}\n{fact.text}{about}"
        case MaintenanceEnded():
            return f"{fact.title} is over. {fact.text}".rstrip()
        case _:
            return ""


_PLAIN: Final = str.maketrans({"{": "{{", "}": "}}"})


def _may(who: Principal, scope: str) -> bool:
    if not who.may(scope):
        raise Forbidden(f"The token {who.name} lacks the scope {scope!r}.")
    return True


def _waiting(room: IncidentView, run_id: str) -> RunView:
    """The run as it would be started now."""
    run = next((one for one in room.runs if one.run_id == run_id), None)
    if run is None:
        raise NotFound(f"{room.id} has no run {run_id}.")
    if run.state not in {"proposed", "unknown"}:
        raise Refused(f"{run_id} is {run.state}, and waits for nobody.")
    options = (option for step in room.steps for group in step.groups for option in group.options)
    text = next((option.runs_as for option in options if option.command_id == run.command_id), run.text)
    return msgspec.structs.replace(run, text=text)


def _at_line(room: IncidentView, finds: str, line: int) -> str:
    """The id of what stands at a line of the runbook."""
    groups = [group for step in room.steps for group in step.groups]
    boxes = [one.id for one in (*room.checklist, *(task for group in groups for task in group.tasks)) if one.line == line]
    commands = [one.command_id for group in groups for one in group.options if one.line == line]
    found = {"item": boxes, "command": commands}.get(finds, boxes + commands)
    if not found:
        raise NotFound(f"Line {line} of the runbook is nothing of that kind in {room.id}.")
    return found[0]


def _state(room: IncidentView) -> str:
    has = f"acknowledged by {room.acknowledged_by}" if room.acknowledged_by else "nobody has it"
    waits = "".join(f"\n{one.run_id} waits for approval: {one.text}" for one in room.runs if one.state == "proposed")
    return f"{room.id} {room.called or room.severity} {room.status}: {room.title}\n{has}. Next: {room.next_step}{waits}"


def bound(run: RunView) -> Sequence[str]:
    """Exactly what an approval binds, so that nobody says yes to something else."""
    second = f"somebody other than {run.asked_by}, with a reason" if run.second_person else "anyone with the scope respond"
    rows = (
        ("would run", run.text),
        ("runbook says", run.label),
        ("risk", run.risk),
        ("target", run.target or "the default target"),
        ("asked by", f"{run.asked_by}: {run.reason or 'no reason given'}"),
        ("approvals", ", ".join([f"{len(run.approvals)} of {run.approvals_needed}", *run.approvals])),
        ("who may", second),
        ("kept before", "; ".join(run.snapshots) or "nothing"),
        ("expires", moments.utc(run.expires_at)),
    )
    return [f"{name}: {said}" for name, said in rows if said]


def sentence_of(error: Exception) -> str:
    """What whoever asked is told of it."""
    return f"{error} Nothing was written." if isinstance(error, Overloaded | Unavailable | StoreFailed) else str(error)

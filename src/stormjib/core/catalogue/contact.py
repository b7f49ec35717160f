"""How a person is reached: contact methods, in which order and after how long, and the hours in which only quiet ones are used.

A field may hold ``${NAME}``, a variable of the site; whatever lets somebody in has to. What is the same for everybody has a
variable of its own, such as ``${SMTP_SERVER}``, so that a person's file names little more than where they are.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from stormjib.core.catalogue.check import must
from stormjib.core.catalogue.source import Place
from stormjib.core.oncall.schedule import Restriction, within
from stormjib.core.redact import is_secret

MethodName = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$", description="Letters and digits: push.")]
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_URL: Final = re.compile(r"(https?://[^\s/?#@]+|\$\{\w+\}).*")
_HOST: Final = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#]+)")
_MAIL: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_PHONE: Final = re.compile(r"\+[0-9]{6,15}")
IGNORES_QUIET: Final = "P0"
_IN_CLEAR: Final = (
    "this is a secret and must not stand here; write such as ${ANA_TOKEN}, by whose name it is known to be secret and is redacted "
    "everywhere, and ANA_TOKEN=… into the file that command_env_file names"
)


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """One way to reach somebody."""

    name: MethodName

    @property
    def secrets(self) -> tuple[str, ...]:
        """The fields that let somebody in."""
        return tuple({"token", "password"} & set(self.__struct_fields__))

    @property
    def wakes(self) -> bool:
        """It rings or opens an incident elsewhere, whatever it is sent: it is for pages alone."""
        return self.kind in {"pagerduty", "voice"}

    @property
    def follows(self) -> bool:
        """It can be told what becomes of a page that it took."""
        return self.kind in {"webhook", "pagerduty"}

    @property
    def where(self) -> str:
        """Where it goes, without what lets somebody in."""
        to = str(getattr(self, "to", "") or next(iter(getattr(self, "argv", ())), ""))
        host = _HOST.match(to)
        return host[1] if host else "" if "to" in self.secrets else to

    @property
    def digest(self) -> str:
        """Of how it is defined: what was proven of another address or server is not proven of this one."""
        return sha256(msgspec.json.encode((self.kind, msgspec.structs.astuple(self)))).hexdigest()[:16]

    @property
    def kind(self) -> str:
        """Such as smtp."""
        return str(self.__struct_config__.tag)


class _Addressed(Contact, frozen=True, kw_only=True):
    """It has one address of HTTP."""

    to: Annotated[str, Meta(min_length=1, description="The address of HTTP.")]

    def __post_init__(self) -> None:
        """Refuse what nobody can send to."""
        must(bool(_URL.fullmatch(self.to)), f"{_shown(self.to)} is no address; give one such as https://ntfy.example/topic", "to")


class Webhook(_Addressed, frozen=True, kw_only=True, tag="webhook"):
    """The page as JSON, as the site's own webhook gets it; ``token`` goes out as a bearer."""

    token: str = ""


class Ntfy(_Addressed, frozen=True, kw_only=True, tag="ntfy"):
    """A topic of an ntfy server, with its name."""

    token: str = ""


class _Hook(_Addressed, frozen=True, kw_only=True):
    @property
    def secrets(self) -> tuple[str, ...]:
        """Whoever knows the address may write."""
        return ("to",)


class Slack(_Hook, frozen=True, kw_only=True, tag="slack"):
    """An incoming webhook of Slack. ``buttons``: it is one of the app whose messages reach us, so that a button acknowledges there."""

    buttons: bool = False


class Mattermost(_Hook, frozen=True, kw_only=True, tag="mattermost"):
    """An incoming webhook of Mattermost."""


class Teams(_Hook, frozen=True, kw_only=True, tag="teams"):
    """A workflow of Microsoft Teams that begins with a webhook."""


class PagerDuty(Contact, frozen=True, kw_only=True, tag="pagerduty"):
    """A service of PagerDuty with an integration of Events API v2; ``to`` is its integration key."""

    to: Annotated[str, Meta(min_length=1)]
    url: str = "https://events.pagerduty.com/v2/enqueue"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whoever knows the key may page."""
        return ("to",)


class Smtp(Contact, frozen=True, kw_only=True, tag="smtp"):
    """Mail. ``server`` is HOST:PORT; on port 465 TLS comes first, elsewhere as ``starttls`` says."""

    to: str
    server: str = "${SMTP_SERVER}"
    sender: str = msgspec.field(name="from", default="${SMTP_FROM}")
    user: str = ""
    password: str = ""
    starttls: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        must(bool(_MAIL.fullmatch(self.to)), f"{_shown(self.to)} is no address of mail; write one such as ana@example.org", "to")


class _Phone(Contact, frozen=True, kw_only=True):
    to: str
    sender: str = msgspec.field(name="from", default="${TWILIO_FROM}")
    account: str = "${TWILIO_ACCOUNT_SID}"
    token: str = "${TWILIO_AUTH_TOKEN}"  # noqa: S105 - the name of a variable
    url: str = "https://api.twilio.com"

    def __post_init__(self) -> None:
        """Refuse what can't be called."""
        number = re.sub(r"[ ()/-]", "", self.to)
        must(
            bool(_PHONE.fullmatch(number) or _VARIABLE.search(self.to)),
            f"{_shown(self.to)} is no number; write +49 30 1234567",
            "to",
        )


class Sms(_Phone, frozen=True, kw_only=True, tag="sms"):
    """A short message, by a service with the API of Twilio."""


class Voice(_Phone, frozen=True, kw_only=True, tag="voice"):
    """A call that says what is wrong, by a service with the API of Twilio."""


class Matrix(Contact, frozen=True, kw_only=True, tag="matrix"):
    """A room of Matrix, by its id."""

    to: Annotated[str, Meta(pattern="^!", description="The id of the room: !abc:example.org")]
    server: str = "${MATRIX_SERVER}"
    token: str = "${MATRIX_TOKEN}"  # noqa: S105 - the name of a variable


class Command(Contact, frozen=True, kw_only=True, tag="command"):
    """A program of this machine, such as that of a modem. It gets the page as JSON on its standard input; no shell reads ``argv``."""

    argv: Annotated[tuple[str, ...], Meta(min_length=1)]
    variables: Annotated[tuple[str, ...], Meta(description="Names of variables that it gets.")] = ()


class Apprise(Contact, frozen=True, kw_only=True, tag="apprise"):
    """Any of the services that Apprise knows, by its address; nothing keeps it from taking the same page twice."""

    to: Annotated[str, Meta(min_length=1)]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Its addresses hold passwords."""
        return ("to",)


AnyContact = (
    Webhook | Ntfy | Slack | Mattermost | Teams | PagerDuty | Smtp | Sms | Voice | Matrix | Command | Apprise
)  # fmt: skip


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """After so many minutes without an acknowledgement these methods, the first that works."""

    methods: Annotated[tuple[str, ...], Meta(min_length=1, description="Names of contact methods, in the order of preference.")]
    after_minutes: Annotated[float, Meta(ge=0, le=1440)] = 0.0


class QuietHours(Restriction, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hours in which only these methods are used, and for a page the others where none of them takes it. A P0 ignores them."""

    methods: Annotated[tuple[str, ...], Meta(min_length=1, description="Names of contact methods.")]


class Reached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody is reached, as it stands in their file; where nothing does, it is through the site's webhook."""

    time_zone: Annotated[str, Meta(description="As in Europe/Berlin.")] = ""
    contact: Annotated[tuple[AnyContact, ...], Meta(max_length=20, description="How to reach them.")] = ()
    notify: Annotated[tuple[Step, ...], Meta(description="Which methods when; all, in their order, where it is empty.")] = ()
    quiet_hours: Annotated[tuple[QuietHours, ...], Meta(description="By the clock of their time zone.")] = ()

    def steps(self, severity: str, at: float) -> tuple[Step, ...]:
        """How they are reached when they are paged at this moment; () in the site's own way."""
        if not self.contact:
            return ()
        hours = next((one for one in self.quiet_hours if within((one,), self.time_zone or "UTC", at)), None)
        if hours and severity != IGNORES_QUIET:
            # A page had rather ring what the hours hold back than reach nobody; a message can wait.
            others = tuple(one.name for one in self.contact if severity and one.name not in hours.methods)
            return (Step(methods=(*hours.methods, *others)),)
        return self.notify or (Step(methods=tuple(one.name for one in self.contact)),)

    def mistakes(self) -> Iterator[tuple[Place, str]]:
        """Where in the file, and a sentence."""
        names = [one.name for one in self.contact]
        for number, one in enumerate(self.contact):
            if one.name in names[:number]:
                yield ("contact", number, "name"), f"two methods are called {one.name!r}; give each a name of its own"
            for field in one.secrets:
                given = str(getattr(one, field))
                if given and not any(map(is_secret, _VARIABLE.findall(given))):
                    yield ("contact", number, field), _IN_CLEAR
        used = {"notify": [one.methods for one in self.notify], "quiet_hours": [one.methods for one in self.quiet_hours]}
        for key, listed in used.items():
            for number, methods in enumerate(listed):
                for place, name in enumerate(methods):
                    if name not in names:
                        known = f"they are {', '.join(names)}" if names else "list it under contact"
                        yield (key, number, "methods", place), f"there is no contact method {name!r} here; {known}"
        minutes = [step.after_minutes for step in self.notify]
        if minutes and minutes[0]:
            yield ("notify", 0, "after_minutes"), "the first step is at once; write after_minutes: 0, or leave it out"
        for number, (before, after) in enumerate(pairwise(minutes), 1):
            if after <= before:
                sentence = f"steps come one after the other; give this one more minutes than {before:g}"
                yield ("notify", number, "after_minutes"), sentence


def filled(contact: AnyContact, variables: Mapping[str, str]) -> AnyContact:
    """With the variables in its fields; raises ``ValueError`` with a sentence where one is not set."""

    def fill(text: str) -> str:
        lacking = [name for name in _VARIABLE.findall(text) if not variables.get(name)]
        must(not lacking, f"${''.join(lacking[:1])} is not set; put it into the file that command_env_file names")
        return _VARIABLE.sub(lambda found: variables[found[1]], text)

    return msgspec.structs.replace(contact, **_texts(contact, fill))


def _texts(contact: AnyContact, fill: Callable[[str], str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in msgspec.structs.asdict(contact).items():
        if name != "name":
            found[name] = fill(value) if isinstance(value, str) else value
    return found | ({"argv": tuple(map(fill, contact.argv))} if isinstance(contact, Command) else {})


def _shown(text: str) -> str:
    """Whoever reads the sentence may be more than who reads the file."""
    return repr(text) if len(text) <= 60 and "?" not in text else "this"  # noqa: PLR2004

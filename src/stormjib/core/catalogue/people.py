"""The teams that own services, and the people in them."""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from stormjib.core.catalogue.check import Name, must
from stormjib.core.catalogue.contact import Reached
from stormjib.core.catalogue.service import check_link

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_MEMBER = re.compile(r"([TE][A-Z0-9]+/)?[UW][A-Z0-9]+")
"""https://docs.slack.dev/reference/objects/user-object: a member's id, and before it their workspace's."""
_MATRIX = re.compile(r"@[^\s:@]+:[^\s:@]+(:[0-9]+)?")
"""https://spec.matrix.org/latest/appendices/#user-identifiers."""
_PHONE = re.compile(r"\+[0-9][0-9 ()/-]{5,24}")


class Team(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of teams/."""

    name: Name
    summary: Annotated[str, Meta(max_length=500, description="What it is for, in a sentence.")] = ""
    lead: Annotated[str, Meta(description="The name of a file in people/.")] = ""
    members: Annotated[tuple[str, ...], Meta(description="Names of files in people/.")] = ()
    email: str = ""
    escalation: Annotated[str, Meta(description="Who is paged for its services: the name of a file in escalation/.")] = ""
    channel: Annotated[str, Meta(description="Where it talks.")] = ""
    links: Annotated[dict[str, str], Meta(description="What its people open, by its name.")] = {}

    def __post_init__(self) -> None:
        """Refuse what reaches nobody."""
        _check_reach(self.email, "")
        for name, url in self.links.items():
            check_link(url, "links", name)


class Person(Reached, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of people/."""

    name: Annotated[Name, Meta(description="As in responders and on tokens.")]
    full_name: str = ""
    email: str = ""
    phone: Annotated[str, Meta(description="With the country: +49 30 1234567.")] = ""
    slack: Annotated[
        str,
        Meta(
            description="Their member id in Slack, U012AB3CD, or of one workspace only T012AB3CD/U012AB3CD: they act from there."
        ),
    ] = ""
    matrix: Annotated[str, Meta(description="Their id in Matrix, @ana:example.org: they are invited, and act from there.")] = ""
    note: Annotated[str, Meta(max_length=500)] = ""

    @property
    def slack_user(self) -> str:
        """The member id alone."""
        return self.slack.rpartition("/")[2]

    def __post_init__(self) -> None:
        """Refuse what reaches nobody."""
        _check_reach(self.email, self.phone)
        sentence = f"{self.slack!r} is no member id of Slack; copy it from the person's profile there, such as U012AB3CD"
        must(not self.slack or bool(_MEMBER.fullmatch(self.slack)), sentence, "slack")
        sentence = f"{self.matrix!r} is no id of Matrix; write one such as @ana:example.org, with its homeserver"
        must(not self.matrix or bool(_MATRIX.fullmatch(self.matrix)), sentence, "matrix")


def _check_reach(email: str, phone: str) -> None:
    must(
        not email or bool(_MAIL.fullmatch(email)), f"{email!r} is no address of mail; write one such as ana@example.org", "email"
    )
    must(not phone or bool(_PHONE.fullmatch(phone)), f"{phone!r} is no number that can be called; write +49 30 1234567", "phone")

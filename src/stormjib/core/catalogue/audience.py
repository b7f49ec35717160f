"""An audience: who is told of incidents beside the channel in which it reads, as people and by contact methods of its own."""

from typing import Annotated

from msgspec import Meta

from stormjib.core.catalogue.check import Name
from stormjib.core.catalogue.contact import Reached, Step


class Audience(Reached, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of audiences/. Methods of its own stand in place of the site's webhook."""

    name: Annotated[Name, Meta(description="leadership, stakeholders, customers, or one of your own such as engineering.")]
    people: Annotated[tuple[str, ...], Meta(description="Names of files in people/: each by their own contact methods.")] = ()

    @property
    def recorded(self) -> "Audience":
        """What the log keeps of it: who is told, and whether by methods of its own, without where those go."""
        steps = (Step(methods=tuple(one.name for one in self.contact)),) if self.contact else ()
        return Audience(name=self.name, people=self.people, notify=steps)

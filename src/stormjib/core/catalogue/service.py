"""A protected service: its names and what alerts call it, who owns it, its runbooks, where it answers, and what proves that it works."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from stormjib.core.catalogue.check import AnyCheck, ErrorRateCheck, Name, Proof, TargetCheck, base_of, must, provable, requests_of
from stormjib.core.place import KNOWN, valid
from stormjib.core.redact import is_secret
from stormjib.core.text.hosts import hosts_in
from stormjib.core.text.visible import visible

_ADDRESS = re.compile(r"https?://(?:[^\s/?#@]+@)?(?:\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+)(?::\d{1,5})?(?:[/?#]\S*)?|\$.*")
_LABEL = re.compile(r"[^\s=]{1,200}")
Labels = dict[str, str | tuple[str, ...]]
"""Labels of an alert, each with its value or the values of which it has one."""


class RunbookRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A runbook of a service, and the alerts that choose it. Without alerts and labels it is for whatever nothing else chooses."""

    file: Annotated[str, Meta(min_length=1, description="The Markdown file, from the directory of the catalogue.")]
    name: Annotated[str, Meta(max_length=80, description="What people call it; the file's name where it is empty.")] = ""
    alerts: Annotated[tuple[str, ...], Meta(description="Names of alerts that choose it.")] = ()
    labels: Annotated[Labels, Meta(description="Labels of an alert that choose it; all of them have to match.")] = {}

    def __post_init__(self) -> None:
        """Refuse what no label can be."""
        check_labels(self.labels)

    @property
    def called(self) -> str:
        """What people call it."""
        return self.name or self.file.rpartition("/")[2].removesuffix(".md")


class Vendor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whom to call where something that was bought fails."""

    name: Name
    components: Annotated[
        tuple[Name, ...], Meta(description="The parts that are theirs, as suspects are called: they stand beside such a suspect.")
    ] = ()
    phone: str = ""
    email: str = ""
    url: str = ""
    note: Annotated[str, Meta(description="The contract's number, the hours, what to say.")] = ""

    def __post_init__(self) -> None:
        """Refuse an address that can't be opened."""
        check_link(self.url, "url")


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the service: its name, other words for it in alerts and outputs, and what it needs to work."""

    name: Name
    words: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()


class PublicComponent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What customers know of a service. Several services may stand for one component."""

    name: Annotated[Name, Meta(description="What customers call it; they read nothing else of the service.")]
    group: Annotated[str, Meta(max_length=80, description="The heading that it stands under on the status page.")] = ""
    public: Annotated[bool, Meta(description="Whether it stands on the status page.")] = False
    statuspage: Annotated[str, Meta(max_length=40, description="The id of this component at Atlassian Statuspage.")] = ""

    def __post_init__(self) -> None:
        """Refuse what customers can't read."""
        for key, text in (("name", self.name), ("group", self.group)):
            must(
                visible(text) == text and text.strip() == text, f"{text!r} holds characters that nobody sees; write it anew", key
            )


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A metric of the service in PromQL; one with the name of a built-in metric takes its place."""

    name: Name
    query: Annotated[str, Meta(min_length=1)]
    unit: str = ""
    worse: Annotated[Literal["up", "down", "both"], Meta(description="In which direction it is bad.")] = "up"
    floor: Annotated[
        float, Meta(ge=0, description="The least difference that means anything, in its unit; 0 is 5 % of what is usual.")
    ] = 0.0
    thing: Annotated[str, Meta(description="The component that it tells of; the service where it is empty.")] = ""


class SecondOpinion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether users are well, asked when an alert comes: a P0 or P1 never waits for it, what is less waits a round while they are."""

    pages: Annotated[
        Literal["P1", "P2", "P3", "P4"],
        Meta(description="Alerts down to this severity page; what is less than P1 waits a round."),
    ] = "P1"
    wait_seconds: Annotated[
        float, Meta(ge=10, le=3600, description="The round: it pages if it still fires after so long, however well users are.")
    ] = 60.0


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One protected service: a ``[[service]]`` of the settings, or a file of the catalogue."""

    name: Name
    aliases: Annotated[
        tuple[Name, ...], Meta(description="What alerts and people call it as well; the case does not matter.")
    ] = ()
    labels: Annotated[
        Labels, Meta(description="Labels by which an alert is about this service, whatever it names; all have to match.")
    ] = {}
    summary: Annotated[str, Meta(max_length=500, description="What it does, in a sentence.")] = ""
    owner: Annotated[str, Meta(description="The team that owns it: the name of a file in teams/.")] = ""
    escalation: Annotated[
        str, Meta(description="Who is paged: the name of a file in escalation/; else that of the owner, else the responders.")
    ] = ""
    tier: Annotated[int, Meta(ge=0, le=4, description="How much depends on it: 0 is the most.")] | None = None
    depends_on: Annotated[tuple[Name, ...], Meta(description="Services that it needs to work.")] = ()
    runbook: Annotated[str, Meta(description="The Markdown file that its incidents follow, where there is one.")] = ""
    runbooks: Annotated[
        tuple[RunbookRule, ...],
        Meta(max_length=50, description="Several runbooks, chosen by the alert; else the first without a rule."),
    ] = ()
    target_url: Annotated[str, Meta(description="Where it answers. Addresses of checks that begin with / are below it.")] = ""
    redis_url: str = ""
    metrics_url: Annotated[str | tuple[str, ...], Meta(description="Where it tells its metrics, one address a replica.")] = ()
    prometheus_match: Annotated[str, Meta(description='Labels that pick its series in Prometheus, such as job="api".')] = ""
    metrics: Annotated[
        tuple[Metric, ...], Meta(max_length=100, description="Its own in PromQL, beside those that are known anyway.")
    ] = ()
    check: Annotated[tuple[AnyCheck, ...], Meta(description="What proves that it works.")] = ()
    components: Annotated[tuple[Component, ...], Meta(description="Its parts, for the suspects.")] = ()
    target: Annotated[str, Meta(description="Where its commands run.")] = ""
    targets: Annotated[tuple[str, ...], Meta(description="Other places that a command may name.")] = ()
    values: Annotated[
        dict[str, str], Meta(description="What stands for placeholders and variables of its runbooks, such as namespace: shop.")
    ] = {}
    links: Annotated[dict[str, str], Meta(description="What a responder opens, by its name.")] = {}
    dashboards: Annotated[dict[str, str], Meta(description="The same, for dashboards.")] = {}
    logs: Annotated[dict[str, str], Meta(description="Where its logs are, for people: a name, and an address or a command.")] = {}
    vendors: tuple[Vendor, ...] = ()
    reopen_minutes: (
        Annotated[float, Meta(ge=0, le=30 * 24 * 60, description="As in the settings, for its incidents; so for the next two.")]
        | None
    ) = None
    flap_turns: Annotated[int, Meta(ge=0, le=19)] | None = None
    flap_minutes: Annotated[float, Meta(gt=0, le=24 * 60)] | None = None
    status: PublicComponent | None = None
    second_opinion: Annotated[
        SecondOpinion | None, Meta(description="When an alert comes, check in five seconds at most whether its users are well.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse what can't work: two checks of one name, a path below no address, an address that is none."""
        for key, urls in (("target_url", (self.target_url,)), ("metrics_url", self.metrics_urls)):
            for url in urls:
                fits = not url or bool(_ADDRESS.fullmatch(url))
                must(fits, f"{url!r} is not the address of a service; give one such as http://localhost:8080", key)
        for key, links in (("links", self.links), ("dashboards", self.dashboards)):
            for name, url in links.items():
                check_link(url, key, name)
        for key, places in (("target", (self.target,)), ("targets", self.targets)):
            for place in places:
                must(not place or valid(place), f"{place!r} is no target; give {KNOWN}", key)
        check_labels(self.labels)
        for name in self.values:
            secret = (
                f"{name!r} looks like a secret, which must not stand here; give it in the commands' env file (command_env_file)"
            )
            must(not is_secret(name), secret, "values", name)
        must(not (self.runbook and self.runbooks), "give runbook or runbooks, not both", "runbook")
        self._check_checks()

    def _check_checks(self) -> None:
        names = [check.name.casefold() for check in self.check]
        twice = next((name for name in names if names.count(name) > 1), "")
        must(not twice, f"{self.name} has two checks called {twice!r}; give each a name of its own", "check")
        if not self.target_url:
            for check in self.check:
                paths = [request.url for request in requests_of(check) if request.url.startswith("/")]
                must(not paths, f"the check {check.name!r} asks for {paths[:1]} of {self.name}, which has no target_url", "check")
                must(not isinstance(check, TargetCheck), f"the check {check.name!r} needs the target_url of {self.name}", "check")
        lacks = not self.metrics_urls and any(isinstance(check, ErrorRateCheck) for check in self.check)
        must(not lacks, f"the error rate of {self.name} needs its metrics_url", "check")

    @property
    def books(self) -> tuple[RunbookRule, ...]:
        """Its runbooks, however they are given."""
        return (RunbookRule(file=self.runbook),) if self.runbook else self.runbooks

    @property
    def metrics_urls(self) -> tuple[str, ...]:
        """Where it tells its metrics: what is given, else ``/metrics`` below its address."""
        given = (self.metrics_url,) if isinstance(self.metrics_url, str) else self.metrics_url
        return tuple(filter(None, given)) or ((f"{base_of(self.target_url)}/metrics",) if self.target_url else ())

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of its addresses and of what its checks ask, by their digests."""
        asked = [request.url for check in self.check for request in requests_of(check)]
        return hosts_in((self.target_url, self.redis_url, *self.metrics_urls, *asked), self.values.values())

    @property
    def checks(self) -> tuple[AnyCheck, ...]:
        """The checks that are given; where there is only an address, that it answers there, how fast, and how often it fails."""
        if self.check or not self.target_url:
            return self.check
        return (TargetCheck(), ErrorRateCheck(if_there=not self.metrics_url))

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """What its checks can prove."""
        return provable(self.checks)

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and its aliases, as they are compared."""
        return tuple(map(alike, (self.name, *self.aliases)))

    def called(self, name: str) -> bool:
        """Whether this is its name or an alias; the case does not matter."""
        return alike(name) in self.names


def alike(name: str) -> str:
    """A name as it is compared: in whatever case and form of Unicode it is written."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def matching(labels: Labels, given: Mapping[str, str]) -> str:
    """By which labels an alert matches, as ``app=shop``; "" where one does not, or nothing is asked for."""
    for name, wanted in labels.items():
        if given.get(name) not in ((wanted,) if isinstance(wanted, str) else wanted):
            return ""
    return ", ".join(f"{name}={given[name]}" for name in labels)


def check_labels(labels: Labels) -> None:
    """Raise ``Wrong`` for what no alert can carry."""
    for name, wanted in labels.items():
        must(bool(_LABEL.fullmatch(name)), f"{name!r} is no name of a label", "labels", name)
        must(bool(wanted), f"the label {name!r} has no value; give one, or a list of them", "labels", name)


def check_link(url: str, *keys: str) -> None:
    """Raise ``Wrong`` for what no browser opens."""
    fits = not url or (url.startswith(("http://", "https://")) and bool(_ADDRESS.fullmatch(url)))
    must(fits, f"{url!r} is no address that can be opened; give one such as https://grafana.example/d/shop", *keys)

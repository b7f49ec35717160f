"""A whole stormjib but for what leaves the machine: the real log, door, tokens and pages, over a clock moved by hand."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI
from msgspec.structs import replace
from starlette.testclient import TestClient
from tests.core.story import SERVICE

from stormjib.core.actions import BY_NAME
from stormjib.core.catalogue.finding import Meant
from stormjib.core.catalogue.service import PublicComponent, Service
from stormjib.core.checkup import reads, settled
from stormjib.core.effects import react
from stormjib.core.incident import Incident, evolve
from stormjib.core.log import AnyFact, EvidenceCollected, RunFinished, RunReleased, RunStarted
from stormjib.core.markdown import compile_runbook
from stormjib.core.policy import Policy, Trusted
from stormjib.core.severity import Severity
from stormjib.engine.explain import Explainer
from stormjib.engine.inbox import Inbox
from stormjib.engine.incidents import Incidents
from stormjib.engine.limits import Limits
from stormjib.engine.perform import Door
from stormjib.engine.rules import Meaning, Rules
from stormjib.engine.written import Written
from stormjib.evidence.follows import FOLLOWS
from stormjib.store.database import open_log, open_reader
from stormjib.web import api, errors, intake_page, oncall, openapi, pages
from stormjib.web.auth import Principal, Tokens
from stormjib.web.session import Sessions
from stormjib.web.site import Site
from stormjib.web.sse import Hub

OTHER = "0" * 64
"""The sha256 of another runbook, which nothing of a test reads."""
SOURCE = (Path(__file__).parents[2] / "runbooks" / "incident-response.md").read_bytes()
START = 1_790_000_000.0
HEALTH = "python scripts/health_check.py --comprehensive"

_compiled = cache(compile_runbook)


@dataclass
class Command:
    """What a test needs of a command of the runbook."""

    id: str
    line: int
    text: str
    target: str


class House:
    """Everything that the pages stand on. ``at`` is the clock."""

    def __init__(self, folder: Path, source: bytes = SOURCE) -> None:
        self.at = START
        self.book = _compiled(source)
        self.policy = Policy(
            responders=("ana", "bo"), trusted=(Trusted(HEALTH, "it only asks"),), base_url="https://stormjib.example",
            variables=frozenset({"ADMIN_TOKEN"}), services=(SERVICE,),
            every_incident=True,
        )  # fmt: skip
        self.store = open_log(folder / "log.db")
        self.reader = open_reader(folder / "log.db")
        self.hub = Hub("house")
        self.explain = Explainer(self.reader, lambda alert: Meaning(Meant(alert.service), ""), lambda: self.policy).explain
        rules = Rules(
            new=Incident.new, evolve=evolve, follows=FOLLOWS, react=react, runbook=lambda _: self.book,
            choose_runbook=lambda _: self.book.sha256, policy=lambda: self.policy,
        )  # fmt: skip
        self.inbox = Inbox(
            self.store, rules, self.clock, dispatch=lambda _: None, on_fatal=lambda _: None, disk=self.store,
            limits=Limits(free_bytes_min=0),
        )  # fmt: skip
        self.inbox.subscribe(lambda entries: [self.hub.publish(entry.incident, entry.seq) for entry in entries])
        self.inbox.write(lambda store: store.put_runbook(self.book.sha256, "incident-response.md", source, START))
        self._tokens_made = 0
        self.tokens = Tokens(self.inbox, self.reader, self.clock, self._token)
        self.incidents = Incidents(
            self.reader, runbook_of=lambda _: self.book, policy=self.policy, clock=self.clock, checked=self.reader.checked
        )
        self.door = Door(
            inbox=self.inbox, reader=self.reader, runbook_of=lambda _: self.book, choose_runbook=lambda _: self.book.sha256,
            policy=self.policy, clock=self.clock, books=lambda _: {"site": self.book.sha256, "other": OTHER}, run_clock=lambda _: self.clock(),
        )  # fmt: skip
        self.app = FastAPI()
        errors.install(self.app)
        openapi.describe(self.app)
        self.app.include_router(
            api.router(
                door=self.door, incidents=self.incidents, reader=self.reader, tokens=self.tokens, runbook_of=lambda _: self.book,
                current_runbook=lambda: self.book, metrics=lambda _: None, verify=lambda: (0, ()), check=(None, dict), intake=None, explain=self.explain, preview=None,
                clock=self.clock,
            )
        )  # fmt: skip
        self.site = Site(
                door=self.door, incidents=self.incidents, reader=self.reader, sessions=Sessions(self.tokens, self.clock, self.inbox.write, self.reader.sessions, key=b"k"), hub=self.hub, clock=self.clock, policy=self.policy,
                runbook_of=lambda _: self.book, current_runbook=lambda: self.book, checked=self.reader.checked,
                reads=lambda book: reads(settled(book, ("",), self.policy), self.policy),
                explain=self.explain,
                intake=lambda: intake_page.report(self.reader, list, self.clock, self.policy),
        )  # fmt: skip
        self.app.include_router(oncall.router(self.site, self.tokens))
        self.app.router.routes.extend(pages.router(self.site))

    def close(self) -> None:
        self.hub.close()
        self.inbox.close()
        self.reader.close()
        self.store.close()

    def clock(self) -> float:
        return self.at

    def _token(self) -> str:
        self._tokens_made += 1
        return f"token-{self._tokens_made}-of-the-house"

    # People

    def person(self, name: str = "ana", scopes: tuple[str, ...] = ("read", "respond"), *, machine: bool = False) -> "Person":
        return Person(self, self.tokens.create(name, scopes, machine=machine))

    # What happens

    def declare(self, title: str = "API not ready", severity: Severity = Severity.P1, who: str = "ana") -> str:
        return self.act("declare", "", who, title=title, severity=severity, service="watermark-lab-api").incident

    def public(self, incident: str) -> None:
        """Its service has a component on the status page."""
        service = Service(name=self.incident(incident).service, status=PublicComponent(name="Uploads", public=True))
        policy = replace(self.site.policy, services=(*self.site.policy.services, service))
        self.site.policy = self.door.policy = self.policy = policy

    def act(self, name: str, incident_id: str, who: str, /, **given: object) -> Written:
        """Somebody does something, by its name in the table of actions and its parameters as the API has them."""
        return self.door.perform(BY_NAME[name], incident_id, given, Principal(who, frozenset({"respond"})))

    def incident(self, incident_id: str) -> Incident:
        return self.reader.replay(incident_id)

    def tell(self, incident_id: str, *facts: AnyFact, by: str = "stormjib", blobs: tuple[bytes, ...] = ()) -> None:
        self.inbox.submit(incident_id, lambda _: facts, by=by, blobs=blobs)

    def command(self, text: str) -> Command:
        found = next(command for command in self.book.commands if command.text.startswith(text))
        return Command(found.id, found.line, found.text, found.target)

    def saw(
        self, incident_id: str, text: str, output: str, *, exit_code: int = 0, finding: str = "", before_run: str = ""
    ) -> str:
        """A look came back; the sha256 of its output."""
        command, body = self.command(text), output.encode()
        digest = sha256(body).hexdigest()
        fact = EvidenceCollected(
            command.id, command.line, command.text, command.target, exit_code == 0, exit_code, 0.2, digest, len(body),
            output[:2000], finding=finding, before_run=before_run,
        )  # fmt: skip
        self.tell(incident_id, fact, blobs=(body,))
        return digest

    def ran(self, incident_id: str, run_id: str, output: str = "Restarting redis ... done", *, ok: bool = True) -> None:
        """An approved run started and ended."""
        run = self.incident(incident_id).runs[run_id]
        body = output.encode()
        if run.state == "approved":
            self.tell(incident_id, RunReleased(run_id))
        finished = RunFinished(
            run_id, run.proposal.command_id, ok, 0 if ok else 1, 2.5, sha256(body).hexdigest(), len(body), output
        )
        self.tell(incident_id, RunStarted(run_id), finished, blobs=(body,))


class Person:
    """A browser with its session."""

    def __init__(self, house: House, token: str) -> None:
        self.house = house
        self.token = token
        self.browser = TestClient(house.app, base_url="https://stormjib.test", follow_redirects=False)
        answer = self.browser.post("/login", data={"token": token, "next": "/"})
        assert answer.status_code == 303, answer.text

    def get(self, url: str, **headers: str):
        return self.browser.get(url, headers=headers)

    def page(self, url: str) -> str:
        answer = self.get(url)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def csrf(self) -> str:
        return self.page("/").split('name="csrf" value="')[1].split('"')[0]

    def post(self, url: str, headers: dict[str, str] | None = None, **fields: str):
        return self.browser.post(url, data={"csrf": self.csrf, **fields}, headers=headers or {})

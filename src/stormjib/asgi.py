"""What takes requests: the hot path in front, the API and the pages behind it."""

from functools import partial
from typing import Any

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stormjib import __version__
from stormjib.engine.metrics import Reviewed
from stormjib.engine.proofs import MethodReport
from stormjib.engine.reach import Reach
from stormjib.engine.shadow import Shadow
from stormjib.integrations import sns
from stormjib.parts import Parts
from stormjib.store.database import LOG, verify
from stormjib.store.log_head import key_of
from stormjib.web import (
    api,
    baseline,
    errors,
    heartbeats,
    intake_page,
    metrics,
    oncall,
    openapi,
    pages,
    people,
    services,
    shadow,
    slack_http,
    subscribe,
)
from stormjib.web.addresses import Addresses, prefix_of
from stormjib.web.bearer import principal
from stormjib.web.body_limit import BodyLimit
from stormjib.web.chat import Chat
from stormjib.web.ingest import Ingest
from stormjib.web.listening import POSITION, Listening
from stormjib.web.preview import Previewer
from stormjib.web.replies import Replies, twilio
from stormjib.web.session import Sessions
from stormjib.web.shares import Shares
from stormjib.web.signed import Signatures
from stormjib.web.site import Site
from stormjib.web.slack import SOURCE, Slack, no_api
from stormjib.web.slack_socket import SlackSocket
from stormjib.web.templating import Pages
from stormjib.web.ways import Way, heartbeat_way, mapped_way


class Faces(Parts):
    """The sides of the program that people and senders see."""

    replies: Replies
    sns: sns.Checks
    mail: Any = None
    """What takes mail, where the settings ask for it: a ``mail_in.MailIn``."""
    socket: SlackSocket | Listening

    def review_metrics(self, service: str) -> Reviewed | None:
        """The metrics now, without an incident; None where there is nothing to ask."""
        seconds = self.settings.probe_timeout_seconds
        return self.metrics.look(None, seconds, service) if self._policy.reviews_metrics else None

    def problems(self) -> list[str]:
        """What is not well with the server itself, a sentence each."""
        return [
            *self.stopped(),
            *self.outbox.alarm.sentences(),
            *self.outbox.brake.sentences(),
            *self.mode.problems(),
            *self.damage.problems(),
            *self.library.problems(),
            *self.upkeep.problems(),
            *filter(None, (self.socket.problem, self.clock_watch.problem())),
            *(self.mail.problems() if self.mail else ()),
        ]

    def refused_connection(self, answer: str, sentence: str, address: str) -> None:
        """Somebody was let go before they had said what they want: perhaps it was an alert."""
        self.refusals.note("connections", answer, sentence, sender=address)

    def _intake(self) -> intake_page.IntakeReport:
        return intake_page.report(self.reader, self.refusals.newest, self._clock, self._policy, self.shelf.words)

    def _health(self, *, named: bool) -> dict[str, object]:
        """The states; what is wrong has names of people, hosts and files in it, and is for those who may read (``named``)."""
        problems = self.problems()
        status = "degraded" if problems else "ok"
        ill = {
            "stopped": self.stopped(),
            "failing": self.outbox.alarm.standing(),
            "held back": self.outbox.brake.untold(),
        }
        paging = next((how for how, found in ill.items() if found), "ok")
        messages = "failing" if self.outbox.alarm.untold() else "ok"
        position = self.reader.last_position()
        told = {"problems": problems} if named else {"problems_total": len(problems)}
        return {"status": status, "position": position, "paging": paging, "messages": messages, **told}

    def _web(self) -> Addresses:
        app = FastAPI(title="stormjib", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
        errors.install(app)
        openapi.describe(app)
        app.include_router(
            api.router(
                door=self.door,
                incidents=self.incidents,
                reader=self.reader,
                tokens=self.tokens,
                runbook_of=self.library.runbook,
                current_runbook=self.library.current,
                metrics=self.review_metrics,
                verify=lambda: verify(self.settings.data_dir / LOG),
                check=(self.checker.check, self.checker.history),
                intake=self._intake,
                explain=self.explainer.explain,
                preview=self._previewer().preview,
                clock=self._clock,
            )
        )
        app.include_router(baseline.router(self.checks, self.tokens))

        @app.get("/metrics", include_in_schema=False, dependencies=[Depends(principal(self.tokens, "read"))])
        def tell_metrics() -> Response:
            found = metrics.exposition(
                [
                    *metrics.of_intake(self._intake()),
                    *heartbeats.families(self.heartbeats.pulses()),
                    *self.upkeep.vitals.families(),
                ]
            )
            return Response(found, media_type=metrics.CONTENT_TYPE)

        @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
        def healthz(request: Request) -> Response:
            kind, _, raw = request.headers.get("authorization", "").partition(" ")
            who = self.tokens.check(raw.strip().encode()) if kind.lower() == "bearer" else None
            return JSONResponse(self._health(named=who is not None and who.may("read")))

        self.door.maintenance = self.upkeep.status_page.works
        sessions = Sessions(self.tokens, self._clock, self.inbox.write, self.reader.sessions, key=key_of(self.settings.data_dir))
        site = self._site(sessions)
        app.include_router(oncall.router(site, self.tokens))
        app.include_router(people.router(site, self.tokens))
        app.include_router(heartbeats.router(site, self.tokens))
        app.include_router(shadow.router(site, self.tokens))
        app.include_router(services.router(site, self.tokens, self.catalogue.reload))
        subscribe.mount(app, self.tokens, self.upkeep.status_page, lambda: self.door.policy, self.upkeep.subscribers)
        app.router.routes.extend(pages.router(site))
        variables = self.settings.variables()
        self.sns = sns.Checks(self.settings.sns_topics)
        known = {str(name): one.filled(variables) for name, one in self.settings.signed.items()}
        signatures = Signatures(known, self._clock, self.sns.check, write=self.inbox.write, kept=self.reader.taken())
        chat = Chat(site, self.talks.incident_of, SOURCE)
        slack, table = Slack(chat, self.chat.call or no_api, self.settings.chat.reaction), self.settings.chat
        self.socket = SlackSocket(slack, table.url, table.app_token_in(variables))
        if self.chat.listener:
            heard, place = Chat(site, self.talks.incident_of, table.kind), self.settings.data_dir / POSITION
            self.socket = Listening(self.chat.listener, heard, place, table.url, reaction=table.reaction, names=table.channels)
        app.router.routes.extend(slack_http.routes(slack, signatures, self.refusals))
        app.state.not_found = partial(pages.not_found, site)
        limited = BodyLimit(app, self.settings.body_bytes_max)
        self.replies = Replies(site, self.settings.variables)
        app.router.routes.append(twilio(self.replies, signatures, self.refusals, self.settings.url))
        shared = Shares(limited, self.tokens.check, sessions.of, self._clock)
        alert_bytes_max = self.settings.alert_body_bytes_max
        ingest = Ingest(
            shared,
            self.inbox,
            self.tokens,
            self.refusals,
            self._clock,
            body_bytes_max=alert_bytes_max,
            signatures=signatures,
            own=self._own_way,
        )
        return Addresses(ingest, self.settings.url, "shadow" if self._walled else "")

    def _own_way(self, path: str) -> Way | None:
        found = self.catalogue.found.catalogue
        own = next((mapped_way(one) for one in found.intake if path == f"/hooks/{one.name}"), None)
        return own or heartbeat_way(path, found.heartbeats, self.heartbeats.whose)

    def _previewer(self) -> Previewer:
        return Previewer(self.explainer, lambda: self.catalogue.found.catalogue.intake, self._clock, self.hide)

    def _methods(self) -> list[MethodReport]:
        return self.proofs.reports(self._policy.people, self._clock())

    def _site(self, sessions: Sessions) -> Site:
        reach = Reach(
            lambda: self._policy,
            lambda service: self.library.runbook(self.shelf.choose(service)),
            self._methods,
            self._clock,
            webhook=bool(self.settings.webhook_url),
        )
        self.calendars.each_round = partial(reach.tell, self.inbox)
        self.site = Site(
            door=self.door,
            incidents=self.incidents,
            reader=self.reader,
            sessions=sessions,
            hub=self.hub,
            clock=self._clock,
            policy=self._policy,
            runbook_of=self.library.runbook,
            current_runbook=self.library.current,
            checked=self.checker.history,
            intake=self._intake,
            explain=self.explainer.explain,
            previewer=self._previewer(),
            problems=self.problems,
            status_page=self.upkeep.status_page,
            methods=self._methods,
            reach=reach.found,
            heartbeats=self.heartbeats.pulses,
            shadow=Shadow(self.reader, lambda: self._policy, self.explainer.explain, self._clock).compare,
            catalogue_problems=self.catalogue.problems,
            pages=Pages(prefix_of(self.settings.url)),
            in_force=self.library.in_force,
            reads=self.shelf.reads,
            books=self.shelf.books,
            meant=lambda alert: self.shelf.meant(alert).name,
            book_words=self.shelf.words,
            baseline=self.checks.baseline,
            catalogue=lambda: self.catalogue.found.catalogue,
        )
        return self.site

"""Subscribing to the status page, without signing in. A link alone changes nothing, for mail programs open each one: a button does."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stormjib.core.incident import Refused
from stormjib.core.policy import Policy
from stormjib.core.status_page.api import moment
from stormjib.core.status_page.subscriber import TO_CHARS_MAX
from stormjib.core.status_page.words import component_named
from stormjib.engine.subscribers import Subscribers
from stormjib.ports import NotFound, Overloaded
from stormjib.web import status_page
from stormjib.web.answers import encoded
from stormjib.web.auth import Tokens
from stormjib.web.bearer import principal
from stormjib.web.forms import Form, Unreadable, read_form
from stormjib.web.moments import utc
from stormjib.web.templating import environment

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
SENT = "If the address can be reached, a link is on its way there. Open it within a day to confirm."
_log = logging.getLogger(__name__)


class Wanted(BaseModel):
    """To whom updates are to be sent, once that is confirmed there; without components, those of all."""

    to: Annotated[str, Field(min_length=1, max_length=TO_CHARS_MAX)]
    components: tuple[Annotated[str, Field(max_length=80)], ...] = ()


def mount(
    app: FastAPI, tokens: Tokens, publisher: status_page.Publisher, policy: Callable[[], Policy], subscribers: Subscribers
) -> None:
    """Everything about the status page that is no page of ours."""
    app.include_router(status_page.router(tokens, publisher, policy))
    app.include_router(_router(tokens, policy, subscribers))
    app.router.routes.extend([*(_routes(subscribers, publisher) if subscribers.kinds else ()), *status_page.public(publisher)])


def _router(tokens: Tokens, policy: Callable[[], Policy], subscribers: Subscribers) -> APIRouter:
    api = APIRouter(prefix="/api/v1/status-page/subscribers", dependencies=[Depends(principal(tokens, "admin"))])

    @api.get("", summary="Who has updates of the status page sent to them")
    def listed() -> Response:
        found = [{"id": one.id, "kind": one.kind, "to": one.to, "components": one.components, "since": one.since,
                  "paused": one.paused} for one in subscribers.everybody()]  # fmt: skip
        return encoded("stormjib.subscribers/1", subscribers=found)

    @api.post("", summary="Send a link to an address, which subscribes whoever confirms there")
    def add(body: Wanted) -> Response:
        names = [component_named(name, policy()) for name in body.components]
        subscribers.ask(body.to, names)
        return encoded("stormjib.subscriber-asked/1", to=body.to, said=SENT)

    @api.delete("/{name}", summary="Erase a subscriber")
    def remove(name: str) -> Response:
        if not subscribers.remove(name):
            raise NotFound(f"There is no subscriber {name[:40]!r}; `stormjib status subscribers` lists them with their ids.")
        return encoded("stormjib.subscriber-removed/1", id=name)

    return api


def _routes(subscribers: Subscribers, publisher: status_page.Publisher) -> list[Route]:
    def page(status: int, heading: str, sentence: str = "", *, button: str = "", fields: bool = False) -> Response:
        now = publisher.page()
        template = environment("").get_template("status_page/subscribe.html")
        shared = {"up": f"{publisher.url}/", "title": publisher.title, "page": now, "moment": moment, "utc": utc}
        shared |= {"kinds": subscribers.kinds, "components": [one.name for one in now.components], "subscribe": ""}
        text = template.render(heading=heading, sentence=sentence, button=button, fields=fields, **shared)
        return Response(text, status, _HEADERS, media_type="text/html")

    def answered(work: Callable[[Request, Form], Response]) -> Callable[[Request], Awaitable[Response]]:
        @wraps(work)
        async def endpoint(request: Request) -> Response:
            try:
                return await run_in_threadpool(work, request, await read_form(request) if request.method == "POST" else Form({}))
            except Unreadable as error:
                return page(400, "Not done", str(error))
            except Refused as error:
                return page(410 if "link" in request.path_params else 400, "Not done", str(error))
            except Overloaded as error:
                return page(429, "Not now", str(error))
            except OSError:
                _log.exception("a subscription to the status page could not be written")
                return page(503, "Not now", "This could not be written down. Try again in some minutes.")

        return endpoint

    def form(_: Request, __: Form) -> Response:
        return page(200, "Get updates", fields=True)

    def ask(_: Request, given: Form) -> Response:
        to, names = given.text("to"), {one.name for one in publisher.page().components}
        kind = subscribers.ask(to, [name for name in names if given.fields.get(f"component:{name}")])
        return page(202, "Look into your mailbox" if kind == "email" else "Sent", SENT)

    def confirm(request: Request, _: Form) -> Response:
        asked = subscribers.asked(request.path_params["link"])
        if request.method != "POST":
            about = f" about {', '.join(asked.components)}" if asked.components else ""
            return page(200, "Confirm", f"Shall updates{about} be sent to {asked.to}?", button="Subscribe")
        subscribers.confirm(request.path_params["link"])
        return page(200, "Subscribed", f"Updates are sent to {asked.to} from now on. Each has a link that ends it.")

    def leave(request: Request, _: Form) -> Response:
        if request.method != "POST":
            subscribers.leaver(request.path_params["link"])
            sentence = "Shall no more updates be sent to you, and your address be erased?"
            return page(200, "Unsubscribe", sentence, button="Unsubscribe")
        subscribers.leave(request.path_params["link"])
        return page(200, "Unsubscribed", "Nothing more is sent to you.")

    return [
        Route("/status/subscribe", answered(form)),
        Route("/status/subscribe", answered(ask), methods=["POST"]),
        Route("/status/confirm/{link:path}", answered(confirm), methods=["GET", "POST"]),
        Route("/status/unsubscribe/{link:path}", answered(leave), methods=["GET", "POST"]),
    ]

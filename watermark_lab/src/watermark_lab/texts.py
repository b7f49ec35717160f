"""The user's routes: watermark, detect, attack."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from secrets import randbelow
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from watermark_lab import body, cache, logs, watermark, words
from watermark_lab.admin import is_admin
from watermark_lab.attack import ATTACKS
from watermark_lab.body import Refused
from watermark_lab.cache import CacheError
from watermark_lab.lab_state import DISK, NOTARY, REDIS, Lab
from watermark_lab.ledger import LedgerError
from watermark_lab.maintenance import RETRY_AFTER_SECONDS
from watermark_lab.model import Model
from watermark_lab.notary import NotaryError
from watermark_lab.observe import CLOSED
from watermark_lab.watermark import TOKENS_MAX, Detection, Scheme, TooShortError

PROMPT_CHARACTERS_MAX: Final = 20_000
TOKENS_DEFAULT: Final = 200
_RETRY_AFTER_SECONDS: Final = 5

Handler = Callable[[Request], Awaitable[Response]]


def routes(lab: Lab) -> list[BaseRoute]:
    """Give the routes that users call, each behind maintenance mode and injected faults."""
    handlers = Texts(lab)
    return [
        Route("/v1/watermark", handlers.guarded(handlers.watermark), methods=["POST"]),
        Route("/v1/detect", handlers.guarded(handlers.detect), methods=["POST"]),
        Route("/v1/attack", handlers.guarded(handlers.attack), methods=["POST"]),
    ]


class Texts:
    """Handlers that write, score and damage texts; whatever computes runs in a thread."""

    def __init__(self, lab: Lab) -> None:
        """Serve one lab."""
        self._lab = lab
        self._chance = Random()

    def guarded(self, handler: Handler) -> Handler:
        """Put a handler behind maintenance mode and the fault file.

        The operator's own requests pass a closed door, so that a recovery can be measured before the users come back.
        """

        async def guard(request: Request) -> Response:
            state = self._lab.maintenance.state()
            if state.enabled and not is_admin(request, self._lab.settings):
                # The observer counts these apart: a door that was closed on purpose is no error of the service.
                request.scope[CLOSED] = True
                raise Refused(503, state.message, {"Retry-After": str(RETRY_AFTER_SECONDS)})
            fault = self._lab.faults.current()
            if fault.delay_seconds:
                await asyncio.sleep(fault.delay_seconds)
            if fault.error_share and self._chance.random() < fault.error_share:
                logs.line(logging.ERROR, "The request failed on purpose: the fault file asks for errors.", path=request.url.path)
                raise Refused(500, "The service failed to answer; the cause is in its log.")
            return await handler(request)

        return guard

    async def watermark(self, request: Request) -> Response:
        """Write a watermarked text; needs Redis for the rate counter and the cache."""
        content = await body.json_object(request)
        prompt = body.text(content, "prompt", default="", characters_max=PROMPT_CHARACTERS_MAX)
        count = body.whole(content, "tokens", 1, TOKENS_MAX, default=TOKENS_DEFAULT)
        scheme, seed = self._scheme(content), body.seed(content)
        model = self._model()
        # without a seed every text is a new one, so there is nothing to find
        name = (
            ""
            if seed is None
            else cache.name_of(prompt, count, seed, scheme.secret.hex(), scheme.gamma, scheme.delta, len(model))
        )
        try:
            await self._count()
            found = await self._lab.cache.find(name) if name else None
        except CacheError as error:
            self._lab.failed(REDIS, error)
            raise _unavailable(f"Redis, which {'refuses' if error.refused else 'does not answer'}") from error
        self._lab.metrics.dependency(REDIS, up=True)
        if name:
            self._lab.metrics.cache.labels("hit" if found else "miss").inc()
        if found:
            return JSONResponse({**found, "cached": True, **await self._registered(found)})
        seed = randbelow(body.SEED_MAX) if seed is None else seed
        answer = await run_in_threadpool(_write, model, scheme, prompt, count, seed)
        if name:
            await self._keep(name, answer)
        return JSONResponse({**answer, "cached": False, **await self._registered(answer)})

    async def detect(self, request: Request) -> Response:
        """Score a text; needs nothing but the key."""
        content = await body.json_object(request)
        text = body.text(content, "text")
        found = await run_in_threadpool(_score, self._scheme(content), text)
        return JSONResponse(found)

    async def attack(self, request: Request) -> Response:
        """Damage a text and score it before and after."""
        content = await body.json_object(request)
        text, strength, seed = body.text(content, "text"), body.share(content, "strength"), body.seed(content)
        kind = body.text(content, "kind")
        if kind not in ATTACKS:
            raise Refused(422, f'"kind" must be one of {", ".join(ATTACKS)}.')
        seed = randbelow(body.SEED_MAX) if seed is None else seed
        chance = Random(seed)
        scheme, model = self._scheme(content), self._model()
        damaged = await run_in_threadpool(_damage, scheme, text, lambda tokens: ATTACKS[kind](tokens, strength, model, chance))
        return JSONResponse({"kind": kind, "strength": strength, "seed": seed, **damaged})

    def _scheme(self, content: dict[str, object]) -> Scheme:
        key = body.key(content)
        return self._lab.scheme if key is None else Scheme.of_key(key)

    def _model(self) -> Model:
        if self._lab.model is None:
            raise Refused(503, "The language model is not loaded; the log of the start says why.")
        return self._lab.model

    async def _count(self) -> None:
        most = self._lab.settings.watermarks_per_minute_max
        if await self._lab.cache.count_this_minute() > most:
            raise Refused(
                429, f"More than {most} texts were written this minute; try again in the next one.", {"Retry-After": "60"}
            )

    async def _registered(self, answer: dict[str, object]) -> dict[str, str]:
        """Have a text attested and enter it into the ledger, before it is handed out; gives the receipt, if there is a notary."""
        digest = sha256(str(answer["text"]).encode()).hexdigest()
        receipt: dict[str, str] = {}
        if self._lab.notary is not None:
            try:
                receipt = {"receipt": await self._lab.notary.attest(digest)}
            except NotaryError as error:
                self._lab.failed(NOTARY, error)
                raise _unavailable("the notary, which does not answer") from error
            self._lab.metrics.dependency(NOTARY, up=True)
        entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "sha256": digest, **receipt}
        try:
            await run_in_threadpool(self._lab.ledger.enter, entry)
        except LedgerError as error:
            self._lab.failed(DISK, error)
            raise _unavailable("its disk, which cannot be written") from error
        return receipt

    async def _keep(self, name: str, answer: dict[str, object]) -> None:
        try:
            await self._lab.cache.keep(name, answer)
        except CacheError as error:  # the text is written; only the next request is slower
            self._lab.failed(REDIS, error)


def _unavailable(needed: str) -> Refused:
    sentence = f"Writing needs {needed}; detection still works. Try again in a moment."
    return Refused(503, sentence, {"Retry-After": str(_RETRY_AFTER_SECONDS)})


def _write(model: Model, scheme: Scheme, prompt: str, count: int, seed: int) -> dict[str, object]:
    chance = Random(seed)
    tokens = watermark.generate(model, scheme, words.tokenize(prompt), count, chance)
    return {"text": words.join(tokens), "tokens": len(tokens), "seed": seed, "gamma": scheme.gamma, "delta": scheme.delta}


def _score(scheme: Scheme, text: str) -> dict[str, object]:
    try:
        found = watermark.detect(scheme, words.tokenize(text))
    except TooShortError as error:
        raise Refused(422, str(error)) from error
    return asdict(found) | {"watermarked": found.z > watermark.Z_WATERMARKED}


def _damage(scheme: Scheme, text: str, attack: Callable[[list[str]], list[str]]) -> dict[str, object]:
    tokens = words.tokenize(text)
    attacked = attack(tokens)
    return {
        "text": words.join(attacked),
        "before": _score_or_none(scheme, tokens),
        "after": _score_or_none(scheme, attacked),
    }


def _score_or_none(scheme: Scheme, tokens: list[str]) -> dict[str, object] | None:
    try:
        found: Detection = watermark.detect(scheme, tokens)
    except TooShortError:  # an attack may well leave nothing
        return None
    return asdict(found)

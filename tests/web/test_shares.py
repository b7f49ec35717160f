"""Fair shares: one caller's many requests wait for each other and never for another's; what is too much is 429 with when to try again."""

import asyncio
import json

import pytest

from stormjib.web.auth import Principal
from stormjib.web.session import COOKIE
from stormjib.web.shares import Shares

PEOPLE = {b"ana": "ana", b"ana-two": "ana", b"bo": "bo"}


class House:
    """An app whose requests end when they are told to."""

    def __init__(self):
        self.at = 0.0
        self.running = []
        self.gate = asyncio.Event()
        self.shares = Shares(self.app, self.holder, lambda session: self.holder(session.encode()), lambda: self.at)

    def holder(self, raw):
        return Principal(PEOPLE[raw], frozenset()) if raw in PEOPLE else None

    async def app(self, scope, receive, send):
        self.running.append(scope["path"])
        await self.gate.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    def ask(self, path, who="", method="GET", address="10.0.0.1", cookie=""):
        sent = []

        async def send(message):
            sent.append(message)

        async def asked():
            headers = [(b"authorization", f"Bearer {who}".encode())] if who else []
            headers += [(b"cookie", f"x=1; {COOKIE}={cookie}".encode())] if cookie else []
            scope = {"type": "http", "path": path, "method": method, "headers": headers, "client": (address, 1)}
            await self.shares(scope, None, send)
            return sent

        return asyncio.ensure_future(asked())


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def status(answer):
    return answer[0]["status"]


@pytest.mark.parametrize(
    ("path", "at_once", "waiting"),
    [
        ("/api/v1/runbook/check", 1, 4),
        ("/api/v1/incidents/INC-1/postmortem", 1, 4),
        ("/incidents/INC-1/postmortem.md", 1, 4),
        ("/api/v1/log/verify", 1, 4),
        ("/incidents/INC-1/events", 50, 0),
        ("/events", 50, 0),
        ("/api/v1/incidents", 8, 256),
    ],
)
def test_s10_one_token_starves_nobody(path, at_once, waiting):
    async def story():
        house = House()
        mine = [house.ask(path, ("ana", "ana-two")[number % 2]) for number in range(at_once + waiting + 10)]
        await settle()
        assert len(house.running) == at_once
        refused = [one.result() for one in mine if one.done()]
        assert [status(answer) for answer in refused] == [429] * 10
        assert int(dict(refused[0][0]["headers"])[b"retry-after"]) > 0
        assert "try again" in json.loads(refused[0][1]["body"])["error"]
        others = [house.ask(path, "bo"), house.ask(path), house.ask(path, address="10.0.0.2"), house.ask("/healthz")]
        await settle()
        assert len(house.running) == at_once + len(others)
        house.gate.set()
        answers = await asyncio.gather(*mine, *others)
        assert [status(answer) for answer in answers].count(200) == at_once + waiting + len(others)

    asyncio.run(story())


def test_s10_a_browser_and_a_program_with_one_token_have_one_share():
    async def story():
        house = House()
        for _ in range(4):
            house.ask("/api/v1/runbook/check", "ana")
        house.ask("/api/v1/runbook/check", cookie="ana")
        late = house.ask("/api/v1/runbook/check", cookie="ana")
        await settle()
        assert status(late.result()) == 429
        house.gate.set()

    asyncio.run(story())


def test_s10_signing_in_is_slowed_down_by_address():
    async def story():
        house = House()
        house.gate.set()
        answers = [await house.ask("/login", method="POST") for _ in range(70)]
        assert [status(answer) for answer in answers].count(429) == 10
        assert status(await house.ask("/login")) == 200
        assert status(await house.ask("/login", method="POST", address="10.0.0.2")) == 200
        house.at += 60
        assert status(await house.ask("/login", method="POST")) == 200

    asyncio.run(story())


def test_s10_all_addresses_of_one_network_of_ipv6_are_one_caller():
    """A provider gives each customer a /64 at the least (RFC 6177)."""

    async def story():
        house = House()
        house.gate.set()
        ask = "/status/subscribe", "", "POST"
        answers = [status(await house.ask(*ask, address=f"2001:db8:1:2::{number}")) for number in range(11)]
        assert answers == [200] * 10 + [429]
        assert status(await house.ask(*ask, address="2001:db8:1:3::1")) == 200
        assert [status(await house.ask(*ask, address=f"::ffff:192.0.2.{number}")) for number in range(11)] == [200] * 11
        left = [status(await house.ask("/status/unsubscribe/x", "", "POST")) for _ in range(100)]
        assert set(left) == {200}

    asyncio.run(story())


def test_s10_who_gives_up_while_waiting_leaves_the_place_to_the_next():
    async def story():
        house = House()
        first, second, third = (house.ask("/api/v1/runbook/check", "ana") for _ in range(3))
        await settle()
        second.cancel()
        house.gate.set()
        assert [status(answer) for answer in await asyncio.gather(first, third)] == [200, 200]
        assert status(await house.ask("/api/v1/runbook/check", "ana")) == 200

    asyncio.run(story())

"""A program that takes alerts in over HTTP, with the real log, for a test to kill. Usage: LOG. Prints its port."""

import socket
import sys
import time

import uvicorn

from stormjib.core.effects import react
from stormjib.core.incident import Incident, evolve
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.engine.inbox import Inbox
from stormjib.engine.rules import Rules
from stormjib.evidence.follows import FOLLOWS
from stormjib.store.database import open_log, open_reader
from stormjib.web.auth import Tokens
from stormjib.web.ingest import Ingest
from stormjib.web.refusals import Refusals

TOKEN = "a-token-for-the-test"


async def nothing(scope, receive, send):
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def main(path):
    log, reader = open_log(path), open_reader(path)
    book, policy = Runbook("", "A runbook"), Policy()
    rules = Rules(Incident.new, evolve, FOLLOWS, react, lambda _: book, lambda _: "", lambda: policy)
    inbox = Inbox(log, rules, time.time, dispatch=lambda _: None, on_fatal=sys.exit, disk=log)
    tokens = Tokens(inbox, reader, time.time, lambda: TOKEN)
    if not tokens.list():
        tokens.create("sender", ["alert"])
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        Ingest(nothing, inbox, tokens, Refusals(inbox.count, time.time), time.time),
        http="httptools",
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])

"""A real log on disk with the real writer, rules to choose, a clock by hand, and everything that it says recorded."""

import threading

from stormjib.core.incident import Incident, evolve
from stormjib.core.log import Declared, NoteAdded
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity
from stormjib.engine.inbox import Inbox
from stormjib.engine.limits import Limits
from stormjib.engine.rules import Rules
from stormjib.store.database import open_log, open_reader

SHA256 = ""
START = 1_790_000_000.0
ROOM = 1 << 40
LIMITS = Limits(free_bytes_min=1)


def nothing(*_):
    return ()


def rules(proves=nothing, react=nothing):
    book, policy = Runbook(SHA256, "A runbook"), Policy()
    return Rules(Incident.new, evolve, (proves,), react, lambda _: book, lambda _: SHA256, lambda: policy)


class LogRoom:
    """``restart`` closes everything and opens it again, with cold caches."""

    def __init__(self, directory, *, proves=nothing, react=nothing, limits=LIMITS, dispatch=None):
        self.path = directory / "log.db"
        self.rules = rules(proves, react)
        self.limits = limits
        self.at = START
        self.free = ROOM
        self.fatal = []
        self.died = threading.Event()
        self.emitted = []
        self.dispatch = dispatch or self.emitted.extend
        self.open()

    def open(self):
        self.log = open_log(self.path)
        self.reader = open_reader(self.path)
        self.inbox = Inbox(
            self.log,
            self.rules,
            lambda: self.at,
            dispatch=self.dispatch,
            on_fatal=self.die,
            disk=self,
            limits=self.limits,
        )

    def die(self, reason):
        self.fatal.append(reason)
        self.died.set()

    def free_bytes(self):
        return self.free

    def close(self):
        self.inbox.close()
        self.reader.close()
        self.log.close()

    def restart(self):
        self.close()
        self.open()

    def declare(self, service="api", severity=Severity.P1, **more):
        fact = Declared("It is down", severity, service, SHA256, self.at)
        return self.inbox.declare(lambda _: (fact,), by="ana", **more).entries[0].incident

    def note(self, incident_id, *texts, **more):
        return self.inbox.submit(incident_id, lambda _: [NoteAdded(text) for text in texts], by="ana", **more)

    def facts(self, incident_id):
        return [entry.fact for entry in self.reader.entries(incident_id)]

    def hold(self, incident_id):
        """Keep the writer busy until the returned event is set; returns once it is."""
        busy, go = threading.Event(), threading.Event()

        def decide(_):
            busy.set()
            go.wait(30)
            return ()

        self.inbox.submit_async(incident_id, decide, by="ana")
        busy.wait(30)
        return go

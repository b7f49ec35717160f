"""What is kept beside the timeline is what the timeline says: rows of incidents and of alerts can be made again from it."""

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from tests.engine.log_room import LogRoom
from tests.engine.test_inbox_alerts import STEPS, empty, take

from stormjib.core.actions import Context
from stormjib.core.actions.clear_alert import CLEAR_ALERT, ClearAlert
from stormjib.core.actions.duplicate import DUPLICATE, Duplicate
from stormjib.core.actions.false_alarm import FALSE_ALARM, FalseAlarm
from stormjib.core.actions.split import SPLIT, Split
from stormjib.core.incident import Refused
from stormjib.core.log import Acknowledged, Closed, SeverityChanged
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity
from stormjib.ports import Head, NotFound
from stormjib.store.database import open_reader, recover, verify
from stormjib.store.rebuild import rebuild

PEOPLE = some.one_of(
    some.sampled_from(["ack", "close"]).map(lambda verb: {verb: "INC-1"}),
    some.sampled_from(list(Severity)).map(lambda severity: {"judge": severity}),
    some.sampled_from([{"declare": "web"}, {"clear": "Down"}, {"split": "f1"}, {"end": "INC-1"}]),
    some.permutations(["INC-1", "INC-2", "INC-3"]).map(lambda names: {"merge": names[0], "into": names[1]}),
)


def story(room, steps):
    for step in steps:
        known = bool(room.reader.incidents())
        match step:
            case {"ack": name} if known:
                room.inbox.submit(name, lambda _: [Acknowledged("ana")], by="ana")
            case {"close": name} if known:
                room.inbox.submit(name, lambda _: [Closed("ana")], by="ana")
            case {"judge": severity} if known:
                room.inbox.submit("INC-1", lambda _, to=severity: [SeverityChanged(to, "as it is")], by="ana")
            case {"clear": wanted} if known:
                with suppress(Refused):
                    room.inbox.on_alerts("INC-1", (wanted,), partial(cleared, wanted), by="ana")
            case {"merge": name, "into": other}:
                with suppress(Refused, NotFound):
                    act(room, DUPLICATE, name, Duplicate(other, "a test"), other)
            case {"end": name} if known:
                with suppress(Refused):
                    act(room, FALSE_ALARM, name, FalseAlarm("a test"))
            case {"split": wanted} if known:
                with suppress(Refused):
                    room.inbox.on_alerts("INC-1", (wanted,), partial(split, wanted), by="ana")
            case {"alerts": _} | {"declare": _}:
                take(room, step)
            case {"resolve": _} | {"reopen": _} if known:
                take(room, step)


def act(room, action, name, parameters, other=""):
    def decide(now):
        found = room.inbox.incident(other) if other else None
        return action.facts(now, parameters, Context("ana", 1.0, Runbook("", "A runbook"), Policy(), other=found))

    room.inbox.submit(name, decide, by="ana")


def split(wanted, now, alerts, unlisted):
    context = Context("ana", 1.0, Runbook("", "A runbook"), Policy(), named=tuple(alerts), unlisted=unlisted)
    return SPLIT.facts(now, Split(wanted, "a test"), context)


def cleared(wanted, now, alerts, unlisted):
    context = Context("ana", 1.0, Runbook("", "A runbook"), Policy(), named=tuple(alerts), unlisted=unlisted)
    return CLEAR_ALERT.facts(now, ClearAlert(wanted, "a test", every=True), context)


def written(steps, check):
    with tempfile.TemporaryDirectory() as directory:
        shutil.copy(empty(), directory)
        room = LogRoom(Path(directory))
        try:
            story(room, steps)
        finally:
            room.close()
        check(Path(directory))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.one_of(STEPS.filter(bool).map(lambda steps: steps[0]), PEOPLE), max_size=14))
def test_rows_made_from_the_timeline_are_the_rows_that_are_kept(steps):
    def check(directory):
        assert verify(directory / "log.db")[1] is None
        reader = open_reader(directory / "log.db")
        try:
            heads = {head.id: head for head in reader.incidents()}
            alerts = {(row.alert.source, row.alert.fingerprint): row for row in reader.alerts(limit=1000)}
            for head in heads.values():
                rebuilt = rebuild(head.id, reader.entries(head.id), Head(head.id, head.number, head.group_key))
                # How many joined without an entry, and whether one was judged anew, only the row knows.
                assert msgspec.structs.replace(rebuilt.head(), alerts_total=head.alerts_total) == head
                mine = {(row.alert.source, row.alert.fingerprint) for row in alerts.values() if row.incident == head.id}
                assert {key for key in mine if alerts[key].firing} <= set(rebuilt.alerts)
                for key, row in rebuilt.alerts.items():
                    kept = alerts[key]
                    if kept.incident == head.id and head.open and rebuilt.incident.reopened is None:
                        assert (kept.firing, kept.alert.name) == (row.firing, row.name)
        finally:
            reader.close()

    written(steps, check)


def test_a_lost_table_of_alerts_comes_back_from_the_entries(tmp_path):
    def check(directory):
        with closing(sqlite3.connect(directory / "log.db")) as log, log:
            log.execute("DELETE FROM alert")
        found = recover(directory / "log.db", tmp_path / "out")
        assert found.lost == ("The rows of 2 alerts are missing; they are made again from the entries of their incidents.",)
        reader = open_reader(tmp_path / "out" / "log.db")
        rows = {row.alert.fingerprint: (row.firing, row.incident, row.alert.severity) for row in reader.alerts()}
        assert rows == {"f1": (True, "INC-1", "P1"), "f2": (False, "INC-1", "P2")}
        reader.close()

    written([{"alerts": ["f1 api P1", "f2 api P2"]}, {"alerts": ["f2 api P2 resolved"]}], check)

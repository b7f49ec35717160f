"""Alerts: rows come back as they were, marks and keys find them, and counts add up."""

import pytest
from tests.store.contract.written import append, entry, fact

from stormjib.core.alert import Alert
from stormjib.ports import AlertRow, Counted, Course
from stormjib.ports.records import stored


def row_of(alert, received_at=2.5, **more):
    said = (alert.source, alert.fingerprint, alert.firing, alert.starts_at, received_at, alert.severity, alert.service)
    return AlertRow(*said, alert.name, alert, **more)


def alert(fingerprint, *, firing=True, name="Down", **more):
    return Alert(fingerprint, "s", firing, name, "api", "P1", starts_at=1.5, **more)


@pytest.mark.parametrize("number", [1, 2, 511, 512, 513, 1_100])
def test_any_number_of_rows_is_written_and_the_later_of_two_counts(parts, number):
    writer, reader = parts
    rows = [row_of(alert(f"f{n}"), incident="INC-1", listed=True, count=n) for n in range(number)]
    writer.commit(stored(rows))
    writer.commit([*stored([row_of(alert("f0", firing=False))]), *stored(rows)])
    marks = writer.alert_marks([("s", f"f{n}") for n in range(number + 5)])
    assert [(mark.fingerprint, mark.count, mark.firing, mark.starts_at) for mark in marks] == [
        (row.fingerprint, row.count, True, 1.5) for row in rows
    ]
    assert reader.alert_count() == number
    assert sorted(writer.alert_keys(number)) == sorted(("s", f"f{n}") for n in range(number))


def test_an_alert_comes_back_as_it_was(parts):
    writer, reader = parts
    odd = Alert('f"1', "s", False, "é\x00", "", labels={"ü": "\x00\U0001f600"}, starts_at=1_790_000_000.123)
    writer.commit(stored([row_of(odd, 0.0)]))
    assert [row.body for row in writer.alert_rows([("s", 'f"1')])] == [odd]
    (mark,) = writer.alert_marks([("s", 'f"1')])
    assert (mark.fingerprint, mark.starts_at, mark.firing) == ('f"1', 1_790_000_000.123, False)
    assert [row.alert for row in reader.alerts()] == [odd]


def test_what_was_heard_of_an_alert_is_kept(parts):
    writer, _ = parts
    course = Course(9.5, (1.5, 2.25), (0.5,))
    rows = [row_of(alert("f1"), incident="INC-1", listed=True, count=3, course=course), row_of(alert("f2"))]
    writer.commit(stored(rows))
    assert writer.alert_rows([("s", "f1"), ("s", "f2")]) == rows
    assert [mark.course for mark in writer.alert_marks([("s", "f1"), ("s", "f2")])] == [course, None]


def test_alerts_can_be_read_back_before_the_commit(parts):
    writer, reader = parts
    writer.put_alerts(stored([row_of(alert("f1"))]))
    assert len(writer.alert_rows([("s", "f1")])) == 1
    assert reader.alerts() == []
    writer.rollback()
    assert writer.alert_rows([("s", "f1")]) == []


def test_an_incidents_firing_alerts_are_found_by_name_and_fingerprint(parts):
    writer, reader = parts
    append(writer, [entry("INC-1", 1, fact(1))])
    listed = row_of(alert("f1"), incident="INC-1", listed=True)
    rows = [
        listed,
        row_of(alert("f2", name="Slow"), incident="INC-1"),
        row_of(alert("f3", name="Slow"), 7.5, incident="INC-1"),
        row_of(alert("f4", firing=False), incident="INC-1", listed=True),
        row_of(alert("f5"), incident="INC-2"),
        row_of(alert("f6")),
    ]
    writer.commit(stored(rows))
    for side in (writer, reader):
        found = side.still_firing("INC-1")
        assert found.heard == {"s/f1": 2.5}
        assert (found.unlisted, found.unlisted_total) == ((("Slow", 2, 7.5),), 2)
    assert sorted(writer.firing_keys("INC-1", "Slow")) == [("s", "f2"), ("s", "f3")]
    assert writer.firing_keys("INC-1", "f1") == writer.firing_keys("INC-1", "s/f1") == [("s", "f1")]
    assert writer.firing_keys("INC-1", "f4") == []
    assert writer.waiting_keys(5) == [("s", "f6")]
    assert reader.alert_count(firing=True, incident_id="INC-1") == 3
    assert {row.alert.fingerprint for row in reader.alerts(incident_id="INC-1")} == {"f1", "f2", "f3", "f4"}


def test_those_that_wait_come_first_and_pages_go_on_where_the_last_ended(parts):
    writer, reader = parts
    rows = [row_of(alert(f"f{n}"), incident="" if n % 2 else "INC-1") for n in range(6)]
    writer.commit(stored(rows))
    order = ["f5", "f3", "f1", "f4", "f2", "f0"]
    assert [row.alert.fingerprint for row in reader.alerts()] == order
    paged, last = [], None
    while page := reader.alerts(before_id=last, limit=2):
        paged += [row.alert.fingerprint for row in page]
        last = page[-1].id
    assert paged == order
    assert [row.alert.fingerprint for row in reader.worst_alerts(1)] != []


def test_counts_add_up_with_the_commit_that_brings_them(parts):
    writer, reader = parts
    writer.commit([], [Counted("s", "received", "", 3, 1.0), Counted("s", "paged", "", 2, 1.0)])
    writer.commit(stored([row_of(alert("f1"))]), [Counted("s", "received", "", 1, 2.0), Counted("s", "paged", "", -1, 2.0)])
    assert reader.intake() == [Counted("s", "paged", "", 1, 2.0), Counted("s", "received", "", 4, 2.0)]
    assert reader.alert_count() == 1

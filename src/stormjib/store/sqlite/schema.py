"""The tables of the log's database, as SQLAlchemy Core sees them; the migrations create exactly these."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("position", Integer, primary_key=True, comment="in the whole log, from 1, without gaps"),
    Column("incident", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Float, nullable=False, comment="seconds since the epoch, UTC"),
    Column("by", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("fact", Text, nullable=False, comment="JSON"),
    Column("hash", LargeBinary, nullable=False, comment="sha256 over the one before and this entry"),
    UniqueConstraint("incident", "seq", name="entry_incident_seq"),
)
Index("entry_cause", entry.c.incident, entry.c.cause, unique=True, sqlite_where=text("cause <> ''"))
Index("entry_declared", entry.c.cause, sqlite_where=text("seq = 1 AND cause <> ''"))

incident = Table(
    "incident",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("number", Integer, nullable=False, unique=True),
    Column("group_key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("runbook_sha256", Text, nullable=False),
    Column("declared_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("head_seq", Integer, nullable=False),
    Column("head_hash", LargeBinary, nullable=False),
    Column("alerts_total", Integer, nullable=False),
    Column("alerts_listed", Integer, nullable=False),
)
Index("incident_group", incident.c.group_key, incident.c.number)

# Rows stand in the order of their arrival and are found by an index. A table that is itself ordered by the fingerprint
# touches a page of its own for nearly every new alert: measured, 12,000 rows a second instead of 24,000 in groups of 64.
alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("firing", Boolean, nullable=False),
    Column("starts_at", Float, nullable=False),
    Column("received_at", Float, nullable=False, comment="when it last changed"),
    Column("severity", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the Alert as JSON"),
    Column("incident", Text, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("count", Integer, nullable=False, comment="how many times it began to fire"),
    Column("course", Text, nullable=True, comment="the Course as JSON; NULL for an alert that was heard once"),
    UniqueConstraint("fingerprint", "source", name="alert_fingerprint_source"),
)
JOINED = "incident <> ''"
WAITING = "firing = 1 AND incident = ''"
"""An alert that a person has to judge. A query has to say these words as they are, or the index is not used."""
Index("alert_incident", alert.c.incident, sqlite_where=text(JOINED))
Index("alert_waiting", alert.c.id, sqlite_where=text(WAITING))

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

runbook = Table(
    "runbook",
    metadata,
    Column("sha256", Text, primary_key=True, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("added_at", Float, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("hash", LargeBinary, primary_key=True, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False, comment="separated by a space"),
    Column("created_at", Float, nullable=False),
    Column("last_used_at", Float, nullable=False),
    Column("machine", Boolean, nullable=False, server_default=text("0")),
    Column("expires_at", Float, nullable=False, server_default=text("0"), comment="seconds since the epoch; 0: never"),
)

session = Table(
    "session",
    metadata,
    Column("hash", LargeBinary, primary_key=True, nullable=False, comment="sha256 of what the browser has"),
    Column("token", LargeBinary, nullable=False, comment="sha256 of the token that it was begun with"),
    Column("ends_at", Float, nullable=False),
)

taken = Table(
    "taken",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False, comment="of a signed message that is not taken again"),
)

mark = Table(
    "mark",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("position", Integer, nullable=False),
)

generation = Table(
    "generation",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("position", Integer, nullable=False, comment="entries behind this position belong to it, up to the next one's"),
    Column("name", Text, nullable=False, comment="random, another one at each start of the server"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True, nullable=False),
    Column("value", Text, nullable=False),
)

intake = Table(
    "intake",
    metadata,
    Column("source", Text, primary_key=True, nullable=False),
    Column("outcome", Text, primary_key=True, nullable=False, comment="received, paged, joined, …: see ports/intake.py"),
    Column("rule", Text, primary_key=True, nullable=False),
    Column("count", Integer, nullable=False),
    Column("at", Float, nullable=False, comment="seconds since the epoch: when it was last counted"),
)

checked = Table(
    "checked",
    metadata,
    Column("key", Text, primary_key=True, nullable=False, comment="sha256 of the command's text and target"),
    Column("text", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("runbook_sha256", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("at", Float, nullable=False, comment="of the last look"),
    Column("code", Text, nullable=False, comment="why it does not work, empty where it does"),
    Column("finding", Text, nullable=False),
    Column("exit_code", Integer, nullable=True),
    Column("worked_at", Float, nullable=True),
    Column("failing_since", Float, nullable=True),
    Column("source", Text, nullable=False, comment="check, or the incident that looked"),
)

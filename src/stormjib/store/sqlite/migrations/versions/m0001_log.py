"""The log, its incidents, alerts, blobs, runbooks, tokens, marks and settings."""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    _log()
    _alerts()
    _things()


def _log() -> None:
    op.create_table(
        "entry",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("incident", "seq", name="entry_incident_seq"),
    )
    op.create_index("entry_cause", "entry", ["incident", "cause"], unique=True, sqlite_where=sa.text("cause <> ''"))
    op.create_index("entry_declared", "entry", ["cause"], sqlite_where=sa.text("seq = 1 AND cause <> ''"))
    op.create_table(
        "incident",
        sa.Column("id", sa.Text, primary_key=True, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("group_key", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("runbook_sha256", sa.Text, nullable=False),
        sa.Column("declared_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("head_seq", sa.Integer, nullable=False),
        sa.Column("head_hash", sa.LargeBinary, nullable=False),
        sa.Column("alerts_total", sa.Integer, nullable=False),
        sa.Column("alerts_listed", sa.Integer, nullable=False),
    )


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("firing", sa.Boolean, nullable=False),
        sa.Column("starts_at", sa.Float, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("listed", sa.Boolean, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.UniqueConstraint("fingerprint", "source", name="alert_fingerprint_source"),
    )
    op.create_index("alert_incident", "alert", ["incident"], sqlite_where=sa.text("incident <> ''"))
    op.create_index("alert_waiting", "alert", ["id"], sqlite_where=sa.text("firing = 1 AND incident = ''"))


def _things() -> None:
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text, primary_key=True, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "runbook",
        sa.Column("sha256", sa.Text, primary_key=True, nullable=False),
        sa.Column("source", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.LargeBinary, primary_key=True, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("last_used_at", sa.Float, nullable=False),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )

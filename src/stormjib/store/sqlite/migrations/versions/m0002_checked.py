"""What is known of the runbook's commands: when each last worked, since when it fails."""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table; it fills with the first check."""
    op.create_table(
        "checked",
        sa.Column("key", sa.Text, primary_key=True, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("runbook_sha256", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("finding", sa.Text, nullable=False),
        sa.Column("exit_code", sa.Integer, nullable=True),
        sa.Column("worked_at", sa.Float, nullable=True),
        sa.Column("failing_since", sa.Float, nullable=True),
        sa.Column("source", sa.Text, nullable=False),
    )

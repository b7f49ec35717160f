"""What became of every alert that arrived: a count for each source, outcome and rule."""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table; what arrived before is not in it, on neither side of the balance."""
    op.create_table(
        "intake",
        sa.Column("source", sa.Text, primary_key=True, nullable=False),
        sa.Column("outcome", sa.Text, primary_key=True, nullable=False),
        sa.Column("rule", sa.Text, primary_key=True, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )

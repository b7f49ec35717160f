"""Which start of the program wrote which entries, so that no id is used for two things after a backup was restored."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table; what was written before has no generation, and keeps the keys under which it was sent."""
    op.create_table(
        "generation",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        if_not_exists=True,
    )

"""What an alert's messages have said so far: the starts of replicas, when it was last heard."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column, where it is not there yet; an alert without it was heard once."""
    if any(column["name"] == "course" for column in sa.inspect(op.get_bind()).get_columns("alert")):
        return
    op.add_column("alert", sa.Column("course", sa.Text, nullable=True))

"""Bring a log's database to the newest schema, by alembic and from within the program."""

from sqlalchemy import Connection, inspect, text

HEAD = "0005"
"""The newest schema; a test compares it with the steps in ``migrations/versions``."""


class TooNew(Exception):  # noqa: N818 - an answer to the operator
    """The database was written by a later version of the program."""


def version(connection: Connection) -> str:
    """The schema that the database has; "" for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or "")


def migrate(connection: Connection) -> str:
    """Run what is missing, in one transaction, and return the schema that the database had before."""
    found = version(connection)
    if found == HEAD:
        return found
    if found > HEAD:
        raise TooNew(
            f"The log has the schema {found} and this version of stormjib knows {HEAD} at most; start the newer version."
        )
    # Alembic takes a quarter of a second to import, which an ordinary start need not pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "stormjib.store.sqlite:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return found

"""Alembic's entry: run the steps on the connection that ``stormjib.store.sqlite.migrate`` hands over."""

from alembic import context

from stormjib.store.sqlite import schema

context.configure(connection=context.config.attributes["connection"], target_metadata=schema.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

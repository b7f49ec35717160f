"""The steps that bring a log's database from any earlier schema to the newest; see ``stormjib.store.sqlite.migrate``."""

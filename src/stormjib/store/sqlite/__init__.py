"""The log on SQLite: one file in WAL mode, its schema and steps, its one writer, its readers, backup and recovery."""

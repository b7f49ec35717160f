"""The log on disk: its tables, the writer's connection, the reader, the check of its hash chain."""

"""The engine: one writer for the log, and effects that are started after the commit and survive a kill."""

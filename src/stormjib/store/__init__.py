"""The log on disk: what is common to every database, and each database behind the port of ``stormjib.ports``."""

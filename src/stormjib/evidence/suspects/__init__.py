"""Suspects: evidence, metrics and logs → what to look at first, each with its evidence and a plain sentence; the severity that the impact would be.

Signals are read out of everything that the log holds, put together by component, and moved down the tree of what needs what: a
component whose symptoms a sick dependency explains is no suspect. Nothing here knows a fault; the words that it knows are those of
any stack.
"""

from stormjib.evidence.suspects.rank import differs, rank

__all__ = ["differs", "rank"]

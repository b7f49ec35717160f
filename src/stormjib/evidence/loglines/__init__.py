"""Log lines → patterns: what varies in a line is masked, lines that differ in nothing else are one pattern, and patterns have rates."""

from stormjib.evidence.loglines.group import group
from stormjib.evidence.loglines.masks import LINE_CHARS_MAX
from stormjib.evidence.loglines.rates import Change, changes
from stormjib.evidence.loglines.stamp import Stamp, recognise

__all__ = ["LINE_CHARS_MAX", "Change", "Stamp", "changes", "group", "recognise"]

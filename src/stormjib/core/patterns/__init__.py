"""Log lines → patterns: what varies in a line is masked, lines that differ in nothing else are one pattern, and patterns have rates."""

from stormjib.core.patterns.group import group
from stormjib.core.patterns.masks import LINE_CHARS_MAX
from stormjib.core.patterns.rates import Change, changes
from stormjib.core.patterns.stamp import Stamp, recognise

__all__ = ["LINE_CHARS_MAX", "Change", "Stamp", "changes", "group", "recognise"]

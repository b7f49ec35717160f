"""Markdown → Runbook: the file as it is, every node with its source lines."""

from stormjib.core.markdown.compile import BYTES_MAX, LINES_MAX, MARKS_MAX, compile_runbook

__all__ = ["BYTES_MAX", "LINES_MAX", "MARKS_MAX", "compile_runbook"]

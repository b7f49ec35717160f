"""Metrics: what was counted, over time, against what is usual; when it began to differ; and how that is said and drawn."""

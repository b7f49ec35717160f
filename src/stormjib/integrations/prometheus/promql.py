"""What is wanted, in PromQL."""

import json
from typing import assert_never

from stormjib.evidence.metrics.catalogue import OPERATOR_ROUTES
from stormjib.evidence.metrics.spec import MetricSpec

NO_DISKS = "tmpfs|overlay|squashfs|ramfs|devtmpfs|proc|sysfs"


def promql(wanted: MetricSpec, *, selector: str = "", group: str = "", window_seconds: float) -> str:
    """The query; ``selector`` is like ``job="api"``, ``group`` the label whose values are kept apart, "" for one series."""
    labels = _selector(wanted, selector)
    by = f" by ({group})" if group else ""
    window = f"[{max(round(window_seconds), 1)}s]"
    one, over = f"{wanted.family}{{{labels}}}", f"({wanted.over}{{{labels}}} > 0)"
    match wanted.kind:
        case "rate":
            query = f"sum{by} (rate({one}{window}))"
        case "share":
            status = f"{wanted.status}=~{json.dumps(wanted.digit + '.*')}"
            part = f"{wanted.family}{{{_joined(labels, status)}}}"
            whole = f"sum{by} (rate({one}{window}))"
            query = f"(sum{by} (rate({part}{window})) or 0 * {whole}) / ({whole} > 0)"
        case "quantile":
            inner = f"le, {group}" if group else "le"
            query = f"histogram_quantile({wanted.q:g}, sum by ({inner}) (rate({wanted.family}_bucket{{{labels}}}{window})))"
        case "gauge":
            query = f"{wanted.how}{by} ({one})"
        case "of":
            query = f"max{by} ({one} / {over})"
        case "free":
            query = f"max{by} (1 - {one} / {over})"
        case "busy":
            mode = 'mode="idle"'
            idle = f"{wanted.family}{{{_joined(labels, mode)}}}"
            query = f"1 - sum{by} (rate({idle}{window})) / sum{by} (rate({one}{window}))"
        case "mean":
            query = f"sum{by} (rate({one}{window})) / (sum{by} (rate({wanted.over}{{{labels}}}{window})) > 0)"
        case "starts":
            query = f"max by (instance) ({one})"
        case "query":
            query = wanted.query
        case _:
            assert_never(wanted.kind)
    return query


def _selector(wanted: MetricSpec, selector: str) -> str:
    parts = [selector] if selector else []
    parts += [f"{name}={json.dumps(value)}" for name, value in wanted.match]
    if wanted.routes:
        parts.append(f"{wanted.routes}!~{json.dumps(OPERATOR_ROUTES)}")
    if wanted.by == "mountpoint":
        parts.append(f'fstype!~"{NO_DISKS}"')
    return ", ".join(parts)


def _joined(labels: str, more: str) -> str:
    return f"{labels}, {more}" if labels else more

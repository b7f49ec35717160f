"""A chart as SVG: the series, the band of what is usual, when it changed, axes with units. Text and lines take the page's colour."""

from collections.abc import Iterator
from html import escape

from stormjib.core.observation import Metric
from stormjib.core.text.units import figure
from stormjib.evidence.metrics.words import clock

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 84, 12, 26, 30
_ALONE = (
    "<style>svg{color:#1b2129;background:transparent}@media (prefers-color-scheme:dark){svg{color:#e7ebf0}}"
    "@media print{svg{color:#000}}</style>"
)


def chart(metric: Metric, detected_at: float, *, alone: bool = False) -> str:
    """The SVG; ``alone`` is a file of its own, which has no page to take its colour from. "" without points."""
    if not metric.points:
        return ""
    return "".join(_parts(metric, detected_at, alone=alone))


def _parts(metric: Metric, detected_at: float, *, alone: bool) -> Iterator[str]:
    title = escape(f"{metric.thing}: {metric.name}")
    unit = 'xmlns="http://www.w3.org/2000/svg" ' if alone else ""
    yield f'<svg {unit}viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{title}. '
    yield f'{escape(metric.sentence)}" class="chart" font-family="sans-serif" font-size="12" fill="currentColor">'
    yield f"<title>{title}</title><desc>{escape(_description(metric))}</desc>"
    if alone:
        yield _ALONE
    scale = _Scale(metric)
    yield f'<text x="{LEFT}" y="14" font-weight="bold">{title}</text>'
    yield from _band(metric, scale)
    yield from _axes(metric, scale)
    yield from _moments(metric, scale, detected_at)
    steps = " ".join(f"{scale.x(at):.1f},{scale.y(value):.1f}" for at, value in metric.points)
    yield f'<polyline points="{steps}" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>'
    yield "</svg>"


class _Scale:
    """Where a time and a value stand."""

    def __init__(self, metric: Metric) -> None:
        values = [value for _, value in metric.points]
        band = [] if metric.baseline is None or metric.spread is None else [metric.baseline + metric.spread]
        self.low = min(0.0, *values)
        self.high = max([*values, *band])
        if self.high <= self.low:
            self.high = self.low + 1.0
        self.start, self.end = metric.points[0][0], metric.points[-1][0]
        if self.end <= self.start:
            self.start, self.end = self.start - 30.0, self.start + 30.0

    def x(self, at: float) -> float:
        """From the left."""
        inside = min(max(at, self.start), self.end)
        return LEFT + (inside - self.start) / (self.end - self.start) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """From the top."""
        inside = min(max(value, self.low), self.high)
        return HEIGHT - BOTTOM - (inside - self.low) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)


def _band(metric: Metric, scale: _Scale) -> Iterator[str]:
    """What is usual, one spread up and down."""
    if metric.baseline is None or metric.spread is None:
        return
    top, bottom = scale.y(metric.baseline + metric.spread), scale.y(metric.baseline - metric.spread)
    middle = scale.y(metric.baseline)
    yield f'<rect x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{max(bottom - top, 1):.1f}" fill-opacity="0.14"/>'
    yield f'<path d="M{LEFT} {middle:.1f}H{WIDTH - RIGHT}" stroke="currentColor" stroke-opacity="0.45" stroke-dasharray="2 4"/>'


def _axes(metric: Metric, scale: _Scale) -> Iterator[str]:
    floor, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield f'<path d="M{LEFT} {TOP}V{floor}H{right}" fill="none" stroke="currentColor" stroke-opacity="0.55"/>'
    for value in (scale.low, (scale.low + scale.high) / 2, scale.high):
        text = escape(figure(value, "" if metric.unit in {"up", "on"} else metric.unit))
        yield f'<text x="{LEFT - 6}" y="{scale.y(value) + 4:.1f}" text-anchor="end">{text}</text>'
    now = scale.end
    yield f'<text x="{LEFT}" y="{HEIGHT - 10}">{clock(scale.start, now)}</text>'
    yield f'<text x="{right}" y="{HEIGHT - 10}" text-anchor="end">{clock(scale.end, now)} UTC</text>'


def _moments(metric: Metric, scale: _Scale, detected_at: float) -> Iterator[str]:
    """When it changed, and when somebody noticed."""
    if metric.changed_at is not None and scale.start <= metric.changed_at <= scale.end:
        x = scale.x(metric.changed_at)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="currentColor" stroke-width="1.5" stroke-dasharray="6 3"/>'
        text = f"since {clock(metric.changed_at, scale.end)}"
        yield f'<text x="{WIDTH - RIGHT}" y="14" text-anchor="end">{text}</text>'
    if scale.start <= detected_at <= scale.end:
        x = scale.x(detected_at)
        yield f'<path d="M{x:.1f} {HEIGHT - BOTTOM}l-5 8h10z"/>'


def _description(metric: Metric) -> str:
    unit = "" if metric.unit in {"up", "on"} else metric.unit
    values = [value for _, value in metric.points]
    lowest, highest = figure(min(values), unit), figure(max(values), unit)
    usual = f" Usual is {figure(metric.baseline, unit)}, drawn as a band." if metric.baseline is not None else ""
    return f"{metric.sentence}. From {lowest} to {highest} in {len(values)} points.{usual} The triangle marks the detection."

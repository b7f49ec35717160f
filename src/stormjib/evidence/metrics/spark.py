"""A sparkline: a series as one line of block characters for the terminal."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = " "


def spark(points: Sequence[tuple[float, float]], width: int = 24) -> str:
    """``width`` characters over the time of the points; a time without data is a blank, a flat series stays at the bottom."""
    if not points:
        return ""
    start, end = points[0][0], points[-1][0]
    cells: list[list[float]] = [[] for _ in range(min(width, len(points)))]
    for at, value in points:
        place = int((at - start) / (end - start) * len(cells)) if end > start else 0
        cells[min(place, len(cells) - 1)].append(value)
    low, high = min(value for _, value in points), max(value for _, value in points)
    return "".join(_block(max(cell), low, high) if cell else GAP for cell in cells)


def _block(value: float, low: float, high: float) -> str:
    return BLOCKS[int((value - low) / (high - low) * (len(BLOCKS) - 1) + 0.5)] if high > low else BLOCKS[0]

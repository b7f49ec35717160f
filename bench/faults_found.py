"""A figure of the faults of paging: what was measured, the bar, and under which load."""

import msgspec


class Found(msgspec.Struct, frozen=True):
    """``bar`` is the most that is good, ``least`` the least; without either it is told and not judged."""

    name: str
    unit: str
    measured: float
    bar: float | None = None
    least: float | None = None
    load: str = ""

    @property
    def met(self) -> bool:
        """Whether the bar is cleared."""
        return (self.bar is None or self.measured <= self.bar) and (self.least is None or self.measured >= self.least)

    def line(self) -> str:
        """A line of the table: bar, measured, met."""
        bars = [f"<= {self.bar:g}" if self.bar is not None else "", f">= {self.least:g}" if self.least is not None else ""]
        bar = " and ".join(filter(None, bars))
        met = ("yes" if self.met else "NO") if bar else "-"
        return f"{self.name:<78} | {bar:>16} {self.unit:<2} | {self.measured:>10,.3f} {self.unit:<2} | {met:<3} | {self.load}"

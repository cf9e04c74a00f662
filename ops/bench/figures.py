"""Figures, and the table that shows them."""

import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured figure. `most` or `least` is its goal; without one it is there to be read."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def goal(self) -> str:
        if self.most is not None:
            return f"<= {self.most:g}"
        return f">= {self.least:g}" if self.least is not None else ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.most is not None:
            return self.value <= self.most
        return self.value >= self.least if self.least is not None else None


def show(figures: list[Figure]) -> None:
    """Prints the table."""
    table = Table("name", "figure", "goal", "met?", box=None, pad_edge=False)
    for figure in figures:
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        table.add_row(figure.name, f"{figure.value:,.4g} {figure.unit}".strip(), figure.goal, met)
    Console(file=sys.stdout, width=120, highlight=False).print(table)


def write(figures: list[Figure], path: Path) -> None:
    """Writes the figures as JSON."""
    rows = [msgspec.structs.asdict(figure) | {"met": figure.met} for figure in figures]
    path.write_bytes(msgspec.json.format(msgspec.json.encode({"figures": rows}), indent=2) + b"\n")

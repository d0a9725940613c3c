"""Figures of a benchmark as a table on the terminal and as a JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.context import context

Figures = dict[str, float]


def tell(figures: Figures, about: Mapping[str, Any], path: Path | None) -> None:
    """Print the figures; where there is a path, write them there with what they are about and the machine."""
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3g}" if abs(value) >= 10 else f"{value:.3f}")
    Console().print(table)
    if path:
        rounded = {name: round(value, 4) for name, value in figures.items()}
        path.write_text(json.dumps({"context": {**context(), **about}, "figures": rounded}, indent=1) + "\n")

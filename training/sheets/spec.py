"""The specification of a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.bank import Part

Kind = Literal["part", "several", "balloons", "cutting"]


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """All that decides how a sheet looks.

    house_seed: the drawing office. layout_seed: paper and positions. views_seed: which views. annotation_seed:
    dimensions, marks and notes. text_seed: title block. steps_down: scales below the largest that fits.
    mirrored: the opposite hand. revision: lines in the revision table after the first. changed_value: the dimension
    that the last revision changed, counted over the sheet; None for none. page: number of this sheet and of all.
    symbols: weld, surface and tolerance marks that are tried; symbols_seed: which and where, None with the annotations.
    """

    parts: tuple[Part, ...]
    template: str
    kind: Kind
    house_seed: int
    layout_seed: int
    views_seed: int
    annotation_seed: int
    text_seed: int
    steps_down: int = 0
    dimensions: bool = True
    symbols: int = 0
    symbols_seed: int | None = None
    mirrored: bool = False
    revision: int = 0
    changed_value: int | None = None
    page: tuple[int, int] = (1, 1)

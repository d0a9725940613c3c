"""Places on paper: the scale at which aligned views fit, and free room for single pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.sheets.arrangement import Slot
from training.sheets.canvas import Canvas
from training.sheets.drafting import Drafted, Placed, place
from training.sheets.house import House, pick
from training.sheets.primitives import BoxMm, overlap
from training.sheets.values import SCALES, STANDARD_SCALES

GAP_MM = 6.0
WIDEST_GAP_MM = 25.0
GRID = 14


@dataclass(frozen=True, slots=True)
class Span:
    """One column or row of the grid of views: paper before and after its origin."""

    before_mm: float
    after_mm: float

    @property
    def total_mm(self) -> float:
        return self.before_mm + self.after_mm


@dataclass(frozen=True, slots=True)
class Fitter:
    """Aligned views to be placed in an area, clear of what the canvas has taken. spread: 0 to 1, how far apart.

    shifts: (6, 2) fractions, other places for the whole group where the middle is taken.
    """

    slots: Sequence[Slot]
    area: BoxMm
    canvas: Canvas
    house: House
    spread: float
    shifts: NDArray[np.float64]

    def may_fit(self, scale: float) -> bool:
        wide = max(slot.drafted.size[0] for slot in self.slots) * scale
        tall = max(slot.drafted.size[1] for slot in self.slots) * scale
        x0, y0, x1, y1 = self.area
        return wide < x1 - x0 and tall < y1 - y0 and max(wide, tall) > 4.0

    def at_scale(self, scale: float) -> list[Placed] | None:
        slots = self.slots
        columns = {c: self._span(0, c, scale) for c in {slot.column for slot in slots}}
        rows = {r: self._span(1, r, scale) for r in {slot.row for slot in slots}}
        width_mm, height_mm = self.area[2] - self.area[0], self.area[3] - self.area[1]
        gap_x, slack_x = self._gap(list(columns.values()), width_mm)
        gap_y, slack_y = self._gap(list(rows.values()), height_mm)
        if min(slack_x, slack_y) < 0:
            return None
        for fx, fy in [(0.5, 0.5), *self.shifts.tolist(), (0.05, 0.05), (0.05, 0.5), (0.5, 0.05)]:
            x = _origins(columns, self.area[0] + fx * slack_x, gap_x, descending=False)
            y = _origins(rows, self.area[1] + fy * slack_y, gap_y, descending=True)
            placed = [Placed(slot.drafted, scale, (x[slot.column], y[slot.row])) for slot in slots]
            boxes = [padded_box(p, slot, self.house) for p, slot in zip(placed, slots, strict=True)]
            if not any(overlap(box, taken) for box in boxes for taken in self.canvas.taken):
                return placed
        return None

    def _gap(self, spans: Sequence[Span], room_mm: float) -> tuple[float, float]:
        """(gap between columns or rows, what is left over), negative where they do not fit."""
        least = room_mm - sum(span.total_mm for span in spans) - GAP_MM * (len(spans) - 1)
        gap = GAP_MM + self.spread * min(max(least, 0.0) / (len(spans) + 1), WIDEST_GAP_MM)
        return gap, least - (gap - GAP_MM) * (len(spans) - 1)

    def _span(self, axis: int, number: int, scale: float) -> Span:
        """Paper a column (axis 0) or row (axis 1, from the top) needs on both sides of the shared origin."""
        sides = []
        for slot in self.slots:
            if number != (slot.column, slot.row)[axis]:
                continue
            left, top, right, bottom = slot.dimensions.margins_mm(self.house)
            low, high = slot.drafted.bounds[axis] * scale, slot.drafted.bounds[axis + 2] * scale
            sides.append((left - low, high + right) if axis == 0 else (high + top, bottom - low))
        return Span(max(side[0] for side in sides), max(side[1] for side in sides))


def place_slots(
    slots: Sequence[Slot], area: BoxMm, canvas: Canvas, house: House, *, rng: np.random.Generator, steps_down: int
) -> list[Placed] | None:
    """The aligned views at the largest scale that fits, or some steps below it; None where none fits."""
    series = pick(rng, (STANDARD_SCALES, SCALES), (0.3, 0.7))
    fitter = Fitter(slots, area, canvas, house, float(rng.random()), rng.random((6, 2)))
    fitting = (placed for s in series if fitter.may_fit(s) and (placed := fitter.at_scale(s)))
    chosen = None
    for _, placed in zip(range(steps_down + 1), fitting, strict=False):
        chosen = placed
    return chosen


def padded_box(placed: Placed, slot: Slot, house: House) -> BoxMm:
    """The view with the paper its dimensions need."""
    left, top, right, bottom = slot.dimensions.margins_mm(house)
    x0, y0, x1, y1 = placed.box_mm
    return (x0 - left, y0 - top, x1 + right, y1 + bottom)


def _origins(spans: dict[int, Span], start: float, gap: float, *, descending: bool) -> dict[int, float]:
    """Where the origin of each column (or row, from the top) lies."""
    found = {}
    for key in sorted(spans, reverse=descending):
        found[key] = start + spans[key].before_mm
        start += spans[key].total_mm + gap
    return found


def free_spot(
    canvas: Canvas, area: BoxMm, size_mm: tuple[float, float], towards: tuple[float, float]
) -> tuple[float, float] | None:
    """Top left corner of a free box nearest to a place of the area given in fractions."""
    wide, tall = area[2] - area[0] - size_mm[0], area[3] - area[1] - size_mm[1]
    if wide < 0 or tall < 0:
        return None
    steps = np.linspace(0.0, 1.0, GRID)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    order = np.argsort(((grid - towards) ** 2).sum(axis=1), kind="stable")
    corners = grid[order] * (wide, tall) + area[:2]
    taken = np.array(canvas.taken, np.float64).reshape(-1, 4)
    clear = np.ones(len(corners), bool)
    for x0, y0, x1, y1 in taken:
        hits = (corners[:, 0] < x1) & (corners[:, 0] + size_mm[0] > x0)
        clear &= ~(hits & (corners[:, 1] < y1) & (corners[:, 1] + size_mm[1] > y0))
    found = corners[clear]
    return (float(found[0, 0]), float(found[0, 1])) if len(found) else None


def place_free(
    canvas: Canvas, drafted: Drafted, area: BoxMm, scales: Sequence[float], towards: tuple[float, float]
) -> Placed | None:
    """A single view in free room, at the first of the scales that finds one."""
    pad = 5.0
    for scale in scales:
        size = (drafted.size[0] * scale + 2 * pad, drafted.size[1] * scale + 2 * pad)
        corner = free_spot(canvas, area, size, towards)
        if corner is not None and min(size) > 2 * pad + 3.0:
            return place(drafted, scale, (corner[0] + pad, corner[1] + pad))
    return None

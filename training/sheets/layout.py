"""Places on paper: the scale at which aligned views fit, and free room for single pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.sheets.arrangement import Slot
from training.sheets.canvas import Canvas
from training.sheets.drafting import Drafted, Placed, place
from training.sheets.house import House, pick
from training.sheets.primitives import BoxMm, overlap
from training.sheets.values import SCALES, STANDARD_SCALES

GAP_MM = 6.0
GRID = 14


@dataclass(frozen=True, slots=True)
class Span:
    """One column or row of the grid of views: paper before and after its origin."""

    before_mm: float
    after_mm: float

    @property
    def total_mm(self) -> float:
        return self.before_mm + self.after_mm


def place_slots(
    slots: Sequence[Slot], area: BoxMm, canvas: Canvas, house: House, rng: np.random.Generator, *, steps_down: int
) -> list[Placed] | None:
    """The aligned views at the largest scale that fits, or some steps below it; None where none fits."""
    scales = [s for s in pick(rng, (STANDARD_SCALES, STANDARD_SCALES, SCALES)) if _may_fit(slots, area, s)]
    spread, shift = float(rng.random()), rng.random((6, 2))
    fitting = (placed for s in scales if (placed := _at_scale(slots, area, canvas, house, s, spread, shift)))
    chosen = None
    for _, placed in zip(range(steps_down + 1), fitting, strict=False):
        chosen = placed
    return chosen


def _may_fit(slots: Sequence[Slot], area: BoxMm, scale: float) -> bool:
    wide = max(slot.drafted.size[0] for slot in slots) * scale
    tall = max(slot.drafted.size[1] for slot in slots) * scale
    return wide < area[2] - area[0] and tall < area[3] - area[1] and max(wide, tall) > 4.0


def _at_scale(
    slots: Sequence[Slot], area: BoxMm, canvas: Canvas, house: House, scale: float, spread: float, shift: np.ndarray
) -> list[Placed] | None:
    columns = {c: _span([s for s in slots if s.column == c], 0, scale, house) for c in {s.column for s in slots}}
    rows = {r: _span([s for s in slots if s.row == r], 1, scale, house) for r in {s.row for s in slots}}
    room = (
        area[2] - area[0] - sum(span.total_mm for span in columns.values()) - GAP_MM * (len(columns) - 1),
        area[3] - area[1] - sum(span.total_mm for span in rows.values()) - GAP_MM * (len(rows) - 1),
    )
    if min(room) < 0:
        return None
    gap = (
        GAP_MM + spread * min(room[0] / (len(columns) + 1), 25.0),
        GAP_MM + spread * min(room[1] / (len(rows) + 1), 25.0),
    )
    slack = (
        room[0] - (gap[0] - GAP_MM) * (len(columns) - 1),
        room[1] - (gap[1] - GAP_MM) * (len(rows) - 1),
    )
    for fx, fy in [(0.5, 0.5), *shift.tolist(), (0.05, 0.05), (0.05, 0.5), (0.5, 0.05)]:
        x = _origins(columns, area[0] + fx * slack[0], gap[0], descending=False)
        y = _origins(rows, area[1] + fy * slack[1], gap[1], descending=True)
        placed = [Placed(s.drafted, scale, (x[s.column], y[s.row])) for s in slots]
        boxes = [_padded(p, s, house) for p, s in zip(placed, slots, strict=True)]
        if not any(overlap(box, taken) for box in boxes for taken in canvas.taken):
            return placed
    return None


def _span(slots: Sequence[Slot], axis: int, scale: float, house: House) -> Span:
    """Paper a column (axis 0) or row (axis 1, upwards) needs on both sides of the shared origin."""
    before, after = 0.0, 0.0
    for slot in slots:
        left, top, right, bottom = slot.dimensions.margins_mm(house)
        low, high = slot.drafted.bounds[axis] * scale, slot.drafted.bounds[axis + 2] * scale
        first, second = (left - low, high + right) if axis == 0 else (high + top, bottom - low)
        before, after = (first, second) if slot is slots[0] else (max(before, first), max(after, second))
    return Span(before, after)


def _origins(spans: dict[int, Span], start: float, gap: float, *, descending: bool) -> dict[int, float]:
    """Where the origin of each column (or row, from the top) lies."""
    found = {}
    for key in sorted(spans, reverse=descending):
        found[key] = start + spans[key].before_mm
        start += spans[key].total_mm + gap
    return found


def _padded(placed: Placed, slot: Slot, house: House) -> BoxMm:
    left, top, right, bottom = slot.dimensions.margins_mm(house)
    x0, y0, x1, y1 = placed.box_mm
    return (x0 - left, y0 - top, x1 + right, y1 + bottom)


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

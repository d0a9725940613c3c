"""Which views a sheet shows and where they stand to each other: first and third angle projection, turned, broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.bank import Part, ViewName
from training.sheets.dimensions import Dimensions, choose_dimensions
from training.sheets.drafting import Drafted, breakable, broken, draft
from training.sheets.house import House, chance, pick

Spot = tuple[int, int, int]
"""Column to the right and row up from the base view, and quarter turns of the view, in third angle projection."""
_NEIGHBOURS: Mapping[ViewName, Mapping[ViewName, Spot]] = {
    "front": {"top": (0, 1, 0), "right": (1, 0, 0), "left": (-1, 0, 0), "bottom": (0, -1, 0), "back": (2, 0, 0)},
    "top": {"front": (0, -1, 0), "right": (1, 0, 1), "left": (-1, 0, 3), "back": (0, 1, 2)},
    "right": {"front": (-1, 0, 0), "top": (0, 1, 3), "back": (1, 0, 0)},
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A view with its place in the grid of projections; `dimensions` belong to it."""

    drafted: Drafted
    column: int
    row: int
    dimensions: Dimensions


@dataclass(frozen=True, slots=True)
class Arrangement:
    """slots: views that are aligned with each other. iso: the picture view, if the sheet has one."""

    slots: tuple[Slot, ...]
    iso: Drafted | None
    cut_on: ViewName | None = None


def arrange(
    part: Part, house: House, views_rng: np.random.Generator, annotation_seed: int, *, mirror: bool, most: int = 6
) -> Arrangement:
    """Views of a part. Equal generators choose equal views, whatever is annotated."""
    base = pick(views_rng, [name for name in _NEIGHBOURS if name in part.views], (0.72, 0.22, 0.06))
    spots = _spots(part, base, views_rng, most)
    quarters = int(pick(views_rng, (0, 1, 3, 2), (0.78, 0.14, 0.05, 0.03)))
    spots = {name: _oriented(spot, quarters, house.first_angle) for name, spot in spots.items()}
    drafts = {name: draft(part, name, quarters=spot[2], mirror=mirror) for name, spot in spots.items()}
    if chance(views_rng, 0.75):
        drafts = _broken_alike(drafts, spots)
    dense_rng = np.random.default_rng([annotation_seed, len(spots)])  # a seed alone is [seed, 0], the first view's
    density = float(pick(dense_rng, (0.0, 0.25, 0.5, 0.8, 1.0), (0.06, 0.12, 0.24, 0.33, 0.25)))
    slots = []
    for number, (name, (column, row, _)) in enumerate(spots.items()):
        rng = np.random.default_rng([annotation_seed, number])
        overall = _overall(column, row, rng)
        own = density if column == row == 0 else density * 0.85
        dimensions = choose_dimensions(drafts[name], house, rng, density=own, overall=overall)
        slots.append(Slot(drafts[name], column, row, dimensions))
    with_iso = "iso" in part.views and chance(views_rng, 0.62)
    iso = draft(part, "iso", mirror=mirror) if with_iso else None
    return Arrangement(tuple(slots), iso, _cut_view(spots))


def _spots(part: Part, base: ViewName, rng: np.random.Generator, most: int) -> dict[ViewName, Spot]:
    """The base and some of its neighbours, the usual ones first, with the section in its own place or the base's."""
    wanted = int(pick(rng, (0, 1, 2, 3, 5), (0.1, 0.3, 0.35, 0.17, 0.08)))
    usual = [n for n in _NEIGHBOURS[base] if n in part.views]
    if chance(rng, 0.3):
        usual = [usual[i] for i in rng.permutation(len(usual))]
    spots: dict[ViewName, Spot] = {base: (0, 0, 0)}
    for name in usual[: min(wanted, most - 1)]:
        spots[name] = _NEIGHBOURS[base][name]
    if "section" in part.views and base == "front" and chance(rng, 0.5):
        _add_section(spots, rng)
    return spots


def _add_section(spots: dict[ViewName, Spot], rng: np.random.Generator) -> None:
    if chance(rng, 0.35):
        del spots["front"]
        spots["section"] = (0, 0, 0)
        return
    used = {spot[:2] for spot in spots.values()}
    free = [spot for spot in ((0, -1), (1, 0), (-1, 0), (0, 1)) if spot not in used]
    if free:
        spots["section"] = (*free[0], 0)


def _oriented(spot: Spot, quarters: int, first_angle: bool) -> Spot:  # noqa: FBT001
    column, row, turn = spot
    if first_angle:
        column, row = -column, -row
    for _ in range(quarters):
        column, row = -row, column
    return column, row, turn + quarters


def _overall(column: int, row: int, rng: np.random.Generator) -> tuple[bool, bool]:
    """Whether the overall sizes in x and y are written: what an aligned view already shows is left out."""
    if column == row == 0:
        return chance(rng, 0.9), chance(rng, 0.9)
    return (row == 0 and chance(rng, 0.85)) or chance(rng, 0.1), (column == 0 and chance(rng, 0.85)) or chance(rng, 0.1)


def _broken_alike(drafts: dict[ViewName, Drafted], spots: Mapping[ViewName, Spot]) -> dict[ViewName, Drafted]:
    """Long parts shortened by the same stretch in all views that are aligned along it."""
    base = next(name for name, spot in spots.items() if spot[:2] == (0, 0))
    wide, tall = drafts[base].size
    if max(wide, tall) < 4.5 * min(wide, tall):
        return drafts
    axis = 0 if wide > tall else 1
    aligned = [name for name, spot in spots.items() if spot[axis] == 0]
    stretches = [breakable(drafts[name], axis) for name in aligned]
    if any(stretch is None for stretch in stretches):
        return drafts
    start = max(stretch[0] for stretch in stretches if stretch)
    end = min(stretch[1] for stretch in stretches if stretch)
    if end - start < 0.3 * max(wide, tall):
        return drafts
    return {name: broken(d, axis, start, end) if name in aligned else d for name, d in drafts.items()}


def _cut_view(spots: Mapping[ViewName, Spot]) -> ViewName | None:
    """The view on which the cutting plane of the section is drawn."""
    candidates: Sequence[ViewName] = ("top", "right", "left", "bottom")
    return next((name for name in candidates if name in spots), None) if "section" in spots else None

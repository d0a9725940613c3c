"""A sheet from its specification: all that is random is a seed there, so that one thing can be changed alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from search.types import Box, Pixels
from training.bank import Part, Split, ViewName
from training.sheets.composition import Composer, compose
from training.sheets.house import House, chance, make_house, pick
from training.sheets.pdf import Page, page_pixels, pdf_bytes
from training.sheets.primitives import BoxMm, DrawnSymbol, Item
from training.sheets.setting import Template
from training.sheets.spec import Kind, SheetSpec
from training.sheets.templates import TRAIN_TEMPLATES
from training.sheets.templates_held_out import TEST_TEMPLATES

PAPER_MM = {
    "A4": (297.0, 210.0), "A3": (420.0, 297.0), "A2": (594.0, 420.0), "A1": (841.0, 594.0), "A0": (1189.0, 841.0),
    "A": (279.4, 215.9), "B": (431.8, 279.4), "C": (558.8, 431.8),
}  # fmt: skip
_SIZE_WEIGHTS = {"A4": 0.45, "A3": 0.32, "A2": 0.12, "A1": 0.07, "A0": 0.04, "A": 0.3, "B": 0.5, "C": 0.12}


TEMPLATES: Mapping[str, Template] = {**TRAIN_TEMPLATES, **TEST_TEMPLATES}
"""Name (`train-...` or `test-...`) to template; the two sides share no kind."""


@dataclass(frozen=True, slots=True)
class PlacedView:
    """Where a view lies on the sheet; `box` is the ink of the part without dimensions."""

    box: Box
    name: ViewName
    part: str
    scale: float


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """A symbol of `search.symbols.classes` on the sheet; `box` holds its ink, the detector sees it at `anchor`."""

    name: str
    box: Box
    anchor: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet ready to be drawn. area: inside the frame, without a full-width title strip.

    furniture_items: how many of the items, which come first, are the template's. text_mm: capitals of the dimensions.
    furniture: title block, revision table, parts list.
    """

    spec: SheetSpec
    size_mm: tuple[float, float]
    items: tuple[Item, ...]
    furniture_items: int
    views: tuple[PlacedView, ...]
    area: Box
    text_mm: float
    fields: dict[str, str]
    furniture: tuple[Box, ...]
    symbols: tuple[PlacedSymbol, ...]


def draw_spec(
    parts: Part | Sequence[Part],
    rng: np.random.Generator,
    *,
    template: str | None = None,
    house_seed: int | None = None,
    split: Split = "train",
) -> SheetSpec:
    """A random specification; templates come from one side of the train/test division unless one is named."""
    chosen = (parts,) if isinstance(parts, Part) else tuple(parts)
    names = [name for name in TEMPLATES if name.startswith(split)]
    seeds = [int(seed) for seed in rng.integers(1 << 31, size=5)]
    kind: Kind = "part" if len(chosen) == 1 else pick(rng, ("several", "balloons", "cutting"), (0.5, 0.3, 0.2))
    return SheetSpec(
        chosen,
        template or pick(rng, names),
        kind,
        house_seed=seeds[0] if house_seed is None else house_seed,
        layout_seed=seeds[1],
        views_seed=seeds[2],
        annotation_seed=seeds[3],
        text_seed=seeds[4],
        steps_down=int(pick(rng, (0, 1, 2, 3), (0.85, 0.1, 0.04, 0.01))),
        revision=int(pick(rng, (0, 1, 2, 3), (0.6, 0.22, 0.12, 0.06))),
        symbols=int(pick(rng, (0, 3, 7, 14), (0.35, 0.3, 0.2, 0.15))),
    )


def plan_sheet(
    parts: Part | Sequence[Part],
    rng: np.random.Generator,
    *,
    template: str | None = None,
    house_seed: int | None = None,
    split: Split = "train",
) -> SheetPlan:
    """A random sheet of one part, or of several on one sheet."""
    return plan(draw_spec(parts, rng, template=template, house_seed=house_seed, split=split))


def plan(spec: SheetSpec) -> SheetPlan:
    """The sheet of a specification; equal specifications give equal sheets."""
    template = TEMPLATES[spec.template]
    size, size_mm = _paper(spec, template)
    house = _house(spec, template, size_mm)
    composed = compose(Composer(spec, template, house, size, size_mm))
    views = tuple(
        PlacedView(_fraction(p.box_mm, size_mm), p.drafted.name, p.drafted.part.name, p.scale) for p in composed.placed
    )
    return SheetPlan(
        spec=spec,
        size_mm=size_mm,
        items=tuple(composed.items),
        furniture_items=composed.furniture_items,
        views=views,
        area=_fraction(composed.area_mm, size_mm),
        text_mm=house.text_mm,
        fields=composed.fields,
        furniture=tuple(_fraction(box, size_mm) for box in composed.furniture_mm),
        symbols=tuple(_placed_symbol(one, size_mm) for one in composed.symbols),
    )


def write_pdf(plans: SheetPlan | Sequence[SheetPlan]) -> bytes:
    """A vector PDF with a page for each plan."""
    chosen = [plans] if isinstance(plans, SheetPlan) else plans
    return pdf_bytes(Page(one.size_mm, one.items) for one in chosen)


def draw(sheet: SheetPlan, long_side_px: int) -> Pixels:
    """(H, W) uint8, 255 is paper; the picture of the PDF."""
    return page_pixels(Page(sheet.size_mm, sheet.items), long_side_px)


def _paper(spec: SheetSpec, template: Template) -> tuple[str, tuple[float, float]]:
    rng = np.random.default_rng([spec.layout_seed, 1])
    size = pick(rng, template.sizes, [_SIZE_WEIGHTS[name] for name in template.sizes])
    wide, tall = PAPER_MM[size]
    portrait = chance(rng, template.portrait if size in ("A4", "A", "A3") else 0.3 * template.portrait)
    return size, (tall, wide) if portrait else (wide, tall)


def _house(spec: SheetSpec, template: Template, size_mm: tuple[float, float]) -> House:
    house = make_house(spec.house_seed, languages=template.languages)
    return house if max(size_mm) < 700 else _enlarged(house, 1.35 if max(size_mm) < 1000 else 1.6)


def _enlarged(house: House, factor: float) -> House:
    """Larger letters and arrows for large paper."""
    return replace(
        house,
        text_mm=house.text_mm * factor,
        label_mm=house.label_mm * factor,
        arrow_mm=house.arrow_mm * factor,
        first_mm=house.first_mm * factor,
        step_mm=house.step_mm * factor,
        hatch_mm=house.hatch_mm * factor,
    )


def _placed_symbol(symbol: DrawnSymbol, size_mm: tuple[float, float]) -> PlacedSymbol:
    x, y, _, _ = _fraction((*symbol.anchor_mm, *symbol.anchor_mm), size_mm)
    return PlacedSymbol(symbol.name, _fraction(symbol.box_mm, size_mm), (x, y))


def _fraction(box: BoxMm, size_mm: tuple[float, float]) -> Box:
    x0, y0, x1, y1 = (
        float(np.clip(value / side, 0.0, 1.0)) for value, side in zip(box, (*size_mm, *size_mm), strict=True)
    )
    return (x0, y0, x1, y1)

"""Puts a sheet together: furniture, views, dimensions, marks, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from training.bank import Part
from training.sheets.annotations import annotate
from training.sheets.arrangement import Arrangement, Slot, arrange
from training.sheets.canvas import Canvas
from training.sheets.dimension_ink import draw_dimensions
from training.sheets.dimensions import Dimensions, with_changed_value
from training.sheets.drafting import Placed, draft, place
from training.sheets.extras import draw_data_table, draw_magnified, draw_notes
from training.sheets.fields import parts_list, revisions, sheet_fields, title_of
from training.sheets.house import House, chance, pick
from training.sheets.label_ink import caption
from training.sheets.layout import padded_box, place_free, place_slots
from training.sheets.marks import draw_balloon, draw_cutting_line, draw_revision_mark
from training.sheets.primitives import BoxMm, DrawnSymbol, Item, inflated
from training.sheets.setting import Setting, Template, template_rng
from training.sheets.spec import SheetSpec
from training.sheets.values import scale_text
from training.sheets.view_ink import Look, draw_view

ISO_SCALES = (1.0, 0.75, 0.5, 0.35, 0.25, 0.15)


@dataclass(frozen=True, slots=True)
class Composer:
    """What is fixed before anything is placed."""

    spec: SheetSpec
    template: Template
    house: House
    size: str
    size_mm: tuple[float, float]

    def rng(self, seed: int, purpose: int) -> np.random.Generator:
        return np.random.default_rng([seed, purpose])

    def furniture(self, canvas: Canvas, scale: float) -> tuple[BoxMm, dict[str, str]]:
        """Draws frame and tables; (area for views, what is written in the title block)."""
        spec, house = self.spec, self.house
        fields = sheet_fields(
            spec.parts, house, self.size, spec.text_seed, revision=spec.revision, scale=scale, page=spec.page
        )
        listed = parts_list(spec.parts, house, spec.text_seed) if spec.kind in ("several", "balloons") else []
        lines = revisions(house, spec.text_seed, spec.revision)
        rng = template_rng(spec.template, house)
        return self.template.draw(Setting(canvas, house, self.size_mm, fields, lines, listed, rng)), fields


@dataclass(slots=True)
class Group:
    """Views of one part that are placed together. slots and placed run in step; iso stands apart. number: of the part
    in the parts list."""

    part: Part
    slots: tuple[Slot, ...]
    placed: list[Placed]
    iso: Placed | None
    arrangement: Arrangement
    number: int = 1

    @property
    def every(self) -> list[Placed]:
        return [*self.placed, *([self.iso] if self.iso else [])]

    def padded(self, house: House) -> list[BoxMm]:
        return [padded_box(placed, slot, house) for slot, placed in zip(self.slots, self.placed, strict=True)]


@dataclass(frozen=True, slots=True)
class Composed:
    items: list[Item]
    furniture_items: int
    placed: list[Placed]
    area_mm: BoxMm
    fields: dict[str, str]
    furniture_mm: list[BoxMm]
    symbols: list[DrawnSymbol]


def compose(c: Composer) -> Composed:
    """The whole sheet: first the places, then, with the scale known, the ink."""
    scratch = Canvas()
    area, _ = c.furniture(scratch, 1.0)
    inner = inflated(area, -3.0)
    groups = place_groups(c, scratch, inner)
    scale = groups[0].every[0].scale
    canvas = Canvas()
    _, fields = c.furniture(canvas, scale)
    furniture, furniture_items = list(canvas.taken), len(canvas.items)
    placed = [one for group in groups for one in group.every]
    canvas.taken += [one.room_mm for one in placed]
    draw_groups(c, canvas, groups, inner)
    return Composed(canvas.items, furniture_items, placed, area, fields, furniture, canvas.symbols)


def place_groups(c: Composer, scratch: Canvas, area: BoxMm) -> list[Group]:
    """The views of all parts of the sheet; at least one view is placed."""
    spec = c.spec
    cells = [area]
    if len(spec.parts) > 1:
        cells = (diagonal_cells if exploded(spec) else grid_cells)(area, len(spec.parts))
    placers = {"part": _place_part, "several": _place_part, "balloons": _place_iso, "cutting": _place_outline}
    groups = []
    for number, (part, cell) in enumerate(zip(spec.parts, cells, strict=True)):
        group = placers[spec.kind](c, scratch, part, cell, number)
        if group is not None:
            group.number = number + 1
            scratch.taken += [*group.padded(c.house), *([inflated(group.iso.box_mm, 3.0)] if group.iso else [])]
            groups.append(group)
    return groups or [_forced(c, spec.parts[0], area)]


def grid_cells(area: BoxMm, count: int) -> list[BoxMm]:
    """Equal cells, about square, with room for a caption below each."""
    x0, y0, x1, y1 = area
    columns = max(1, min(count, round(math.sqrt(count * (x1 - x0) / (y1 - y0)))))
    rows = math.ceil(count / columns)
    wide, tall = (x1 - x0) / columns, (y1 - y0) / rows
    corners = [(x0 + (i % columns) * wide, y0 + (i // columns) * tall) for i in range(count)]
    return [(x + 3, y + 3, x + wide - 3, y + tall - 9) for x, y in corners]


def exploded(spec: SheetSpec) -> bool:
    """Whether the parts stand in a row along an axis, as taken apart."""
    return spec.kind == "balloons" and len(spec.parts) < 6 and spec.layout_seed % 5 > 1


def diagonal_cells(area: BoxMm, count: int) -> list[BoxMm]:
    """Cells along the diagonal from lower left to upper right."""
    x0, y0, x1, y1 = area
    wide, tall = 1.2 * (x1 - x0) / (count + 1), 0.55 * (y1 - y0)
    shares = np.linspace(0.0, 1.0, count)
    corners = [(x0 + s * (x1 - x0 - wide), y1 - tall - s * (y1 - y0 - tall)) for s in shares.tolist()]
    return [(x, y, x + wide, y + tall) for x, y in corners]


def _place_part(c: Composer, scratch: Canvas, part: Part, cell: BoxMm, number: int) -> Group | None:
    spec, alone = c.spec, len(c.spec.parts) == 1
    views_rng, rng = c.rng(spec.views_seed, number), c.rng(spec.layout_seed, 10 + number)
    arrangement = arrange(
        part, c.house, views_rng, spec.annotation_seed + number, mirror=spec.mirrored, most=6 if alone else 2
    )
    slots = arrangement.slots
    for count in range(len(slots), 0, -1):
        state = rng.bit_generator.state
        placed = place_slots(slots[:count], cell, scratch, c.house, rng=rng, steps_down=spec.steps_down)
        if placed is not None:
            group = Group(part, slots[:count], placed, None, arrangement)
            group.iso = _place_picture(c, scratch, group, cell, rng) if alone or chance(rng, 0.2) else None
            return group
        rng.bit_generator.state = state
    return None


def _place_picture(c: Composer, scratch: Canvas, group: Group, cell: BoxMm, rng: np.random.Generator) -> Placed | None:
    """The isometric view in free room, mostly in the upper right."""
    drafted = group.arrangement.iso
    if drafted is None:
        return None
    wish = float(pick(rng, (1.0, 0.7, 1.5)))
    towards = pick(rng, ((0.97, 0.03), (float(rng.random()), float(rng.random()))), (0.7, 0.3))
    room = Canvas([], [*scratch.taken, *group.padded(c.house)])
    return place_free(room, drafted, cell, [wish * group.placed[0].scale * factor for factor in ISO_SCALES], towards)


def _place_iso(c: Composer, scratch: Canvas, part: Part, cell: BoxMm, number: int) -> Group | None:
    drafted = draft(part, "iso" if "iso" in part.views else "front", mirror=c.spec.mirrored)
    fit = 0.8 * min((cell[2] - cell[0]) / drafted.size[0], (cell[3] - cell[1]) / drafted.size[1])
    placed = place_free(scratch, drafted, cell, [fit * factor for factor in ISO_SCALES], (0.5, 0.5))
    return None if placed is None else Group(part, (), [], placed, Arrangement((), drafted))


def _place_outline(c: Composer, scratch: Canvas, part: Part, cell: BoxMm, number: int) -> Group | None:
    """The face of a part alone, all parts at one scale, as on a cutting layout."""
    quarters = int(c.rng(c.spec.layout_seed, number).integers(4))
    drafted = draft(part, "top" if "top" in part.views else "front", quarters=quarters, mirror=c.spec.mirrored)
    longest = max(max(draft(p, "top" if "top" in p.views else "front").size) for p in c.spec.parts)
    fit = 0.95 * min(cell[2] - cell[0], cell[3] - cell[1]) / longest
    placed = place_free(scratch, drafted, inflated(cell, 4.0), [fit, 0.6 * fit], (0.5, 0.5))
    if placed is None:
        return None
    slot = Slot(drafted, 0, 0, Dimensions())
    return Group(part, (slot,), [placed], None, Arrangement((slot,), None))


def _forced(c: Composer, part: Part, area: BoxMm) -> Group:
    """One view in the middle, whatever it covers."""
    drafted = draft(part, "front" if "front" in part.views else next(iter(part.views)), mirror=c.spec.mirrored)
    wide, tall = area[2] - area[0], area[3] - area[1]
    scale = 0.4 * min(wide / max(drafted.size[0], 1e-3), tall / max(drafted.size[1], 1e-3))
    corner = (area[0] + 0.5 * (wide - drafted.size[0] * scale), area[1] + 0.4 * (tall - drafted.size[1] * scale))
    slot = Slot(drafted, 0, 0, Dimensions())
    return Group(part, (slot,), [place(drafted, scale, corner)], None, Arrangement((slot,), None))


def draw_groups(c: Composer, canvas: Canvas, groups: Sequence[Group], area: BoxMm) -> None:
    """Ink of all views and what belongs to them."""
    spec, house, rng = c.spec, c.house, c.rng(c.spec.views_seed, 99)
    drawn = spec.kind != "cutting"
    shaded = chance(rng, house.shaded)
    hidden, axes = drawn and chance(rng, house.hidden_lines), drawn and house.centre_marks
    look = Look(hidden=hidden, shaded=shaded, faces=shaded and house.faces, axes=axes)
    if exploded(spec):
        _draw_explosion_lines(canvas, groups, house)
    for group in groups:
        for placed in group.every:
            draw_view(canvas, placed, house, look)
    annotations = c.rng(spec.annotation_seed, 99)
    symbols = annotations if spec.symbols_seed is None else c.rng(spec.symbols_seed, 98)
    for number, group in enumerate(groups):
        if spec.kind == "part":
            _draw_section_marks(canvas, group, house)
        if spec.dimensions:
            _draw_group_dimensions(c, canvas, group, area, first=number == 0)
            if group.placed:
                annotate(canvas, group.placed, house, area, spec.symbols, symbols)
        if spec.kind == "balloons":
            for placed in group.every:
                draw_balloon(canvas, placed, group.number, house=house, area=area, rng=annotations)
        if spec.kind in ("several", "cutting"):
            _draw_name(canvas, group, house)
    if len(groups) == 1 and groups[0].placed:
        _draw_extras(c, canvas, groups[0], area)


def _draw_explosion_lines(canvas: Canvas, groups: Sequence[Group], house: House) -> None:
    """Centre lines from part to part, between their views."""
    boxes = [placed.box_mm for group in groups for placed in group.every]
    for (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) in pairwise(boxes):
        a, b = np.array([(ax0 + ax1) / 2, (ay0 + ay1) / 2]), np.array([(bx0 + bx1) / 2, (by0 + by1) / 2])
        reach = (b - a) / max(float(np.hypot(*(b - a))), 1.0)
        start, end = a + reach * 0.45 * (ax1 - ax0), b - reach * 0.45 * (bx1 - bx0)
        canvas.polyline([start, end], house.pens.centre)


def _draw_group_dimensions(c: Composer, canvas: Canvas, group: Group, area: BoxMm, *, first: bool) -> None:
    house, changed_at = c.house, None
    slots = list(group.slots)
    if c.spec.changed_value is not None and first:
        changed_at = _pick_changed(c, canvas, group, area)
    for number, (slot, placed) in enumerate(zip(slots, group.placed, strict=True)):
        dimensions, index = slot.dimensions, None
        if changed_at is not None and changed_at[0] == number:
            dimensions, index = with_changed_value(dimensions, changed_at[1], house), changed_at[1]
        places = draw_dimensions(canvas, placed, dimensions, house, area)
        if index is not None and (at := places[index]) is not None:
            letter = chr(65 + c.spec.revision) if house.number_style % 2 else str(c.spec.revision)
            draw_revision_mark(canvas, at, letter, house)


def _pick_changed(c: Composer, canvas: Canvas, group: Group, area: BoxMm) -> tuple[int, int] | None:
    """(slot, dimension) of the one to change among those that find room."""
    trial = Canvas([], list(canvas.taken))
    drawn = []
    for number, (slot, placed) in enumerate(zip(group.slots, group.placed, strict=True)):
        places = draw_dimensions(trial, placed, slot.dimensions, c.house, area)
        drawn += [(number, index) for index, at in enumerate(places) if at is not None]
    return drawn[(c.spec.changed_value or 0) % len(drawn)] if drawn else None


def _draw_section_marks(canvas: Canvas, group: Group, house: House) -> None:
    if not any(placed.drafted.name == "section" for placed in group.placed):
        return
    for slot, placed in zip(group.slots, group.placed, strict=True):
        if placed.drafted.name == group.arrangement.cut_on:
            draw_cutting_line(canvas, placed, "A", house)
        if placed.drafted.name == "section":
            x0, _, x1, y1 = placed.box_mm
            low = y1 + slot.dimensions.margins_mm(house)[3] + 1.3 * house.text_mm + 1.0
            if not canvas.free((x0, low - house.text_mm, x1, low)):
                low = placed.box_mm[1] - slot.dimensions.margins_mm(house)[1] - 1.0
            caption(
                canvas,
                house.section_label.format("A"),
                ((x0 + x1) / 2, low),
                1.2 * house.text_mm,
                house,
            )


def _draw_name(canvas: Canvas, group: Group, house: House) -> None:
    boxes = [*group.padded(house), *([group.iso.box_mm] if group.iso else [])]
    x, low = (min(b[0] for b in boxes) + max(b[2] for b in boxes)) / 2, max(b[3] for b in boxes)
    text = f"{group.number}  {title_of(group.part, house)}" if house.seed % 3 else title_of(group.part, house)
    canvas.text(text, (x, low + 1.5 + house.text_mm), house.text_mm, house.font, anchor="centre")


def _draw_extras(c: Composer, canvas: Canvas, group: Group, area: BoxMm) -> None:
    """Detail circle, caption of the picture, notes, a table of numbers."""
    rng, house = c.rng(c.spec.annotation_seed, 98), c.house
    room = Canvas(canvas.items, [*canvas.taken, *group.padded(house)], canvas.symbols)
    if group.iso is not None and chance(rng, 0.25):
        x0, _, x1, y1 = group.iso.box_mm
        text = f"{house.labels['scale']} {scale_text(round(group.iso.scale, 3), house)}"
        caption(canvas, text, ((x0 + x1) / 2, y1 + 3 + house.text_mm), house.text_mm, house)
    if chance(rng, 0.16):
        draw_magnified(room, group.placed[0], house, area, rng)
    if chance(rng, 0.4):
        draw_notes(room, house, area, rng)
    if chance(rng, 0.15):
        draw_data_table(room, house, area, rng)

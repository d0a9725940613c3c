"""House templates of the test side: kinds that no training sheet has."""

from __future__ import annotations

from collections.abc import Mapping

from training.sheets.frames import draw_frame
from training.sheets.house import chance, pick
from training.sheets.primitives import Anchor, BoxMm
from training.sheets.setting import Setting, Template, block, parts_list, revision_table
from training.sheets.tables import Cell, draw_block, draw_list, draw_logo, row
from training.sheets.words import TOLERANCES


def left_corner(s: Setting) -> BoxMm:
    """Title block in the lower left corner, two columns, the name large on top."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    rows = (
        row(Cell("title", 2.2), Cell("logo", 1.2), share=1.6),
        row("number", "revision", "sheet"),
        row("material", "finish", "weight"),
        row(*(Cell(key, inline=True) for key in ("drawn", "date", "scale")), share=0.7),
    )
    wide, tall = min(float(s.rng.uniform(100, 160)), x1 - x0), float(s.rng.uniform(32, 50))
    block(s, (x0, y1 - tall, x0 + wide, y1), rows)
    parts_list(s, (x0, y1 - tall), wide, upwards=True)
    if chance(s.rng, 0.5):
        revision_table(s, (x0, y0), 90.0)
    return frame


def stamp_strip(s: Setting) -> BoxMm:
    """A Japanese strip along the foot with boxes for seals at its right end, round seals in some of them."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    tall = float(s.rng.uniform(20, 30))
    side = min(0.75 * tall, 18.0)
    left = x1 - 4 * side
    rows = (
        row(Cell("number", 1.4), Cell("title", 1.6), Cell("material")),
        row("project", "scale", Cell("projection", 0.8), "date", "finish", "quantity"),
    )
    block(s, (x0, y1 - tall, left, y1), rows)
    seals = ("approved", "checked", "drawn", "client")
    labels = [s.house.labels[key] for key in seals]
    draw_list(s.canvas, (left, y1 - tall), [side] * 4, [labels], s.house, row_mm=tall - side)
    for i, key in enumerate(seals):
        box = (left + i * side, y1 - side, left + (i + 1) * side, y1)
        s.canvas.rectangle(box, s.house.pens.table)
        if name := s.fields[key]:
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            pen = s.house.pens.table
            s.canvas.circle(middle, 0.4 * side, pen)
            at = (middle[0], middle[1] + 1.2)
            s.canvas.text(name, at, 2.4, s.house.font, color=(0.8, 0.1, 0.1), anchor="centre")
    s.canvas.take((left, y1 - tall, x1, y1))
    parts_list(s, (x1 - 110, y1 - tall), 110.0, upwards=True)
    return (x0, y0, x1, y1 - tall)


def header_table(s: Setting) -> BoxMm:
    """The title block is a table across the top of the sheet."""
    wide, tall = s.size_mm
    margin = float(s.rng.uniform(6, 14))
    deep = float(s.rng.uniform(16, 30))
    keys = ["number", "revision", "material", "scale", "date", "drawn", "checked", "quantity"]
    order = [keys[i] for i in s.rng.permutation(len(keys))]
    rows = (row(Cell("logo", 1.6), Cell("title", 2.2), Cell(order[0]), Cell(order[1])), row(*order[2:7]))
    block(s, (margin, margin, wide - margin, margin + deep), rows)
    area = (margin, margin + deep, wide - margin, tall - margin)
    if chance(s.rng, 0.6):
        s.canvas.rectangle(area, s.house.pens.frame)
    parts_list(s, (margin, tall - margin), 110.0, upwards=True)
    return area


def caption_only(s: Setting) -> BoxMm:
    """No frame and no block: number, title and scale in a corner."""
    wide, tall = s.size_mm
    fields, house = s.fields, s.house
    top = chance(s.rng, 0.6)
    right = chance(s.rng, 0.4)
    x, y = (wide - 12.0 if right else 12.0), (16.0 if top else tall - 22.0)
    big, small = float(s.rng.uniform(4, 7)), float(s.rng.uniform(2.2, 3.2))
    anchor: Anchor = "right" if right else "left"
    s.canvas.text(f"{fields['number']}  {fields['title']}", (x, y), big, house.title_font, anchor=anchor)
    lines = [
        f"{house.labels['unit'] or 'Unit'} {fields['unit']}",
        f"{house.labels['scale']} {fields['scale']}",
        fields["date"],
    ]
    s.canvas.lines_of_text(lines[: int(s.rng.integers(1, 4))], (x, y + 2.2 * small), small, house.font, anchor=anchor)
    s.canvas.take((x - 110 if right else 0.0, y - big - 3, x if right else 110.0, y + 8 * small))
    parts_list(s, (wide - 115.0, tall - 12.0), 105.0, upwards=True)
    return (8.0, 8.0, wide - 8.0, tall - 8.0)


def split_blocks(s: Setting) -> BoxMm:
    """General tolerances as a table in the lower left, names and title in the lower right, the logo between."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, _, x1, y1 = frame
    words = TOLERANCES[s.house.language]
    lines = [(s.house.labels["tolerance"],), *((line,) for line in words[s.house.seed % len(words)])]
    s.canvas.take(draw_list(s.canvas, (x0, y1), [min(52.0, 0.3 * (x1 - x0))], lines, s.house, row_mm=5.5, upwards=True))
    tall, wide = float(s.rng.uniform(24, 36)), min(110.0, 0.55 * (x1 - x0))
    rows = (
        row("title", share=1.4),
        row("number", Cell("revision", 0.4)),
        row("drawn", "date", "scale"),
        row("material", "weight", "sheet"),
    )
    block(s, (x1 - wide, y1 - tall, x1, y1), rows)
    if x1 - x0 > 250:
        box = (x1 - wide - 45, y1 - 0.6 * tall, x1 - wide, y1)
        draw_logo(s.canvas, box, s.house)
        s.canvas.rectangle(box, s.house.pens.table)
        s.canvas.take(box)
    parts_list(s, (x1 - wide, y1 - tall), wide, upwards=True)
    return frame


def left_column(s: Setting) -> BoxMm:
    """Cells stacked along the left edge, texts lying in them."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    wide = float(s.rng.uniform(34, 48))
    keys = ["scale", "date", "drawn", "checked", "material", "finish", "revision", "unit", "quantity"]
    chosen = [keys[i] for i in s.rng.permutation(len(keys))[: int(s.rng.integers(5, 9))]]
    rows = (
        row("number", share=1.5),
        row("title", share=1.6),
        *(row(Cell(key, inline=chance(s.rng, 0.5))) for key in chosen),
        row("logo", share=1.3),
    )
    tall = min(12.0 * len(rows), y1 - y0)
    top = y0 if chance(s.rng, 0.5) else y1 - tall
    block(s, (x0, top, x0 + wide, top + tall), rows)
    parts_list(s, (x1 - 105, y0), 105.0, upwards=False)
    return (x0 + wide, y0, x1, y1)


def floating_card(s: Setting) -> BoxMm:
    """No frame: a small card of inline cells that floats above the lower edge."""
    wide, tall = s.size_mm
    rows = (
        row(Cell("number", inline=True)),
        row(Cell("title", inline=True)),
        row(*(Cell(key, inline=True) for key in ("material", "scale"))),
        row(*(Cell(key, inline=True) for key in ("drawn", "date"))),
    )
    high, broad = float(s.rng.uniform(22, 30)), float(s.rng.uniform(75, 105))
    x, y = pick(s.rng, ((wide - broad - 15, tall - high - 12), ((wide - broad) / 2, tall - high - 10)))
    box = (x, y, x + broad, y + high)
    draw_block(s.canvas, box, rows, s.fields, s.house)
    s.canvas.rectangle(box, s.house.pens.table)
    s.canvas.take(box)
    parts_list(s, (12.0, tall - 12.0), 95.0, upwards=True)
    return (8.0, 8.0, wide - 8.0, tall - 8.0)


TEST_TEMPLATES: Mapping[str, Template] = {
    "test-left-corner": Template(left_corner),
    "test-stamp-strip": Template(stamp_strip, languages=("ja",)),
    "test-header-table": Template(header_table, sizes=("A4", "A3", "A2"), portrait=0.5),
    "test-caption-only": Template(caption_only, sizes=("A4", "A3")),
    "test-split-blocks": Template(split_blocks),
    "test-left-column": Template(left_column, sizes=("A3", "A2", "A1", "A4"), portrait=0.1),
    "test-floating-card": Template(floating_card, sizes=("A4", "A3"), portrait=0.3),
}

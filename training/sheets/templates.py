"""House templates of the training side: where frame, title block, tables and the free area of a sheet are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from training.sheets.frames import draw_frame
from training.sheets.house import chance, pick
from training.sheets.primitives import Anchor, BoxMm
from training.sheets.setting import Setting, Template, approvals, block, corner_block, parts_list, revision_table
from training.sheets.tables import Cell, Row, draw_logo, fitted_mm, row
from training.sheets.words import COPYRIGHT


def iso_corner(s: Setting) -> BoxMm:
    """Title block in the lower right corner with approvals, tolerances and a revision table in the upper right."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    main = (
        row("title", share=1.4),
        row(Cell("size", 0.4), Cell("number", 2.2), Cell("revision", 0.5), share=1.2),
        row("scale", "weight", "sheet", share=0.7),
    )
    left = (
        row(Cell("tolerance", 1.3), Cell("finish", 0.8), share=1.3),
        row(Cell(approvals(s)), share=1.4),
        row("material", share=0.8),
    )
    logo = (row("logo", share=1.0),) if chance(s.rng, 0.4) else ()
    rows = (row(Cell(left, 1.1), Cell((*logo, *main), 1.0)),)
    if chance(s.rng, 0.4):
        rows = (row(Cell((*logo, *main), 1.0), Cell(left, 1.0)),)
    box = corner_block(s, frame, rows, wide=float(s.rng.uniform(120, 190)), tall=float(s.rng.uniform(40, 62)))
    if chance(s.rng, 0.55):
        wide = float(s.rng.uniform(70, 110))
        revision_table(s, (frame[2] - wide, frame[1]), wide)
    parts_list(s, (box[0], box[1]), box[2] - box[0], upwards=True)
    return frame


def ansi_corner(s: Setting) -> BoxMm:
    """Names in a column left of company, title and a row of size, number and revision."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    names = tuple(
        row(Cell(key, 1.0), Cell("date_" + key, 0.6)) for key in ("drawn", "checked", "finish", "client", "approved")
    )
    main = (
        row("logo", share=1.2),
        row("title", share=1.8),
        row(Cell("size", 0.4), Cell("number", 2.0), Cell("revision", 0.5), share=1.2),
        row("scale", "blank", "sheet", share=0.6),
    )
    wide, tall = float(s.rng.uniform(110, 150)), float(s.rng.uniform(34, 50))
    box = corner_block(s, frame, (row(Cell(names, 0.55), Cell(main, 1.0)),), wide=wide, tall=tall)
    below = chance(s.rng, 0.5)
    if s.parts:
        corner = (frame[0], frame[3]) if below else (frame[2] - 105, frame[1])
        parts_list(s, corner, 105.0, upwards=below)
    elif chance(s.rng, 0.4):
        revision_table(s, (box[0], box[1]), box[2] - box[0], upwards=True)
    return frame


def jis_corner(s: Setting) -> BoxMm:
    """Japanese block: parts row above, names with stamps, number at the bottom right."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    stamps = row("approved", "checked", "drawn", "scale", share=1.4)
    rows: list[Row] = [
        row(Cell("item", 0.5), Cell("title", 1.6), Cell("material", 1.0), Cell("quantity", 0.5), Cell("finish", 1.0)),
        row(Cell((stamps,), 1.6), Cell((row("projection"),), 0.8), Cell("title", 1.6), share=1.3),
        row(Cell("date", 0.8), Cell("logo", 1.6), Cell("number", 1.6), Cell("revision", 0.4), share=1.2),
    ]
    if chance(s.rng, 0.5):
        rows.reverse()
    box = corner_block(s, frame, rows, wide=float(s.rng.uniform(120, 180)), tall=float(s.rng.uniform(30, 48)))
    where = pick(s.rng, ("above", "upper", "none"))
    if where == "above" and not s.parts:
        revision_table(s, (box[0], box[1]), box[2] - box[0], upwards=True)
    if where == "upper":
        revision_table(s, (frame[2] - 90, frame[1]), 90.0)
    parts_list(s, (box[0], box[1]), box[2] - box[0], upwards=True)
    return frame


def bottom_table(s: Setting) -> BoxMm:
    """A header line, a thin box for the views, and a table of labels and values across the foot."""
    wide, tall = s.size_mm
    margin = float(s.rng.uniform(0.05, 0.12)) * wide
    head, foot = float(s.rng.uniform(0.06, 0.1)) * tall, float(s.rng.uniform(0.2, 0.28)) * tall
    x0, x1 = margin, wide - margin
    draw_logo(s.canvas, (x0, 0.3 * head, x0 + 0.4 * wide, head), s.house)
    words = s.fields["project"], s.house.company
    s.canvas.text("   ".join(words), (x1, 0.75 * head), 3.0, s.house.font, color=s.house.label_color, anchor="right")
    area = (x0, head + 4, x1, tall - foot - 12)
    s.canvas.rectangle(area, s.house.pens.table)
    names = tuple(row(Cell(key, inline=True)) for key in ("drawn", "checked", "approved"))
    rows = (
        row("title", "number"),
        row("material", "weight"),
        row("date", Cell(names)),
        row("project", Cell((row(Cell("number", 3), Cell("revision", 1)),))),
    )
    chosen = [rows[i] for i in s.rng.permutation(4)[: int(s.rng.integers(3, 5))]]
    block(s, (x0, tall - foot - 8, x1, tall - 12), chosen)
    line = COPYRIGHT[s.house.language]
    height = fitted_mm(line, s.house.font, 2.2, x1 - x0)
    s.canvas.text(line, (wide / 2, tall - 6), height, s.house.font, color=s.house.label_color, anchor="centre")
    parts_list(s, (area[0], area[3]), min(110.0, x1 - x0), upwards=True)
    return area


def strip(s: Setting) -> BoxMm:
    """One or two rows of cells along the whole lower edge."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    keys = ["title", "material", "scale", "date", "drawn", "checked", "weight", "finish", "revision", "quantity"]
    order = [keys[i] for i in s.rng.permutation(len(keys))]
    upper = row(Cell("logo", 2.0), *order[:3], Cell("number", 1.8))
    lower = row(*order[3:8], Cell("projection", 0.7), Cell("sheet", 0.5))
    rows = (upper, lower) if x1 - x0 < 300 or chance(s.rng, 0.5) else (row(*upper.cells, *lower.cells),)
    box = (x0, y1 - 12.0 * len(rows) - float(s.rng.uniform(0, 8)), x1, y1)
    block(s, box, rows)
    if chance(s.rng, 0.3):
        revision_table(s, (x0, box[1]), 100.0, upwards=True)
    parts_list(s, (x1 - 110, box[1]), 110.0, upwards=True)
    return (x0, y0, x1, box[1])


def side_column(s: Setting) -> BoxMm:
    """Title block as a column down the right edge."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    wide = float(s.rng.uniform(38, 55))
    full = chance(s.rng, 0.6)
    keys = ["material", "finish", "scale", "date", "drawn", "checked", "approved", "weight", "project", "quantity"]
    cells = [row(keys[i]) for i in s.rng.permutation(len(keys))[: int(s.rng.integers(5, 10))]]
    rows = (row("logo", share=1.4), row("tolerance", share=2.2), *cells, row("title", share=1.6),
            row("number", share=1.4), row("revision", "sheet", "projection"))  # fmt: skip
    box = (x1 - wide, y0 if full else y1 - min(150.0, y1 - y0), x1, y1)
    block(s, box, rows)
    parts_list(s, (x0, y0), 105.0, upwards=False)
    return (x0, y0, x1 - wide, y1)


def plain(s: Setting) -> BoxMm:
    """No frame: a few lines of text somewhere near the foot or the head."""
    wide, tall = s.size_mm
    fields = s.fields
    lines = [f"{fields['title']} - {fields['date']}", fields["material"], f"{fields['size']} - {fields['scale']}"]
    lines = [*lines, fields["unit"], s.house.company][: int(s.rng.integers(2, 6))]
    height = float(s.rng.uniform(2.5, 5.0))
    spots: tuple[tuple[float, Anchor], ...] = ((0.5, "centre"), (0.97, "right"), (0.04, "left"), (0.75, "centre"))
    share, anchor = pick(s.rng, spots)
    foot = tall - 12 - 1.7 * height * len(lines)
    x, top = share * wide, pick(s.rng, (foot, foot, 16.0))
    s.canvas.lines_of_text(lines, (x, top), height, s.house.title_font, anchor=anchor)
    half = 0.25 * wide
    s.canvas.take((max(0.0, x - half), top - 2 * height, min(wide, x + half), top + 1.7 * height * len(lines)))
    parts_list(s, (10.0, 10.0), 105.0, upwards=False)
    return (8.0, 8.0, wide - 8.0, tall - 8.0)


def frame_text(s: Setting) -> BoxMm:
    """A frame with a small block of few cells and a sentence along the lower edge."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    left = (
        row("material", "quantity"),
        row(Cell("blank", 0.5), Cell("drawn"), Cell("date")),
        row(Cell("blank", 0.5), "checked", "blank"),
    )
    rows = (row(Cell(left, 1.0), Cell((row("company"), row("title"), row("number")), 1.0)),)
    box = corner_block(s, frame, rows, wide=min(0.55 * (x1 - x0), 150.0), tall=float(s.rng.uniform(18, 30)))
    line = f"{s.house.labels['notes']} {COPYRIGHT[s.house.language]}"
    height = fitted_mm(line, s.house.font, 3.5, box[0] - x0 - 4)
    s.canvas.text(line, (x0 + 2, y1 - 2), height, s.house.font)
    s.canvas.take((x0, y1 - 2.5 * height, box[0], y1))
    parts_list(s, (x0, y0), 105.0, upwards=False)
    return frame


def number_corner(s: Setting) -> BoxMm:
    """The number turned over in a box in the upper left corner, a compact block in the lower right."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, _, y1 = frame
    number = s.fields["number"]
    if chance(s.rng, 0.5):
        box = (x0, y0, x0 + 60, y0 + 10)
        s.canvas.text(number, (x0 + 58, y0 + 2.5), 5.0, s.house.title_font, angle_deg=180.0)
    else:
        box = (x0, y0, x0 + 10, y0 + 60)
        s.canvas.text(number, (x0 + 7.5, y0 + 58), 5.0, s.house.title_font, angle_deg=90.0)
    s.canvas.rectangle(box, s.house.pens.table)
    s.canvas.take(box)
    rows = (
        row(Cell("logo", 2), Cell("scale"), Cell("projection")),
        row(Cell("drawn"), Cell("checked"), Cell("approved"), Cell("date")),
        row(Cell("title", 2), Cell("material")),
        row(Cell("number", 2), Cell("revision", 0.4), Cell("sheet", 0.6)),
    )
    order = s.rng.permutation(4) if chance(s.rng, 0.7) else np.arange(4)
    block = corner_block(
        s, frame, [rows[i] for i in order], wide=float(s.rng.uniform(90, 130)), tall=float(s.rng.uniform(28, 42))
    )
    if chance(s.rng, 0.5):
        revision_table(s, (x0, y1), min(85.0, block[0] - x0 - 2), upwards=True)
    parts_list(s, (block[0], block[1]), block[2] - block[0], upwards=True)
    return frame


def approvals_foot(s: Setting) -> BoxMm:
    """Across the foot: an empty grid of approvals on the left, title and number on the right; history at the top."""
    frame = draw_frame(s.canvas, s.house, s.size_mm, s.rng)
    x0, y0, x1, y1 = frame
    tall = float(s.rng.uniform(45, 75))
    grid = tuple(
        row(Cell(key, 1.3), "blank", "blank", "blank", share=0.6)
        for key in ("drawn", "checked", "approved", *["blank"] * 5)
    )
    main = (
        row("logo", share=1.2),
        row("material", "finish"),
        row("title", share=2.0),
        row(Cell("size", 0.5), Cell("number", 2.0), Cell("revision", 0.5), share=1.2),
        row("scale", "sheet", share=0.7),
    )
    wide = min(x1 - x0, 220.0)
    block(s, (x1 - wide, y1 - tall, x1, y1), (row(Cell(grid, 0.85), Cell(main, 1.0)),))
    if chance(s.rng, 0.7):
        revision_table(s, (x1 - 0.6 * wide, y0), 0.6 * wide)
    parts_list(s, (x0, y0), 95.0, upwards=False)
    return (x0, y0, x1, y1 - tall) if wide > 0.8 * (x1 - x0) else frame


TRAIN_TEMPLATES: Mapping[str, Template] = {
    "train-iso-corner": Template(iso_corner),
    "train-ansi-corner": Template(ansi_corner, languages=("en",), sizes=("A", "B", "C", "A4", "A3")),
    "train-jis-corner": Template(jis_corner, languages=("ja",)),
    "train-bottom-table": Template(bottom_table, sizes=("A4", "A3"), portrait=1.0),
    "train-strip": Template(strip),
    "train-side-column": Template(side_column, sizes=("A3", "A2", "A1", "A4"), portrait=0.05),
    "train-plain": Template(plain, sizes=("A4", "A3")),
    "train-frame-text": Template(frame_text, sizes=("A4", "A3")),
    "train-number-corner": Template(number_corner),
    "train-approvals-foot": Template(approvals_foot, sizes=("A4", "A", "A3"), portrait=0.8),
}

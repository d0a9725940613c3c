"""Small drawings drawn by code, so that every test knows what is on its sheet. Boxes are fractions of the sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
from PIL import Image

from search.types import Box, Pixels

MM = 72 / 25.4
A4_MM, A3_MM, A0_MM = (210.0, 297.0), (420.0, 297.0), (1189.0, 841.0)
STRIP_MM = (300.0, 75.0)
"""A page that is read four times as fast, for tests that need many."""
LINE_MM, FRAME_MM = 0.35, 0.7


@dataclass(frozen=True)
class Template:
    """A house's frame: margin_mm and, measured from the lower right corner of the frame, its title block's size.

    double_mm: distance of a second, outer frame line, 0 for none. ticks: zone marks between the two.
    """

    name: str
    margin_mm: float = 10.0
    title_mm: tuple[float, float] = (180.0, 50.0)
    double_mm: float = 0.0
    ticks: bool = False
    full_width_title: bool = False


TEMPLATES = (
    Template("plain"),
    Template("double", margin_mm=15.0, double_mm=5.0, ticks=True),
    Template("strip", margin_mm=8.0, title_mm=(0.0, 32.0), full_width_title=True),
    Template("small", margin_mm=12.0, title_mm=(120.0, 35.0)),
)


@dataclass(frozen=True)
class DrawnSheet:
    """What was drawn. views: each with its dimensions. outlines: without. title: the title block, None without a
    template."""

    views: tuple[Box, ...]
    outlines: tuple[Box, ...]
    title: Box | None


def draw_sheet(
    page: Any, seed: int, *, template: Template | None = TEMPLATES[0], views: int = 2, house: str = "似図 HOUSE"
) -> DrawnSheet:
    """Draw a frame and some views, side by side, of a part that the seed makes."""
    rng = np.random.default_rng(seed)
    width_mm, height_mm = page.mediabox.width / MM, page.mediabox.height / MM
    title = _draw_template(page, template, (width_mm, height_mm), f"{house} No. {seed:05d}") if template else None
    margin_mm = (template.margin_mm if template else 5.0) + 12.0
    bottom_mm = height_mm - margin_mm - (template.title_mm[1] if template else 0.0)
    cell_mm = (width_mm - 2 * margin_mm) / max(1, views)
    boxes, outlines = [], []
    for view in range(views):
        side_mm = min(cell_mm, bottom_mm - margin_mm) * 0.6
        left_mm = margin_mm + view * cell_mm + (cell_mm - side_mm) / 2
        top_mm = margin_mm + (bottom_mm - margin_mm - side_mm) / 2 - 4
        view_mm = (left_mm, top_mm, left_mm + side_mm, top_mm + side_mm * rng.uniform(0.7, 1.0))
        x0, y0, x1, y1 = _draw_view(page, rng, view_mm)
        outlines.append(_fractions((x0, y0, x1, y1), (width_mm, height_mm)))
        boxes.append(_fractions((x0, view_mm[1], x1 + 4, y1 + 6), (width_mm, height_mm)))
    return DrawnSheet(tuple(boxes), tuple(outlines), title and _fractions(title, (width_mm, height_mm)))


def _draw_template(
    page: Any, template: Template, size_mm: tuple[float, float], words: str
) -> tuple[float, float, float, float]:
    width_mm, height_mm = size_mm
    margin = template.margin_mm
    _rect(page, (margin, margin, width_mm - margin, height_mm - margin), FRAME_MM)
    if template.double_mm:
        outer = margin - template.double_mm
        _rect(page, (outer, outer, width_mm - outer, height_mm - outer), LINE_MM)
    if template.ticks:
        for x in np.linspace(margin, width_mm - margin, 9)[1:-1]:
            _line(page, (x, margin - template.double_mm), (x, margin))
            _line(page, (x, height_mm - margin), (x, height_mm - margin + template.double_mm))
    title_width, title_height = template.title_mm
    if template.full_width_title:
        title_width = width_mm - 2 * margin
    right, bottom = width_mm - margin, height_mm - margin
    left, top = right - title_width, bottom - title_height
    _rect(page, (left, top, right, bottom), FRAME_MM)
    for row in range(1, 4):
        _line(page, (left, top + row * title_height / 4), (right, top + row * title_height / 4))
    _line(page, (left + title_width / 3, top), (left + title_width / 3, bottom))
    page.insert_text((pt(left + 3), pt(top + title_height / 4 - 2)), words, fontsize=9, fontname="japan")
    return left, top, right, bottom


def _draw_view(
    page: Any, rng: np.random.Generator, box_mm: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """An outline with steps and holes and two dimensions 4 mm off; the outline's box, in mm."""
    x0, y0, x1, y1 = box_mm
    steps = np.sort(rng.uniform(0.15, 0.85, 3))
    heights = rng.uniform(0.0, 0.6, 4)
    corners = [(x0, y1)]
    for edge, height in zip((0.0, *steps), heights, strict=True):
        corners += [(x0 + edge * (x1 - x0), y0 + height * (y1 - y0))]
        following = next((step for step in steps if step > edge), 1.0)
        corners += [(x0 + following * (x1 - x0), y0 + height * (y1 - y0))]
    corners += [(x1, y1), (x0, y1)]
    page.draw_polyline([pymupdf.Point(pt(x), pt(y)) for x, y in corners], width=pt(LINE_MM))
    for _ in range(4):
        centre = pymupdf.Point(pt(rng.uniform(x0 + 8, x1 - 8)), pt(y1 - rng.uniform(0.1, 0.3) * (y1 - y0)))
        page.draw_circle(centre, pt(rng.uniform(2.0, 6.0)), width=pt(LINE_MM))
    _line(page, (x0, y1 + 4), (x1, y1 + 4))
    _line(page, (x1 + 4, y0), (x1 + 4, y1))
    for x in (x0, x1):
        _line(page, (x, y1 + 1), (x, y1 + 6))
    page.insert_text((pt((x0 + x1) / 2), pt(y1 + 3.4)), f"{rng.integers(10, 900)}", fontsize=8)
    return x0, y0 + float(heights.min()) * (y1 - y0), x1, y1


def pt(mm: float) -> float:
    """Millimetres to PDF points."""
    return float(mm * MM)


def _line(page: Any, start_mm: tuple[float, float], end_mm: tuple[float, float], width_mm: float = LINE_MM) -> None:
    points = [pymupdf.Point(pt(x), pt(y)) for x, y in (start_mm, end_mm)]
    page.draw_line(*points, width=pt(width_mm))


def _rect(page: Any, box_mm: tuple[float, float, float, float], width_mm: float) -> None:
    page.draw_rect(pymupdf.Rect(*(pt(value) for value in box_mm)), width=pt(width_mm))


def _fractions(box_mm: tuple[float, float, float, float], size_mm: tuple[float, float]) -> Box:
    return box_mm[0] / size_mm[0], box_mm[1] / size_mm[1], box_mm[2] / size_mm[0], box_mm[3] / size_mm[1]


def new_page(document: Any, size_mm: tuple[float, float] = A3_MM) -> Any:
    return document.new_page(width=pt(size_mm[0]), height=pt(size_mm[1]))


def write_pdf(
    path: Path,
    seeds: Iterable[int] = (1,),
    *,
    size_mm: tuple[float, float] = A3_MM,
    template: Template | None = TEMPLATES[0],
    views: int = 2,
) -> tuple[DrawnSheet, ...]:
    """A vector PDF, a sheet for each seed."""
    with pymupdf.open() as document:
        drawn = tuple(draw_sheet(new_page(document, size_mm), seed, template=template, views=views) for seed in seeds)
        document.save(path)
    return drawn


def raster(path: Path, long_side_px: int, page: int = 0) -> Pixels:
    """(H, W) uint8 of a PDF's page, rendered by MuPDF without anything of ours."""
    with pymupdf.open(path) as document:
        zoom = long_side_px / max(document[page].rect.width, document[page].rect.height)
        pixmap = document[page].get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width).copy()


def drawn_pixels(seed: int, long_side_px: int = 1500, **how: Any) -> tuple[Pixels, DrawnSheet]:
    """A sheet as pixels, and what is on it."""
    with pymupdf.open() as document:
        page = new_page(document, how.pop("size_mm", A3_MM))
        drawn = draw_sheet(page, seed, **how)
        zoom = long_side_px / max(page.rect.width, page.rect.height)
        pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY)
        return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width).copy(), drawn


def marked_page(height_px: int = 400, width_px: int = 600) -> Pixels:
    """(H, W) uint8 with one black block in the upper left corner: shows how a picture was turned."""
    pixels = np.full((height_px, width_px), 255, np.uint8)
    pixels[20 : height_px // 4, 20 : width_px // 8] = 0
    return pixels


def marked_corner(pixels: Pixels) -> str:
    """In which quarter of a page most ink lies: "top left", …"""
    rows, columns = np.nonzero(pixels < 128)
    vertical = "top" if rows.mean() < pixels.shape[0] / 2 else "bottom"
    return f"{vertical} {'left' if columns.mean() < pixels.shape[1] / 2 else 'right'}"


def image_bytes(pixels: Pixels, kind: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


def write_strips(path: Path, seeds: Iterable[int]) -> None:
    """A PDF of small pages, one for each seed, that are quick to read."""
    write_pdf(path, seeds, size_mm=STRIP_MM, template=None, views=3)

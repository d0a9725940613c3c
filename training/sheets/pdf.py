"""Items to PDF bytes and to pixels: the one file of the sheet maker that knows PyMuPDF."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import pymupdf
from numpy.typing import NDArray

from search.types import Pixels
from training.sheets.primitives import Arc, BoxMm, Clip, Face, Font, Item, Pen, Picture, Stroke, Text

POINTS_PER_MM = 72 / 25.4
CAPITAL = 0.72  # height of a capital in a font of size 1
CJK = "japan"
FACES: tuple[Face, ...] = ("helv", "hebo", "heit", "tiro", "tibo", "cour", "cobo")


@dataclass(frozen=True, slots=True)
class Page:
    """size_mm: width and height of the paper."""

    size_mm: tuple[float, float]
    items: Sequence[Item]


def text_width_mm(text: str, font: Font, height_mm: float) -> float:
    """Width of a line of text in a built-in font."""
    return (
        sum(_run_width(run, face, font.face) for face, run in _runs(text, font.face))
        * height_mm
        * (font.stretch / CAPITAL)
    )


def letter_bounds(text: str, index: int, face: Face) -> BoxMm:
    """Of one letter's ink, along the base line and up from it, neither stretched nor slanted, capitals 1 high."""
    along = text_width_mm(text[:index], Font(face), 1.0)
    left, low, right, high = (value / CAPITAL for value in pymupdf.Font(face).glyph_bbox(ord(text[index])))
    return along + left, low, along + right, high


def pdf_bytes(pages: Iterable[Page]) -> bytes:
    """The pages as one vector PDF; the same pages give the same bytes."""
    with _document(pages) as document:
        return bytes(document.tobytes(no_new_id=True, deflate=True))


def page_pixels(page: Page, long_side_px: int) -> Pixels:
    """(H, W) uint8, 255 is paper: the page as PyMuPDF shows it."""
    with _document([page]) as document:
        return _rendered(document[0], long_side_px)


def scanned_pdf_bytes(pictures: Iterable[tuple[Pixels, tuple[float, float]]]) -> bytes:
    """A PDF of (pixels, (width_mm, height_mm)) pages, as a scanner writes it: no vectors, no text."""
    with pymupdf.open() as document:
        for pixels, (width_mm, height_mm) in pictures:
            page = document.new_page(width=width_mm * POINTS_PER_MM, height=height_mm * POINTS_PER_MM)
            page.insert_image(page.rect, stream=_pixmap(pixels).tobytes("jpeg", jpg_quality=80))
        return bytes(document.tobytes(no_new_id=True, deflate=True))


def _document(pages: Iterable[Page]) -> Any:
    document = pymupdf.open()
    for page in pages:
        _add_page(document, page)
    return document


def _rendered(page: Any, long_side_px: int) -> Pixels:
    scale = long_side_px / max(page.rect.width, page.rect.height)
    shot = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, alpha=False)
    return np.frombuffer(shot.samples, np.uint8).reshape(shot.height, shot.width).copy()


def _add_page(document: Any, page: Page) -> None:
    width_mm, height_mm = page.size_mm
    sheet = document.new_page(width=width_mm * POINTS_PER_MM, height=height_mm * POINTS_PER_MM)
    content = Content()
    content.write(page.items)
    for face in sorted(content.faces):
        sheet.insert_font(fontname=face)
    names = [_add_picture(sheet, picture, height_mm) for picture in content.pictures]
    stream = document.get_new_xref()
    document.update_object(stream, "<<>>")
    head = f"{POINTS_PER_MM:.6f} 0 0 {-POINTS_PER_MM:.6f} 0 {height_mm * POINTS_PER_MM:.3f} cm 1 J 1 j\n"
    body = "\n".join(content.parts)
    for number, name in enumerate(names):
        body = body.replace(f"/Picture{number} Do", f"/{name} Do", 1)
    document.update_stream(stream, (head + body).encode("latin-1"))
    sheet.set_contents(stream)


def _add_picture(sheet: Any, picture: Picture, height_mm: float) -> str:
    """Puts the image into the page's resources; the name it has there."""
    before = {image[7] for image in sheet.get_images()}
    sheet.insert_image(pymupdf.Rect(0, 0, 10, 10), pixmap=_pixmap(picture.pixels), keep_proportion=False)
    return next(str(image[7]) for image in sheet.get_images() if image[7] not in before)


def _pixmap(pixels: NDArray[np.uint8]) -> Any:
    space = pymupdf.csGRAY if pixels.ndim == 2 else pymupdf.csRGB
    height, width = pixels.shape[:2]
    return pymupdf.Pixmap(space, width, height, np.ascontiguousarray(pixels).tobytes(), 0)


def _run_width(run: str, face: str, near: Face) -> float:
    """Width at size 1. Text of the CJK font is set in full squares."""
    return float(len(run)) if face == CJK else sum(_letter_width(letter, near) for letter in run)


@lru_cache(maxsize=2_000)
def _letter_width(letter: str, face: Face) -> float:
    """Letter by letter: of two signs beyond ASCII in a row PyMuPDF counts one."""
    return float(pymupdf.get_text_length(letter, fontname=face, fontsize=1))


def _runs(text: str, face: Face) -> list[tuple[str, str]]:
    """(font, run) pieces: what Latin-1 lacks is set in the CJK font."""
    return [(font, "".join(run)) for font, run in groupby(text, lambda letter: face if ord(letter) < 256 else CJK)]


@dataclass(slots=True)
class Content:
    """Writer of a content stream in millimetres, y down."""

    parts: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    faces: set[str] = field(default_factory=set)
    pen: Pen | None = None

    def write(self, items: Iterable[Item]) -> None:
        for item in items:
            match item:
                case Stroke():
                    self._paint(_outline(item), item)
                case Arc():
                    self._paint(_bezier(item), item)
                case Text():
                    self._text(item)
                case Picture():
                    self._picture(item)
                case Clip():
                    self._clip(item)

    def _paint(self, path: str, item: Stroke | Arc) -> None:
        if item.fill is not None:
            self.parts.append(f"{_numbers(item.fill)} rg")
        if item.pen is None:
            self.parts.append(f"{path} f*")
            return
        self._use(item.pen)
        self.parts.append(f"{path} {'S' if item.fill is None else 'B*'}")

    def _use(self, pen: Pen) -> None:
        if pen == self.pen:
            return
        dash = " ".join(f"{length:.3g}" for length in pen.dash_mm)
        self.parts.append(f"{pen.width_mm:.3f} w {_numbers(pen.color)} RG [{dash}] 0 d")
        self.pen = pen

    def _text(self, item: Text) -> None:
        size = item.height_mm / CAPITAL
        cos, sin = math.cos(math.radians(item.angle_deg)), math.sin(math.radians(item.angle_deg))
        back = {"left": 0.0, "centre": 0.5, "right": 1.0}[item.anchor]
        along = -back * text_width_mm(item.text, item.font, item.height_mm)
        stretch, slant = item.font.stretch, item.font.slant
        self.parts.append(f"{_numbers(item.color)} rg")
        for face, run in _runs(item.text, item.font.face):
            x, y = item.at[0] + along * cos, item.at[1] - along * sin
            matrix = (stretch * cos, -stretch * sin, slant * cos - sin, -slant * sin - cos, x, y)
            code = run.encode("utf-16-be" if face == CJK else "latin-1").hex()
            self.parts.append(f"BT /{face} {size:.3f} Tf {_numbers(matrix)} Tm <{code}> Tj ET")
            along += _run_width(run, face, item.font.face) * size * stretch
            self.faces.add(face)

    def _picture(self, item: Picture) -> None:
        x0, y0, x1, y1 = item.box_mm
        matrix = _numbers((x1 - x0, 0, 0, y0 - y1, x0, y1))
        self.parts.append(f"q {matrix} cm /Picture{len(self.pictures)} Do Q")
        self.pictures.append(item)

    def _clip(self, item: Clip) -> None:
        path = _outline(item.outline) if isinstance(item.outline, Stroke) else _bezier(item.outline)
        self.parts.append(f"q {path} W n")
        self.pen = None
        self.write(item.items)
        self.parts.append("Q")
        self.pen = None


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:.4f}" for value in values)


def _outline(stroke: Stroke) -> str:
    flat = stroke.points.ravel().tolist()
    count = len(flat) // 2 - 1
    return ("%.3f %.3f m" + " %.3f %.3f l" * count) % tuple(flat) + (" h" if stroke.closed else "")


def _bezier(arc: Arc) -> str:
    """The arc as cubic curves of at most a quarter turn each."""
    count = max(1, math.ceil((arc.end - arc.start) / (math.pi / 2) - 1e-6))
    step = (arc.end - arc.start) / count
    pull = 4 / 3 * math.tan(step / 4) * arc.radius_mm
    angles = [arc.start + i * step for i in range(count + 1)]
    ends = [(arc.centre[0] + arc.radius_mm * math.cos(a), arc.centre[1] - arc.radius_mm * math.sin(a)) for a in angles]
    path = [f"{ends[0][0]:.3f} {ends[0][1]:.3f} m"]
    for a, b, (x0, y0), (x1, y1) in zip(angles, angles[1:], ends, ends[1:], strict=False):
        x2, y2 = x0 - pull * math.sin(a), y0 - pull * math.cos(a)
        x3, y3 = x1 + pull * math.sin(b), y1 + pull * math.cos(b)
        path.append(f"{x2:.3f} {y2:.3f} {x3:.3f} {y3:.3f} {x1:.3f} {y1:.3f} c")
    return " ".join(path)

"""A file to what is indexed of it: the one path that rebuild and query share. Runs in workers, without the encoder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from search.errors import DrawingError, UsageError
from search.ink import shrink_to
from search.late import asked_regions
from search.reading import checked_page_count, open_reader, read_sheet
from search.regions import Layout, Place, crop, layout_of, region_images
from search.symbols.detector import fingerprint_of, loaded
from search.types import KINDS, Box, Pixels, Sheet, SizeSource, Symbol

PREVIEW_LONG_SIDE_PX = 1600
MAX_TEXT_CHARS = 100_000
LEAST_SIDE = 1e-5
"""Of a box that is searched for, in fractions of the sheet: a sixth of a pixel of A0; boxes are float32."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How sheets are prepared. image_px: side of the encoder's pictures. detector: weights that find symbols."""

    image_px: int
    detector: Path | None = None

    @property
    def detector_fingerprint(self) -> str:
        """Empty without a detector. Raises EncoderUnusable."""
        return fingerprint_of(self.detector) if self.detector else ""


@dataclass(frozen=True, slots=True)
class PreparedSheet:
    """A sheet ready for the encoder.

    boxes: (R, 4) float32, fractions of the sheet. kinds: (R,) uint8, index into `KINDS`.
    images: (R, S, S) uint8, 255 is paper. R is 0 on a blank sheet. symbols: best first; none without a detector.
    preview_png: the sheet, long side at most PREVIEW_LONG_SIDE_PX, 16 greys; empty of a query.
    """

    number: int
    size_px: tuple[int, int]
    size_mm: tuple[float, float] | None
    size_source: SizeSource
    text: str
    boxes: NDArray[np.float32]
    kinds: NDArray[np.uint8]
    images: NDArray[np.uint8]
    symbols: tuple[Symbol, ...]
    preview_png: bytes = b""


@dataclass(frozen=True, slots=True)
class Pages:
    """Some pages of a drawing. errors: page number to what is wrong with it."""

    page_count: int
    sheets: tuple[PreparedSheet, ...]
    errors: tuple[tuple[int, DrawingError], ...]


def prepare_pages(path: Path, first: int, count: int, recipe: Recipe, done: frozenset[int] = frozenset()) -> Pages:
    """Pages first to first + count - 1 (1-based, fewer where the drawing ends), without those that are done.

    Raises DrawingError for the file as a whole.
    """
    reader = open_reader(path)
    sheets: list[PreparedSheet] = []
    errors: list[tuple[int, DrawingError]] = []
    try:
        page_count = checked_page_count(reader)
        for number in range(first, min(first + count, page_count + 1)):
            if number in done:
                continue
            try:
                sheets.append(prepare(reader.read(number), recipe))
            except DrawingError as error:
                errors.append((number, error))
    finally:
        reader.close()
    return Pages(page_count, tuple(sheets), tuple(errors))


def prepare_query(path: Path, number: int, box: Box | None, recipe: Recipe) -> PreparedSheet:
    """One page of a query drawing, or the part of it in `box`; region boxes stay fractions of the whole sheet.

    Only the regions that it is compared by, and symbols looked for on all cores: somebody waits for the answer. Raises
    DrawingError and, for a box that is none, UsageError.
    """
    sheet = read_sheet(path, number)
    if box is None:
        return _asked(sheet, recipe)
    part = _asked(replace(sheet, pixels=crop(sheet.pixels, checked_box(box)), words=()), recipe)
    x0, y0, x1, y1 = box
    scale = np.array([x1 - x0, y1 - y0] * 2, np.float32)
    height, width = sheet.pixels.shape
    return replace(
        part,
        boxes=part.boxes * scale + np.array([x0, y0] * 2, np.float32),
        symbols=tuple(replace(one, box=_placed(one.box, box)) for one in part.symbols),
        size_px=(width, height),
    )


def _placed(inner: Box, outer: Box) -> Box:
    """A box given in fractions of another one, in fractions of the sheet."""
    wide, tall = outer[2] - outer[0], outer[3] - outer[1]
    x0, y0, x1, y1 = inner
    return outer[0] + x0 * wide, outer[1] + y0 * tall, outer[0] + x1 * wide, outer[1] + y1 * tall


def checked_box(box: Box) -> Box:
    """The box itself. Raises UsageError where it is not (x0, y0, x1, y1) with 0 <= x0 < x1 <= 1, or a sliver."""
    x0, y0, x1, y1 = box
    if not (0.0 <= x0 < x1 <= 1.0 and 0.0 <= y0 < y1 <= 1.0):
        raise UsageError("box", f"box {box} is none: give x0,y0,x1,y1 as fractions of the sheet, 0 <= x0 < x1 <= 1")
    if min(x1 - x0, y1 - y0) < LEAST_SIDE:
        raise UsageError("box", f"box {box} is too thin: give sides of at least {LEAST_SIDE} as fractions of the sheet")
    return box


def box_of(text: str, field: str) -> Box:
    """`x0,y0,x1,y1` to a box. field: which to name in an error. Raises UsageError."""
    try:
        x0, y0, x1, y1 = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            field, f"{field} has {text!r}; give x0,y0,x1,y1 as fractions of the sheet, for example 0.1,0.2,0.5,0.6"
        ) from None
    try:
        return checked_box((x0, y0, x1, y1))
    except UsageError as error:
        raise UsageError(field, str(error)) from None


def prepare(sheet: Sheet, recipe: Recipe) -> PreparedSheet:
    """A sheet as it is indexed: all regions, symbols, text and preview."""
    layout = layout_of(sheet.pixels)
    return replace(_prepared(sheet, layout, layout.places, recipe, threads=1), preview_png=_preview(sheet.pixels))


def _asked(sheet: Sheet, recipe: Recipe) -> PreparedSheet:
    """A sheet as it is asked with."""
    layout = layout_of(sheet.pixels)
    places = [layout.places[row] for row in asked_regions(_kinds(layout.places))]
    return _prepared(sheet, layout, places, recipe, threads=os.cpu_count() or 1)


def _prepared(sheet: Sheet, layout: Layout, places: Sequence[Place], recipe: Recipe, threads: int) -> PreparedSheet:
    """With the regions of these places. threads: for the symbols."""
    image_px = recipe.image_px
    height, width = sheet.pixels.shape
    return PreparedSheet(
        number=sheet.number,
        size_px=(width, height),
        size_mm=sheet.size_mm,
        size_source=sheet.size_source,
        text=_storable(" ".join(word.text for word in sheet.words)[:MAX_TEXT_CHARS]),
        boxes=np.array([place.box for place in places], np.float32).reshape(-1, 4),
        kinds=_kinds(places),
        images=np.array(region_images(layout, places, image_px), np.uint8).reshape(-1, image_px, image_px),
        symbols=loaded(recipe.detector, threads).detect(layout) if recipe.detector else (),
    )


def _kinds(places: Sequence[Place]) -> NDArray[np.uint8]:
    """(R,) places in `KINDS`."""
    return np.array([KINDS.index(place.kind) for place in places], np.uint8)


def _storable(text: str) -> str:
    """A damaged file's text may hold lone surrogates, which neither SQLite nor JSON takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _preview(pixels: Pixels) -> bytes:
    small = shrink_to(pixels, PREVIEW_LONG_SIDE_PX)
    greys = (np.rint(small / 17.0) * 17).astype(np.uint8)
    done, png = cv2.imencode(".png", greys, [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise RuntimeError("OpenCV could not write a PNG")
    return png.tobytes()

"""PNG in, PNG out, ink kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from search.errors import IndexUnusable
from search.ink import shrink, shrink_to
from search.prepare import PREVIEW_LONG_SIDE_PX
from search.reading import checked_number, open_reader
from search.types import Pixels


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of a query drawing as a picture, long side at most PREVIEW_LONG_SIDE_PX."""

    png: bytes
    page_count: int


def preview_of(path: Path, number: int) -> Preview:
    """The picture of a 1-based page. Raises DrawingError. Runs in a worker process."""
    reader = open_reader(path)
    try:
        sheet = reader.read(checked_number(reader, number))
        return Preview(png_of(shrink_to(sheet.pixels, PREVIEW_LONG_SIDE_PX)), reader.page_count)
    finally:
        reader.close()


def narrowed(png: bytes, width_px: int) -> bytes:
    """A grey PNG at most width_px wide; one that is narrower stays as it is."""
    pixels = pixels_of(png)
    height, width = pixels.shape
    if width <= width_px:
        return png
    return png_of(shrink(pixels, width_px, max(1, round(height * width_px / width))))


def pixels_of(png: bytes) -> Pixels:
    """(H, W) uint8 of a preview of the index. Raises IndexUnusable where it is damaged."""
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise IndexUnusable("A preview of the index is damaged: see 'nizu verify', then run 'nizu rebuild'.")
    return pixels.astype(np.uint8, copy=False)


def png_of(pixels: Pixels) -> bytes:
    """PNG of (H, W) or (H, W, 3: blue, green, red) uint8."""
    done, png = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise RuntimeError("OpenCV could not write a PNG")
    return png.tobytes()

"""PNG, JPEG and TIFF (multi-page, CCITT) to sheets, in bands: a 190-megapixel A0 scan stays below 1.5 GB."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from search.errors import DrawingError, Reason
from search.ink import BandShrinker, even_paper
from search.reading import LONG_SIDE_PX
from search.reading.paper import raster_size_mm
from search.types import Pixels, Sheet

MAX_PIXELS = 400_000_000
"""Twice an A0 sheet at 350 dpi."""

Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit lies below A0; `_checked` has ours, before anything is decoded

_BAND_ROWS = 512
_EXIF_ORIENTATION = 0x0112
_UNTURN = {3: (2, False), 6: (3, False), 8: (1, False), 2: (0, True), 4: (2, True), 5: (3, True), 7: (1, True)}
"""EXIF orientation to (quarter turns counter-clockwise, then mirrored)."""


class RasterReader:
    """A picture file, by frame."""

    def __init__(self, path: Path) -> None:
        try:
            self._image = Image.open(path)
            self.page_count: int = getattr(self._image, "n_frames", 1)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            raise DrawingError(Reason.DAMAGED, f"is a damaged picture: {error}") from error

    def read(self, number: int) -> Sheet:
        try:
            if self.page_count > 1:
                self._image.seek(number - 1)
            return _sheet(_checked(self._image), number)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise DrawingError(Reason.DAMAGED, f"page {number} cannot be decoded: {error}") from error

    def close(self) -> None:
        self._image.close()


def _checked(image: Image.Image) -> Image.Image:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise DrawingError(
            Reason.TOO_LARGE,
            f"has {width:,} x {height:,} pixels ({width * height / 1e6:,.0f} megapixels); at most "
            f"{MAX_PIXELS / 1e6:,.0f} are read (A0 at 350 dpi has 190): scan it at a lower resolution",
        )
    return image


def _sheet(image: Image.Image, number: int) -> Sheet:
    quarter_turns, mirrored = _UNTURN.get(image.getexif().get(_EXIF_ORIENTATION, 1), (0, False))
    dpi = image.info.get("dpi")
    width, height = image.size
    pixels = np.rot90(_grey(image), quarter_turns)
    pixels = np.ascontiguousarray(pixels[:, ::-1] if mirrored else pixels)
    if quarter_turns % 2:
        width, height = height, width
        dpi = dpi and (dpi[1], dpi[0])
    size_mm, source = raster_size_mm(width, height, dpi and (float(dpi[0]), float(dpi[1])))
    return Sheet(number=number, pixels=even_paper(pixels), size_mm=size_mm, size_source=source)


def _grey(image: Image.Image) -> Pixels:
    """(H, W) uint8, long side at most LONG_SIDE_PX, converted band by band so that only the file's own mode is whole."""
    image.load()
    width, height = image.size
    scale = min(1.0, LONG_SIDE_PX / max(width, height))
    shrinker = BandShrinker((height, width), (max(1, round(height * scale)), max(1, round(width * scale))))
    for top in range(0, height, _BAND_ROWS):
        shrinker.add(_band_grey(image.crop((0, top, width, min(height, top + _BAND_ROWS)))))
    return shrinker.result()


def _band_grey(band: Image.Image) -> Pixels:
    if band.mode.startswith(("I", "F")):
        values = np.asarray(band, np.float32)
        return np.clip(values / (257.0 if values.max() > 255 else 1.0), 0, 255).astype(np.uint8)
    if "A" in band.mode or "transparency" in band.info:
        rgba = np.asarray(band.convert("RGBA"), np.uint8)
        grey = cv2.cvtColor(rgba, cv2.COLOR_RGBA2GRAY).astype(np.uint16)
        alpha = rgba[..., 3].astype(np.uint16)
        return ((grey * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
    return np.array(band.convert("L"), np.uint8)

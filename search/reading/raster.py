"""PNG, JPEG and TIFF (multi-page, CCITT) to sheets, in bands: a 190-megapixel A0 scan stays below 1.5 GB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

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
_NEW_SUBFILE_TYPE, _NO_PAGE = 254, 0b101
"""TIFF 6.0: bit 0 is a reduced copy of another frame, bit 2 a mask."""
_UNTURN = {3: (2, False), 6: (3, False), 8: (1, False), 2: (0, True), 4: (2, True), 5: (3, True), 7: (1, True)}
"""EXIF orientation to (quarter turns counter-clockwise, then mirrored)."""


class RasterReader:
    """A picture file, by frame."""

    def __init__(self, path: Path) -> None:
        # An open file, not its name: a file by name Pillow may map into memory, wrongly where a TIFF is turned.
        self._file = path.open("rb")
        try:
            self._image = Image.open(self._file, formats=("PNG", "JPEG", "TIFF"))
            self._frames = page_frames(self._image)
        except Exception as error:  # Pillow's decoders raise whatever they trip over
            self._file.close()
            if isinstance(error, MemoryError):
                raise
            why = "" if isinstance(error, UnidentifiedImageError) else f": {error}"  # that one names our file handle
            raise DrawingError(Reason.DAMAGED, f"is a damaged picture{why}") from error
        self.page_count = len(self._frames)

    def read(self, number: int) -> Sheet:
        try:
            if isinstance(self._image, TiffImageFile):
                self._image.seek(self._frames[number - 1])
            return _sheet(_checked(self._image), number)
        except (DrawingError, MemoryError):
            raise
        except Exception as error:  # as above
            raise DrawingError(Reason.DAMAGED, f"page {number} cannot be decoded: {error}") from error

    def close(self) -> None:
        self._image.close()
        self._file.close()


def page_frames(image: Image.Image) -> list[int]:
    """The frames that are pages: none of the reduced copies and masks of a TIFF, nor a JPEG's or PNG's further ones."""
    if not isinstance(image, TiffImageFile):
        return [0]
    kinds = [_subfile_type(image, frame) for frame in range(image.n_frames)]
    return [frame for frame, kind in enumerate(kinds) if not kind & _NO_PAGE] or [0]


def _subfile_type(image: TiffImageFile, frame: int) -> int:
    image.seek(frame)
    return int(image.tag_v2.get(_NEW_SUBFILE_TYPE, 0))


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
    grey = _grey(image)
    # After decoding only: that is when Pillow turns a TIFF by its orientation tag itself and takes the tag away.
    quarter_turns, mirrored = _UNTURN.get(_exif_orientation(image), (0, False))
    dpi = image.info.get("dpi")
    width, height = image.size
    pixels = np.rot90(grey, quarter_turns)
    pixels = np.ascontiguousarray(pixels[:, ::-1] if mirrored else pixels)
    if quarter_turns % 2:
        width, height = height, width
        dpi = dpi and (dpi[1], dpi[0])
    size_mm, source = raster_size_mm(width, height, dpi and (float(dpi[0]), float(dpi[1])))
    return Sheet(number=number, pixels=even_paper(pixels), size_mm=size_mm, size_source=source)


def _exif_orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except Exception:  # damaged camera data is no reason to refuse the picture
        return 1


def _grey(image: Image.Image) -> Pixels:
    """(H, W) uint8, long side at most LONG_SIDE_PX, converted band by band: only the file's own mode is held whole."""
    image.draft("L", image.size)  # a colour JPEG is decoded to its brightness alone, in a quarter of the memory
    image.load()
    width, height = image.size
    scale = min(1.0, LONG_SIDE_PX / max(width, height))
    shrinker = BandShrinker((height, width), (max(1, round(height * scale)), max(1, round(width * scale))))
    white = max(float(_numbers(band).max()) for band in _bands(image)) if _is_deep(image) else 255.0
    for band in _bands(image):
        shrinker.add(_band_grey(band, white))
    return shrinker.result()


def _bands(image: Image.Image) -> Iterator[Image.Image]:
    width, height = image.size
    for top in range(0, height, _BAND_ROWS):
        yield image.crop((0, top, width, min(height, top + _BAND_ROWS)))


def _is_deep(image: Image.Image) -> bool:
    """More than 8 bits a pixel. Scanners fill 10 to 16 of 16 bits, so the brightest pixel is taken for white."""
    return image.mode.startswith(("I", "F"))


def _numbers(band: Image.Image) -> NDArray[np.float32]:
    """(H, W) of a picture of more than 8 bits; what is no number is black."""
    return np.nan_to_num(np.asarray(band, np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _band_grey(band: Image.Image, white: float) -> Pixels:
    """(H, W) uint8 of some rows. white: the value that becomes 255 in a picture of more than 8 bits."""
    if _is_deep(band):
        greys: NDArray[np.float32] = np.clip(_numbers(band) * (255.0 / max(white, 1e-6)), 0.0, 255.0)
        return np.rint(greys).astype(np.uint8)
    if "A" in band.mode or "transparency" in band.info:
        on_paper = Image.new("RGBA", band.size, "white")
        on_paper.alpha_composite(band.convert("RGBA"))
        band = on_paper
    return np.array(band.convert("L"), np.uint8)

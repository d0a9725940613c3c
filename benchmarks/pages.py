"""Pages as pixels, rendered once: what the peer systems index and every query is made from."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image

from search.errors import DrawingError, Reason
from search.reading import checked_page_count, open_reader
from search.reading.dxf import DxfReader
from search.reading.raster import page_frames

Pixels = NDArray[np.uint8]
"""(H, W) uint8, 255 is paper."""

LONG_SIDE_PX = 3500
SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})
MADE_BY = f"{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}-{pymupdf.__version__}"
"""Names what pages come from, so that none of another version is used."""


class Pages:
    """Renders pages at 3,500 px on the long side and keeps them on disk by the file's content."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir / MADE_BY
        self._digests: dict[Path, str] = {}

    def png(self, file: Path, sheet: int) -> Path:
        """The rendered page as a grey PNG. sheet: 1-based."""
        path = self._path(file, sheet)
        if not path.exists():
            _render_file(file, {sheet: path})
        return path

    def read(self, file: Path, sheet: int) -> Pixels:
        return read_grey(self.png(file, sheet))

    def render(self, sheets: Iterable[tuple[Path, int]]) -> None:
        """Render what is missing, one process a document, on all cores."""
        missing: dict[Path, dict[int, Path]] = defaultdict(dict)
        for file, sheet in sheets:
            path = self._path(file, sheet)
            if not path.exists():
                missing[file][sheet] = path
        if missing:
            spawn = multiprocessing.get_context("spawn")  # a fork would copy the locks of OpenCV's threads
            with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
                list(pool.map(_render_file, missing.keys(), missing.values()))

    def digest(self, file: Path) -> str:
        """SHA-256 of the file's bytes, in hex."""
        if file not in self._digests:
            self._digests[file] = hashlib.sha256(file.read_bytes()).hexdigest()
        return self._digests[file]

    def _path(self, file: Path, sheet: int) -> Path:
        digest = self.digest(file)
        return self._cache_dir / digest[:2] / f"{digest}-{sheet}.png"


def count_sheets(file: Path) -> int:
    """How many pages a file has, as nizu counts them. Raises DrawingError where it or its pages cannot be read."""
    with closing(open_reader(file)) as reader:
        if isinstance(reader, DxfReader):
            raise DrawingError(Reason.UNKNOWN_FORMAT, "is a DXF, which peers cannot read")
        return checked_page_count(reader)


def read_grey(png: Path) -> Pixels:
    pixels = cv2.imread(str(png), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise OSError(f"{png.name} is no picture")
    return np.asarray(pixels, np.uint8)


def write_grey(png: Path, pixels: Pixels) -> None:
    """Write so that a run cut short leaves no half picture behind."""
    png.parent.mkdir(parents=True, exist_ok=True)
    unfinished = png.with_suffix(f".{os.getpid()}.tmp.png")
    cv2.imwrite(str(unfinished), pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    unfinished.replace(png)


def fitted(pixels: Pixels, long_side_px: int) -> Pixels:
    """The page resized so that its long side is as given."""
    height, width = pixels.shape
    scale = long_side_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def _render_file(file: Path, targets: dict[int, Path]) -> None:
    with file.open("rb") as opened:
        render = _render_pdf if b"%PDF-" in opened.read(1024) else _render_raster
    for path, pixels in zip(targets.values(), render(file, list(targets)), strict=True):
        write_grey(path, pixels)


def _render_pdf(file: Path, sheets: Sequence[int]) -> Iterable[Pixels]:
    with pymupdf.open(file) as document:
        for sheet in sheets:
            page = document[sheet - 1]
            scale = LONG_SIDE_PX / max(page.rect.width, page.rect.height)
            image = page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, alpha=False)
            yield np.frombuffer(image.samples, np.uint8).reshape(image.height, image.stride)[:, : image.width]


def _render_raster(file: Path, sheets: Sequence[int]) -> Iterable[Pixels]:
    with Image.open(file) as image:
        frames = page_frames(image)
        for sheet in sheets:
            image.seek(frames[sheet - 1])
            yield fitted(_grey(image), LONG_SIDE_PX)


def _grey(image: Image.Image) -> Pixels:
    """Transparency is paper."""
    if not image.has_transparency_data:
        return np.asarray(image.convert("L"), np.uint8)
    picture = image.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return np.asarray(Image.alpha_composite(paper, picture).convert("L"), np.uint8)

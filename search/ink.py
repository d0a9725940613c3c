"""Downsampling that keeps ink, evening of paper, and letterboxing. Training and inference both use this file."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from search.types import Pixels

PREPROCESSING_VERSION = 9
"""Part of the encoder's fingerprint: raise it whenever the same file would give other region pixels."""

INK_POWER = 2.5
"""Exponent of the power mean: 1 is plain averaging (thin lines fade away), infinity the darkest pixel (all clogs)."""

_TO_POWER = np.power(np.arange(255, -1, -1, dtype=np.float32) / 255.0, np.float32(INK_POWER)).astype(np.float32)


class InkPyramid:
    """`shrink` for many overlapping parts of one picture.

    Holds the picture's powered ink at full, half, quarter… size, so that a large part is resampled from a small level:
    the average of equal blocks' averages is the average.
    """

    def __init__(self, pixels: Pixels) -> None:
        """pixels: (H, W) uint8, 255 is paper."""
        self._levels = [_powered(pixels)]

    def part(self, box_px: tuple[int, int, int, int], width_px: int, height_px: int) -> Pixels:
        """(height_px, width_px) uint8 of the part (x0, y0, x1, y1) of the picture."""
        x0, y0, x1, y1 = box_px
        level = max(0, int(np.log2(max(1.0, min((x1 - x0) / width_px, (y1 - y0) / height_px) / 2))))
        step = 2**level
        powered = self._level(level)[y0 // step : -(-y1 // step), x0 // step : -(-x1 // step)]
        enlarges = width_px > powered.shape[1] or height_px > powered.shape[0]
        size = (width_px, height_px)
        return _from_power(cv2.resize(powered, size, interpolation=cv2.INTER_LINEAR if enlarges else cv2.INTER_AREA))

    def letterboxed(self, box_px: tuple[int, int, int, int], side_px: int) -> Pixels:
        """(side_px, side_px) uint8 of a part of the picture, aspect kept, centred on paper."""
        width, height = box_px[2] - box_px[0], box_px[3] - box_px[1]
        scale = side_px / max(width, height)
        inner = self.part(box_px, max(1, round(width * scale)), max(1, round(height * scale)))
        out = np.full((side_px, side_px), 255, np.uint8)
        top, left = (side_px - inner.shape[0]) // 2, (side_px - inner.shape[1]) // 2
        out[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
        return out

    def _level(self, level: int) -> NDArray[np.float32]:
        while len(self._levels) <= level:
            last = self._levels[-1]
            size = (max(1, -(-last.shape[1] // 2)), max(1, -(-last.shape[0] // 2)))
            self._levels.append(cv2.resize(last, size, interpolation=cv2.INTER_AREA).astype(np.float32, copy=False))
        return self._levels[level]


class BandShrinker:
    """`shrink` for a picture that comes in bands of rows, so that its float copy never exists as a whole."""

    def __init__(self, source_shape: tuple[int, int], target_shape: tuple[int, int]) -> None:
        """Shapes are (height, width); the target is nowhere larger than the source."""
        self._source_rows_per_row = source_shape[0] / target_shape[0]
        self._powered = np.zeros(target_shape, np.float32)
        self._rows_seen = 0

    def add(self, band: Pixels) -> None:
        """The next rows, (any, source width) uint8."""
        height, width = self._powered.shape
        narrow = cv2.resize(_powered(band), (width, len(band)), interpolation=cv2.INTER_AREA).reshape(len(band), width)
        edges = (self._rows_seen + np.arange(len(band) + 1)) / self._source_rows_per_row
        rows = np.arange(int(edges[0]), min(height, int(np.ceil(edges[-1]))))[:, None]
        shares = np.minimum(edges[1:], rows + 1) - np.maximum(edges[:-1], rows)  # of each target row in each source row
        self._powered[rows[:, 0]] += np.maximum(shares, 0.0).astype(np.float32) @ narrow
        self._rows_seen += len(band)

    def result(self) -> Pixels:
        """(height, width) of the target, uint8."""
        return _from_power(self._powered)


def shrink(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    """Resample to (height_px, width_px); where that is smaller, by the power mean of ink, so that thin lines survive.

    A black line that covers the fraction c of an output pixel keeps the contrast c ** (1 / INK_POWER): 3 % keeps a
    quarter. What was grey before (a line thinner than a pixel when the page was drawn) keeps less.
    """
    height, width = pixels.shape
    if (width_px, height_px) == (width, height):
        return pixels
    return InkPyramid(pixels).part((0, 0, width, height), width_px, height_px)


def _powered(pixels: Pixels) -> NDArray[np.float32]:
    return cv2.LUT(pixels, _TO_POWER).astype(np.float32, copy=False)


def _from_power(powered: NDArray[np.generic]) -> Pixels:
    grey: NDArray[np.float32] = 255.0 * (1.0 - np.power(np.clip(powered, 0.0, 1.0), np.float32(1.0 / INK_POWER)))
    return np.rint(grey).astype(np.uint8)


def shrink_to(pixels: Pixels, long_side_px: int) -> Pixels:
    """`shrink` so that the long side is at most `long_side_px`; smaller pictures stay as they are."""
    height, width = pixels.shape
    scale = long_side_px / max(height, width)
    if scale >= 1.0:
        return pixels
    return shrink(pixels, max(1, round(width * scale)), max(1, round(height * scale)))


def even_paper(pixels: Pixels) -> Pixels:
    """Divide out the paper's own brightness (uneven light, grey or yellow paper) and what lies around the paper.

    White-on-dark pages are turned round. The paper is the local maximum over a neighbourhood larger than any line,
    smoothed; clean pages pass unchanged.
    """
    if _is_light_on_dark(pixels):
        pixels = 255 - pixels
    height, width = pixels.shape
    small = _averaged(pixels, _PAPER_LONG_SIDE_PX)
    surround = _surround(small)
    if surround is not None:
        around = cv2.resize(surround, (width, height), interpolation=cv2.INTER_NEAREST) > 0
        pixels = np.where(around, np.uint8(255), pixels)
        small = np.where(surround > 0, np.uint8(np.percentile(small, 90)), small)
    paper = _paper(small)
    if paper.min() >= 250:
        return pixels
    full = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(pixels, full.astype(np.uint8), scale=255.0).astype(np.uint8, copy=False)


_PAPER_LONG_SIDE_PX = 256
_DETAIL_LONG_SIDES_PX = (1000, 500, 250)
_DARK_BELOW = 110
"""Median grey of a page that may be white on dark."""


def _averaged(pixels: Pixels, long_side_px: int) -> Pixels:
    """Resampled by plain averaging; at least 8 pixels a side."""
    height, width = pixels.shape
    scale = long_side_px / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _is_light_on_dark(pixels: Pixels) -> bool:
    """A blueprint or a negative: dark, and its details are lighter than what is about them.

    Those of a dim scan, or of a photo that shows much of a dark desk, are darker. Without details it is a blank one.
    """
    if np.median(pixels[::8, ::8]) >= _DARK_BELOW:
        return False
    light, dark, detail = 0, 0, np.ones((3, 3), np.uint8)
    for long_side_px in _DETAIL_LONG_SIDES_PX:  # a stroke shows where it is one or two pixels wide
        small = _averaged(pixels, min(long_side_px, max(pixels.shape)))
        lighter, darker = (cv2.morphologyEx(small, how, detail) for how in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
        noise = 2 * max(np.percentile(lighter, 75), np.percentile(darker, 75))
        light += int(cv2.subtract(lighter, noise).sum(dtype=np.int64))
        dark += int(cv2.subtract(darker, noise).sum(dtype=np.int64))
    return light >= dark


def _surround(small: Pixels) -> Pixels | None:
    """1 where a photo shows the desk around the paper; None where the border is mostly paper."""
    dark = (small < 0.6 * np.percentile(small, 90)).astype(np.uint8)
    solid = cv2.morphologyEx(np.pad(dark, 3, mode="edge"), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))[3:-3, 3:-3]
    _, labels = cv2.connectedComponents(solid, connectivity=4)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    if (border > 0).mean() < 0.4:
        return None
    surround = np.isin(labels, np.unique(border[border > 0])).astype(np.uint8)
    return cv2.dilate(surround, np.ones((5, 5), np.uint8)).astype(np.uint8, copy=False)


def _paper(small: Pixels) -> NDArray[np.float32]:
    """Brightness of the paper, (h, w) float32, at least 64: ink that covers more than the neighbourhood is no paper."""
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), 6.0)
    return np.maximum(smooth, 64.0).astype(np.float32)


def ink_mask(pixels: Pixels, threshold: int = 60) -> Pixels:
    """1 where the page is darker than paper by more than `threshold`, else 0; (H, W) uint8."""
    return (pixels < 255 - threshold).astype(np.uint8)

"""Tiles: square windows at several scales, overlapping, so that no part of a sheet is unseen."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2

from search.regions.morphology import Mask
from search.types import Box

CONTENT_SCALES = (0.6, 0.4, 0.28)
"""Window side as a fraction of the content's long side."""
MAX_CONTENT_TILES = 10
PAGE_TILES = ((1.0, 1), (0.4, 6), (0.28, 6), (0.2, 8))
"""Of windows over the whole page, side as a fraction of its long side and how many at most. The small ones hold title
blocks at a size at which their words differ. With the sheet, eight views and the content's tiles, forty regions."""
OVERLAP = 0.3
MIN_INK_SHARE = 0.01
"""A tile holds at least this share of the ink."""
MIN_TEMPLATE_SHARE = 0.15
"""A page tile differs from the content's tiles by at least this share of its ink."""


def content_tiles(ink: Mask, content: Box) -> tuple[Box, ...]:
    """Windows over the content that hold ink, largest first, then by ink.

    ink: (h, w) uint8 at working resolution, 1 is ink of the drawing area. content: box around it.
    """
    counts = _Counts(ink)
    tiles: list[Box] = []
    for scale in CONTENT_SCALES:
        windows = [box for box in _windows(content, ink.shape, scale) if counts.share(box) >= MIN_INK_SHARE]
        tiles += sorted(windows, key=counts.inside, reverse=True)
    return tuple(tiles[:MAX_CONTENT_TILES])


def page_tiles(page_ink: Mask, ink: Mask, page: Box) -> tuple[Box, ...]:
    """Windows over the whole page, template included, that hold part of the template; largest first, then by ink.

    A query may be cut out of a title block, or be so worn that its frame is not found. page_ink: all ink, (h, w) uint8.
    ink: that of the drawing area. page: box around all ink.
    """
    all_ink, content_ink = _Counts(page_ink), _Counts(ink)

    def shows_template(box: Box) -> bool:
        inside = all_ink.inside(box)
        return inside - content_ink.inside(box) >= MIN_TEMPLATE_SHARE * inside

    tiles: list[Box] = []
    for scale, most in PAGE_TILES:
        windows = [box for box in _windows(page, ink.shape, scale) if all_ink.share(box) >= MIN_INK_SHARE]
        tiles += sorted(filter(shows_template, windows), key=all_ink.inside, reverse=True)[:most]
    return tuple(tiles)


class _Counts:
    """How much ink a box holds, by integral image."""

    def __init__(self, ink: Mask) -> None:
        self._sums = cv2.integral(ink)
        self.total = int(self._sums[-1, -1])

    def share(self, box: Box) -> float:
        """Of all ink."""
        return self.inside(box) / max(1, self.total)

    def inside(self, box: Box) -> int:
        height, width = self._sums.shape[0] - 1, self._sums.shape[1] - 1
        x0, y0, x1, y1 = round(box[0] * width), round(box[1] * height), round(box[2] * width), round(box[3] * height)
        sums = self._sums
        return int(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])


def _windows(area: Box, shape: tuple[int, ...], scale: float) -> Iterator[Box]:
    """The windows of one scale over an area, square on the (h, w) picture."""
    height, width = shape[:2]
    x0, y0 = area[0] * width, area[1] * height
    area_w, area_h = area[2] * width - x0, area[3] * height - y0
    side = scale * max(area_w, area_h)
    wide, tall = min(side, area_w), min(side, area_h)
    for left in _starts(area_w, side):
        for top in _starts(area_h, side):
            x, y = x0 + left, y0 + top
            yield x / width, y / height, min(1.0, (x + wide) / width), min(1.0, (y + tall) / height)


def _starts(length: float, side: float) -> list[float]:
    """Where windows begin along one axis so that they cover it, neighbours sharing about OVERLAP."""
    # Of equal lengths one window, whatever the rounding.
    count = 1 + math.ceil((length - side) / (side * (1 - OVERLAP)) - 1e-9)
    if count <= 1:
        return [0.0]
    return [index * (length - side) / (count - 1) for index in range(count)]

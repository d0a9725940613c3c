"""Tiles: square windows at several scales over the content, half overlapping, so that no part of a sheet is unseen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from search.types import Box

SCALES = (0.6, 0.4, 0.28)
"""Window side as a fraction of the content's long side."""
OVERLAP = 0.3
MAX_TILES = 31
"""With the sheet and eight views, forty regions a sheet."""
MIN_INK_SHARE = 0.01
"""A tile holds at least this share of the content's ink."""


def tile_boxes(ink: NDArray[np.uint8], content: Box) -> tuple[Box, ...]:
    """Windows over the content box that hold ink, largest scale first, then by ink.

    ink: (h, w) uint8 at working resolution, 1 is ink.
    """
    height, width = ink.shape
    x0, y0 = content[0] * width, content[1] * height
    content_w, content_h = content[2] * width - x0, content[3] * height - y0
    integral = np.pad(ink, ((1, 0), (1, 0))).astype(np.int64).cumsum(axis=0).cumsum(axis=1)
    total = int(integral[-1, -1])
    tiles: list[tuple[int, float, Box]] = []
    for order, scale in enumerate(SCALES):
        side = scale * max(content_w, content_h)
        for left in _starts(content_w, side):
            for top in _starts(content_h, side):
                box_px = (x0 + left, y0 + top, x0 + left + min(side, content_w), y0 + top + min(side, content_h))
                share = _ink_in(integral, box_px) / max(1, total)
                if share >= MIN_INK_SHARE:
                    fractions = (box_px[0] / width, box_px[1] / height, box_px[2] / width, box_px[3] / height)
                    tiles.append((order, -share, fractions))
    tiles.sort()
    return tuple(box for _, _, box in tiles[:MAX_TILES])


def _starts(length: float, side: float) -> list[float]:
    """Where windows begin along one axis so that they cover it, neighbours sharing about OVERLAP."""
    if length <= side:
        return [0.0]
    count = 1 + math.ceil((length - side) / (side * (1 - OVERLAP)) - 1e-9)
    return [index * (length - side) / (count - 1) for index in range(count)]


def _ink_in(integral: NDArray[np.int64], box_px: tuple[float, float, float, float]) -> int:
    x0, y0, x1, y1 = (round(value) for value in box_px)
    return int(integral[y1, x1] - integral[y0, x1] - integral[y1, x0] + integral[y0, x0])

"""Views: ink that hangs together once gaps as wide as those between a view and its dimensions are closed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from search.regions.morphology import Mask, grown
from search.types import Box

MAX_VIEWS = 8
GAP = 0.016
"""Gap closed between a view and its dimensions, as a fraction of the content's long side."""
SHEET_GAP = 0.011
"""The same as a fraction of the sheet's long side: a lone small view keeps its dimensions."""
MIN_VIEW = 0.04
"""Shortest long side of a view, as a fraction of the content's long side."""
MARGIN = 0.012
"""Paper left around ink, as a fraction of the sheet's long side."""
LETTER = 0.022
"""Spots of ink smaller than this fraction of the sheet's long side are letters, dashes, arrowheads."""
MIN_OUTLINES = 0.1
"""Share of a view's ink that is larger than letters: 98 of 100 made views have more, half of all else has less."""
_SPECK_AREA_PX = 6


def view_boxes(ink: Mask) -> tuple[Box, ...]:
    """Boxes of the views, most outlines first; notes and titles are no views.

    ink: (h, w) uint8 at working resolution, 1 is ink of the drawing area, without specks.
    """
    bounds = _bounds_px(ink)
    if bounds is None:
        return ()
    long_px = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    gap = max(3, round(GAP * long_px), round(SHEET_GAP * max(ink.shape))) | 1
    joined = grown(ink, gap, gap)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    mass = np.bincount(labels[ink > 0], minlength=count)
    outlines = np.bincount(labels[_without_letters(ink)], minlength=count)
    views: list[tuple[float, tuple[int, int, int, int]]] = []
    for label in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[label])
        if max(width, height) - gap >= MIN_VIEW * long_px and outlines[label] >= MIN_OUTLINES * mass[label]:
            views.append((float(outlines[label]), (left, top, left + width, top + height)))
    views.sort(reverse=True)
    pad = _pad_px(ink) - gap // 2  # the dilation has left a margin already
    return tuple(_fractions(box, pad, ink.shape) for _, box in views[:MAX_VIEWS])


def _without_letters(ink: Mask) -> NDArray[np.bool_]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= LETTER * max(ink.shape)
    large[0] = False
    return np.asarray(large[labels], np.bool_)


def ink_bounds(ink: Mask) -> Box | None:
    """Box around all ink, with a margin; None where there is none."""
    bounds = _bounds_px(ink)
    return None if bounds is None else _fractions(bounds, _pad_px(ink), ink.shape)


def without_specks(ink: Mask) -> Mask:
    """The (h, w) mask without the smallest spots."""
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    keep = np.bincount(labels[ink > 0], minlength=count) >= _SPECK_AREA_PX  # OpenCV's statistics are slower
    return np.asarray(keep[labels], np.uint8)


def _bounds_px(ink: Mask) -> tuple[int, int, int, int] | None:
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _pad_px(ink: Mask) -> int:
    long_px: int = max(ink.shape)
    return round(MARGIN * long_px)


def _fractions(box_px: tuple[int, int, int, int], pad_px: int, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    x0, y0, x1, y1 = box_px
    return (
        max(0, x0 - pad_px) / width,
        max(0, y0 - pad_px) / height,
        min(width, x1 + pad_px) / width,
        min(height, y1 + pad_px) / height,
    )

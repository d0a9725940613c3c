"""Views: ink that hangs together once gaps as wide as those between a view and its dimensions are closed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from search.types import Box

MAX_VIEWS = 8
GAP = 0.016
"""Gap closed between a view and its dimensions, as a fraction of the content's long side."""
MIN_VIEW = 0.04
"""Shortest long side of a view, as a fraction of the content's long side."""
_SPECK_AREA_PX = 6


def view_boxes(ink: NDArray[np.uint8], margin: float) -> tuple[tuple[Box, ...], Box | None]:
    """Boxes of the views, most ink first, and the box of all content (None on a blank sheet).

    ink: (h, w) uint8 at working resolution, 1 is ink. margin: paper left around a box, fraction of the long side.
    """
    clean = _without_specks(ink)
    content_px = _bounds(clean)
    if content_px is None:
        return (), None
    long_px = max(content_px[2] - content_px[0], content_px[3] - content_px[1])
    gap = max(3, round(GAP * long_px)) | 1
    joined = cv2.dilate(clean, np.ones((gap, gap), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    mass = np.bincount(labels.ravel(), weights=clean.ravel(), minlength=count)
    views: list[tuple[float, tuple[int, int, int, int]]] = []
    for label in range(1, count):
        left, top, width, height, _ = stats[label]
        if max(width, height) - gap >= MIN_VIEW * long_px:
            views.append((float(mass[label]), (left, top, left + width, top + height)))
    views.sort(reverse=True)
    pad = round(margin * max(ink.shape))
    grown = gap // 2  # the dilation's own margin
    boxes = tuple(_fractions(box, pad - grown, ink.shape) for _, box in views[:MAX_VIEWS])
    return boxes, _fractions(content_px, pad, ink.shape)


def _without_specks(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= _SPECK_AREA_PX
    keep[0] = False
    return keep[labels].astype(np.uint8) if count > 1 else ink


def _bounds(ink: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _fractions(box_px: tuple[int, int, int, int], pad_px: int, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    x0, y0, x1, y1 = box_px
    return (
        max(0, x0 - pad_px) / width,
        max(0, y0 - pad_px) / height,
        min(width, x1 + pad_px) / width,
        min(height, y1 + pad_px) / height,
    )

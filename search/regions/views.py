"""Views: what closed outlines enclose, without the dimensions and notes around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from search.regions.morphology import Mask, grown, opened
from search.regions.tables import WrittenCells
from search.types import Box

BoxPx = tuple[int, int, int, int]
"""(x0, y0, x1, y1) in pixels at working resolution."""

MAX_VIEWS = 8
THINNEST = 0.006
"""What is thinner than this fraction of the sheet's long side is a line: dimensions and leaders enclose nothing."""
MIN_VIEW, MIN_AREA = 0.03, 4e-4
"""A view's shortest long side and smallest area, as fractions of the sheet's long side and of its square."""
MAX_CELL = 0.35
"""Paper that lines enclose in one piece larger than this fraction of the sheet is that around the views, in a frame
that was not found as such."""
VIEW_MARGIN = 0.006
"""Paper left around a view, as a fraction of the sheet's long side."""
GAP = 0.016
"""Of ink that encloses nothing: gap closed between its parts, as a fraction of the content's long side."""
SHEET_GAP = 0.011
"""The same as a fraction of the sheet's long side."""
MIN_CLUSTER = 0.04
"""Shortest long side of ink that hangs together, as a fraction of the content's long side."""
STROKE = 0.012
"""Other ink narrower than this fraction of the sheet's long side, measured across its length however it lies, is a
stroke: a dimension line, a pen's."""
MARGIN = 0.012
"""Paper left around other ink, as a fraction of the sheet's long side."""
LETTER = 0.022
"""Spots of ink smaller than this fraction of the sheet's long side are letters, dashes, arrowheads."""
MIN_OUTLINES = 0.1
"""Share of a cluster's ink that is larger than letters: 98 of 100 made views have more, half of all else has less."""
_SPECK_AREA_PX = 6


def view_boxes(ink: Mask) -> tuple[Box, ...]:
    """Boxes of the views, largest first; where ink hangs together and encloses nothing (a fax, a thread, a spring), its
    own, most outlines first. Notes, titles and tables are no views.

    ink: (h, w) uint8 at working resolution, 1 is ink of the drawing area, without specks.
    """
    bounds = _bounds_px(ink)
    if bounds is None:
        return ()
    outlines = _without_letters(ink)
    _, paper, sizes, _ = cv2.connectedComponentsWithStats(1 - outlines, connectivity=4)
    labels, cells = np.asarray(paper, np.int32), np.asarray(sizes, np.int32)
    enclosed = _enclosed(outlines, labels, cells)
    clusters = _clusters(ink, outlines, bounds)
    open_ink = [one for one in clusters if not any(_holds(one, view) or _holds(view, one) for view in enclosed)]
    margin = round(VIEW_MARGIN * max(ink.shape))
    written = WrittenCells.of(labels, cells, ink & ~outlines)
    views = [_fractions(box, margin, ink.shape) for box in enclosed if not written.make_a_table(box)]
    views += [_fractions(box, _pad_px(ink), ink.shape) for box in open_ink]
    return tuple(views[:MAX_VIEWS])


def _enclosed(outlines: Mask, labels: NDArray[np.int32], cells: NDArray[np.int32]) -> list[BoxPx]:
    """Boxes of what closed lines enclose, largest area first.

    Paper that cannot be reached from the sheet's edge is filled; what is as thin as a line is then taken away. A part's
    outline is closed; dimensions are where extension lines touch it, and lie in its box then.

    labels, cells: OpenCV's components of the paper between the outlines.
    """
    inside = np.ones(len(cells), np.bool_)
    inside[0] = False  # the lines themselves
    inside[np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))] = False
    rooms = inside & (cells[:, cv2.CC_STAT_AREA] > MAX_CELL * labels.size)
    long_px = max(outlines.shape)
    thin_px = max(4, round(THINNEST * long_px))
    solid = opened(outlines | (inside & ~rooms)[labels].astype(np.uint8), thin_px, thin_px)
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    found = [
        (int(stat[cv2.CC_STAT_AREA]), _box(stat))
        for stat in stats[1:]
        if max(stat[2:4]) >= MIN_VIEW * long_px and stat[cv2.CC_STAT_AREA] >= MIN_AREA * long_px**2
    ]
    frames = [_box(cell) for cell in cells[rooms]]
    return [box for _, box in sorted(found, reverse=True) if not any(_around(box, frame) for frame in frames)]


def _clusters(ink: Mask, outlines: Mask, bounds: BoxPx) -> list[BoxPx]:
    """Boxes of ink that hangs together once small gaps are closed, most outlines first; letters or a stroke alone are
    none."""
    long_px = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    gap = max(3, round(GAP * long_px), round(SHEET_GAP * max(ink.shape))) | 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grown(ink, gap, gap), connectivity=8)
    mass = np.bincount(labels[ink > 0], minlength=count)
    drawn = np.bincount(labels[outlines > 0], minlength=count)
    reach = gap // 2
    found: list[tuple[int, BoxPx]] = []
    for label in range(1, count):
        x0, y0, x1, y1 = _box(stats[label])
        if max(x1 - x0, y1 - y0) - gap < MIN_CLUSTER * long_px or drawn[label] < MIN_OUTLINES * mass[label]:
            continue
        if _breadth(ink[y0:y1, x0:x1] * (labels[y0:y1, x0:x1] == label)) >= STROKE * max(ink.shape):
            found.append((int(drawn[label]), (x0 + reach, y0 + reach, x1 - reach, y1 - reach)))
    return [box for _, box in sorted(found, reverse=True)]


def _breadth(ink: Mask) -> float:
    """The shorter side of the smallest turned box around the ink, of which there is some."""
    return min(cv2.minAreaRect(cv2.findNonZero(ink))[1])


def _box(stat: NDArray[np.int32]) -> BoxPx:
    left, top, width, height = (int(value) for value in stat[:4])
    return left, top, left + width, top + height


def _around(outer: BoxPx, inner: BoxPx) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _holds(outer: BoxPx, inner: BoxPx) -> bool:
    """Whether the inner box's middle lies in the outer one."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _without_letters(ink: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= LETTER * max(ink.shape)
    large[0] = False
    return np.asarray(large[labels], np.uint8)


def ink_bounds(ink: Mask) -> Box | None:
    """Box around all ink, with a margin; None where there is none."""
    bounds = _bounds_px(ink)
    return None if bounds is None else _fractions(bounds, _pad_px(ink), ink.shape)


def without_specks(ink: Mask) -> Mask:
    """The (h, w) mask without the smallest spots."""
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    keep = np.bincount(labels[ink > 0], minlength=count) >= _SPECK_AREA_PX  # OpenCV's statistics are slower
    return np.asarray(keep[labels], np.uint8)


def _bounds_px(ink: Mask) -> BoxPx | None:
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not len(columns):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _pad_px(ink: Mask) -> int:
    long_px: int = max(ink.shape)
    return round(MARGIN * long_px)


def _fractions(box_px: BoxPx, pad_px: int, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    x0, y0, x1, y1 = box_px
    return (
        max(0, x0 - pad_px) / width,
        max(0, y0 - pad_px) / height,
        min(width, x1 + pad_px) / width,
        min(height, y1 + pad_px) / height,
    )

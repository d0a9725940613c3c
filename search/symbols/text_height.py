"""The height of a sheet's lettering: the one length that symbols are drawn in proportion to.

Millimetres do not tell how large a symbol is: large sheets are kept on small pages, and small ones on large. But a
drafter draws a symbol as large as the letters beside it (JIS Z 3021 and B 0031 give every size in letter heights).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from search.ink import ink_mask
from search.types import Pixels

SMALLEST_SPOT_PX = 5
LOWEST_PX, HIGHEST_PX = 3.0, 200.0
"""Of the heights that are told apart."""
LARGEST = 0.035
"""Of the sheet's long side: higher is a title, or no letter."""
MOST_COMPONENTS = 6000
LETTER_INK = 95
"""Threshold of `ink_mask`, higher than for lines: letters of scans hang together less, pale letters are gone."""
INKS = (60, LETTER_INK)
FEW, OF_PAGE = 20, 0.1
"""Where fewer letters than that are about as high in the drawing area, those of the page count, too, each so much:
title blocks are often lettered smaller."""
NONE_SEEN = 0.5
"""Letters of every height that there may be unseen."""
ON_A_SHEET, SMALLER, LARGER = 150, 0.6, 2.0
"""Letter heights along the long side of a usual sheet; standard deviations of their logarithm to either side: smaller
are specks, larger may be the letters of a crop."""
BIN, SMOOTH = 0.06, (0.2, 0.5, 0.8, 1.0, 0.8, 0.5, 0.2)
"""Of the histogram of logarithms of heights."""
_EDGES = np.arange(np.log(LOWEST_PX), np.log(HIGHEST_PX), BIN)
_LOGS = (_EDGES[:-1] + _EDGES[1:]) / 2


def text_height_px(drawing: Pixels, page: Pixels) -> float:
    """The likeliest height of capitals and digits on a drawing area; a usual one where there are none.

    drawing, page: (H, W) uint8 of one sheet, 255 is paper, as `search.regions.Layout` holds them. Letters are spots of
    ink with a neighbour of the same height on the same base line (or, turned, beside it).
    """
    seen = _letters_by_height(drawing)
    if seen.max() < FEW:
        seen += OF_PAGE * _letters_by_height(page)
    off = _LOGS - np.log(max(page.shape) / ON_A_SHEET)
    prior = -((off / np.where(off < 0, SMALLER, LARGER)) ** 2) / 2
    return float(np.exp(_LOGS[np.argmax(np.log(seen + NONE_SEEN) + prior)]))


def _letters_by_height(pixels: Pixels) -> NDArray[np.float64]:
    """(B,): how many letters are about as high as each bin says, the mean over the thresholds."""
    counts = np.zeros(len(_LOGS))
    for threshold in INKS:
        boxes = _letter_like(ink_mask(pixels, threshold))
        upright = _in_line(boxes)
        turned = _in_line(boxes[:, [1, 0, 3, 2]]) & ~upright
        heights = np.concatenate([boxes[upright, 3], boxes[turned, 2]])
        counts += np.histogram(np.log(heights), _EDGES)[0] / len(INKS)
    return np.convolve(counts, SMOOTH, mode="same")


def _letter_like(ink: Pixels) -> NDArray[np.int32]:
    """(N, 4) left, top, width, height of spots of ink that could be a letter, upright or turned."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, tall, area = (stats[1:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    low, high = np.minimum(wide, tall), np.maximum(wide, tall)
    fill = area / np.maximum(wide * tall, 1)
    fits = (high >= SMALLEST_SPOT_PX) & (high <= LARGEST * max(ink.shape)) & (low >= 0.12 * high) & (fill > 0.12)
    boxes = stats[1:, :4][fits]
    if len(boxes) > MOST_COMPONENTS:
        boxes = boxes[np.random.default_rng(0).permutation(len(boxes))[:MOST_COMPONENTS]]
    return np.asarray(boxes, np.int32)


def _in_line(boxes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(N,): whether another box as high stands next to it on the same base line."""
    x, y, wide, tall = (boxes[:, column].astype(np.float32) for column in range(4))
    found = np.zeros(len(boxes), bool)
    order = np.argsort(x, kind="stable")
    letter = (wide >= 0.25 * tall) & (wide <= 1.3 * tall)
    for shift in range(1, 9):
        a, b = order[:-shift], order[shift:]
        gap = x[b] - (x[a] + wide[a])
        same = (np.abs(tall[a] - tall[b]) <= 0.12 * tall[a] + 1) & (np.abs(y[a] - y[b]) <= 0.15 * tall[a] + 1)
        near = (gap >= -0.2 * tall[a]) & (gap <= 0.9 * tall[a])
        hit = same & near & letter[a] & letter[b]
        found[a[hit]] = found[b[hit]] = True
    return found

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

SMALLEST_PX = 5
LARGEST = 0.035
"""Of the sheet's long side: higher is a title, or no letter."""
MOST_COMPONENTS = 6000
FEWEST_LETTERS = 12
BIN = 0.06
"""Of the histogram of logarithms of heights."""


def text_height_px(pixels: Pixels) -> float | None:
    """The commonest height of capitals and digits on (H, W) pixels, 255 is paper; None where there are too few.

    Letters are spots of ink with a neighbour of the same height on the same base line (or, turned, beside it).
    """
    boxes = _letter_like(pixels)
    upright = _in_line(boxes)
    turned = _in_line(boxes[:, [1, 0, 3, 2]])
    heights = np.concatenate([boxes[upright, 3], boxes[turned & ~upright, 2]]).astype(np.float64)
    if len(heights) < FEWEST_LETTERS:
        return None
    logs = np.log(heights)
    bins = np.arange(logs.min() - 2 * BIN, logs.max() + 3 * BIN, BIN)
    counts = np.histogram(logs, bins)[0].astype(np.float64)
    smooth = np.convolve(counts, [0.5, 1.0, 1.0, 1.0, 0.5], mode="same")
    at = bins[int(smooth.argmax())] + BIN / 2
    return float(np.median(heights[np.abs(logs - at) <= 2.5 * BIN]))


def _letter_like(pixels: Pixels) -> NDArray[np.int32]:
    """(N, 4) left, top, width, height of spots of ink that could be a letter, upright or turned."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink_mask(pixels), connectivity=8)
    wide, tall, area = (stats[1:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    low, high = np.minimum(wide, tall), np.maximum(wide, tall)
    fill = area / np.maximum(wide * tall, 1)
    fits = (high >= SMALLEST_PX) & (high <= LARGEST * max(pixels.shape)) & (low >= 0.12 * high) & (fill > 0.12)
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

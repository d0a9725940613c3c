"""Tables that stand free of the frame: closed outlines, but of words and not of a part."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from search.regions.morphology import Mask

MIN_CELLS, MIN_TILED, MIN_WRITTEN, MAX_SHARE = 5, 0.7, 0.3, 0.5
"""A table's rectangular cells: how many there are, the share of its box that they fill, the share of them that hold
words, and the share of its box that the largest may take (a panel's cutouts lie in one large cell)."""
MIN_RECTANGLE = 0.85
"""Share of its own box that a table's cell fills."""
WORD = 3
"""So many letters make a word: a dimension between its extension lines is mostly shorter."""
_DASH_PX = 2


@dataclass(frozen=True, slots=True)
class WrittenCells:
    """Rectangles of paper between lines. boxes: (n, 4) x0, y0, x1, y1; area: (n,) pixels; letters: (n,) in each."""

    boxes: NDArray[np.int32]
    area: NDArray[np.int32]
    letters: NDArray[np.int64]

    @classmethod
    def of(cls, labels: NDArray[np.int32], cells: NDArray[np.int32], letters: Mask) -> WrittenCells:
        """What is written in the components of the paper between lines.

        labels, cells: (h, w) and (n, 5), as OpenCV tells components. letters: (h, w), 1 is their ink.
        """
        _, spots, sizes, _ = cv2.connectedComponentsWithStats(letters, connectivity=8)
        cell_of_spot = np.zeros(len(sizes), np.int64)
        cell_of_spot[spots.ravel()] = labels.ravel()
        is_letter = sizes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1) > _DASH_PX
        is_letter[0] = False  # paper
        written = np.bincount(cell_of_spot[is_letter], minlength=len(cells))
        left, top, width, height, area = cells.T
        rectangular = area >= MIN_RECTANGLE * width * height
        rectangular[0] = False  # the lines themselves
        boxes = np.stack([left, top, left + width, top + height], axis=1)
        return cls(boxes[rectangular], area[rectangular], written[rectangular])

    def make_a_table(self, box: tuple[int, int, int, int]) -> bool:
        """Whether the cells in the box (x0, y0, x1, y1 in pixels) tile it and hold words, as a title block's do."""
        x0, y0, x1, y1 = box
        inside = ((self.boxes[:, :2] >= (x0, y0)) & (self.boxes[:, 2:] <= (x1, y1))).all(axis=1)
        area, written = self.area[inside], self.letters[inside] >= WORD
        whole = (x1 - x0) * (y1 - y0)
        return bool(
            len(area) >= MIN_CELLS
            and area.sum() >= MIN_TILED * whole
            and area.max() <= MAX_SHARE * whole
            and written.mean() >= MIN_WRITTEN
        )

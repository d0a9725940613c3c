"""The detector's answer to boxes, without torch: the processes that read sheets need no more than the runtime."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from search.boxes import iou
from search.symbols.classes import CLASSES, INDEX, SymbolClass, SymbolGroup

STRIDE = 4
"""Pixels a cell of the network's answer."""
LETTER_PX = 14.0
"""Text height at which sheets are shown to the network."""
COMPOSITES = tuple(
    index
    for index, one in enumerate(CLASSES)
    if one.name in ("weld_annotation", "tolerance_frame", "datum", "section_arrow")
)
"""Classes whose boxes reach to parts away from what is recognised: pieces on a line, a letter at an arrow's end. They
have a map of boxes of their own, or a box would be drawn round the recognised part alone, as of other symbols."""
SEES = 5
"""Cells across that a box is told from: two convolutions of three."""
NMS_IOU = 0.5
"""From this overlap on two boxes are about one place on the paper."""
HOLDER_AT_LEAST = 0.15
"""Score from which a holder is there for what it may hold: both need not be sure."""


def _holder(one: SymbolClass) -> int:
    """Index of the class without which this one never stands on a drawing; -1 where it may stand alone."""
    if one.name in ("weld_annotation", "tolerance_frame", "datum"):
        return -1
    if one.group in (SymbolGroup.WELD, SymbolGroup.WELD_DETAIL):
        return INDEX["weld_annotation"]
    return INDEX["tolerance_frame"] if one.group is SymbolGroup.TOLERANCE else -1


_HOLDER_OF = np.array([_holder(one) for one in CLASSES])
_HOLDERS = np.unique(_HOLDER_OF[_HOLDER_OF >= 0])

Found = tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]
"""Classes (K,), scores (K,) and boxes (K, 4) in pixels."""
DistancesAt = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""Rows (K,) and columns (K,) of cells to what the network says of their boxes, (K, 2, 4), see SymbolNetwork."""


def decode(logits: NDArray[np.float32], distances_at: DistancesAt, at_least: float, most: int) -> Found:
    """Peaks of one picture's score maps, best first.

    logits: (C, h, w). A peak is no lower than its eight neighbours of the same class.
    """
    floor = np.log(at_least / (1 - at_least))
    kinds, rows, columns = np.nonzero(logits >= floor)
    height, width = logits.shape[1:]
    values = logits[kinds, rows, columns]
    peak = np.ones(len(values), bool)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            near = np.clip(rows + down, 0, height - 1), np.clip(columns + across, 0, width - 1)
            peak &= values >= logits[kinds, *near]
    order = np.flatnonzero(peak)
    order = order[np.argsort(-values[order], kind="stable")][:most]
    kinds, rows, columns, values = kinds[order], rows[order], columns[order], values[order]
    composite = np.isin(kinds, COMPOSITES).astype(np.int64)
    left, top, right, bottom = distances_at(rows, columns)[np.arange(len(kinds)), composite].T * STRIDE
    x, y = (columns + 0.5) * STRIDE, (rows + 0.5) * STRIDE
    boxes = np.stack([x - left, y - top, x + right, y + bottom], axis=1).astype(np.float32)
    return kinds.astype(np.int64), (1 / (1 + np.exp(-values))).astype(np.float32), boxes


def about(features: NDArray[np.float32], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """SEES x SEES cells about each of K cells, 0 beyond the edges: (F, h, w) to (K, F, SEES, SEES)."""
    reach = SEES // 2
    padded = np.pad(features, ((0, 0), (reach, reach), (reach, reach)))
    patches = np.lib.stride_tricks.sliding_window_view(padded, (SEES, SEES), axis=(1, 2))
    return np.ascontiguousarray(patches[:, rows, columns].swapaxes(0, 1))


def without_doubles(found: Found) -> Found:
    """Of boxes of one class that overlap by more than NMS_IOU only the best, best first."""
    kinds, scores, boxes = found
    if not len(kinds):
        return found
    places = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(places.tolist(), scores.tolist(), kinds.tolist(), 0.0, NMS_IOU)
    order = np.asarray(kept, np.int64)
    order = order[np.argsort(-scores[order], kind="stable")]
    return kinds[order], scores[order], boxes[order]


def without_orphans(found: Found) -> Found:
    """Leave out welds and their details outside of any weld annotation, characteristics outside of any frame: a small
    hole looks like the circle of an all-around weld, but has no reference line.

    Holders of a score of at least HOLDER_AT_LEAST count, by their box and half a symbol and a letter around it: flags
    and circles stand at its very end, which is told less exactly than they are.
    """
    kinds, scores, boxes = found
    kept = _HOLDER_OF[kinds] < 0
    for holder in set(_HOLDER_OF[kinds[~kept]].tolist()):
        (held,) = np.nonzero(_HOLDER_OF[kinds] == holder)
        around = boxes[(kinds == holder) & (scores >= HOLDER_AT_LEAST)]
        spare = (boxes[held, 2:] - boxes[held, :2]) / 2 + LETTER_PX
        middle = (boxes[held, 2:] + boxes[held, :2]) / 2
        inside = (middle[:, None] >= around[None, :, :2] - spare[:, None]) & (
            middle[:, None] <= around[None, :, 2:] + spare[:, None]
        )
        kept[held] = inside.all(axis=2).any(axis=1)
    return kinds[kept], scores[kept], boxes[kept]


def better_first(found: Found) -> Found:
    """One place holds one symbol: where classes overlap by more than NMS_IOU each keeps of its score what the better
    ones leave, 1 - their scores (as Soft-NMS does, Bodla et al., 2017, within a class). Best first.

    A holder and what it holds are both there.
    """
    kinds, scores, boxes = found
    order = np.argsort(-scores, kind="stable")
    kinds, scores, boxes = kinds[order], scores[order], boxes[order]
    left = scores.copy()
    (rivals,) = np.nonzero(~np.isin(kinds, _HOLDERS))
    for rank, better in enumerate(rivals.tolist()):
        worse = rivals[rank + 1 :]
        beaten = worse[iou(boxes[better][None], boxes[worse])[0] > NMS_IOU]
        left[beaten] *= 1 - scores[better]
    order = np.argsort(-left, kind="stable")
    return kinds[order], left[order], boxes[order]

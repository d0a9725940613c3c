"""What stands around a symbol says whether it is one.

Section arrows get their letters: the network recognises the arrow, its letter stands some way off, on any side of it.
An arrow without a letter is a dimension's: those look the same and are a hundred times as many. A cutting plane has two
ends, so that an arrow with a twin of the same letter is surer of being one. Surface marks are on the drawing: the same
triangles on a frame are centring arrows.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from search.boxes import areas, iou
from search.ink import ink_mask
from search.regions import Layout, crop
from search.symbols.classes import BY_NAME, INDEX, SymbolGroup
from search.symbols.decoding import LETTER_PX, Found
from search.symbols.text_height import LETTER_INK
from search.types import Pixels, Symbol

SECTION_ARROW = INDEX["section_arrow"]
REACH_PX = round(1.5 * LETTER_PX)
"""A letter is at most so far from the box of its arrow."""
ALONE_PX = round(0.5 * LETTER_PX)
"""Nothing else of a letter's size is so near to it: digits stand in rows."""
LETTER_SIDES_PX = (0.7 * LETTER_PX, 2.4 * LETTER_PX)
"""Bounds of a letter's longer side; section letters are often larger than the lettering."""
THINNEST = 0.15 * LETTER_PX
SOLID = 0.3
"""Of a letter's shorter side, half the widest stroke: more is an arrowhead."""
TWIN = 0.7
"""How far an arrow's twin is an independent witness for it (noisy or)."""
TWINS_IOU = 0.1
"""Twins, and their letters, overlap by less."""
SIDES_DIFFER = 0.25
"""So much, as a share of the longer, the sides of twins, and of their letters, may differ, and by two pixels."""
LETTER_SIDE_PX, LETTERS_AGREE = 16, 0.7
"""Letters are compared as pictures of that side, by their correlation."""

Spots = NDArray[np.float32]
"""Boxes around connected ink, (K, 4)."""


def with_letters(found: Found, pixels: Pixels) -> Found:
    """Section arrows with a letter get its box added to theirs and count more where they have a twin, those without are
    left out.

    pixels: (H, W) uint8 of the sheet at letter scale, in whose pixels the boxes are.
    """
    kinds, scores, boxes = found[0], found[1].copy(), found[2].copy()
    arrows = np.flatnonzero(kinds == SECTION_ARROW)
    found_letters = [_letter_of(boxes[number], pixels) for number in arrows.tolist()]
    lettered = np.array([letter is not None for letter in found_letters], np.bool_)
    letters = np.array([letter for letter in found_letters if letter is not None], np.float32).reshape(-1, 4)
    kept = np.ones(len(kinds), np.bool_)
    kept[arrows[~lettered]] = False
    arrows = arrows[lettered]
    twins = _scores_of_twins(boxes[arrows], letters, scores[arrows], pixels)
    scores[arrows] = 1 - (1 - scores[arrows]) * (1 - TWIN * twins)
    boxes[arrows] = _around_both(boxes[arrows], letters)
    return kinds[kept], scores[kept], boxes[kept]


def of_the_template(symbol: Symbol, layout: Layout) -> bool:
    """Whether what looks like a surface mark is a centring arrow on the frame or part of the title block's legend."""
    if BY_NAME[symbol.name].group is not SymbolGroup.SURFACE:
        return False
    on_page, on_drawing = (int(ink_mask(crop(pixels, symbol.box)).sum()) for pixels in (layout.page, layout.drawing))
    return on_drawing < 0.5 * on_page


def _scores_of_twins(
    arrows: NDArray[np.float32], letters: NDArray[np.float32], scores: NDArray[np.float32], pixels: Pixels
) -> NDArray[np.float32]:
    """(K,): of each arrow's best twin, 0 where it has none: one as large, on a level or in a column with it, by the
    same letter. arrows, letters: (K, 4)."""
    middles, whole = (arrows[:, 2:] + arrows[:, :2]) / 2, _around_both(arrows, letters)
    drawn = np.array([_picture(pixels, letter) for letter in letters], np.float32).reshape(-1, LETTER_SIDE_PX**2)
    best = np.zeros(len(arrows), np.float32)
    for number in range(len(arrows)):
        twins = np.abs(middles - middles[number]).min(axis=1) <= LETTER_PX
        twins &= drawn @ drawn[number] >= LETTERS_AGREE
        for boxes in (arrows, letters):
            sides = boxes[:, 2:] - boxes[:, :2]
            spare = SIDES_DIFFER * np.maximum(sides, sides[number]) + 2
            twins &= (np.abs(sides - sides[number]) <= spare).all(axis=1)
        for boxes in (whole, letters):
            twins &= iou(boxes[number][None], boxes)[0] <= TWINS_IOU
        best[number] = scores[twins].max(initial=0.0)
    return best


def _picture(pixels: Pixels, letter: NDArray[np.float32]) -> NDArray[np.float32]:
    """A letter as a vector whose products with others are correlations."""
    x0, y0, x1, y1 = letter.astype(int).tolist()
    shrunk = cv2.resize(pixels[y0:y1, x0:x1], (LETTER_SIDE_PX, LETTER_SIDE_PX), interpolation=cv2.INTER_AREA)
    centred = shrunk.ravel() - shrunk.mean()
    return np.asarray(centred / max(1.0, float(np.linalg.norm(centred))), np.float32)


def _around_both(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 4) boxes that hold both."""
    return np.concatenate([np.minimum(a[:, :2], b[:, :2]), np.maximum(a[:, 2:], b[:, 2:])], axis=1)


def _letter_of(arrow: NDArray[np.float32], pixels: Pixels) -> NDArray[np.float32] | None:
    """The box of the lone letter nearest to an arrow's box."""
    around = REACH_PX + round(LETTER_SIDES_PX[1]) + ALONE_PX
    x0, y0 = np.maximum(0, np.floor(arrow[:2]).astype(int) - around).tolist()
    x1, y1 = (np.ceil(arrow[2:]).astype(int) + around).tolist()
    spots = _letters(pixels[y0:y1, x0:x1]) + np.array([x0, y0, x0, y0], np.float32)
    gaps = _gaps(arrow, spots)
    for nearest in np.argsort(gaps, kind="stable").tolist():
        if gaps[nearest] > REACH_PX:
            break
        beside = _gaps(spots[nearest], spots) <= ALONE_PX
        beside[nearest] = False
        if not (beside & ~_mostly_inside(arrow, spots)).any():
            return np.asarray(spots[nearest])
    return None


def _letters(part: Pixels) -> Spots:
    """Spots of ink that may be letters by size and stroke."""
    ink = ink_mask(part, LETTER_INK)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    half_strokes = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    spots = []
    for label, (x, y, width, height, _) in enumerate(stats.tolist()):
        short, long = sorted((width, height))
        if label == 0 or short < THINNEST or not LETTER_SIDES_PX[0] <= long <= LETTER_SIDES_PX[1]:
            continue
        window = np.s_[y : y + height, x : x + width]
        if half_strokes[window][labels[window] == label].max() <= SOLID * short:
            spots.append((x, y, x + width, y + height))
    return np.array(spots, np.float32).reshape(-1, 4)


def _gaps(box: NDArray[np.float32], spots: Spots) -> NDArray[np.float32]:
    """From a box to each spot, 0 where they touch."""
    apart = np.maximum(0, np.maximum(spots[:, :2] - box[2:], box[:2] - spots[:, 2:]))
    return np.asarray(np.hypot(apart[:, 0], apart[:, 1]))


def _mostly_inside(box: NDArray[np.float32], spots: Spots) -> NDArray[np.bool_]:
    shared, _, of = areas(box[None], spots)
    return np.asarray(shared[0] >= 0.5 * of)

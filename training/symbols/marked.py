"""A picture with the symbols on it: cut, worn and resized with its boxes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from search.ink import even_paper, shrink
from search.symbols.classes import CLASSES
from search.types import Pixels
from training.encoding.regions import followed
from training.wear.degrade import degrade_traced

INK_BELOW = 160
COARSE = 0.35
"""Share of worn pieces that had few pixels before."""
BY_HAND, WAVER_PX = 0.2, 12.0
"""Share of worn pieces whose strokes waver, and after how many pixels they go another way."""


@dataclass(frozen=True, slots=True)
class Marked:
    """pixels: (H, W) uint8. kinds: (K,) int64. boxes: (K, 4), anchors: (K, 2) float32 pixels.

    anchors: where the detector is to see them, most often the middles.
    """

    pixels: Pixels
    kinds: NDArray[np.int64]
    boxes: NDArray[np.float32]
    anchors: NDArray[np.float32]


def middles(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 4) boxes to (K, 2) points."""
    return ((boxes[:, :2] + boxes[:, 2:]) / 2).astype(np.float32)


def corner_about_a_symbol(marked: Marked, side: int, rng: np.random.Generator) -> tuple[int, int]:
    """The corner of a square with a symbol in it, a rare one sooner, or with any ink where there is none."""
    if not len(marked.kinds):
        return corner_about_ink(marked, side, rng)
    weights = 1.0 / np.bincount(marked.kinds, minlength=len(CLASSES))[marked.kinds]
    box = marked.boxes[int(rng.choice(len(marked.kinds), p=weights / weights.sum()))]
    return _corner_about(float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2, side, rng)


def corner_about_ink(marked: Marked, side: int, rng: np.random.Generator) -> tuple[int, int]:
    """The corner of a square with ink of any kind in it, the middle of the picture where there is none."""
    rows, columns = np.nonzero(marked.pixels < INK_BELOW)
    if not len(rows):
        return (marked.pixels.shape[1] - side) // 2, (marked.pixels.shape[0] - side) // 2
    at = int(rng.integers(len(rows)))
    return _corner_about(float(columns[at]), float(rows[at]), side, rng)


def _corner_about(x: float, y: float, side: int, rng: np.random.Generator) -> tuple[int, int]:
    left, up = (rng.uniform(0.15, 0.85, 2) * side).tolist()
    return round(x - left), round(y - up)


def worn(marked: Marked, rng: np.random.Generator) -> Marked:
    """Degraded, its paper evened as a reader does, and brought back to the size that its letters had."""
    if rng.random() < BY_HAND:
        marked = replace(marked, pixels=_by_hand(marked.pixels, rng))
    if rng.random() < COARSE:
        marked = replace(marked, pixels=_coarse(marked.pixels, rng))
    pixels, homography = degrade_traced(marked.pixels, rng, float(rng.uniform(0.4, 1.1)))
    pixels = even_paper(pixels)
    scale = 1 / math.sqrt(abs(float(np.linalg.det(homography[:2, :2]))))
    target = (max(32, round(pixels.shape[1] * scale)), max(32, round(pixels.shape[0] * scale)))
    shrinking = np.diag([target[0] / pixels.shape[1], target[1] / pixels.shape[0], 1.0])
    return _carried(marked, shrink(pixels, *target), shrinking @ homography)


def _carried(marked: Marked, pixels: Pixels, homography: NDArray[np.floating]) -> Marked:
    """What became of the picture, boxes and anchors with it; homography in pixels."""
    before, after = marked.pixels.shape, pixels.shape
    both = np.concatenate([marked.boxes, np.tile(marked.anchors, 2)])
    fractions = np.asarray(both / np.array([before[1], before[0]] * 2, np.float32), np.float32)
    moved = followed(fractions, homography, before, after) * np.array([after[1], after[0]] * 2, np.float32)
    boxes, anchors = np.split(moved.astype(np.float32), 2)
    return Marked(pixels, marked.kinds, boxes, anchors[:, :2])


def _by_hand(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Strokes that waver as a hand's do, by a pixel or two: boxes stay right."""
    height, width = pixels.shape
    cells = (max(2, round(height / WAVER_PX)), max(2, round(width / WAVER_PX)), 2)
    moves = rng.normal(0.0, rng.uniform(0.4, 1.1), cells).astype(np.float32)
    field = cv2.resize(moves, (width, height), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    moved = cv2.remap(pixels, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR, borderValue=255)
    return moved.astype(np.uint8, copy=False)


def _coarse(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """With few pixels a letter, as faxes and small copies have, most often in black and white only.

    A copier averages light, and thin lines break; a reader of ours has kept them.
    """
    height, width = pixels.shape
    share = float(rng.uniform(0.35, 0.75))
    size = (max(8, round(share * width)), max(8, round(share * height)))
    kept = shrink(pixels, *size) if rng.random() < 0.5 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    few = kept.astype(np.float32)
    noisy = few + rng.normal(0.0, rng.uniform(3.0, 25.0), few.shape)
    if rng.random() < 0.7:
        noisy = np.where(noisy < 255.0 * rng.uniform(0.6, 0.85), 0.0, 255.0)
    seen = np.clip(noisy, 0, 255).astype(np.uint8)
    return cv2.resize(seen, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def resized(marked: Marked, scale: float) -> Marked:
    """Smaller or larger, boxes with it."""
    height, width = marked.pixels.shape
    pixels = shrink(marked.pixels, max(32, round(width * scale)), max(32, round(height * scale)))
    factors = np.array([pixels.shape[1] / width, pixels.shape[0] / height] * 2, np.float32)
    return Marked(pixels, marked.kinds, marked.boxes * factors, marked.anchors * factors[:2])


def tile(marked: Marked, corner: tuple[int, int], side_px: int) -> Marked:
    """A square window, paper where it reaches beyond the picture.

    Symbols whose anchor it shows keep their whole boxes; the others are left out, for a cut of the cut would claim
    symbols on paper that shows none.
    """
    x, y = corner
    height, width = marked.pixels.shape
    out = np.full((side_px, side_px), 255, np.uint8)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + side_px), min(height, y + side_px)
    if x1 > x0 and y1 > y0:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = marked.pixels[y0:y1, x0:x1]
    shown = ((marked.anchors >= (x0, y0)) & (marked.anchors < (x1, y1))).all(axis=1)
    shift = np.array([x, y, x, y], np.float32)
    return Marked(out, marked.kinds[shown], marked.boxes[shown] - shift, marked.anchors[shown] - shift[:2])

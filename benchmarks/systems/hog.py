"""Histograms of oriented gradients of the page, cut to its ink: where lines of which direction are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.feature import hog

from benchmarks.groups import SheetRef
from benchmarks.pages import Pixels, fitted, read_grey
from benchmarks.systems import Setting, System, best, each_page

SIDE_PX = 256
CELL_PX = 16
LIGHT_PX = 25
"""Light changes over more than this at 256 px, ink over less."""
INK_BELOW = 0.92
"""Of the paper's brightness around it."""


class Hog:
    reads_pages = True

    def __init__(self, setting: Setting) -> None:
        self._pages = setting.pages
        self._sheets: list[SheetRef] = []
        self._vectors = np.zeros((0, 0), np.float32)

    def index(self, files: Sequence[Path], root: Path) -> None:
        vectors = {sheet: _describe(pixels) for sheet, pixels in each_page(self._pages, files, root)}
        self._sheets = list(vectors)
        self._vectors = np.stack(list(vectors.values()))

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        return best(self._sheets, self._vectors @ _describe(read_grey(query_png)), k)


def create(setting: Setting) -> System:
    setting.refuse_variant()
    return Hog(setting)


def _describe(pixels: Pixels) -> NDArray[np.float32]:
    """Unit length float32."""
    square = _on_square(_cut_to_ink(pixels))
    cells = {"pixels_per_cell": (CELL_PX, CELL_PX), "cells_per_block": (2, 2)}
    vector = np.asarray(hog(square, orientations=9, **cells), np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def _cut_to_ink(pixels: Pixels) -> Pixels:
    """The part of the page that holds 99 % of its ink, across and down: a speck in a corner does not count."""
    small = fitted(pixels, SIDE_PX)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((LIGHT_PX, LIGHT_PX), np.uint8))
    rows, columns = np.nonzero(small < INK_BELOW * paper)
    if not len(rows):
        return pixels
    scale = max(pixels.shape) / SIDE_PX
    (y0, y1), (x0, x1) = (np.quantile(where, (0.005, 0.995)) for where in (rows, columns))
    return pixels[int(y0 * scale) : int((y1 + 1) * scale), int(x0 * scale) : int((x1 + 1) * scale)]


def _on_square(pixels: Pixels) -> Pixels:
    small = fitted(pixels, SIDE_PX)
    below, right = SIDE_PX - small.shape[0], SIDE_PX - small.shape[1]
    paper = int(np.median(small))
    framed = cv2.copyMakeBorder(
        small, below // 2, below - below // 2, right // 2, right - right // 2, cv2.BORDER_CONSTANT, value=paper
    )
    return np.asarray(framed, np.uint8)

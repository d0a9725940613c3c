"""Perceptual hash of the whole page: 16 x 16 signs of its lowest frequencies, compared by how many differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.groups import SheetRef
from benchmarks.pages import Pixels, read_grey
from benchmarks.systems import Setting, System, best, each_page

HASH_SIZE = 16


class PHash:
    reads_pages = True

    def __init__(self, setting: Setting) -> None:
        self._pages = setting.pages
        self._sheets: list[SheetRef] = []
        self._hashes = np.zeros((0, HASH_SIZE**2), np.bool_)

    def index(self, files: Sequence[Path], root: Path) -> None:
        hashes = {sheet: _hash(pixels) for sheet, pixels in each_page(self._pages, files, root)}
        self._sheets = list(hashes)
        self._hashes = np.stack(list(hashes.values()))

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        differing = (self._hashes != _hash(read_grey(query_png))).sum(axis=1)
        return best(self._sheets, -differing.astype(np.float32), k)


def create(setting: Setting) -> System:
    setting.refuse_variant()
    return PHash(setting)


def _hash(pixels: Pixels) -> NDArray[np.bool_]:
    """(256,) bool."""
    return np.asarray(imagehash.phash(Image.fromarray(pixels), hash_size=HASH_SIZE).hash, np.bool_).ravel()

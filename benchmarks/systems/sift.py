"""Local features: RootSIFT, a VLAD shortlist, then the sheets whose features agree on one similarity transform.

Whole pages and parts of pages alike; turned and scaled ones, too. Mirrored ones are not looked for: SIFT is not made
for them, and a second search of the flipped query would double its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.groups import SheetRef
from benchmarks.pages import Pixels, fitted, read_grey
from benchmarks.systems import Setting, System, each_page

LONG_SIDE_PX = 1400
FEATURES = 1500
CENTROIDS = 64
SAMPLE = 60_000
"""Features that the centroids are fitted on: a seeded draw from the corpus."""
SHORTLIST = 50
RATIO = 0.8
TOLERANCE_PX = 8.0
DESCRIPTOR_SCALE = 512.0
"""RootSIFT kept as bytes, as OpenCV keeps SIFT: a quarter of the memory, nothing lost in matching."""


@dataclass(frozen=True, slots=True)
class Features:
    """points: (N, 2) float32, px. descriptors: (N, 128) uint8, RootSIFT times DESCRIPTOR_SCALE."""

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]


class Sift:
    reads_pages = True

    def __init__(self, setting: Setting) -> None:
        self._pages = setting.pages
        self._file = setting.work_dir / "sift.u8"
        self._seed = setting.seed
        self._sheets: list[SheetRef] = []
        self._points: list[NDArray[np.float32]] = []
        self._starts: list[int] = [0]
        self._descriptors = np.zeros((0, 128), np.uint8)
        self._centroids = np.zeros((CENTROIDS, 128), np.float32)
        self._vectors = np.zeros((0, CENTROIDS * 128), np.float32)

    def index(self, files: Sequence[Path], root: Path) -> None:
        with self._file.open("wb") as file:
            for sheet, pixels in each_page(self._pages, files, root):
                features = _extract(pixels)
                file.write(features.descriptors.tobytes())
                self._sheets.append(sheet)
                self._points.append(features.points)
                self._starts.append(self._starts[-1] + len(features.points))
        if self._starts[-1]:  # memory-mapped: a large corpus's features stay on disk
            self._descriptors = np.memmap(self._file, np.uint8, "r", shape=(self._starts[-1], 128))
        self._centroids = _fit_centroids(self._descriptors, self._seed)
        self._vectors = np.stack([_vlad(self._of(i).descriptors, self._centroids) for i in range(len(self._sheets))])

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        query = _extract(read_grey(query_png))
        similarity = self._vectors @ _vlad(query.descriptors, self._centroids)
        order = np.argsort(-similarity, kind="stable")
        agreeing = [_agreeing(query, self._of(int(i))) for i in order[:SHORTLIST]]
        verified = order[:SHORTLIST][np.argsort(-np.array(agreeing), kind="stable")]
        return [self._sheets[i] for i in [*verified, *order[SHORTLIST:]][:k]]

    def _of(self, i: int) -> Features:
        return Features(self._points[i], self._descriptors[self._starts[i] : self._starts[i + 1]])


def create(setting: Setting) -> System:
    setting.refuse_variant()
    return Sift(setting)


def _extract(pixels: Pixels) -> Features:
    page = fitted(pixels, LONG_SIDE_PX) if max(pixels.shape) > LONG_SIDE_PX else pixels
    points, descriptors = cv2.SIFT_create(FEATURES).detectAndCompute(page, None)  # type: ignore[attr-defined]
    if descriptors is None:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.uint8))
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))
    where = np.array([point.pt for point in points], np.float32)[:FEATURES]  # OpenCV may give a few more than asked
    return Features(where, np.minimum(root * DESCRIPTOR_SCALE, 255).round().astype(np.uint8)[:FEATURES])


def _fit_centroids(descriptors: NDArray[np.uint8], seed: int) -> NDArray[np.float32]:
    """(CENTROIDS, 128) float32."""
    drawn = np.random.default_rng(seed).permutation(len(descriptors))[:SAMPLE]
    sample = descriptors[np.sort(drawn)].astype(np.float32)
    if len(sample) < CENTROIDS:
        return np.resize(sample, (CENTROIDS, 128)) if len(sample) else np.zeros((CENTROIDS, 128), np.float32)
    cv2.setRNGSeed(seed)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 25, 0.1)
    _, _, centroids = cv2.kmeans(sample, CENTROIDS, None, stop, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    return np.asarray(centroids, np.float32)


def _vlad(descriptors: NDArray[np.uint8], centroids: NDArray[np.float32]) -> NDArray[np.float32]:
    """(CENTROIDS * 128,) float32, unit length: sums of residuals, each normalised (Arandjelovic, 2013)."""
    features = descriptors.astype(np.float32)
    nearest = np.argmax(features @ centroids.T - 0.5 * (centroids**2).sum(axis=1), axis=1)
    residuals = np.zeros_like(centroids)
    np.add.at(residuals, nearest, features - centroids[nearest])
    residuals /= np.maximum(np.linalg.norm(residuals, axis=1, keepdims=True), 1e-9)
    return (residuals / max(float(np.linalg.norm(residuals)), 1e-9)).ravel()


def _agreeing(query: Features, sheet: Features) -> int:
    """How many features of the query lie where one similarity transform puts them on the sheet."""
    pairs = _matches(query.descriptors, sheet.descriptors)
    if len(pairs) < 3:
        return 0
    _, inliers = cv2.estimateAffinePartial2D(
        query.points[pairs[:, 0]],
        sheet.points[pairs[:, 1]],
        method=cv2.RANSAC,
        ransacReprojThreshold=TOLERANCE_PX,
    )
    return 0 if inliers is None else int(inliers.sum())


def _matches(query: NDArray[np.uint8], sheet: NDArray[np.uint8]) -> NDArray[np.intp]:
    """(M, 2): rows of query and sheet that are nearest by Lowe's ratio test."""
    if not len(query) or len(sheet) < 2:
        return np.zeros((0, 2), np.intp)
    left, right = query.astype(np.float32), sheet.astype(np.float32)
    squared = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2.0 * (left @ right.T)
    rows = np.arange(len(left))
    nearest = squared.argmin(axis=1)
    first = squared[rows, nearest]
    squared[rows, nearest] = np.inf
    clear = first < RATIO**2 * squared.min(axis=1)
    return np.stack([rows[clear], nearest[clear]], axis=1)

"""Symbols on a sheet: brought to the scale of its lettering, looked at in overlapping windows, boxes as fractions."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from search.errors import EncoderUnusable
from search.ink import shrink
from search.onnx import session
from search.regions import Layout
from search.symbols.classes import CLASSES
from search.symbols.decoding import (
    HOLDER_AT_LEAST,
    LETTER_PX,
    Found,
    about,
    better_first,
    decode,
    without_doubles,
    without_orphans,
)
from search.symbols.surroundings import of_the_template, with_letters
from search.symbols.text_height import text_height_px
from search.types import Pixels, Symbol

WINDOW_PX = 1024
"""Longest side of a window, a multiple of STEP_PX: what the network needs for one is about 0.3 GB."""
OVERLAP_PX = 160
"""Longer than nearly every symbol; a symbol is taken from the window in whose core its middle lies."""
STEP_PX = 32
"""Sides of windows are multiples of this, as the network wants them."""
WHITE, INK_BELOW = 255, 200
SCALES = (0.15, 3.0)
MOST_IN_WINDOW = 400
AT_LEAST = 0.45
"""Score from which a symbol counts as found: most is right (F1) at 0.45 on the training side of the labelled real
sheets and at 0.39 to 0.42 on made training sheets (`benchmarks.symbols`)."""
RULES_VERSION = 8
"""Part of the fingerprint: raise it whenever the same weights would find other symbols on the same sheet."""
PACKAGED = Path(__file__).parent.parent / "models" / "symbols.safetensors"


class SymbolDetector:
    """Finds symbols, on the CPU by ONNX Runtime. Thread-safe."""

    def __init__(self, weights: Path = PACKAGED, threads: int = 1) -> None:
        """Raises EncoderUnusable where the weights are missing or of other classes."""
        self.fingerprint = fingerprint_of(weights)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._scores = session(f"symbol-scores-{self.fingerprint}", lambda to: _export_scores(weights, to), options)
        self._boxes = session(f"symbol-boxes-{self.fingerprint}", lambda to: _export_boxes(weights, to), options)

    def detect(self, layout: Layout, at_least: float = AT_LEAST) -> tuple[Symbol, ...]:
        """Symbols of a sheet with a score of at least that much, best first."""
        scaled = at_letter_scale(layout)
        lowest = min(at_least, HOLDER_AT_LEAST)
        parts = [self._in_window(window, corner, core, lowest) for window, corner, core in windows(scaled)]
        if not parts:
            return ()
        alone = without_doubles(with_letters(_joined(parts), scaled))
        kinds, scores, boxes = better_first(without_orphans(alone))
        height, width = scaled.shape
        fractions = np.clip(boxes / np.array([width, height, width, height], np.float32), 0.0, 1.0).tolist()
        symbols = (
            Symbol(CLASSES[kind].name, (x0, y0, x1, y1), score)
            for kind, score, (x0, y0, x1, y1) in zip(kinds.tolist(), scores.tolist(), fractions, strict=True)
            if score >= at_least and x1 > x0 and y1 > y0
        )
        return tuple(one for one in symbols if not of_the_template(one, layout))

    def _in_window(
        self, window: Pixels, corner: tuple[int, int], core: tuple[int, int, int, int], at_least: float
    ) -> Found:
        """Symbols whose middle lies in the core, in pixels of the scaled sheet."""
        (logits,), (features,) = self._scores.run(None, {"images": window[None]})

        def distances_at(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
            (distances,) = self._boxes.run(None, {"features": about(features, rows, columns)})
            return np.asarray(distances)

        kinds, scores, boxes = decode(logits, distances_at, at_least, MOST_IN_WINDOW)
        boxes = boxes + np.array([*corner, *corner], np.float32)
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        inside = (x >= core[0]) & (x < core[2]) & (y >= core[1]) & (y < core[3])
        return kinds[inside], scores[inside], boxes[inside]


def packaged_detector() -> Path | None:
    """The weights that come with nizu, None where none do."""
    return PACKAGED if PACKAGED.is_file() else None


@cache
def loaded(weights: Path, threads: int = 1) -> SymbolDetector:
    """The detector of these weights, once a process."""
    return SymbolDetector(weights, threads)


@cache
def fingerprint_of(weights: Path) -> str:
    """Of the weights, which hold the classes, and the rules. Raises EncoderUnusable where there are no weights."""
    try:
        return hashlib.sha256(weights.read_bytes() + bytes([RULES_VERSION])).hexdigest()[:12]
    except OSError as error:
        raise EncoderUnusable(f"{weights.name} holds no detector weights: {error.strerror}") from error


def _joined(parts: list[Found]) -> Found:
    kinds, scores, boxes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return kinds, scores, boxes


def _export_scores(weights: Path, path: Path) -> None:
    from search.symbols.network import export_scores  # torch, only where there is no exported network yet

    export_scores(weights, path)


def _export_boxes(weights: Path, path: Path) -> None:
    from search.symbols.network import export_boxes

    export_boxes(weights, path)


def at_letter_scale(layout: Layout) -> Pixels:
    """The sheet with capitals about LETTER_PX high, as in the training.

    Symbols are as large as the letters beside them, not as those of the title block, which are often smaller.
    """
    pixels = layout.page
    scale = float(np.clip(LETTER_PX / text_height_px(layout.drawing, pixels), *SCALES))
    height, width = pixels.shape
    return shrink(pixels, max(32, round(width * scale)), max(32, round(height * scale)))


def windows(pixels: Pixels) -> Iterator[tuple[Pixels, tuple[int, int], tuple[int, int, int, int]]]:
    """Windows with ink, with their corner (x, y) and their core (x0, y0, x1, y1).

    The cores of all windows cover the sheet without overlap.
    """
    (tall, spans_y), (wide, spans_x) = (_spans(length) for length in pixels.shape)
    for top, core_top, core_low in spans_y:
        for left, core_left, core_right in spans_x:
            part = pixels[top : top + tall, left : left + wide]
            if part.min(initial=WHITE) < INK_BELOW:
                part = np.pad(part, ((0, tall - part.shape[0]), (0, wide - part.shape[1])), constant_values=WHITE)
                yield part, (left, top), (core_left, core_top, core_right, core_low)


def _spans(length: int) -> tuple[int, list[tuple[int, int, int]]]:
    """The side of the windows along one side of a sheet; start, and begin and end of the core, of each."""
    count = max(1, math.ceil((length - OVERLAP_PX) / (WINDOW_PX - OVERLAP_PX)))
    side = math.ceil((length + (count - 1) * OVERLAP_PX) / count / STEP_PX) * STEP_PX
    starts = [0] if count == 1 else [round(i * (length - side) / (count - 1)) for i in range(count)]
    edges = [-length, *((a + b + side) // 2 for a, b in pairwise(starts)), 2 * length]
    return side, [(start, *edge) for start, edge in zip(starts, pairwise(edges), strict=True)]

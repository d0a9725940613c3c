"""Recall and precision of the symbol detector on sheets that people have labelled, at the score that search uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from search.boxes import iou
from search.reading import read_sheet
from search.regions import layout_of
from search.symbols.classes import BY_NAME
from search.symbols.coco import Labelled
from search.symbols.detector import AT_LEAST, SymbolDetector
from search.types import Symbol
from training.symbols.labelled import Labels, files_of

MIN_IOU = 0.5
SCORES = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
"""From which a symbol might count: what AT_LEAST is chosen among, on the training side."""
Figures = dict[str, float]


def measure_labelled(detector: SymbolDetector, labels: Labels) -> Figures:
    """real.recall, real.precision, real.GROUP.recall and so on, false boxes a sheet on those without any symbol, and
    the F1 that each of SCORES would give.

    A symbol is found where a box of its class overlaps its own by an IoU of at least MIN_IOU.
    """
    found, asked, told = Counter[str](), Counter[str](), Counter[str]()
    found_from, told_from = Counter[float](), Counter[float]()
    false_on_empty = []
    for sheet, path in files_of(labels):
        seen = detector.detect(layout_of(read_sheet(path, sheet.page).pixels), min(SCORES))
        for score in SCORES:
            counted = [one for one in seen if one.score >= score]
            told_from[score] += len(counted)
            found_from[score] += len(list(matched(sheet.symbols, counted)))
        symbols = [one for one in seen if one.score >= AT_LEAST]
        asked.update(BY_NAME[one.name].group for one in sheet.symbols)
        told.update(BY_NAME[one.name].group for one in symbols)
        found.update(BY_NAME[name].group for name in matched(sheet.symbols, symbols))
        if not sheet.symbols:
            false_on_empty.append(len(symbols))
    figures = _shares("real", found.total(), asked.total(), told.total())
    if false_on_empty:
        figures["real.false_per_sheet"] = float(np.mean(false_on_empty))
    for score in SCORES:
        figures[f"real.f1_from_{score:.2f}"] = 2 * found_from[score] / max(1, asked.total() + told_from[score])
    for group in sorted(asked | told):
        figures |= _shares(f"real.{group}", found[group], asked[group], told[group])
    return figures


def _shares(name: str, found: int, asked: int, told: int) -> Figures:
    """Recall and precision, as far as there is anything to find or was anything told."""
    parts = {f"{name}.recall": (found, asked), f"{name}.precision": (found, told)}
    return {key: part / whole for key, (part, whole) in parts.items() if whole}


def matched(labels: Iterable[Labelled], symbols: Iterable[Symbol]) -> Iterator[str]:
    """Class of each label that was found: boxes, best first, take the label of their class that they overlap most."""
    left = list(labels)
    for symbol in symbols:
        alike = [one for one in left if one.name == symbol.name]
        overlaps = iou(np.array([symbol.box]), np.array([one.box for one in alike]).reshape(-1, 4))[0]
        if alike and overlaps.max() >= MIN_IOU:
            left.remove(alike[int(overlaps.argmax())])
            yield symbol.name

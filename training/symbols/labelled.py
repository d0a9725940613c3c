"""Sheets that people have labelled, for fine-tuning the detector: a COCO file and the folder with their drawings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from search.errors import UsageError
from search.generation import sha256_of
from search.reading import SUFFIXES, read_sheet
from search.regions import layout_of
from search.symbols.classes import INDEX
from search.symbols.coco import LabelledSheet, read_coco
from search.symbols.decoding import LETTER_PX
from search.symbols.detector import at_letter_scale
from search.types import Pixels
from training.symbols.marked import Marked, middles

_NAMED = 5
HEAD_PX = round(0.6 * LETTER_PX)
"""About as wide as an arrow's head."""


@dataclass(frozen=True, slots=True)
class Labels:
    """coco: labels of sheets. drawings: the folder that holds their files, under whatever names."""

    coco: Path
    drawings: Path


def files_of(labels: Labels) -> list[tuple[LabelledSheet, Path]]:
    """The labelled sheets and the files they are pages of.

    Raises UsageError where the file of a labelled sheet is not in the folder.
    """
    sheets = read_coco(labels.coco)
    files = [path for path in labels.drawings.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
    paths = {sha256_of(path): path for path in files}
    missing = sorted({sheet.drawing_id for sheet in sheets} - paths.keys())
    if missing:
        named = ", ".join(missing[:_NAMED])
        raise UsageError(
            "drawings", f"{labels.drawings} holds not the files of {len(missing)} labelled drawings (SHA-256 {named})"
        )
    return [(sheet, paths[sheet.drawing_id]) for sheet in sheets]


def labelled_sheets(labels: Labels) -> list[Marked]:
    """The labelled sheets at the scale of their lettering, as search sees them.

    Raises UsageError where the file of a labelled sheet is not in the folder, DrawingError where it cannot be read.
    """
    return [_marked(sheet, path) for sheet, path in files_of(labels)]


def _marked(sheet: LabelledSheet, path: Path) -> Marked:
    pixels = at_letter_scale(layout_of(read_sheet(path, sheet.page).pixels))
    height, width = pixels.shape
    boxes = np.array([one.box for one in sheet.symbols], np.float32).reshape(-1, 4)
    kinds = np.array([INDEX[one.name] for one in sheet.symbols], np.int64)
    scale = np.array([width, height, width, height], np.float32)
    boxes = boxes * scale
    return Marked(pixels, kinds, boxes, anchors_of(pixels, kinds, boxes))


def anchors_of(pixels: Pixels, kinds: NDArray[np.int64], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 2). Labels do not say where an arrow's head is: a filled one is where most ink is."""
    anchors = middles(boxes)
    for number in np.flatnonzero(kinds == INDEX["section_arrow"]).tolist():
        x0, y0, x1, y1 = boxes[number].round().astype(int).clip(0).tolist()
        grey = cv2.blur(pixels[y0 : y1 + 1, x0 : x1 + 1], (HEAD_PX, HEAD_PX))
        row, column = np.unravel_index(int(grey.argmin()), grey.shape)
        anchors[number] = (x0 + column + 0.5, y0 + row + 0.5)
    return anchors

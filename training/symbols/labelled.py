"""Sheets that people have labelled, for fine-tuning the detector: a COCO file and the folder with their drawings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search.errors import UsageError
from search.generation import sha256_of
from search.reading import SUFFIXES, read_sheet
from search.regions import layout_of
from search.symbols.coco import LabelledSheet, read_coco
from search.symbols.detector import at_letter_scale
from training.symbols.marked import INDEX, Marked

_NAMED = 5


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
    return Marked(pixels, kinds, boxes * scale)

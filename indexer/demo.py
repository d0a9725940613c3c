"""`nizu demo`: sample drawings, an index of them, and the answer to a worn copy of one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np

from indexer.console import BarProgress, note, print_answer, print_report
from indexer.rebuild import rebuild
from search.encoder import load_encoder
from search.engine import Engine, Query
from search.errors import IndexUnusable
from search.reading import read_sheet
from search.symbols.detector import packaged_detector
from training.demo_drawings import write_demo_drawings
from training.wear.degrade import degrade

SAMPLES = 200
SEED = 7


def run(folder: Path) -> None:
    """Make drawings and index below `folder` and print the answer to a worn copy of one of them.

    Raises IndexUnusable where the first hit is not the drawing that was copied.
    """
    drawings, index = folder / "drawings", folder / "index"
    if not drawings.is_dir():
        note(f"making {SAMPLES} sample drawings in {drawings}")
        partial = drawings.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        write_demo_drawings(partial, SAMPLES)
        partial.rename(drawings)
    encoder, detector = load_encoder(), packaged_detector()
    with BarProgress() as progress:
        report = rebuild([drawings], index, encoder, os.cpu_count() or 1, progress, detector=detector)
    print_report(report, index)
    original = sorted(drawings.glob("*.pdf"))[SEED]
    query = folder / "worn_copy.png"
    _write_worn_copy(original, query)
    note(f"searching with {query}, a worn copy of {original.name}")
    answer = Engine.open(index, encoder, detector=detector).search(Query(query))
    print_answer(answer)
    if answer.hits[0].sheet.source != original.name:
        raise IndexUnusable(f"The demo's first hit should have been {original.name}.")


def _write_worn_copy(original: Path, query: Path) -> None:
    worn = degrade(read_sheet(original, 1).pixels, np.random.default_rng(SEED))
    query.write_bytes(cv2.imencode(".png", worn)[1].tobytes())

"""A folder of sample drawings, as an archive of a few houses looks: single parts, kits, several sheets, scans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.bank import Part, load_bank
from training.sheets import SheetPlan, draw, draw_spec, plan, write_pdf
from training.sheets.pdf import scanned_pdf_bytes
from training.wear.degrade import scan

HOUSES = 8
SCANNED_SHARE = 0.05
TWO_SHEETS_SHARE = 0.06
KIT_SHARE = 0.05
SCAN_PX = 2400


def write_demo_drawings(folder: Path, count: int = 200, *, seed: int = 0) -> list[Path]:
    """Writes `count` PDFs of parts of the train split, the same for the same seed; the paths, in order."""
    rng, bank = np.random.default_rng(seed), load_bank(split="train")
    houses = [(int(rng.integers(1 << 31)), draw_spec(bank[0], rng).template) for _ in range(HOUSES)]
    order = rng.permutation(len(bank))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for i in range(count):
        house_seed, template = houses[int(rng.integers(HOUSES))]
        parts = [bank[int(order[i % len(order)])]]
        if rng.random() < KIT_SHARE:
            parts += [bank[int(j)] for j in rng.integers(len(bank), size=3)]
        spec = draw_spec(parts, rng, template=template, house_seed=house_seed)
        sheets = [plan(spec)]
        if rng.random() < TWO_SHEETS_SHARE:
            second = draw_spec([bank[int(rng.integers(len(bank)))]], rng, template=template, house_seed=house_seed)
            sheets = [plan(replace(one, page=(k, 2))) for k, one in enumerate((spec, second), start=1)]
        path = folder / _file_name(sheets[0], parts, written)
        path.write_bytes(_scanned(sheets, rng) if rng.random() < SCANNED_SHARE else write_pdf(sheets))
        written.append(path)
    return written


def _file_name(sheet: SheetPlan, parts: Sequence[Part], written: Sequence[Path]) -> str:
    """Number and title, as archives name their files; a suffix where two would be equal."""
    title = parts[0].title if len(parts) == 1 else "kit"
    stem = re.sub(r"[^\w.-]+", "_", f"{sheet.fields['number']}_{title}")
    taken = {path.stem for path in written}
    return f"{stem}.pdf" if stem not in taken else f"{stem}_{len(written):03d}.pdf"


def _scanned(sheets: Sequence[SheetPlan], rng: np.random.Generator) -> bytes:
    pages = [(scan(draw(sheet, SCAN_PX), rng, 0.8)[0], sheet.size_mm) for sheet in sheets]
    return scanned_pdf_bytes(pages)

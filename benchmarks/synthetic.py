"""`synthetic:N`: a folder of N one-sheet PDFs of parts and templates that the training never saw.

Past the number of test parts, further sheets show the same parts, laid out anew by another house; `groups.csv` in the
folder says which belong together (relation `part`).
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

import training.bank
import training.sheets
from benchmarks.groups import Membership, SheetRef, write_groups
from training.bank import Bank, load_bank
from training.sheets import TEMPLATES, plan_sheet, write_pdf

HOUSES = 12
"""Drawing offices of a corpus. Few: that all sheets of a house share frame, logo and title block is the trap."""
SERIAL_BELOW = 50
"""Sheets that are written sooner than processes start."""


def make_folder(count: int, cache_dir: Path, seed: int) -> Path:
    """The folder, made or found complete in the cache; a change of the bank or the sheet maker makes it anew."""
    folder = cache_dir / f"synthetic-{count}-{seed}-{_makers_digest()}"
    if folder.exists():
        return folder
    unfinished = folder.with_suffix(f".{os.getpid()}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _write_sheets(unfinished, count, seed)
    groups = list(_groups(load_bank(split="test"), count, seed))
    if groups:
        write_groups(unfinished / "groups.csv", groups)
    unfinished.replace(folder)
    return folder


def another_drawing(folder: Path, sheet: SheetRef, seed: int) -> Path:
    """The part of a sheet drawn once more: another office, paper, choice of views; kept beside the corpus' folder."""
    path = folder.with_name(f"{folder.name}-another") / sheet.file
    if not path.exists():
        bank, number = _bank(), _number(sheet.file)
        template, house_seed = _house(seed, number + len(bank), len(bank))
        rng = np.random.default_rng([seed, 4, number])
        plan = plan_sheet(bank[_part_index(seed, number, len(bank))], rng, template=template, house_seed=house_seed)
        path.parent.mkdir(exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(write_pdf(plan))
        unfinished.replace(path)
    return path


def _write_sheets(folder: Path, count: int, seed: int) -> None:
    write = partial(_write_sheet, folder, seed)
    if count < SERIAL_BELOW:
        for number in range(count):
            write(number)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        list(pool.map(write, range(count), chunksize=20))


def _write_sheet(folder: Path, seed: int, number: int) -> None:
    bank = _bank()
    template, house_seed = _house(seed, number, len(bank))
    part = bank[_part_index(seed, number, len(bank))]
    plan = plan_sheet(part, np.random.default_rng([seed, 2, number]), template=template, house_seed=house_seed)
    (folder / _name(number)).write_bytes(write_pdf(plan))


def _house(seed: int, number: int, parts: int) -> tuple[str, int]:
    """Template and seed of the office that draws a sheet: one of HOUSES, the next one when a part comes again."""
    names = sorted(name for name in TEMPLATES if name.startswith("test"))
    first = int(np.random.default_rng([seed, 1, number % parts]).integers(HOUSES))
    house = (first + number // parts) % HOUSES
    return names[house % len(names)], int(np.random.default_rng([seed, 3, house]).integers(1 << 31))


def _part_index(seed: int, number: int, parts: int) -> int:
    return int(np.random.default_rng([seed, 0]).permutation(parts)[number % parts])


def _groups(bank: Bank, count: int, seed: int) -> Iterator[Membership]:
    parts = [bank.names[_part_index(seed, number, len(bank))] for number in range(count)]
    sheets_of = Counter(parts)
    for number, part in enumerate(parts):
        if sheets_of[part] > 1:
            yield Membership(SheetRef(_name(number), 1), part, "part")


def _name(number: int) -> str:
    return f"D{number + 1:06d}.pdf"


def _number(name: str) -> int:
    return int(name[1:-4]) - 1


@lru_cache(maxsize=1)
def _bank() -> Bank:
    """Once a process."""
    return load_bank(split="test")


def _makers_digest() -> str:
    digest = hashlib.sha256(training.bank.PACKAGED.read_bytes())
    for source in sorted(Path(training.sheets.__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:12]

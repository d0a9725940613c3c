"""`synthetic:N`: a folder of N one-sheet PDFs of parts and templates that the training never saw.

Past the number of test parts, further sheets show the same parts, laid out anew by another house; `groups.csv` in the
folder says which belong together (relation `part`).
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import training.bank
import training.sheets
from benchmarks.groups import Membership, SheetRef, write_groups
from training.bank import Bank, Part, load_bank
from training.sheets import TEMPLATES, SheetSpec, draw_spec, plan, write_pdf
from training.sheets.changes import other_hand, other_title

HOUSES = 12
"""Drawing offices of a corpus where no other number is asked for. Few: that all sheets of a house share frame, logo
and title block is the trap."""
SERIAL_BELOW = 50
"""Sheets that are written sooner than processes start."""
LIKE_WITHIN = 1.5
"""Factor between measures of parts that pass as size variants."""
GAINS = (1.0, 3.0, 7.0)
"""By likeness: 2 ** grade - 1, as is usual, for the family, a like part, the same part."""


@dataclass(frozen=True, slots=True)
class Made:
    """A made corpus. folder: its PDFs. sheets: how many. houses: drawing offices that share them."""

    folder: Path
    sheets: int
    houses: int
    seed: int

    def write(self, number: int) -> None:
        """The PDF of a sheet by number."""
        (self.folder / _name(number)).write_bytes(write_pdf(plan(self._spec(number))))

    def another_drawing(self, sheet: SheetRef) -> Path:
        """The part of a sheet drawn once more: another office, paper, choice of views; kept beside the folder."""
        number = _number(sheet.file)
        template, house_seed = self._another_house(number)
        rng = np.random.default_rng([self.seed, 4, number])
        return self._beside(
            "another", sheet, draw_spec(self._part(number), rng, template=template, house_seed=house_seed)
        )

    def other_hand(self, sheet: SheetRef) -> Path:
        """The part's mirror image, drawn by the same office in the same way, with a title of its own; kept likewise."""
        number = _number(sheet.file)
        rng = np.random.default_rng([self.seed, 5, number])
        return self._beside("hand", sheet, other_title(other_hand(self._spec(number), rng), rng))

    def _beside(self, kind: str, sheet: SheetRef, spec: SheetSpec) -> Path:
        path = self.folder.with_name(f"{self.folder.name}-{kind}") / sheet.file
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}.tmp")
            unfinished.write_bytes(write_pdf(plan(spec)))
            unfinished.replace(path)
        return path

    def _spec(self, number: int) -> SheetSpec:
        template, house_seed = self._house(number)
        rng = np.random.default_rng([self.seed, 2, number])
        return draw_spec(self._part(number), rng, template=template, house_seed=house_seed)

    def _another_house(self, number: int) -> tuple[str, int]:
        """An office with a template in which no sheet of this corpus shows the part, as far as there is one."""
        parts = len(_bank())
        known = {self._house(again)[0] for again in range(number % parts, self.sheets, parts)}
        others = [self._house(number + parts * step, houses=HOUSES) for step in range(1, HOUSES)]
        return next((house for house in others if house[0] not in known), others[0])

    def with_size_variants(self) -> list[SheetRef]:
        """The sheets that are not alone in their family."""
        families = [self._part(number).family for number in range(self.sheets)]
        counts = Counter(families)
        return [SheetRef(_name(number), 1) for number, family in enumerate(families) if counts[family] > 1]

    def size_variants(self, sheet: SheetRef) -> Mapping[SheetRef, float]:
        """The other sheets of the part's family to their gains: GAINS of the same part, a like one, any other."""
        asked = self._part(_number(sheet.file))
        family = set(_bank().families[asked.family])
        kin = (number for number in range(self.sheets) if self._part_index(number) in family)
        gains = {SheetRef(_name(number), 1): GAINS[likeness(asked, self._part(number))] for number in kin}
        return {other: gain for other, gain in gains.items() if other != sheet}

    def groups(self) -> Iterator[Membership]:
        parts = [self._part(number).name for number in range(self.sheets)]
        sheets_of = Counter(parts)
        for number, part in enumerate(parts):
            if sheets_of[part] > 1:
                yield Membership(SheetRef(_name(number), 1), part, "part")

    def _part(self, number: int) -> Part:
        return _part_of(self._part_index(number))

    def _part_index(self, number: int) -> int:
        order = _order(self.seed, len(_bank()))
        return int(order[number % len(order)])

    def _house(self, number: int, houses: int | None = None) -> tuple[str, int]:
        """Template and seed of the office that draws a sheet, the next one when a part comes again."""
        names, parts = sorted(name for name in TEMPLATES if name.startswith("test")), len(_bank())
        first = int(np.random.default_rng([self.seed, 1, number % parts]).integers(HOUSES))
        house = (first + number // parts) % (houses or self.houses)
        return names[house % len(names)], int(np.random.default_rng([self.seed, 3, house]).integers(1 << 31))


def make_folder(count: int, houses: int, cache_dir: Path, seed: int) -> Made:
    """The corpus, made or found complete in the cache; a change of the bank or the sheet maker makes it anew."""
    folder = cache_dir / f"synthetic-{count}-{houses}-{seed}-{_makers_digest()}"
    made = Made(folder, count, houses, seed)
    if folder.exists():
        return made
    unfinished = replace(made, folder=folder.with_suffix(f".{os.getpid()}.tmp"))
    shutil.rmtree(unfinished.folder, ignore_errors=True)
    unfinished.folder.mkdir(parents=True)
    _write_sheets(unfinished)
    groups = list(made.groups())
    if groups:
        write_groups(unfinished.folder / "groups.csv", groups)
    unfinished.folder.replace(folder)
    return made


def likeness(one: Part, other: Part) -> int:
    """2 for the same part, 1 where parts of a family have the same features and every measure of the one is within
    LIKE_WITHIN of the other's, else 0."""
    if one.name == other.name:
        return 2
    if set(one.features) != set(other.features) or set(one.params) != set(other.params):
        return 0
    ratios = [abs(math.log((one.params[key] + 1e-6) / (other.params[key] + 1e-6))) for key in one.params]
    return int(max(ratios, default=0.0) <= math.log(LIKE_WITHIN))


def _write_sheets(made: Made) -> None:
    if made.sheets < SERIAL_BELOW:
        for number in range(made.sheets):
            made.write(number)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        list(pool.map(made.write, range(made.sheets), chunksize=20))


def _name(number: int) -> str:
    return f"D{number + 1:06d}.pdf"


def _number(name: str) -> int:
    return int(name[1:-4]) - 1


@lru_cache(maxsize=4)
def _order(seed: int, parts: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, 0]).permutation(parts)


@lru_cache(maxsize=1000)
def _part_of(index: int) -> Part:
    return _bank()[index]


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

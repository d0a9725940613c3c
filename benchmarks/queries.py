"""The questions: which sheets are asked for, as what, and which answers are right."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from benchmarks import degradations
from benchmarks.corpus import Corpus
from benchmarks.degradations import DEGRADATIONS, ink
from benchmarks.groups import SAME_PART, SheetRef
from benchmarks.pages import MADE_BY, Pages, Pixels, write_grey
from search.errors import UsageError

KIN_TASKS = ("revision", "family")
LAYOUT, HAND, SIZES = "layout", "hand", "sizes"
"""The part, drawn anew by another office; its mirror image; its size variants, nearest first."""
MADE_TASKS = (LAYOUT, HAND, SIZES)
"""Only made corpora can tell."""
TASKS = (*DEGRADATIONS, *MADE_TASKS, *KIN_TASKS)
MIDDLE = (0.10, 0.10, 0.90, 0.75)
"""Where the blank rule looks, fractions of the sheet: inside of any frame, above any title block."""
BLANK_BELOW = 0.0002
BLANK_RULE = (
    f"a sheet is blank where less than {BLANK_BELOW:.2%} of the pixels inside {MIDDLE} (fractions of the sheet) "
    f"are {degradations.INK_STEP} grey levels darker than its paper"
)


@dataclass(frozen=True, slots=True)
class Truth:
    """Which answers to a query are right.

    right: sheet to gain. dropped: neither right nor wrong, taken out of the answer before it is judged.
    one_is_all: the first right answer settles it, as where any sheet of the part will do.
    """

    right: Mapping[SheetRef, float]
    dropped: frozenset[SheetRef]
    one_is_all: bool


@dataclass(frozen=True, slots=True)
class Query:
    """One question, as a picture file."""

    task: str
    sheet: SheetRef
    png: Path
    truth: Truth


@dataclass(frozen=True, slots=True)
class Bench:
    """What queries are made from. cache_dir: pictures are kept there between runs."""

    corpus: Corpus
    pages: Pages
    cache_dir: Path
    seed: int

    def page(self, sheet: SheetRef) -> Pixels:
        return self.pages.read(self.corpus.path(sheet), sheet.sheet)


def make_queries(bench: Bench, tasks: Sequence[str], count: int) -> Iterator[Query]:
    """At most `count` queries of each task, the same for every system: those of a smaller count come first.

    Raises UsageError where the corpus cannot answer a task.
    """
    for task in tasks:
        asked = 0
        for sheet in _shuffled(_pool(bench.corpus, task), np.random.default_rng([bench.seed, _number(task)])):
            if asked == count:
                break
            if not is_blank(bench.page(sheet)):
                yield Query(task, sheet, _picture(bench, task, sheet), truth_of(bench.corpus, task, sheet))
                asked += 1


def truth_of(corpus: Corpus, task: str, sheet: SheetRef) -> Truth:
    """A copy, another layout or the other hand asks for the sheet or another one of its part; kin tasks for the group's
    other sheets.

    `sizes` asks for all of the family, and pays more for those that are more alike.

    In `family` the query's own revisions outside of the family group are dropped: they are nearer than kin.
    """
    same_part = corpus.groups.mates(sheet, *SAME_PART)
    if task == SIZES and corpus.made is not None:
        return Truth(corpus.made.size_variants(sheet), frozenset({sheet}), one_is_all=False)
    if task not in KIN_TASKS:
        return Truth(dict.fromkeys(same_part | {sheet}, 1.0), frozenset(), one_is_all=True)
    right = corpus.groups.mates(sheet, task)
    return Truth(dict.fromkeys(right, 1.0), (same_part - right) | {sheet}, one_is_all=False)


def is_blank(page: Pixels) -> bool:
    """Whether the drawing area holds nothing; see BLANK_RULE."""
    height, width = page.shape
    x0, y0, x1, y1 = MIDDLE
    middle = ink(page)[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)]
    return float(middle.mean()) < BLANK_BELOW


def _pool(corpus: Corpus, task: str) -> list[SheetRef]:
    if task not in TASKS:
        raise UsageError("tasks", f"there is no task {task}; there are {', '.join(TASKS)}")
    if task in MADE_TASKS and corpus.made is None:
        raise UsageError("tasks", f"{task} needs a made corpus, synthetic:N: of {corpus.name} no part is known")
    if task == SIZES and corpus.made is not None:
        return corpus.made.with_size_variants()
    if task not in KIN_TASKS:
        return list(corpus.sheets)
    pool = [sheet for sheet in corpus.sheets if corpus.groups.mates(sheet, task)]
    if not pool:
        raise UsageError("tasks", f"{task} needs --groups with groups of the relation {task}; {corpus.name} has none")
    return pool


def _shuffled(sheets: Sequence[SheetRef], rng: Generator) -> list[SheetRef]:
    return [sheets[i] for i in rng.permutation(len(sheets))]


def _picture(bench: Bench, task: str, sheet: SheetRef) -> Path:
    """Kept between runs, until the degradations' source changes."""
    file = bench.corpus.path(sheet)
    made = bench.corpus.made
    if made is not None and task in (LAYOUT, HAND):
        drawing = made.another_drawing(sheet) if task == LAYOUT else made.other_hand(sheet)
        return bench.pages.png(drawing, 1)
    if task not in DEGRADATIONS:
        return bench.pages.png(file, sheet.sheet)
    source = f"{hashlib.sha256(Path(degradations.__file__).read_bytes()).hexdigest()[:12]}-{MADE_BY}"
    name = f"{bench.pages.digest(file)}-{sheet.sheet}-{task}-{bench.seed}.png"
    png = bench.cache_dir / f"queries-{source}" / name
    if not png.exists():
        rng = np.random.default_rng([bench.seed, _number(task), _number(f"{sheet.file}#{sheet.sheet}")])
        write_grey(png, DEGRADATIONS[task](bench.page(sheet), rng))
    return png


def _number(text: str) -> int:
    """The same in every process, unlike hash()."""
    return zlib.crc32(text.encode())

"""The loop of a data team: sheets go out with the detector's boxes, and come back corrected, as labels.

export_sheets   drawings -> DIR: pictures, then coco.json, label_studio.json and label_config.xml
import_labels   what a labelling tool gives back -> LABELS.json, which `training.detector --labels` takes
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from indexer.files import Source, drawing_ids, find_sources
from indexer.progress import NoProgress, Progress
from search.boxes import iou
from search.catalog import Failure
from search.errors import DrawingError, Reason, UsageError
from search.isolation import WorkerPool, result_of
from search.reading import checked_page_count, open_reader, read_sheet
from search.regions import layout_of
from search.symbols.classes import CLASSES
from search.symbols.coco import FIELD, Labelled, LabelledSheet, read_coco, write_coco
from search.symbols.detector import loaded
from search.symbols.label_studio import PICTURES, Corrected, Returned, Task, read_export, write_config, write_tasks
from search.types import Box, Symbol

COCO, TASKS, CONFIG = "coco.json", "label_studio.json", "label_config.xml"
SMALLEST_PX = 1.0
"""Sides of a symbol on its picture; a smaller one cannot be seen there."""
SAME_IOU = 0.5
"""Boxes of a class that overlap so far are of one symbol."""
CALLS_PER_WORKER = 3
_NAMED = 20
_Key = TypeVar("_Key")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Look:
    """How sheets are looked at. detector: weights, None to look for no symbols. at_least: the least score of one."""

    detector: Path | None
    at_least: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A page. png: its pixels as nizu reads them, grey. symbols: best first."""

    size_px: tuple[int, int]
    png: bytes
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    sheets: int
    boxes: int
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Boxes of a class: those people added to what they were shown, removed from it, kept of it."""

    added: int
    removed: int
    kept: int


@dataclass(frozen=True, slots=True)
class Imported:
    """sheets, boxes: what was taken. before: sheets that the labels hold besides.

    compared: sheets whose file tells what their labellers were shown. changes: of those, by class.
    """

    sheets: int
    boxes: int
    before: int
    untouched: int
    cancelled: int
    compared: int
    changes: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class _Drawing:
    drawing_id: str
    path: Path
    names: list[str]

    def failures(self, number: int, error: DrawingError) -> list[Failure]:
        return [Failure(name, number, error.reason, str(error)) for name in self.names]


@dataclass(frozen=True, slots=True)
class _Page:
    drawing: _Drawing
    number: int
    is_last: bool


def export_sheets(
    roots: Sequence[Path], out: Path, look: Look, workers: int, progress: Progress | None = None
) -> Exported:
    """Write every sheet of the drawings below the roots, with its symbols, for people to correct.

    Files and pages that cannot be read are named in the report and skipped. The lists are written last: where they are,
    all pictures are. Raises UsageError, and EncoderUnusable for weights that are none.
    """
    progress = progress or NoProgress()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("out", f"{out} is not empty: name a new folder")
    drawings, failures = _drawings(find_sources(roots))
    version = loaded(look.detector).fingerprint if look.detector else ""
    with _disk_errors(out), closing(WorkerPool(workers)) as pool:
        pages, unread = _counted(pool, drawings, workers, progress)
        tasks, unseen = _looked_at(pool, pages, look, out / PICTURES, workers, progress)
        failures += [*unread, *unseen]
        if not tasks:
            named = "\n".join(map(str, failures[:_NAMED]))
            raise UsageError("drawings", f"none of the drawings can be read:\n{named}")
        write_config(out / CONFIG)
        with _replacing(out / TASKS) as partial:
            write_tasks(partial, tasks, version)
        with _replacing(out / COCO) as partial:
            write_coco(partial, [task.sheet for task in tasks])
    return Exported(len(tasks), sum(len(task.scores) for task in tasks), tuple(failures))


def import_labels(file: Path, labels: Path, *, merge: bool) -> Imported:
    """Take the sheets that were looked at into the labels. file: a COCO file or Label Studio's export.

    merge: keep the sheets of existing labels but for those that the file holds. Nothing is written where anything is
    wrong. Raises UsageError.
    """
    if labels.exists() and not merge:
        raise UsageError("out", f"{labels} exists: --merge keeps its sheets but for those that {file.name} holds")
    returned = _returned(file)
    if not returned.sheets:
        raise UsageError(FIELD, f"{file.name} holds no sheet that was looked at")
    new = {_place(one.sheet): one.sheet for one in returned.sheets}
    old = {_place(sheet): sheet for sheet in read_coco(labels)} if labels.exists() else {}
    with _disk_errors(labels), _replacing(labels) as partial:
        write_coco(partial, (old | new).values())
    return Imported(
        sheets=len(new),
        boxes=sum(len(sheet.symbols) for sheet in new.values()),
        before=len(old.keys() - new.keys()),
        untouched=returned.untouched,
        cancelled=returned.cancelled,
        compared=sum(one.before is not None for one in returned.sheets),
        changes=changes(returned.sheets),
    )


def changes(sheets: Iterable[Corrected]) -> dict[str, Change]:
    """By class, in the order of the table: what became of the boxes that labellers were shown."""
    shown, corrected, kept = Counter[str](), Counter[str](), Counter[str]()
    for one in sheets:
        if one.before is None:
            continue
        shown.update(symbol.name for symbol in one.before)
        corrected.update(symbol.name for symbol in one.sheet.symbols)
        for name in {symbol.name for symbol in one.before}:
            kept[name] += _same(_boxes_of(name, one.before), _boxes_of(name, one.sheet.symbols))
    return {
        one.name: Change(corrected[one.name] - kept[one.name], shown[one.name] - kept[one.name], kept[one.name])
        for one in CLASSES
        if shown[one.name] or corrected[one.name]
    }


def page_count(path: Path) -> int:
    """Of a drawing. Raises DrawingError. Runs in a worker."""
    with closing(open_reader(path)) as reader:
        return checked_page_count(reader)


def look_at(path: Path, number: int, look: Look) -> Seen:
    """A 1-based page and the symbols on it. Raises DrawingError. Runs in a worker."""
    pixels = read_sheet(path, number).pixels
    height, width = pixels.shape
    symbols = loaded(look.detector).detect(layout_of(pixels), look.at_least) if look.detector else ()
    return Seen((width, height), cv2.imencode(".png", pixels)[1].tobytes(), symbols)


def _drawings(sources: Sequence[Source]) -> tuple[list[_Drawing], list[Failure]]:
    """Files of equal content are one drawing."""
    drawings: dict[str, _Drawing] = {}
    failures: list[Failure] = []
    for source, drawing_id in zip(sources, drawing_ids(sources), strict=True):
        if isinstance(drawing_id, OSError):
            message = f"cannot be opened: {drawing_id.strerror}"
            failures.append(Failure(source.name, 0, Reason.MISSING, message))
        else:
            drawings.setdefault(drawing_id, _Drawing(drawing_id, source.path, [])).names.append(source.name)
    return list(drawings.values()), failures


def _counted(
    pool: WorkerPool, drawings: Sequence[_Drawing], workers: int, progress: Progress
) -> tuple[list[_Page], list[Failure]]:
    """The pages of all drawings, known before any is read: one that ruins its worker costs no other."""
    progress.start("count pages", len(drawings))
    pages: list[_Page] = []
    failures: list[Failure] = []
    calls = ((drawing, pool.submit(page_count, drawing.path)) for drawing in drawings)
    for drawing, count in _results(calls, workers * CALLS_PER_WORKER):
        progress.advance(1)
        if isinstance(count, DrawingError):
            failures += drawing.failures(0, count)
        else:
            pages += [_Page(drawing, number, number == count) for number in range(1, count + 1)]
    return pages, failures


def _looked_at(
    pool: WorkerPool, pages: Sequence[_Page], look: Look, folder: Path, workers: int, progress: Progress
) -> tuple[list[Task], list[Failure]]:
    """Tasks of all pages, each with its picture in the folder."""
    progress.start("find symbols", sum(page.is_last for page in pages))
    tasks: list[Task] = []
    failures: list[Failure] = []
    calls = ((page, pool.submit(look_at, page.drawing.path, page.number, look)) for page in pages)
    for page, seen in _results(calls, workers * CALLS_PER_WORKER):
        if isinstance(seen, DrawingError):
            failures += page.drawing.failures(page.number, seen)
        else:
            task = _task(page, seen)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / task.sheet.file_name).write_bytes(seen.png)
            tasks.append(task)
        progress.advance(int(page.is_last), 1)
    return tasks, failures


def _results(
    calls: Iterator[tuple[_Key, Future[_Result]]], ahead: int
) -> Iterator[tuple[_Key, _Result | DrawingError]]:
    """What became of each call, in order. ahead: so many are submitted before the first is waited for."""
    waiting = deque(islice(calls, ahead))
    while waiting:
        key, future = waiting.popleft()
        try:
            outcome: _Result | DrawingError = result_of(future)
        except DrawingError as error:
            outcome = error
        waiting.extend(islice(calls, 1))
        yield key, outcome


def _task(page: _Page, seen: Seen) -> Task:
    width, height = seen.size_px
    symbols = [
        one
        for one in seen.symbols
        if min((one.box[2] - one.box[0]) * width, (one.box[3] - one.box[1]) * height) >= SMALLEST_PX
    ]
    labelled = tuple(Labelled(one.name, one.box) for one in symbols)
    drawing = page.drawing
    sheet = LabelledSheet(drawing.drawing_id, page.number, seen.size_px, labelled, drawing.names[0])
    return Task(sheet, tuple(one.score for one in symbols))


def _returned(file: Path) -> Returned:
    """A list is Label Studio's, an object COCO's."""
    with file.open("rb") as opened:
        is_list = opened.read(1024).lstrip().startswith(b"[")
    return read_export(file) if is_list else Returned(tuple(Corrected(sheet) for sheet in read_coco(file)))


def _place(sheet: LabelledSheet) -> tuple[str, int]:
    return sheet.drawing_id, sheet.page


def _boxes_of(name: str, symbols: Sequence[Labelled]) -> list[Box]:
    return [symbol.box for symbol in symbols if symbol.name == name]


def _same(shown: Sequence[Box], corrected: Sequence[Box]) -> int:
    """How many boxes of the one are in the other, too: the pairs that overlap most first, each box once."""
    overlaps = iou(np.array(shown).reshape(-1, 4), np.array(corrected).reshape(-1, 4))
    pairs = np.argwhere(overlaps >= SAME_IOU)
    left, right = set[int](), set[int]()
    for row, column in pairs[np.argsort(-overlaps[pairs[:, 0], pairs[:, 1]], kind="stable")].tolist():
        if row not in left and column not in right:
            left.add(row)
            right.add(column)
    return len(left)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A path to write: what is there takes the place of `path` once it is whole."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError("out", f"{out} cannot be written: {error.strerror or error}") from error

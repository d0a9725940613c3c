"""Drawings to prepared sheets, in parallel: each task is a few pages of one drawing in a process of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from search.errors import DrawingError, Reason
from search.isolation import WorkerPool, result_of
from search.prepare import Pages, PreparedSheet, Recipe, prepare_pages

PAGES_PER_TASK = 4
"""Keeps what a worker sends back below some ten megabytes, whatever the number of pages."""

TASKS_PER_WORKER = 3
"""Tasks waiting or running for each worker: enough that none starves while the encoder is busy."""

_WORKER_LOST = frozenset({Reason.CRASHED, Reason.TIMEOUT})


@dataclass(frozen=True, slots=True)
class PagesRead:
    """Some pages of a drawing. errors: page number (0 is the whole file) to what is wrong.

    is_last: nothing more comes of this drawing. failed: some page of it, now or before, could not be read.
    """

    drawing_id: str
    page_count: int
    sheets: tuple[PreparedSheet, ...]
    errors: tuple[tuple[int, DrawingError], ...]
    is_last: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """Pages first to first + count - 1; none where they are only to be counted.

    page_count: 0 as long as it is not known. lost: what became of the page before, which ruined its worker.
    """

    drawing_id: str
    first: int = 1
    count: int = PAGES_PER_TASK
    page_count: int = 0
    failed: bool = False
    lost: DrawingError | None = None


def read_drawings(
    paths: Mapping[str, Path], done: Mapping[str, frozenset[int]], recipe: Recipe, workers: int
) -> Generator[PagesRead]:
    """Read every drawing (id to path) but the pages that are done, as they get ready, in no particular order."""
    waiting = deque(_Task(drawing_id) for drawing_id in paths)
    running: dict[Future[Pages], _Task] = {}
    if not waiting:
        return
    with closing(WorkerPool(workers)) as pool:
        while waiting or running:
            while waiting and len(running) < workers * TASKS_PER_WORKER:
                task = waiting.popleft()
                arguments = (paths[task.drawing_id], task.first, task.count, recipe, done[task.drawing_id])
                running[pool.submit(prepare_pages, *arguments)] = task
            ready, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                task = running.pop(future)
                pages = _read(future, task)
                if isinstance(pages, _Task):
                    waiting.appendleft(pages)
                    continue
                if not pages.is_last:  # the rest of a drawing goes before the next one
                    waiting.appendleft(_next(task, pages))
                yield pages


def _read(future: Future[Pages], task: _Task) -> PagesRead | _Task:
    """What came of a task, or what to try instead: pages that ruin their worker, or of which the file cannot be opened
    again, one by one, so that each is named; after a first page that ruins it the counting of the others."""
    try:
        pages = result_of(future)
    except DrawingError as error:
        if task.count > 1 and (error.reason in _WORKER_LOST or task.page_count):
            return replace(task, count=1)
        if error.reason in _WORKER_LOST and task.count == 1 and task.page_count == 0:
            return replace(task, first=task.first + 1, count=0, lost=error)
        if task.page_count == 0:  # nothing of this drawing can be read
            return PagesRead(task.drawing_id, 0, (), ((0, error),), is_last=True, failed=True)
        pages = Pages(task.page_count, (), ((task.first, error),))
    if task.lost:
        pages = replace(pages, errors=((task.first - 1, task.lost), *pages.errors))
    return PagesRead(
        drawing_id=task.drawing_id,
        page_count=pages.page_count,
        sheets=pages.sheets,
        errors=pages.errors,
        is_last=task.first + task.count > pages.page_count,
        failed=task.failed or bool(pages.errors),
    )


def _next(task: _Task, pages: PagesRead) -> _Task:
    return _Task(task.drawing_id, task.first + task.count, PAGES_PER_TASK, pages.page_count, pages.failed)

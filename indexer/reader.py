"""Drawings to prepared sheets, in parallel: each task is a few pages of one drawing in a process of its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from search.errors import DrawingError
from search.isolation import WorkerPool, result_of
from search.prepare import Pages, PreparedSheet, prepare_pages

PAGES_PER_TASK = 4
"""Keeps what a worker sends back below some ten megabytes, whatever the number of pages."""

TASKS_PER_WORKER = 3
"""Tasks waiting or running for each worker: enough that none starves while the encoder is busy."""


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
    drawing_id: str
    first: int
    failed: bool


def read_drawings(
    paths: Mapping[str, Path], done: Mapping[str, frozenset[int]], image_px: int, workers: int
) -> Iterator[PagesRead]:
    """Read every drawing (id to path) but the pages that are done, as they get ready, in no particular order."""
    waiting = deque(_Task(drawing_id, 1, failed=False) for drawing_id in paths)
    running: dict[Future[Pages], _Task] = {}
    if not waiting:
        return
    with closing(WorkerPool(workers)) as pool:
        while waiting or running:
            while waiting and len(running) < workers * TASKS_PER_WORKER:
                task = waiting.popleft()
                arguments = (paths[task.drawing_id], task.first, PAGES_PER_TASK, image_px, done[task.drawing_id])
                running[pool.submit(prepare_pages, *arguments)] = task
            ready, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                task = running.pop(future)
                pages = _read(future, task)
                if not pages.is_last:  # the rest of a drawing goes before the next one
                    waiting.appendleft(_Task(task.drawing_id, task.first + PAGES_PER_TASK, pages.failed))
                yield pages


def _read(future: Future[Pages], task: _Task) -> PagesRead:
    try:
        pages = result_of(future)
    except DrawingError as error:
        return PagesRead(task.drawing_id, 0, (), ((0, error),), is_last=True, failed=True)
    return PagesRead(
        drawing_id=task.drawing_id,
        page_count=pages.page_count,
        sheets=pages.sheets,
        errors=pages.errors,
        is_last=task.first + PAGES_PER_TASK > pages.page_count,
        failed=task.failed or bool(pages.errors),
    )

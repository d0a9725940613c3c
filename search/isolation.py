"""Reading in processes of its own: a file that crashes, stalls or eats memory costs one worker, not the service."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import Future, TimeoutError
from typing import ParamSpec, TypeVar

import cv2
from pebble import ProcessExpired, ProcessPool

from search.errors import DrawingError, NizuError, Reason

READ_TIMEOUT_S = 120.0
WORKER_MEMORY_BYTES = 4 * 2**30
"""Data memory of one worker; reading an A0 scan needs below 1.5 GB."""

_TASKS_PER_WORKER = 500
_P = ParamSpec("_P")
_R = TypeVar("_R")


class WorkerPool:
    """Runs functions of this package in worker processes."""

    def __init__(self, workers: int, timeout_s: float = READ_TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._pool = ProcessPool(
            max_workers=workers,
            max_tasks=_TASKS_PER_WORKER,
            initializer=_start_worker,
            context=multiprocessing.get_context("spawn"),  # a fork would copy the locks of the parent's threads
        )

    def submit(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> Future[_R]:
        """Start a call; its result comes through `result_of`."""
        future: Future[_R] = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout_s)
        return future

    def close(self) -> None:
        """Stop the workers at once, running calls included."""
        self._pool.stop()
        self._pool.join()


def result_of(future: Future[_R]) -> _R:
    """The result of a call. Raises what it raised, or DrawingError where its worker died or took too long."""
    try:
        return future.result()
    except TimeoutError as error:
        raise DrawingError(Reason.TIMEOUT, "takes too long to read: save it in a simpler form") from error
    except (ProcessExpired, MemoryError) as error:
        raise DrawingError(Reason.CRASHED, f"makes the reader crash ({str(error) or 'out of memory'})") from error
    except NizuError:
        raise
    except Exception as error:  # one strange file must not end the work on all others
        raise DrawingError(Reason.CRASHED, f"makes the reader fail ({type(error).__name__}: {error})") from error


def _start_worker() -> None:
    cv2.setNumThreads(1)
    resource.setrlimit(resource.RLIMIT_DATA, (WORKER_MEMORY_BYTES, WORKER_MEMORY_BYTES))

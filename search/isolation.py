"""Reading in processes of its own: a file that crashes, stalls or eats memory costs one worker, not the service."""

from __future__ import annotations

import multiprocessing
import resource
import threading
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
        self._workers, self._timeout_s = workers, timeout_s
        self._lock, self._closed = threading.Lock(), False
        self._pool = _new_pool(workers)

    def submit(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> Future[_R]:
        """Start a call; its result comes through `result_of`."""
        pool = self._usable_pool()
        future: Future[_R] = pool.schedule(function, args=args, kwargs=kwargs, timeout=self._timeout_s)
        return future

    def close(self) -> None:
        """Stop the workers at once, running calls included."""
        with self._lock:
            self._closed = True
            self._pool.stop()
            self._pool.join()

    def _usable_pool(self) -> ProcessPool:
        """A worker that dies while it has nothing to do, killed for memory, breaks a pool for good: then a new one."""
        with self._lock:
            if not self._closed and not self._pool.active:
                self._pool.stop()
                self._pool.join()
                self._pool = _new_pool(self._workers)
            return self._pool


def _new_pool(workers: int) -> ProcessPool:
    return ProcessPool(
        max_workers=workers,
        max_tasks=_TASKS_PER_WORKER,
        initializer=_start_worker,
        context=multiprocessing.get_context("spawn"),  # a fork would copy the locks of the parent's threads
    )


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
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = WORKER_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(WORKER_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))

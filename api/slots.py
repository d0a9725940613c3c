"""Bounded work: so many run, so many wait, one more is told to come back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from api.metrics import Metrics
from api.problems import OVERLOADED, ProblemError

RETRY_AFTER_S = 2
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Slots:
    """Runs functions in threads of its own."""

    def __init__(self, concurrency: int, queue: int, metrics: Metrics) -> None:
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="search")
        self._count = concurrency + queue
        self._free = threading.BoundedSemaphore(self._count)
        self._metrics = metrics

    async def run(self, function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """What the function returns. Raises what it raises, or ProblemError where every place is taken."""
        if not self._free.acquire(blocking=False):
            self._metrics.rejected()
            detail = f"{self._count} searches run or wait, which is all this server takes. Ask again in a moment."
            raise ProblemError(OVERLOADED, detail, retry_after_s=RETRY_AFTER_S)
        future = self._threads.submit(function, *args, **kwargs)
        future.add_done_callback(lambda _: self._free.release())  # not at the await: a client may leave before
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

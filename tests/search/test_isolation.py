"""Reading in other processes: what a worker does never reaches the pool."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Iterator

import pytest

from search.errors import DrawingError, EncoderMismatch, EncoderUnusable, IndexUnusable, NizuError, Reason, UsageError
from search.isolation import WorkerPool, result_of

WAIT_S = 20.0


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    started = WorkerPool(1)
    yield started
    started.close()


def test_a_worker_that_is_killed_while_it_has_nothing_to_do_is_replaced(pool: WorkerPool) -> None:
    worker = result_of(pool.submit(os.getpid))
    os.kill(worker, signal.SIGKILL)
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        try:
            assert result_of(pool.submit(os.getpid)) != worker
            break
        except DrawingError:  # asked before the pool had seen it
            time.sleep(0.1)
    else:
        pytest.fail("the pool did not recover")


def test_a_closed_pool_stays_closed(pool: WorkerPool) -> None:
    pool.close()
    with pytest.raises(RuntimeError):
        pool.submit(os.getpid)


@pytest.mark.parametrize(
    "error",
    [
        DrawingError(Reason.DAMAGED, "is damaged"),
        UsageError("box", "box is none"),
        IndexUnusable("no index"),
        EncoderUnusable("no weights"),
        EncoderMismatch("a@1", "b@2"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_comes_back_from_a_worker_as_it_was(error: NizuError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error) and vars(again) == vars(error)

"""Vector stores against brute force; concurrent callers; the GPU store's one worker, with a fake index."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from search.stores import Neighbours, VectorStore, faiss_store
from search.stores.faiss_store import CpuStore, GpuStore, build, gpu_count, load

Vectors = NDArray[np.float32]


def unit(rng: np.random.Generator, count: int, dimensions: int = 48) -> Vectors:
    vectors = rng.normal(size=(count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]


def clustered(rng: np.random.Generator, count: int, dimensions: int = 64, centres: int = 200) -> Vectors:
    """Like drawings: regions of one family lie together."""
    vectors = unit(rng, centres, dimensions)[rng.integers(0, centres, count)]
    vectors = vectors + 0.08 * rng.normal(size=vectors.shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)  # type: ignore[no-any-return]


def brute_force(vectors: NDArray[np.float16], queries: Vectors, k: int) -> Neighbours:
    similarities = queries @ vectors.astype(np.float32).T
    ids = np.argsort(-similarities, axis=1, kind="stable")[:, :k]
    return Neighbours(ids.astype(np.int64), np.take_along_axis(similarities, ids, axis=1))


def stored(vectors: NDArray[np.float16], folder: Path, *, gpu: bool = False) -> VectorStore:
    build(vectors, folder / "regions.faiss")
    return load(folder / "regions.faiss", gpu=gpu)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """FAISS trains on several threads many times slower than on one where others keep the cores busy."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    yield
    faiss.omp_set_num_threads(threads)


@pytest.fixture
def vectors() -> NDArray[np.float16]:
    return unit(np.random.default_rng(1), 3000).astype(np.float16)


@pytest.fixture
def queries() -> Vectors:
    return unit(np.random.default_rng(2), 37)


def test_the_exact_store_is_brute_force(vectors: NDArray[np.float16], queries: Vectors, tmp_path: Path) -> None:
    found = stored(vectors, tmp_path).search(queries, 20)
    wanted = brute_force(vectors, queries, 20)
    assert found.ids.dtype == np.int64 and found.similarities.dtype == np.float32
    assert (found.ids == wanted.ids).mean() > 0.995, "only ties in float16 may change places"
    assert np.abs(found.similarities - wanted.similarities).max() < 1e-3
    assert (np.diff(found.similarities, axis=1) <= 0).all(), "best first"


def test_a_vector_of_the_store_finds_itself_with_similarity_one(vectors: NDArray[np.float16], tmp_path: Path) -> None:
    found = stored(vectors, tmp_path).search(vectors[::100].astype(np.float32), 1)
    assert found.ids[:, 0].tolist() == list(range(0, 3000, 100))
    assert found.similarities == pytest.approx(1.0, abs=2e-3)


def test_fewer_regions_than_asked_for_are_filled_with_minus_one(queries: Vectors, tmp_path: Path) -> None:
    few = unit(np.random.default_rng(3), 4).astype(np.float16)
    found = stored(few, tmp_path).search(queries, 7)
    assert (np.sort(found.ids[:, :4], axis=1) == np.arange(4)).all()
    assert (found.ids[:, 4:] == -1).all()


def use_inverted_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above 200,000 regions, with short codes: training 64 bytes a vector takes minutes."""
    monkeypatch.setattr(faiss_store, "EXACT_BELOW", 1000)
    monkeypatch.setattr(faiss_store, "PQ_BYTES_PER_VECTOR", 8)


def test_above_the_threshold_a_hundred_neighbours_hold_nine_of_the_ten_nearest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_inverted_lists(monkeypatch)
    clusters = clustered(np.random.default_rng(4), 5100)
    vectors, queries = clusters[:5000].astype(np.float16), clusters[5000:]
    store = stored(vectors, tmp_path)
    assert type(store) is CpuStore and store._inverted
    found, nearest = store.search(queries, 100).ids, brute_force(vectors, queries, 10).ids
    kept = np.mean([np.isin(wanted, got).mean() for wanted, got in zip(nearest, found, strict=True)])
    assert kept >= 0.9, f"{kept:.3f} of the ten nearest are among the hundred found"


@pytest.mark.parametrize("share", [0.5, 0.01])
@pytest.mark.parametrize("inverted", [False, True])
def test_among_allowed_vectors_none_else_is_found_and_the_nearest_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inverted: bool, share: float
) -> None:
    if inverted:
        use_inverted_lists(monkeypatch)
    rng = np.random.default_rng(6)
    clusters = clustered(rng, 5100)
    vectors, queries = clusters[:5000].astype(np.float16), clusters[5000:]
    allowed = rng.random(5000) < share
    store = stored(vectors, tmp_path)
    assert isinstance(store, CpuStore)
    for searched in (store, GpuStore(FakeIndex(), store)):
        found = searched.search(queries, 30, allowed).ids
        assert allowed[found[found >= 0]].all()
        rows = np.flatnonzero(allowed)
        nearest = rows[brute_force(vectors[allowed], queries, 10).ids]
        kept = np.mean([np.isin(wanted, got).mean() for wanted, got in zip(nearest, found, strict=True)])
        assert kept >= (0.85 if inverted else 0.999), f"{kept:.3f} of the ten nearest are among the thirty found"


def test_building_twice_writes_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, vectors: NDArray[np.float16], tmp_path: Path
) -> None:
    for inverted in (False, True):
        if inverted:
            use_inverted_lists(monkeypatch)
        for name in ("a", "b"):
            build(vectors[:1200], tmp_path / name)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("inverted", [False, True])
def test_many_threads_get_the_answers_that_one_gets(
    monkeypatch: pytest.MonkeyPatch, vectors: NDArray[np.float16], queries: Vectors, tmp_path: Path, inverted: bool
) -> None:
    if inverted:
        use_inverted_lists(monkeypatch)
    store = stored(vectors, tmp_path)
    alone = [store.search(queries[i : i + 1], 5) for i in range(len(queries))]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda i: store.search(queries[i : i + 1], 5), list(range(len(queries))) * 4))
    for index, answer in enumerate(together):
        assert np.array_equal(answer.ids, alone[index % len(queries)].ids)


class FakeIndex:
    """Answers each query with its own first number times 1000, plus 0, 1, …; notes how it was called."""

    def __init__(self, before: Callable[[Vectors], None] = lambda queries: None) -> None:
        self.batches: list[int] = []
        self.threads: set[int] = set()
        self._before = before

    def search(self, queries: Vectors, k: int, params: Any = None) -> tuple[Vectors, NDArray[np.int64]]:
        self.batches.append(len(queries))
        self.threads.add(threading.get_ident())
        self._before(queries)
        ids = (queries[:, :1] * 1000).astype(np.int64) + np.arange(k)
        return ids.astype(np.float32), ids


def on_gpu(index: FakeIndex) -> GpuStore:
    return GpuStore(index, CpuStore(faiss.IndexFlatIP(4)))


def test_waiting_queries_are_answered_as_one_batch_each_with_its_own_rows_and_k() -> None:
    index = FakeIndex(lambda queries: time.sleep(0.03))
    store = on_gpu(index)

    def ask(number: int) -> Neighbours:
        return store.search(np.full((1 + number % 3, 4), number, np.float32), 1 + number % 5)

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(ask, range(48)))
    for number, answer in enumerate(answers):
        assert answer.ids.shape == (1 + number % 3, 1 + number % 5)
        assert (answer.ids == number * 1000 + np.arange(1 + number % 5)).all()
    assert len(index.threads) == 1, "a GPU index is searched by one thread"
    assert len(index.batches) < 24, "waiting queries share a batch"


def test_an_error_reaches_every_caller_of_its_batch_and_no_later_one() -> None:
    broken = threading.Event()
    broken.set()

    def fail(queries: Vectors) -> None:
        time.sleep(0.02)
        if broken.is_set():
            raise RuntimeError("out of GPU memory")

    store = on_gpu(FakeIndex(fail))
    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(store.search, np.full((1, 4), n, np.float32), 2) for n in range(6)]
        for future in futures:
            with pytest.raises(RuntimeError, match="out of GPU memory"):
                future.result(timeout=10)
    broken.clear()
    assert store.search(np.full((1, 4), 3, np.float32), 1).ids.tolist() == [[3000]]


def test_a_closed_store_has_answered_those_who_waited_and_leaves_no_thread() -> None:
    store = on_gpu(FakeIndex(lambda queries: time.sleep(0.05)))
    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(store.search, np.full((1, 4), n, np.float32), 2) for n in range(6)]
        time.sleep(0.02)
        store.close()
        assert [future.result(timeout=5).ids[0, 0] for future in futures] == [0, 1000, 2000, 3000, 4000, 5000]
    assert not store._worker.is_alive()


@pytest.mark.skipif(gpu_count() == 0, reason="no GPU")
@pytest.mark.parametrize("inverted", [False, True])
def test_the_gpu_store_is_brute_force_within_half_precision(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inverted: bool
) -> None:
    if inverted:
        use_inverted_lists(monkeypatch)
    rng = np.random.default_rng(1)
    vectors = unit(rng, 3000, 256).astype(np.float16)  # the encoder's width: its tables need half precision on a GPU
    queries = unit(rng, 20, 256)
    found = stored(vectors, tmp_path, gpu=True).search(queries, 10)
    wanted = brute_force(vectors, queries, 10)
    if not inverted:
        assert (found.ids == wanted.ids).mean() > 0.98
        assert np.abs(found.similarities - wanted.similarities).max() < 2e-3
    else:
        assert (found.ids[:, 0] == wanted.ids[:, 0]).mean() > 0.6

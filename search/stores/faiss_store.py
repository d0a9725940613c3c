"""FAISS on the CPU or one GPU. The index type follows the number of regions; search parameters go with each call."""

from __future__ import annotations

import math
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from search.stores import Neighbours

EXACT_BELOW = 200_000
"""Below this many regions every vector is compared (float16); above, inverted lists of product-quantised vectors."""
NPROBE = 32
PQ_BYTES_PER_VECTOR = 64
_TRAINING_VECTORS_PER_LIST = 64
_CHUNK = 65_536
_GPU_BATCH = 1024


def gpu_count() -> int:
    """GPUs that FAISS can use: 0 also where the package has GPU code but the machine no GPU."""
    return int(faiss.get_num_gpus()) if hasattr(faiss, "get_num_gpus") else 0


def build(vectors: NDArray[np.float16], path: Path) -> None:
    """Write the index of (N, D) unit vectors."""
    count, dimensions = vectors.shape
    index = _exact(dimensions) if count < EXACT_BELOW else _inverted_lists(vectors)
    for start in range(0, count, _CHUNK):
        index.add(np.asarray(vectors[start : start + _CHUNK], np.float32))
    faiss.write_index(index, str(path))


def load(path: Path, *, gpu: bool) -> CpuStore | GpuStore:
    """Open what `build` wrote; the caller has checked the file's checksum, since FAISS trusts what it reads."""
    index = faiss.read_index(str(path))
    return GpuStore(_to_gpu(index), CpuStore(index)) if gpu else CpuStore(index)


class CpuStore:
    """A CPU index; FAISS searches it from any number of threads."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._inverted = isinstance(index, faiss.IndexIVF)

    def search(self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> Neighbours:
        """Where few vectors are allowed more lists are probed, or they would hold none of them."""
        chosen: dict[str, Any] = {}
        if allowed is not None:
            chosen["sel"] = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self._inverted:
            share = 1.0 if allowed is None else max(float(allowed.mean()), 1 / len(allowed))
            chosen["nprobe"] = min(self._index.nlist, round(NPROBE / share))
        made = faiss.SearchParametersIVF if self._inverted else faiss.SearchParameters
        similarities, ids = self._index.search(np.ascontiguousarray(queries, np.float32), k, params=made(**chosen))
        return Neighbours(ids, similarities)

    def close(self) -> None:
        self._index = None


@dataclass(frozen=True, slots=True)
class _Request:
    queries: NDArray[np.float32]
    k: int
    answer: Future[Neighbours]


class GpuStore:
    """A GPU index must not be searched concurrently: one worker thread takes all waiting queries as one batch.

    on_cpu: the same vectors, for searches among allowed ones, which FAISS cannot do on a GPU.
    """

    def __init__(self, index: Any, on_cpu: CpuStore) -> None:
        self._index = index
        self._on_cpu = on_cpu
        self._inverted = isinstance(index, faiss.GpuIndexIVF) if hasattr(faiss, "GpuIndexIVF") else False
        self._requests: queue.Queue[_Request | None] = queue.Queue()
        self._worker = threading.Thread(target=self._work, name="faiss-gpu", daemon=True)
        self._worker.start()

    def search(self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> Neighbours:
        if allowed is not None:
            return self._on_cpu.search(queries, k, allowed)
        request = _Request(np.ascontiguousarray(queries, np.float32), k, Future())
        self._requests.put(request)
        return request.answer.result()

    def close(self) -> None:
        self._requests.put(None)
        self._worker.join()
        self._index = None
        self._on_cpu.close()

    def _work(self) -> None:
        while batch := self._waiting():
            try:
                self._answer(batch)
            except Exception as error:  # the waiting callers must hear of it, whatever it is
                for request in batch:
                    request.answer.set_exception(error)

    def _waiting(self) -> list[_Request]:
        """The requests that wait, at least one; none where the store is closed."""
        batch: list[_Request] = []
        while not batch or (not self._requests.empty() and sum(len(r.queries) for r in batch) < _GPU_BATCH):
            request = self._requests.get()
            if request is None:
                if batch:
                    self._requests.put(None)  # those before it are answered first
                return batch
            batch.append(request)
        return batch

    def _answer(self, batch: list[_Request]) -> None:
        params = faiss.SearchParametersIVF(nprobe=NPROBE) if self._inverted else None
        k = max(request.k for request in batch)
        queries = np.concatenate([request.queries for request in batch])
        similarities, ids = self._index.search(queries, k, params=params)
        start = 0
        for request in batch:
            rows = slice(start, start + len(request.queries))
            request.answer.set_result(Neighbours(ids[rows, : request.k], similarities[rows, : request.k]))
            start += len(request.queries)


def _exact(dimensions: int) -> Any:
    return faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _inverted_lists(vectors: NDArray[np.float16]) -> Any:
    """A trained, empty index. Its quality lies in the shortlist only: hits are scored with the exact vectors."""
    count, dimensions = vectors.shape
    lists = 2 ** round(math.log2(4 * math.sqrt(count)))
    quantizer = faiss.IndexFlatIP(dimensions)
    codes = math.gcd(dimensions, PQ_BYTES_PER_VECTOR)
    index = faiss.IndexIVFPQ(quantizer, dimensions, lists, codes, 8, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 1
    # The codes' k-means, once for each byte, is nearly all of the training; with this it takes a quarter of the time
    # and finds the same neighbours (512 lists, 64 bytes: 10 of 10 in the first 100 either way).
    index.pq.cp.niter, index.pq.cp.max_points_per_centroid = 10, 64
    wanted = min(count, lists * _TRAINING_VECTORS_PER_LIST)
    sample = np.sort(np.random.default_rng(1).choice(count, wanted, replace=False))
    index.train(np.asarray(vectors[sample], np.float32))
    return index


def _to_gpu(index: Any) -> Any:
    """In half precision; so are the tables of an inverted index, which else need more shared memory than a GPU has."""
    options = faiss.GpuClonerOptions()
    options.useFloat16, options.use_cuvs = True, False  # cuVS takes no scalar quantizer
    return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, index, options)

"""Vector stores: what finds the nearest regions of a query region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Neighbours:
    """ids: (Q, K) int64, row of the region, -1 where there are fewer than K. similarities: (Q, K) float32, cosine."""

    ids: NDArray[np.int64]
    similarities: NDArray[np.float32]


class VectorStore(Protocol):
    """The vectors of one generation."""

    def search(self, queries: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> Neighbours:
        """queries: (Q, D), unit length. The k nearest regions of each, best first; of those that are allowed, (N,),
        where given. Thread-safe."""
        ...

    def close(self) -> None:
        """Let go of threads and GPU memory; nobody may search any more."""
        ...

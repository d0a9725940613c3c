"""How good a ranking is. A ranking is (N,) bool, best answer first, True where the answer is right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Relevance = NDArray[np.bool_]


def recall_at(relevance: Relevance, k: int) -> float:
    """1 where a right answer is among the first k, else 0; its mean over queries is recall@k."""
    return float(relevance[:k].any())


def average_precision(relevance: Relevance, total: int) -> float:
    """Mean precision at the right answers, 0 for those never returned. total: how many right answers there are."""
    places = np.flatnonzero(relevance) + 1
    return float((np.arange(1, len(places) + 1) / places).sum() / total)


def ndcg_at(relevance: Relevance, total: int, k: int) -> float:
    """Discounted gain of the first k answers over that of a perfect ranking of `total` right answers."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    gain = discounts[: len(relevance[:k])][relevance[:k]].sum()
    return float(gain / discounts[: min(total, k)].sum())


def first_right(relevance: Relevance) -> int | None:
    """1-based rank of the first right answer, None where there is none."""
    places = np.flatnonzero(relevance)
    return int(places[0]) + 1 if len(places) else None

"""How far a hit holds the symbols of the query: which, how many, and in which of the regions that match.

Weighted Tversky index (Tversky, Features of Similarity, 1977) of symbol counts, summed over the pairs of regions that
late interaction found, so that a symbol counts where its view is. What the hit has beyond the query counts little: a
scan loses symbols and a crop shows a part of them. Rare classes weigh more (inverse document frequency, Spärck Jones,
1972): nearly every sheet has a diameter, few have a stud weld. An old form and its successor count as one class.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.symbols.classes import CLASSES
from search.types import Box, Symbol

_TODAY = tuple(dict.fromkeys(one.successor or one.name for one in CLASSES))
_PLACE = {one.name: _TODAY.index(one.successor or one.name) for one in CLASSES}
PRIOR = 16.0
"""Agreement that is taken for granted, in units of class weights times regions: few symbols say little."""
BEYOND = 0.2
"""What a symbol counts that only the hit has; one that only the query has counts 1."""


def class_weights(counts: NDArray[np.uint16]) -> NDArray[np.float32]:
    """(T,) inverse document frequency of the classes of today. counts: (sheets, C), as the catalog gives them."""
    table = np.zeros((len(_TODAY), len(counts)), np.bool_)
    for column, one in enumerate(CLASSES):
        table[_PLACE[one.name]] |= counts[:, column] > 0
    weights: NDArray[np.float32] = np.log((len(counts) + 1) / (table.sum(axis=1) + 1)).astype(np.float32) + 0.1
    return weights


def counts_in(symbols: Sequence[Symbol], boxes: Sequence[Box] | NDArray[np.float32]) -> NDArray[np.float32]:
    """(R, T): how many symbols of each class of today have their middle in each of R boxes."""
    places = np.asarray(boxes, np.float32).reshape(-1, 4)
    kinds = np.zeros((len(symbols), len(_TODAY)), np.float32)
    kinds[np.arange(len(symbols)), [_PLACE[one.name] for one in symbols]] = 1.0
    corners = np.array([one.box for one in symbols], np.float32).reshape(-1, 4)
    x, y = (corners[:, 0] + corners[:, 2]) / 2, (corners[:, 1] + corners[:, 3]) / 2
    inside = (x >= places[:, :1]) & (x <= places[:, 2:3]) & (y >= places[:, 1:2]) & (y <= places[:, 3:4])
    return inside.astype(np.float32) @ kinds


def agreement(query: NDArray[np.float32], hit: NDArray[np.float32], weights: NDArray[np.float32]) -> float:
    """0 (nothing in common) to 1 (the same, or neither has any). query, hit: (R, T) counts of regions that match."""
    common, asked, held = (float((part @ weights).sum()) for part in (np.minimum(query, hit), query, hit))
    return (common + PRIOR) / (asked + BEYOND * (held - common) + PRIOR)

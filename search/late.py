"""Late interaction: a query is as near to a sheet as its regions are, on average, to the nearest of the sheet.

Khattab and Zaharia, ColBERT (2020), with regions in the place of words. Regions are less alike than words: large ones
and those that have a near partner count most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.stores import Neighbours
from search.types import KINDS, Orientation, RegionKind

ORIENTATIONS = tuple(Orientation(rotation, mirrored) for mirrored in (False, True) for rotation in (0, 90, 180, 270))
"""The four quarter turns, then their mirror images."""

EXPONENT = 3
"""Of the mean over a query's regions. At 1, the regions that a crop or another layout has and the sheet has not decide;
chosen with the weights on 400 made sheets of the training side (docs/decisions.md)."""
QUERY_REGIONS, QUERY_VIEWS = 12, 5
"""How many regions of a query are compared, and how many of its views at most are among them."""
VIEW_WEIGHT = 2.0
"""What a view counts beside a window of its size (docs/decisions.md)."""
_VIEW = KINDS.index(RegionKind.VIEW)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet and the orientation, of those that the query was encoded in, in which it is compared with the query."""

    sheet_row: int
    orientation: int


@dataclass(frozen=True, slots=True)
class Scored:
    """similarity: weighted power mean over the query's regions.

    nearest, similarities: (Rq,), the sheet's region nearest to each.
    """

    candidate: Candidate
    similarity: float
    nearest: NDArray[np.int64]
    similarities: NDArray[np.float32]


def oriented(images: NDArray[np.uint8], orientation: Orientation) -> NDArray[np.uint8]:
    """(N, S, S) pictures mirrored left to right where asked, then turned counter-clockwise."""
    turned = images[:, :, ::-1] if orientation.mirrored else images
    return np.rot90(turned, orientation.rotation_deg // 90, axes=(1, 2))


def asked_regions(kinds: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Of a query's regions, (R,) places in `KINDS`, the rows that it is compared by: the sheet, its largest views, its
    largest tiles. Smaller ones add time, not certainty."""
    views = np.flatnonzero(kinds == _VIEW)
    asked = np.setdiff1d(np.arange(len(kinds)), views[QUERY_VIEWS:])[:QUERY_REGIONS]
    return np.asarray(asked, np.int64)


def region_weights(boxes: NDArray[np.float32], kinds: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(Rq, 4) boxes and (Rq,) places in `KINDS` to what each region counts, (Rq,), 1 in all: as much as it is long, the
    root of its area; views, which another drawing of the part has, too, more than windows that fall as they fall."""
    sides = np.sqrt((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
    sides = sides * np.where(kinds == _VIEW, VIEW_WEIGHT, 1.0)
    weights: NDArray[np.float32] = (sides / sides.sum()).astype(np.float32)
    return weights


def _powers(similarities: NDArray[np.float32]) -> NDArray[np.float32]:
    powers: NDArray[np.float32] = np.maximum(similarities, 0.0) ** EXPONENT
    return powers


def shortlist(
    neighbours: Neighbours,
    first_regions: NDArray[np.int64],
    weights: NDArray[np.float32],
    size: int,
    sheets: int,
) -> tuple[Candidate, ...]:
    """The `size` candidates that most deserve exact comparison, best first, and more where those are fewer sheets than
    `sheets`.

    neighbours: of (orientations x Rq) queries, orientation-major. weights: (Rq,). A sheet is scored by its nearest
    region found; where none was found, by the similarity at which the search stopped.
    """
    query_regions = len(weights)
    totals: dict[tuple[int, int], float] = {}
    for query, (ids, similarities) in enumerate(zip(neighbours.ids, neighbours.similarities, strict=True)):
        orientation, region = divmod(query, query_regions)
        known = ids >= 0
        if not known.any():
            continue
        found = np.searchsorted(first_regions, ids[known], side="right") - 1
        powers = _powers(similarities[known]) * weights[region]
        rows, first = np.unique(found, return_index=True)  # neighbours come best first
        for row, gain in zip(rows.tolist(), (powers[first] - powers.min()).tolist(), strict=True):
            totals[orientation, row] = totals.get((orientation, row), 0.0) + gain
    floors = _floors(neighbours, weights)
    ranked = sorted(totals.items(), key=lambda item: (-(item[1] + floors[item[0][0]]), item[0]))
    chosen: list[Candidate] = []
    rows_chosen: set[int] = set()
    for (orientation, row), _ in ranked:
        if len(chosen) < size or (len(rows_chosen) < sheets and row not in rows_chosen):
            chosen.append(Candidate(row, orientation))
            rows_chosen.add(row)
    return tuple(chosen)


def _floors(neighbours: Neighbours, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """(orientations,) score of a sheet of which nothing was found: what each region's search stopped at."""
    known = neighbours.ids >= 0
    lowest = np.where(known, neighbours.similarities, np.float32(1.0)).min(axis=1)
    stopped_at = np.where(known.any(axis=1), lowest, np.float32(0.0))
    floors: NDArray[np.float32] = _powers(stopped_at).reshape(-1, len(weights)) @ weights
    return floors


def score(
    queries: NDArray[np.float32],
    weights: NDArray[np.float32],
    candidates: tuple[Candidate, ...],
    vectors: NDArray[np.float16],
    first_regions: NDArray[np.int64],
) -> Iterator[Scored]:
    """Exact late interaction.

    queries: (orientations, Rq, D) unit length. weights: (Rq,), 1 in all. vectors: (N, D), may be memory-mapped: only
    candidates' rows are read.
    """
    for candidate in candidates:
        start, stop = first_regions[candidate.sheet_row], first_regions[candidate.sheet_row + 1]
        regions = np.asarray(vectors[start:stop], np.float32)
        similarities = queries[candidate.orientation] @ regions.T
        nearest = similarities.argmax(axis=1)
        best = similarities[np.arange(len(nearest)), nearest]
        similarity = float(weights @ _powers(best)) ** (1 / EXPONENT)
        yield Scored(candidate, similarity, nearest, best)

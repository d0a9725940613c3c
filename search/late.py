"""Late interaction: a query is as near to a sheet as its regions are, on average, to the nearest of the sheet.

Khattab and Zaharia, ColBERT (2020), with regions in the place of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.stores import Neighbours
from search.types import Orientation

ORIENTATIONS = tuple(Orientation(rotation, mirrored) for mirrored in (False, True) for rotation in (0, 90, 180, 270))
"""The four quarter turns, then their mirror images."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet and the orientation (index into ORIENTATIONS) in which the query is compared with it."""

    sheet_row: int
    orientation: int


@dataclass(frozen=True, slots=True)
class Scored:
    """similarity: mean over the query's regions. nearest, similarities: (Rq,), the sheet's region nearest to each."""

    candidate: Candidate
    similarity: float
    nearest: NDArray[np.int64]
    similarities: NDArray[np.float32]


def oriented(images: NDArray[np.uint8], orientation: Orientation) -> NDArray[np.uint8]:
    """(N, S, S) pictures mirrored left to right where asked, then turned counter-clockwise."""
    turned = images[:, :, ::-1] if orientation.mirrored else images
    return np.rot90(turned, orientation.rotation_deg // 90, axes=(1, 2))


def shortlist(
    neighbours: Neighbours,
    first_regions: NDArray[np.int64],
    query_regions: int,
    size: int,
    allowed: NDArray[np.bool_] | None = None,
) -> tuple[Candidate, ...]:
    """The sheets that most deserve exact comparison, best first; of those that are allowed, (sheets,), where given.

    neighbours: of (orientations x query_regions) queries, orientation-major. A sheet is scored by the sum over query
    regions of its nearest region found; where none was found, by the similarity at which the search stopped.
    """
    totals: dict[tuple[int, int], float] = {}
    for query, (ids, similarities) in enumerate(zip(neighbours.ids, neighbours.similarities, strict=True)):
        orientation = query // query_regions
        known = ids >= 0
        if not known.any():
            continue
        sheets = np.searchsorted(first_regions, ids[known], side="right") - 1
        floor = float(similarities[known].min())
        rows, first = np.unique(sheets, return_index=True)  # neighbours come best first
        for row, gain in zip(rows.tolist(), (similarities[known][first] - floor).tolist(), strict=True):
            totals[orientation, row] = totals.get((orientation, row), 0.0) + gain
    floors = _floors(neighbours, query_regions)
    if allowed is not None:
        totals = {key: total for key, total in totals.items() if allowed[key[1]]}
    ranked = sorted(totals.items(), key=lambda item: (-(item[1] + floors[item[0][0]]), item[0]))
    return tuple(Candidate(row, orientation) for (orientation, row), _ in ranked[:size])


def _floors(neighbours: Neighbours, query_regions: int) -> NDArray[np.float32]:
    """(orientations,) sum over the query's regions of the similarity at which the search stopped."""
    known = np.where(neighbours.ids >= 0, neighbours.similarities, np.float32(1.0))
    floors: NDArray[np.float32] = known.min(axis=1).reshape(-1, query_regions).sum(axis=1)
    return floors


def score(
    queries: NDArray[np.float32],
    candidates: tuple[Candidate, ...],
    vectors: NDArray[np.float16],
    first_regions: NDArray[np.int64],
) -> Iterator[Scored]:
    """Exact late interaction.

    queries: (orientations, Rq, D) unit length. vectors: (N, D), may be memory-mapped: only candidates' rows are read.
    """
    for candidate in candidates:
        start, stop = first_regions[candidate.sheet_row], first_regions[candidate.sheet_row + 1]
        regions = np.asarray(vectors[start:stop], np.float32)
        similarities = queries[candidate.orientation] @ regions.T
        nearest = similarities.argmax(axis=1)
        best = similarities[np.arange(len(nearest)), nearest]
        yield Scored(candidate, float(best.mean()), nearest, best)

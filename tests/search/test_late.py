"""Late interaction against its definition; the shortlist keeps the best sheet; ties and orientations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.engine import best_of_sheets
from search.late import ORIENTATIONS, Candidate, asked_regions, oriented, region_weights, score, shortlist
from search.stores import Neighbours
from search.types import KINDS, Orientation, RegionKind

Vectors = NDArray[np.float32]


def random_index(
    rng: np.random.Generator, sheets: int, dimensions: int
) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """Vectors and first regions of sheets that have 0 to 9 regions."""
    counts = rng.integers(0, 10, sheets)
    counts[rng.integers(sheets)] = 5
    vectors = rng.normal(size=(int(counts.sum()), dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16), np.concatenate([[0], counts.cumsum()]).astype(np.int64)


def random_queries(rng: np.random.Generator, orientations: int, regions: int, dimensions: int) -> Vectors:
    queries = rng.normal(size=(orientations, regions, dimensions)).astype(np.float32)
    return queries / np.linalg.norm(queries, axis=2, keepdims=True)  # type: ignore[no-any-return]


def random_weights(rng: np.random.Generator, regions: int) -> Vectors:
    weights = rng.uniform(0.1, 1.0, regions).astype(np.float32)
    return weights / weights.sum()  # type: ignore[no-any-return]


def equal_weights(regions: int) -> Vectors:
    return np.full(regions, 1 / regions, np.float32)


def naive(queries: Vectors, regions: Vectors, weights: Vectors) -> float:
    nearest = [max(0.0, *(float(query @ region) for region in regions)) for query in queries]
    return sum(weight * one**3 for weight, one in zip(weights.tolist(), nearest, strict=True)) ** (1 / 3)


def neighbours_of(queries: Vectors, vectors: NDArray[np.float16], k: int) -> Neighbours:
    similarities = queries.reshape(-1, queries.shape[2]) @ vectors.astype(np.float32).T
    ids = np.argsort(-similarities, axis=1, kind="stable")[:, :k]
    return Neighbours(ids, np.take_along_axis(similarities, ids, axis=1))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), regions=st.integers(1, 6), orientations=st.sampled_from([1, 4, 8]))
def test_the_score_is_the_power_mean_over_query_regions_of_the_nearest_region(
    seed: int, regions: int, orientations: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors, first = random_index(rng, 12, 16)
    queries, weights = random_queries(rng, orientations, regions, 16), random_weights(rng, regions)
    rows = [row for row in range(12) if first[row] < first[row + 1]]
    candidates = tuple(Candidate(row, orientation) for row in rows for orientation in range(orientations))
    for scored in score(queries, weights, candidates, vectors, first):
        row, orientation = scored.candidate.sheet_row, scored.candidate.orientation
        own = vectors[first[row] : first[row + 1]].astype(np.float32)
        assert scored.similarity == pytest.approx(naive(queries[orientation], own, weights), abs=1e-5)
        assert scored.similarities == pytest.approx((queries[orientation] @ own.T).max(axis=1), abs=1e-5)
        assert (scored.nearest >= 0).all() and (scored.nearest < len(own)).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), regions=st.integers(1, 6))
def test_with_all_neighbours_the_shortlist_is_the_exact_order(seed: int, regions: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, first = random_index(rng, 15, 16)
    queries, weights = random_queries(rng, 4, regions, 16), random_weights(rng, regions)
    found = shortlist(neighbours_of(queries, vectors, len(vectors)), first, weights, 1000, 1)
    own = [vectors[first[c.sheet_row] : first[c.sheet_row + 1]] for c in found]
    exact = [naive(queries[c.orientation], regions, weights) ** 3 for c, regions in zip(found, own, strict=True)]
    assert len(set(found)) == len(found) == 4 * sum(first[row] < first[row + 1] for row in range(15))
    assert np.all(np.diff(exact) <= 1e-3)


def test_the_shortlist_of_a_tenth_contains_the_best_sheet_of_a_degraded_query() -> None:
    rng = np.random.default_rng(5)
    vectors, first = random_index(rng, 400, 48)
    missed = 0
    for _ in range(60):
        row = int(rng.choice([r for r in range(400) if first[r + 1] - first[r] >= 3]))
        own = vectors[first[row] : first[row + 1]].astype(np.float32)
        queries = own[None, :6] + 0.11 * rng.normal(size=(1, min(6, len(own)), 48)).astype(np.float32)
        queries /= np.linalg.norm(queries, axis=2, keepdims=True)
        found = shortlist(neighbours_of(queries, vectors, 30), first, equal_weights(queries.shape[1]), 40, 1)
        missed += row not in {candidate.sheet_row for candidate in found}
    assert missed == 0


def test_the_shortlist_goes_on_until_it_holds_as_many_sheets_as_are_wanted() -> None:
    rng = np.random.default_rng(9)
    vectors, first = random_index(rng, 30, 16)
    queries = random_queries(rng, 8, 2, 16)
    neighbours = neighbours_of(queries, vectors, len(vectors))
    for sheets in (1, 20):
        found = shortlist(neighbours, first, equal_weights(2), 10, sheets)
        rows = [candidate.sheet_row for candidate in found]
        assert len(set(rows)) >= sheets and len(found) >= 10
        assert len(rows[10:]) == len(set(rows[10:]) - set(rows[:10])), "beyond the size each sheet comes once"


def places(*kinds: RegionKind) -> NDArray[np.uint8]:
    return np.array([KINDS.index(kind) for kind in kinds], np.uint8)


def test_a_region_counts_as_much_as_it_is_long_and_a_view_twice() -> None:
    boxes = np.array([[0, 0, 0.8, 0.8], [0.1, 0.2, 0.5, 0.3], [0, 0, 0.2, 0.2]], np.float32)
    kinds = places(RegionKind.SHEET, RegionKind.VIEW, RegionKind.TILE)
    assert region_weights(boxes, kinds) == pytest.approx([0.8 / 1.4, 0.4 / 1.4, 0.2 / 1.4])


def test_a_query_is_compared_by_its_sheet_its_largest_views_and_its_largest_tiles() -> None:
    kinds = places(RegionKind.SHEET, *[RegionKind.VIEW] * 8, *[RegionKind.TILE] * 10)
    assert asked_regions(kinds).tolist() == [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14]
    assert asked_regions(places(RegionKind.SHEET, RegionKind.TILE)).tolist() == [0, 1]
    assert asked_regions(places()).tolist() == []


def test_padding_of_a_short_answer_is_no_sheet() -> None:
    neighbours = Neighbours(np.array([[0, -1], [-1, -1]]), np.array([[0.5, -3e38], [-3e38, -3e38]], np.float32))
    assert shortlist(neighbours, np.array([0, 2]), equal_weights(2), 10, 1) == (Candidate(0, 0),)


def test_a_sheet_without_regions_is_never_a_candidate() -> None:
    first = np.array([0, 0, 3, 3, 5, 5])
    neighbours = Neighbours(np.arange(5)[None], np.linspace(0.9, 0.5, 5, dtype=np.float32)[None])
    assert {candidate.sheet_row for candidate in shortlist(neighbours, first, equal_weights(1), 10, 1)} == {1, 3}


def test_equal_sheets_come_in_the_order_of_the_index_and_the_least_turned_first() -> None:
    vectors = np.tile(np.eye(1, 8, dtype=np.float16), (6, 1))
    queries = np.tile(np.eye(1, 8, dtype=np.float32), (8, 2, 1))
    first = np.array([0, 2, 4, 6])
    candidates = shortlist(neighbours_of(queries, vectors, 6), first, equal_weights(2), 100, 1)
    best = best_of_sheets(score(queries, equal_weights(2), candidates, vectors, first))
    assert [(one.candidate.sheet_row, one.candidate.orientation) for one in best] == [(0, 0), (1, 0), (2, 0)]


def test_turning_is_mirroring_first_then_counter_clockwise() -> None:
    picture = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)
    assert ORIENTATIONS[0] == Orientation(0, mirrored=False)
    for orientation in ORIENTATIONS:
        by_hand = np.fliplr(picture[0]) if orientation.mirrored else picture[0]
        for _ in range(orientation.rotation_deg // 90):
            by_hand = np.rot90(by_hand)  # counter-clockwise
        assert np.array_equal(oriented(picture, orientation)[0], by_hand)


def test_all_eight_orientations_differ() -> None:
    picture = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)
    assert len({oriented(picture, orientation).tobytes() for orientation in ORIENTATIONS}) == 8

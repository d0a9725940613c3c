"""One ink line remains of edges that lie on each other, the strongest; arcs are known for arcs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.bank import Line
from training.projection.curves import Linework, circular, simplified, strongest, united, view_of, without

interval = st.tuples(st.floats(0, 100), st.floats(0.01, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def straight(*numbers: float) -> NDArray[np.float64]:
    return np.array(numbers, np.float64).reshape(-1, 2)


def arc_points(radius: float, start: float, end: float, count: int = 40) -> NDArray[np.float64]:
    angles = np.linspace(start, end, count)
    return np.column_stack([3 + radius * np.cos(angles), 5 + radius * np.sin(angles)])


def test_a_hidden_edge_is_left_only_where_no_visible_edge_covers_it() -> None:
    work = Linework([(Line.HIDDEN, straight(0, 0, 100, 0)), (Line.VISIBLE, straight(70, 0, 30, 0))])
    view = view_of(work)
    kept = {
        (int(line), *sorted(curve[:, 0].tolist()))
        for line, curve in zip(view.polyline_lines, view.polylines, strict=True)
    }
    assert kept == {(Line.VISIBLE, 30, 70), (Line.HIDDEN, 0, 30), (Line.HIDDEN, 70, 100)}


def test_edges_in_line_become_one_edge_and_specks_none() -> None:
    work = Linework(
        [(Line.VISIBLE, straight(*xy)) for xy in [(0, 0, 10, 5), (10, 5, 20, 10), (4, 2, 12, 6), (50, 50, 50, 50.01)]]
    )
    (only,) = view_of(work).polylines
    np.testing.assert_allclose(sorted(only.tolist()), [[0, 0], [20, 10]], atol=1e-4)


def test_halves_of_a_circle_become_a_full_circle_and_the_strongest_wins() -> None:
    halves = [(Line.VISIBLE, np.array([1, 2, 10, a, a + np.pi])) for a in (0.5, 0.5 + np.pi)]
    view = view_of(Linework(arcs=[*halves, (Line.HIDDEN, np.array([1, 2, 10, 0, 2 * np.pi]))]))
    assert view.arc_lines.tolist() == [Line.VISIBLE]
    assert float(view.arcs[0, 4] - view.arcs[0, 3]) == pytest.approx(2 * np.pi, abs=1e-5)


def test_an_arc_across_angle_zero_stays_one_arc() -> None:
    view = view_of(Linework(arcs=[(Line.VISIBLE, np.array([0, 0, 10, -0.4, 0.6]))]))
    (only,) = view.arcs
    assert float(only[4] - only[3]) == pytest.approx(1.0, abs=1e-5)
    assert np.cos(only[3]) == pytest.approx(np.cos(-0.4), abs=1e-5)


@given(radius=st.floats(0.5, 500), start=st.floats(-3, 3), span=st.floats(0.5, 6.28))
def test_a_sampled_arc_is_found_to_be_one(radius: float, start: float, span: float) -> None:
    for points in (arc_points(radius, start, start + span), arc_points(radius, start + span, start)):
        arc = circular(points)
        assert arc is not None
        np.testing.assert_allclose(arc[:3], [3, 5, radius], rtol=1e-3, atol=1e-3)
        assert arc[4] - arc[3] == pytest.approx(span, abs=0.01)


def test_an_ellipse_is_no_arc_and_keeps_its_shape_with_fewer_points() -> None:
    ellipse = arc_points(10, 0, 2 * np.pi, 200) * (1, 0.6)
    assert circular(ellipse) is None
    (kept,) = view_of(Linework([(Line.VISIBLE, ellipse)])).polylines
    assert 10 < len(kept) < 80
    assert np.abs(np.hypot((kept[:, 0] - 3) / 10, (kept[:, 1] - 3) / 6) - 1).max() < 1e-3


def test_a_circle_seen_edge_on_is_a_straight_line() -> None:
    edge_on = arc_points(10, 0.3, 0.3 + 2 * np.pi) * (1, 0) + (0, 7)
    (kept,) = view_of(Linework([(Line.VISIBLE, edge_on)])).polylines
    np.testing.assert_allclose(sorted(kept.tolist()), [[-7, 7], [13, 7]], atol=0.1)


def test_curves_follow_on_each_other() -> None:
    square = [(0, 0, 10, 0), (0, 10, 0, 0), (10, 10, 10, 0), (0, 10, 10, 10)]
    lines = view_of(Linework([(Line.CUT, straight(*side)) for side in square])).polylines
    for before, after in zip(lines, [*lines[1:], lines[0]], strict=True):
        np.testing.assert_allclose(before[-1], after[0], atol=1e-4)


@given(spans=st.lists(interval, max_size=12), probe=st.floats(0, 130))
def test_union_and_difference_cover_what_they_should(spans: list[tuple[float, float]], probe: float) -> None:
    covered = any(low < probe < high for low, high in spans)
    whole = united(spans)
    assert all(a[1] < b[0] for a, b in pairwise(whole))
    if covered:
        assert any(low <= probe <= high for low, high in whole)
    rest = without((0.0, 130.0), whole)
    assert any(low < probe < high for low, high in rest) <= (not covered)


@given(st.lists(st.tuples(st.sampled_from(list(Line)), interval), max_size=10), st.floats(0, 130))
def test_no_point_is_drawn_twice(members: list[tuple[Line, tuple[float, float]]], probe: float) -> None:
    spans = {line: [span for other, span in members if other == line] for line in Line}
    kept = strongest(spans, 0.0)
    assert sum(low < probe < high for each in kept.values() for low, high in each) <= 1


def test_simplifying_keeps_the_ends() -> None:
    curve = arc_points(10, 0, 2, 100)
    short = simplified(curve, 0.01)
    np.testing.assert_allclose([short[0], short[-1]], [curve[0], curve[-1]], atol=1e-5)

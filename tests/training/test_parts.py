"""The families are many, named and repeatable; a projection is exact, tells seen from hidden, and cuts where told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

build123d = pytest.importorskip("build123d")

from build123d import Box, Cylinder, Pos, Sphere  # noqa: E402

from training.bank import Line, Part, View  # noqa: E402
from training.make_bank import PartError, jobs_of, make_part  # noqa: E402
from training.parts import FAMILIES  # noqa: E402
from training.parts.shapes import rounded  # noqa: E402
from training.projection.views import SIDES, iso_camera, project, project_shaded, section  # noqa: E402


def ends(view: View, line: Line) -> set[tuple[float, ...]]:
    """The straight edges of one line type, to a fiftieth of a millimetre, each as x0, y0, x1, y1 from its lower end."""
    straight = (p for p, kind in zip(view.polylines, view.polyline_lines, strict=True) if kind == line and len(p) == 2)
    return {tuple(round(float(v) * 50) / 50 + 0.0 for point in sorted(p.tolist()) for v in point) for p in straight}


FAMILY = {family.name: family for family in FAMILIES}


def circles(view: View, line: Line) -> set[tuple[float, ...]]:
    return {tuple(round(float(v), 3) + 0.0 for v in arc[:3]) for arc in view.arcs[view.arc_lines == line]}


def test_there_are_many_families_and_about_two_in_five_are_for_tests() -> None:
    names, titles = {family.name for family in FAMILIES}, {family.title_ja for family in FAMILIES}
    assert len(names) == len(titles) == len(FAMILIES) >= 40
    assert 0.3 < sum(family.split == "test" for family in FAMILIES) / len(FAMILIES) < 0.5


def test_jobs_spread_evenly_over_the_families_of_a_split() -> None:
    jobs = jobs_of("test", 101)
    counts = {name: sum(job[0] == name for job in jobs) for name, _ in jobs}
    assert len(set(jobs)) == 101
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_box_is_four_exact_lines_from_every_side() -> None:
    box = Pos(5, 0, 2) * Box(30, 20, 10)
    for name, camera in SIDES.items():
        view = project(box, camera)
        assert len(view.polylines) == 4, name
        assert not len(view.arcs), name
    assert ends(project(box, SIDES["front"]), Line.VISIBLE) == {
        (-10, -3, 20, -3),
        (-10, 7, 20, 7),
        (-10, -3, -10, 7),
        (20, -3, 20, 7),
    }


def test_a_hole_is_a_circle_face_on_and_hidden_lines_from_the_side() -> None:
    plate = Box(40, 30, 8) - Pos(6, 4, 0) * Cylinder(5, 8)
    assert circles(project(plate, SIDES["top"]), Line.VISIBLE) == {(6, 4, 5)}
    front = project(plate, SIDES["front"])
    assert ends(front, Line.HIDDEN) == {(1, -4, 1, 4), (11, -4, 11, 4)}
    assert Line.HIDDEN not in project(plate, SIDES["front"], hidden=False).polyline_lines


def test_views_of_one_part_share_their_coordinates() -> None:
    peg = Box(20, 20, 4) + Pos(7, -3, 5) * Cylinder(2, 10)
    assert (7, -3, 2) in circles(project(peg, SIDES["top"]), Line.VISIBLE)
    assert {x for x, *_ in ends(project(peg, SIDES["front"]), Line.VISIBLE)} >= {5, 9}
    assert {x for x, *_ in ends(project(peg, SIDES["right"]), Line.VISIBLE)} >= {-5, -1}


def test_a_section_outlines_the_cut_and_hides_nothing() -> None:
    tube = Cylinder(10, 30) - Cylinder(6, 30)
    view = section(tube)
    cut = ends(view, Line.CUT)
    assert {(6, -15, 6, 15), (10, -15, 10, 15), (-6, -15, -6, 15), (-10, -15, -10, 15)} <= cut
    assert ends(view, Line.VISIBLE) == {(-6, 15, 6, 15), (-6, -15, 6, -15)}
    assert not ends(view, Line.HIDDEN)


def test_a_rounded_edge_is_tangent_not_visible() -> None:
    block = build123d.fillet(Box(30, 20, 10).edges().filter_by(build123d.Axis.Z), 4)
    front = project(block, SIDES["front"])
    assert {x for x, *_ in ends(front, Line.TANGENT)} == {-11, 11}
    assert {(-15, -5, -15, 5), (15, -5, 15, 5)} <= ends(front, Line.VISIBLE)


def test_a_ball_is_a_circle_from_anywhere() -> None:
    for camera in (SIDES["front"], iso_camera((1, -1, 1))):
        view = project(Sphere(12), camera, hidden=False)
        assert {round(float(radius), 2) for radius in view.arcs[:, 2]} == {12.0}


def test_a_shaded_view_has_ink_inside_and_paper_outside() -> None:
    view = project_shaded(Sphere(10), iso_camera((1, -1, 1)), 60, 0.8)
    assert view.shade is not None
    assert view.shade.shape == (60, 60)
    assert view.shade[30, 30] < 250
    assert view.shade[0, 0] == view.shade[-1, -1] == 255
    assert view.shade[10, 20] > view.shade[50, 45]  # the light comes from above left


def test_the_corners_of_an_outline_are_rounded_by_the_radius_asked_for() -> None:
    wire = rounded([(0, 0), (40, 0), (40, 30), (0, 30)], [0, 5, 0, 12])
    radii = sorted(round(edge.radius, 3) for edge in wire.edges().filter_by(build123d.GeomType.CIRCLE))
    assert radii == [5, 12]
    assert wire.is_closed


@pytest.fixture(scope="module")
def makes() -> Callable[[str], Part]:
    def make(family: str) -> Part:
        for index in range(5):
            try:
                return make_part((FAMILY[family], index), seed=5)
            except PartError:
                continue
        raise AssertionError(f"no part of {family} out of five")

    return make


@pytest.mark.parametrize("family", ["washer", "link_plate", "v_block", "sheet_bracket"])
def test_a_part_comes_out_the_same_again_and_is_whole(makes: Callable[[str], Part], family: str) -> None:
    first, again = makes(family), makes(family)
    assert first.name == again.name
    assert first.params == again.params
    assert set(first.views) >= {"front", "right", "top", "left", "iso"}
    for name, view in first.views.items():
        for before, after in zip(view.polylines, again.views[name].polylines, strict=True):
            np.testing.assert_array_equal(before, after)


def test_two_parts_of_a_family_differ(makes: Callable[[str], Part]) -> None:
    one, other = make_part((FAMILY["link_plate"], 1), seed=5), make_part((FAMILY["link_plate"], 2), seed=5)
    assert one.params != other.params

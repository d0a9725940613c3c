"""Training regions: boxes follow a page through its distortions, and overlap decides what is the same."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.boxes import iou
from search.regions import Layout, Place
from search.types import WHOLE, Box, RegionKind
from training.encoding.regions import (
    OTHER,
    SAME,
    UNSURE,
    Drawn,
    choose,
    followed,
    relation_by_overlap,
    relation_by_view,
)

corner = st.floats(0.0, 0.5)
side = st.floats(0.05, 0.5)
boxes = st.builds(lambda x, y, w, h: np.array([[x, y, x + w, y + h]], np.float32), corner, corner, side, side)


@given(boxes, boxes)
def test_overlap_is_symmetric_and_whole_with_itself(a: np.ndarray, b: np.ndarray) -> None:
    assert iou(a, b)[0, 0] == pytest.approx(iou(b, a)[0, 0])
    assert iou(a, a)[0, 0] == pytest.approx(1.0, abs=1e-4)
    assert 0.0 <= iou(a, b)[0, 0] <= 1.0


@given(boxes, st.floats(-3.0, 3.0), st.floats(0.9, 1.1))
def test_a_box_comes_back_after_a_turn_and_its_inverse(box: np.ndarray, degrees: float, scale: float) -> None:
    turn = np.vstack([cv2.getRotationMatrix2D((300, 200), degrees, scale), [0, 0, 1]])
    there = followed(box, turn, (400, 600), (400, 600))
    back = followed(there, np.linalg.inv(turn), (400, 600), (400, 600))
    assert (back[0, :2] <= box[0, :2] + 1e-3).all()
    assert (back[0, 2:] >= box[0, 2:] - 1e-3).all()
    assert iou(back, box)[0, 0] > 0.6 or min(box[0, 2:] - box[0, :2]) < 0.1


def test_overlap_decides_same_unsure_and_other() -> None:
    index = np.array([[0.0, 0.0, 0.4, 0.4], [0.0, 0.0, 0.4, 1.0], [0.6, 0.6, 1.0, 1.0]], np.float32)
    assert relation_by_overlap(index[:1], index).tolist() == [[SAME, UNSURE, OTHER]]


def test_a_region_between_two_tiles_takes_the_nearest() -> None:
    between = np.array([[0.0, 0.0, 0.4, 0.4]], np.float32)
    tiles = np.array([[0.1, 0.1, 0.5, 0.5], [0.15, 0.15, 0.55, 0.55], [0.6, 0.6, 1.0, 1.0]], np.float32)
    assert relation_by_overlap(between, tiles).tolist() == [[SAME, UNSURE, OTHER]]


def drawn(*boxes: tuple[float, float, float, float]) -> Drawn:
    """A sheet region and views."""
    kinds = [RegionKind.SHEET] + [RegionKind.VIEW] * (len(boxes) - 1)
    places = tuple(Place(kind, box) for kind, box in zip(kinds, boxes, strict=True))
    blank = np.full((8, 8), 255, np.uint8)
    return Drawn.of_layout(Layout(blank, blank, places))


def test_the_same_view_in_two_drawings_is_the_same_and_the_rest_of_the_part_is_unsure() -> None:
    one, two = drawn(WHOLE, (0.1, 0.1, 0.4, 0.4)), drawn(WHOLE, (0.5, 0.5, 0.8, 0.8))
    same = relation_by_view(one, {"front": (0.1, 0.1, 0.4, 0.4)}, two, {"front": (0.5, 0.5, 0.8, 0.8)})
    assert same.tolist() == [[SAME, UNSURE], [UNSURE, SAME]]
    other = relation_by_view(one, {"front": (0.1, 0.1, 0.4, 0.4)}, two, {"top": (0.5, 0.5, 0.8, 0.8)})
    assert other.tolist() == [[SAME, UNSURE], [UNSURE, UNSURE]]


def test_no_boxes_follow_to_no_boxes() -> None:
    assert followed(np.zeros((0, 4), np.float32), np.eye(3), (10, 10), (20, 20)).shape == (0, 4)


@pytest.mark.parametrize(
    ("region", "shows"),
    [
        ((0.05, 0.05, 0.5, 0.5), True),  # the view with its dimensions
        ((0.12, 0.12, 0.4, 0.4), True),  # its edge cut off by a little
        ((0.25, 0.1, 0.5, 0.4), False),  # half of it
        ((0.05, 0.05, 0.95, 0.95), False),  # lost in the region
        ((0.05, 0.05, 0.6, 0.8), False),  # another view, too
    ],
)
def test_a_region_shows_the_view_that_it_holds_alone(region: Box, shows: bool) -> None:
    views = {"front": (0.1, 0.1, 0.4, 0.4), "top": (0.2, 0.55, 0.4, 0.7)}
    same = relation_by_view(drawn(WHOLE, region), views, drawn(WHOLE, (0.1, 0.1, 0.4, 0.4)), views)
    assert (same[1, 1] == SAME) == shows


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 99))
def test_a_choice_has_both_sheets_first_and_partners_before_others(rq: int, ri: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    relation = rng.choice([SAME, OTHER, UNSURE], (rq, ri)).astype(np.int8)
    rows, columns = choose(relation, 4, 5, rng)
    assert (len(rows), len(columns), rows[0], columns[0]) == (4, 5, 0, 0)
    partners = set(np.flatnonzero((relation[rows] == SAME).any(axis=0)).tolist())
    assert len(partners & set(columns.tolist())) >= min(len(partners), 4)


def test_images_come_in_the_asked_order_also_where_one_is_asked_twice() -> None:
    pixels = np.full((500, 700), 255, np.uint8)
    cv2.rectangle(pixels, (100, 100), (300, 300), 0, 2)
    found = Drawn.of(pixels)
    assert found is not None
    assert found.layout.places[0].kind is RegionKind.SHEET
    images = found.images(np.array([1, 0, 1]), 32)
    assert images.shape == (3, 32, 32)
    assert (images[0] == images[2]).all()


def test_a_blank_page_has_no_regions() -> None:
    assert Drawn.of(np.full((500, 700), 255, np.uint8)) is None

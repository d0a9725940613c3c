"""Training regions: boxes follow a page through its distortions, and overlap decides what is the same."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.types import RegionKind
from training.regions import (
    OTHER,
    SAME,
    UNSURE,
    DrawnRegions,
    followed,
    iou,
    relation_by_overlap,
    relation_by_view,
    sample_regions,
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


def test_the_same_view_in_two_drawings_is_the_same_and_the_rest_of_the_part_is_unsure() -> None:
    pixels = np.zeros((2, 4, 4), np.uint8)
    kinds = (RegionKind.SHEET, RegionKind.VIEW)
    one = DrawnRegions(kinds, np.array([[0, 0, 1, 1], [0.1, 0.1, 0.4, 0.4]], np.float32), pixels)
    two = DrawnRegions(kinds, np.array([[0, 0, 1, 1], [0.5, 0.5, 0.8, 0.8]], np.float32), pixels)
    same = relation_by_view(one, {"front": (0.1, 0.1, 0.4, 0.4)}, two, {"front": (0.5, 0.5, 0.8, 0.8)})
    assert same.tolist() == [[SAME, UNSURE], [UNSURE, SAME]]
    other = relation_by_view(one, {"front": (0.1, 0.1, 0.4, 0.4)}, two, {"top": (0.5, 0.5, 0.8, 0.8)})
    assert other.tolist() == [[SAME, UNSURE], [UNSURE, UNSURE]]


def test_a_sample_has_the_sheet_first_and_always_the_asked_number() -> None:
    pixels = np.full((500, 700), 255, np.uint8)
    cv2.rectangle(pixels, (100, 100), (300, 300), 0, 2)
    sample = sample_regions(pixels, 6, 32, np.random.default_rng(1))
    assert sample is not None
    assert sample.kinds[0] is RegionKind.SHEET
    assert sample.images.shape == (6, 32, 32)


def test_a_blank_page_has_no_sample() -> None:
    assert sample_regions(np.full((500, 700), 255, np.uint8), 6, 32, np.random.default_rng(1)) is None

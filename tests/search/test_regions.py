"""The template is masked, each view is one view without its dimensions, tiles see all ink, boxes are boxes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.ink import ink_mask
from search.regions import Layout, box_px, crop, layout_of, region_images
from search.regions.tiles import _starts
from search.regions.views import MAX_VIEWS, without_specks
from search.types import Box, Pixels, RegionKind
from tests.drawn import TEMPLATES, DrawnSheet, Template, drawn_pixels

TOLERANCE = 0.03
"""Regions keep a margin of paper; boxes may be this much (fraction of the sheet) larger than what was drawn."""


def inside(inner: Box, outer: Box, tolerance: float = 0.0) -> bool:
    return (
        inner[0] >= outer[0] - tolerance
        and inner[1] >= outer[1] - tolerance
        and inner[2] <= outer[2] + tolerance
        and inner[3] <= outer[3] + tolerance
    )


def around(boxes: tuple[Box, ...]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def content_of(layout: Layout) -> Box | None:
    return next(iter(boxes_of(layout, RegionKind.SHEET)), None)


def boxes_of(layout: Layout, kind: RegionKind) -> list[Box]:
    """Boxes of the drawing area's regions."""
    return [place.box for place in layout.places if place.kind is kind and not place.templated]


def turned(pixels: Pixels, degrees: float) -> tuple[Pixels, np.ndarray]:  # type: ignore[type-arg]
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.95)
    return cv2.warpAffine(pixels, matrix, (width, height), borderValue=255, flags=cv2.INTER_AREA), matrix


def keystoned(pixels: Pixels) -> tuple[Pixels, np.ndarray]:  # type: ignore[type-arg]
    height, width = pixels.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + np.array([(40, 30), (-20, 15), (-45, -25), (15, -20)], np.float32) * width / 1500
    matrix = cv2.getPerspectiveTransform(corners, moved)
    return cv2.warpPerspective(pixels, matrix, (width, height), borderValue=255, flags=cv2.INTER_AREA), matrix


def moved_box(box: Box, matrix: np.ndarray, shape: tuple[int, ...]) -> Box:  # type: ignore[type-arg]
    height, width = shape
    full = matrix if matrix.shape == (3, 3) else np.vstack([matrix, [0, 0, 1]])
    points = np.array([[[box[i] * width, box[j] * height]] for i in (0, 2) for j in (1, 3)], np.float32)
    xy = cv2.perspectiveTransform(points, full.astype(np.float64))[:, 0]
    (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
    return float(x0 / width), float(y0 / height), float(x1 / width), float(y1 / height)


def check_masked(pixels: Pixels, views: tuple[Box, ...], title: Box) -> None:
    layout = layout_of(pixels)
    content = content_of(layout)
    assert content is not None
    wanted = around(views)
    assert inside(wanted, content), "nothing of the views is lost"
    assert inside(content, wanted, TOLERANCE), "neither frame nor title block is content"
    assert (crop(layout.drawing, title) < 128).mean() < 0.001, "the title block is painted over"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
@pytest.mark.parametrize("how", ["drawn", "turned by 2 degrees", "turned by -2 degrees", "keystoned"])
def test_frame_and_title_block_are_no_content(template: Template, how: str) -> None:
    pixels, drawn = drawn_pixels(11, 2200, template=template)
    assert drawn.title is not None
    matrix = np.eye(3)
    if how == "keystoned":
        pixels, matrix = keystoned(pixels)
    elif how != "drawn":
        pixels, matrix = turned(pixels, 2.0 if "-" not in how else -2.0)
    views = tuple(moved_box(box, matrix, pixels.shape) for box in drawn.views)
    check_masked(pixels, views, moved_box(drawn.title, matrix, pixels.shape))


def test_a_drawing_without_a_frame_keeps_all_its_ink() -> None:
    pixels, drawn = drawn_pixels(12, 1800, template=None)
    layout = layout_of(pixels)
    content = content_of(layout)
    assert np.array_equal(layout.drawing, pixels)
    assert content is not None and inside(around(drawn.views), content)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_each_view_is_one_view_without_its_dimensions(seed: int, count: int) -> None:
    pixels, drawn = drawn_pixels(seed, 2000, views=count)
    views = boxes_of(layout_of(pixels), RegionKind.VIEW)
    assert len(views) == count
    for outline in drawn.outlines:
        found = [view for view in views if inside(outline, view, 0.002)]
        assert len(found) == 1
        assert inside(found[0], outline, 0.012), "dimensions and values stay outside"


def test_views_that_dimensions_join_are_views_of_their_own() -> None:
    """Two outlines, a chain of dimensions across both and a leader from one into the other."""
    pixels = np.full((1200, 1700), 255, np.uint8)
    outlines = ((300, 400, 700, 800), (800, 400, 1000, 800))
    for x0, y0, x1, y1 in outlines:
        cv2.rectangle(pixels, (x0, y0), (x1, y1), 0, 3)
        for x in (x0, x1):
            cv2.line(pixels, (x, y1 + 8), (x, y1 + 60), 0, 2)
    cv2.line(pixels, (300, 850), (1000, 850), 0, 2)
    cv2.line(pixels, (650, 500), (850, 600), 0, 2)
    views = boxes_of(layout_of(pixels), RegionKind.VIEW)
    wanted = [(x0 / 1700, y0 / 1200, x1 / 1700, y1 / 1200) for x0, y0, x1, y1 in outlines]
    assert len(views) == 2
    assert all(inside(box, view) and inside(view, box, 0.02) for box, view in zip(wanted, views, strict=True))


def test_views_in_a_frame_that_is_not_found_are_views_all_the_same() -> None:
    """A double frame too far from the sheet's edge to be one."""
    pixels = np.full((1200, 1700), 255, np.uint8)
    cv2.rectangle(pixels, (245, 175), (1455, 1025), 0, 4)
    cv2.rectangle(pixels, (275, 205), (1425, 995), 0, 4)
    for x in (450, 900):
        cv2.rectangle(pixels, (x, 400), (x + 200, 600), 0, 3)
    views = boxes_of(layout_of(pixels), RegionKind.VIEW)
    assert sorted(round(view[0] * 1700, -1) for view in views) == [440, 890]


def test_a_view_that_is_nearly_all_ink_is_a_view() -> None:
    pixels = np.full((1200, 1700), 255, np.uint8)
    cv2.rectangle(pixels, (200, 200), (1500, 1000), 0, cv2.FILLED)
    cv2.circle(pixels, (600, 600), 150, 255, cv2.FILLED)
    (view,) = boxes_of(layout_of(pixels), RegionKind.VIEW)
    block = (200 / 1700, 200 / 1200, 1500 / 1700, 1000 / 1200)
    assert inside(block, view, 0.002) and inside(view, block, 0.01)


def test_what_encloses_nothing_is_a_view_as_far_as_its_ink_hangs_together() -> None:
    """An outline of dots, as a fax leaves it, with its dimension."""
    pixels = np.full((1200, 1700), 255, np.uint8)
    for x in range(500, 1001, 14):
        cv2.line(pixels, (x, 400), (x + 6, 400), 0, 3)
        cv2.line(pixels, (x, 700), (x + 6, 700), 0, 3)
    cv2.line(pixels, (500, 720), (1000, 720), 0, 2)
    (view,) = boxes_of(layout_of(pixels), RegionKind.VIEW)
    assert inside((500 / 1700, 700 / 1200, 1000 / 1700, 720 / 1200), view)


def test_a_stroke_of_a_pen_is_no_view() -> None:
    pixels = np.full((900, 1200), 255, np.uint8)
    cv2.line(pixels, (100, 100), (700, 420), 0, 5)
    assert boxes_of(layout_of(pixels), RegionKind.VIEW) == []
    cv2.line(pixels, (700, 420), (500, 700), 0, 5)
    assert len(boxes_of(layout_of(pixels), RegionKind.VIEW)) == 1, "two that meet may be an outline's"


def test_notes_are_no_view() -> None:
    pixels = np.full((1200, 1700), 255, np.uint8)
    cv2.rectangle(pixels, (900, 300), (1300, 800), 0, 3)
    for line in range(6):
        for column, letter in enumerate("BREAK ALL EDGES"):
            at = (80 + 26 * column, 120 + 46 * line)
            cv2.putText(pixels, letter, at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2, cv2.LINE_AA)
    layout = layout_of(pixels)
    assert len(boxes_of(layout, RegionKind.VIEW)) == 1
    assert layout.places[0].box[0] < 100 / 1700, "but part of the sheet"


def with_table(*, words: bool, tiled: bool) -> list[Box]:
    """Views of a part beside a block of 4 x 3 rectangles."""
    pixels = np.full((1200, 1700), 255, np.uint8)
    cv2.rectangle(pixels, (200, 200), (700, 600), 0, 3)
    for row in range(4):
        for column in range(3):
            x, y = 900 + 220 * column, 700 + 60 * row
            cv2.rectangle(pixels, (x, y), (x + 220, y + 60), 0, 2)
            if words:
                cv2.putText(pixels, "S U S 3", (x + 20, y + 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2, cv2.LINE_AA)
    if not tiled:
        cv2.rectangle(pixels, (880, 300), (1640, 960), 0, 3)  # one plate around them all
    return boxes_of(layout_of(pixels), RegionKind.VIEW)


def test_a_table_that_stands_free_is_no_view() -> None:
    (view,) = with_table(words=True, tiled=True)
    assert view[2] < 0.5, "the part's"


@pytest.mark.parametrize(("words", "tiled"), [(False, True), (True, False)])
def test_a_grating_and_a_panel_with_letters_are_views(words: bool, tiled: bool) -> None:
    assert len(with_table(words=words, tiled=tiled)) == 2


def test_a_panel_with_words_in_its_windows_is_a_view() -> None:
    """As many written cells as a table has, but one large cell around them."""
    pixels = np.full((1200, 1700), 255, np.uint8)
    cv2.rectangle(pixels, (400, 250), (1300, 900), 0, 3)
    for number in range(5):
        x = 430 + 170 * number
        cv2.rectangle(pixels, (x, 300), (x + 150, 350), 0, 2)
        cv2.putText(pixels, "S U S 3", (x + 10, 340), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2, cv2.LINE_AA)
    assert len(boxes_of(layout_of(pixels), RegionKind.VIEW)) == 1


def test_the_eight_largest_views_are_kept_largest_first() -> None:
    pixels = np.full((1200, 1700), 255, np.uint8)
    for index in range(12):
        x, y, side = 60 + (index % 4) * 400, 60 + (index // 4) * 380, 60 + 20 * index
        cv2.rectangle(pixels, (x, y), (x + side, y + side), 0, 3)
    views = boxes_of(layout_of(pixels), RegionKind.VIEW)
    widths = [(x1 - x0) * 1700 for x0, _, x1, _ in views]
    assert len(views) == MAX_VIEWS
    assert min(widths) >= 60 + 20 * 4, "the four smallest are left out"
    assert widths[0] > widths[-1] + 60


@pytest.mark.parametrize("pixels", [np.full((900, 1300), 255, np.uint8), np.full((5, 5), 255, np.uint8)])
def test_a_blank_sheet_has_no_regions(pixels: Pixels) -> None:
    assert layout_of(pixels).places == ()


def test_a_frame_with_nothing_in_it_has_neither_content_nor_views() -> None:
    pixels, _ = drawn_pixels(13, 1600, views=1)
    empty = np.full_like(pixels, 255)
    height, width = pixels.shape
    cv2.rectangle(empty, (40, 40), (width - 40, height - 40), 0, 4)
    layout = layout_of(empty)
    assert content_of(layout) is None and boxes_of(layout, RegionKind.VIEW) == []


drawings = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(1, 6), st.booleans()),
    min_size=0,
    max_size=25,
)
shapes = st.tuples(st.integers(20, 900), st.integers(20, 900))


def scribble(shape: tuple[int, int], marks: list[tuple[float, float, float, float, int, bool]]) -> Pixels:
    pixels = np.full(shape, 255, np.uint8)
    for x0, y0, x1, y1, thickness, is_circle in marks:
        start, end = (int(x0 * shape[1]), int(y0 * shape[0])), (int(x1 * shape[1]), int(y1 * shape[0]))
        if is_circle:
            cv2.circle(pixels, start, int(x1 * min(shape) / 3), 0, thickness)
        else:
            cv2.line(pixels, start, end, 0, thickness)
    return pixels


@settings(max_examples=60, deadline=None)
@given(shape=shapes, marks=drawings)
def test_boxes_are_boxes_and_pictures_have_the_asked_size_on_any_drawing(
    shape: tuple[int, int], marks: list[tuple[float, float, float, float, int, bool]]
) -> None:
    layout = layout_of(scribble(shape, marks))
    for place, picture in zip(layout.places, region_images(layout, layout.places, 64), strict=True):
        x0, y0, x1, y1 = place.box
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
        assert picture.shape == (64, 64) and picture.dtype == np.uint8
    kinds = [place.kind for place in layout.places]
    assert kinds == sorted(kinds, key=list(RegionKind).index), "the sheet, then views, then tiles"
    assert len(kinds) <= 40


@pytest.mark.parametrize("scale", [0.6, 0.4, 0.28, 0.2])
def test_windows_as_long_as_what_they_cover_are_one_whatever_the_rounding(scale: float) -> None:
    """Lengths are differences of fractions times pixels: equal ones may differ in the last bit."""
    for side in np.random.default_rng(1).uniform(10, 1200, 300):
        for length in (side, np.nextafter(side, 0), np.nextafter(side, 9999), side / scale * scale):
            assert _starts(float(length), float(side)) == [0.0]


def test_a_content_whose_sides_are_in_the_proportion_of_the_tiles_is_read() -> None:
    pixels = np.full((1200, 849), 255, np.uint8)
    cv2.rectangle(pixels, (619, 497), (809, 833), 0, 1)
    cv2.rectangle(pixels, (650, 530), (780, 700), 0, 1)
    assert layout_of(pixels).places


@settings(max_examples=60, deadline=None)
@given(shape=st.tuples(st.integers(250, 900), st.integers(250, 900)), marks=drawings)
def test_tiles_see_nearly_all_ink(
    shape: tuple[int, int], marks: list[tuple[float, float, float, float, int, bool]]
) -> None:
    layout = layout_of(scribble(shape, marks))
    ink = without_specks(ink_mask(layout.drawing))
    seen = np.zeros_like(ink)
    for box in boxes_of(layout, RegionKind.TILE):
        x0, y0, x1, y1 = box_px(box, ink.shape)
        seen[y0:y1, x0:x1] = 1
    if content_of(layout) is not None:
        assert (ink & seen).sum() >= 0.97 * ink.sum()


def test_tiles_of_a_drawn_sheet_see_all_of_it_at_every_scale() -> None:
    pixels, drawn = drawn_pixels(14, 2000)
    tiles = boxes_of(layout_of(pixels), RegionKind.TILE)
    assert len({round(x1 - x0, 3) for x0, _, x1, _ in tiles}) >= 3
    check_views_seen(drawn, tiles)


def check_views_seen(drawn: DrawnSheet, tiles: list[Box]) -> None:
    for view in drawn.views:
        centre = ((view[0] + view[2]) / 2, (view[1] + view[3]) / 2)
        assert any(x0 <= centre[0] <= x1 and y0 <= centre[1] <= y1 for x0, y0, x1, y1 in tiles)


def test_a_query_cut_out_of_a_title_block_has_a_tile_to_match() -> None:
    """What the mask takes away is kept in tiles over the whole page."""
    pixels, drawn = drawn_pixels(14, 2000)
    assert drawn.title is not None
    templated = [place.box for place in layout_of(pixels).places if place.templated]
    assert any(inside(drawn.title, box, 0.05) for box in templated)


def sheet_picture(pixels: Pixels) -> np.ndarray:  # type: ignore[type-arg]
    layout = layout_of(pixels)
    return region_images(layout, layout.places[:1], 224)[0].astype(float)


def test_the_same_sheet_of_another_house_gives_nearly_the_same_sheet_region() -> None:
    """The trap: with the template in the picture, two houses' sheets of one part differ more than two parts' do."""
    pictures = {}
    for template in TEMPLATES[:2]:
        pixels, _ = drawn_pixels(15, 2000, template=template)
        pictures[template.name] = sheet_picture(pixels)
    other = sheet_picture(drawn_pixels(16, 2000, template=TEMPLATES[0])[0])
    first, second = pictures.values()
    smooth = [cv2.GaussianBlur(255 - picture, (0, 0), 3).ravel() for picture in (first, second, other)]
    same, different = (np.corrcoef(smooth[0], smooth[index])[0, 1] for index in (1, 2))
    assert same > 0.9 > different

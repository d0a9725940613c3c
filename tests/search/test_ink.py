"""Downsampling keeps every line, in one go, in bands and from the pyramid; paper is evened; aspect is kept."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.ink import INK_POWER, BandShrinker, InkPyramid, even_paper, ink_mask, shrink, shrink_to
from search.reading import read_sheet
from search.types import Pixels
from tests.drawn import A0_MM, drawn_pixels, image_bytes, new_page, pt

ENCODER_PX = 224


def by_definition(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    """The power mean of ink over exact areas, in double precision."""
    powered = ((255.0 - pixels.astype(np.float64)) / 255.0) ** INK_POWER
    small = cv2.resize(powered, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.rint(255.0 * (1.0 - np.clip(small, 0, 1) ** (1 / INK_POWER))).astype(np.uint8)


def a0_with_one_line(path: Path, scanned: bool) -> None:
    """An A0 sheet with a vertical line of 0.18 mm, as vectors or as a scan of 350 dpi (2 of 2.5 pixels)."""
    with pymupdf.open() as document:
        page = new_page(document, A0_MM)
        if scanned:
            scan = np.full((11_589, 16_384), 255, np.uint8)
            scan[1400:9600, 6890:6892] = 0
            page.insert_image(page.rect, stream=image_bytes(scan, compress_level=1))
        else:
            page.draw_line((pt(500), pt(100)), (pt(500), pt(700)), width=pt(0.18))
        document.save(path, deflate=True)


@pytest.mark.parametrize("scanned", [False, True])
def test_a_line_of_0_18_mm_on_an_a0_sheet_is_still_there_at_224_px(tmp_path: Path, scanned: bool) -> None:
    a0_with_one_line(tmp_path / "a0.pdf", scanned)
    sheet = read_sheet(tmp_path / "a0.pdf", 1)
    seen = InkPyramid(sheet.pixels).letterboxed((0, 0, sheet.pixels.shape[1], sheet.pixels.shape[0]), ENCODER_PX)
    rows = seen[90:150]
    contrast = 1.0 - rows.min(axis=1) / 255.0
    assert contrast.min() >= 0.12, "every row of the line is at least 30 grey levels darker than paper"
    averaged = cv2.resize(sheet.pixels, (ENCODER_PX, 158), interpolation=cv2.INTER_AREA)[70:90]
    assert contrast.min() > 3 * (1.0 - averaged.min(axis=1) / 255.0).max(), "plain averaging would lose it"


@settings(max_examples=80, deadline=None)
@given(
    width=st.integers(60, 1600),
    target=st.integers(8, 60),
    place=st.floats(0, 1),
    thick=st.integers(1, 4),
    down=st.booleans(),
)
def test_no_line_is_lost_at_any_place_and_factor(width: int, target: int, place: float, thick: int, down: bool) -> None:
    page = np.full((width, width), 255, np.uint8)
    start = int(place * (width - thick))
    page[:, start : start + thick] = 0
    page = page if down else np.ascontiguousarray(page.T)
    small = shrink(page, target, target)
    line = 255 - small.min(axis=1 if down else 0)
    covered = min(1.0, thick * target / width)
    kept = 255 * (covered / 2) ** (1 / INK_POWER)  # at worst it falls on two pixels, half on each
    assert line.min() >= 0.9 * kept - 1


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 400),
    width=st.integers(1, 400),
    factor=st.floats(1.0, 9.0),
    bands=st.lists(st.integers(1, 90), min_size=1, max_size=8),
    seed=st.integers(0, 999),
)
def test_bands_of_any_height_give_the_power_mean_of_the_whole(
    height: int, width: int, factor: float, bands: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    page = np.where(rng.random((height, width)) < 0.1, rng.integers(0, 256, (height, width)), 255).astype(np.uint8)
    target = (max(1, round(height / factor)), max(1, round(width / factor)))
    shrinker = BandShrinker(page.shape, target)
    top, turn = 0, 0
    while top < height:
        rows = bands[turn % len(bands)]
        shrinker.add(page[top : top + rows])
        top, turn = top + rows, turn + 1
    wanted = by_definition(page, target[1], target[0]).astype(int)
    result = shrinker.result()
    assert result.shape == target
    assert np.abs(result - wanted).max() <= 2


@pytest.mark.parametrize("long_side_px", [1500, 1200, 640, 300, 224])
def test_shrink_is_the_power_mean_within_a_small_tolerance(long_side_px: int) -> None:
    page, _ = drawn_pixels(5, 2999)
    height = round(page.shape[0] * long_side_px / page.shape[1])
    difference = shrink(page, long_side_px, height).astype(int) - by_definition(page, long_side_px, height)
    assert np.abs(difference).mean() < 2.5
    assert abs(difference.mean()) < 0.8, "neither darker nor lighter"


@settings(max_examples=25, deadline=None)
@given(x=st.integers(0, 1500), y=st.integers(0, 900), side=st.integers(100, 1100))
def test_a_part_from_the_pyramid_is_the_part_shrunk_by_itself(x: int, y: int, side: int) -> None:
    page, pyramid = PAGE, PYRAMID
    box = (x, y, min(page.shape[1], x + side), min(page.shape[0], y + side))
    cut = page[box[1] : box[3], box[0] : box[2]]
    size = max(1, round(cut.shape[1] * 64 / side)), max(1, round(cut.shape[0] * 64 / side))
    difference = pyramid.part(box, *size).astype(int) - by_definition(np.ascontiguousarray(cut), *size)
    assert np.abs(difference).mean() < 8.0
    assert abs(difference.mean()) < 3.0


PAGE, _ = drawn_pixels(6, 2400)
PYRAMID = InkPyramid(PAGE)


@settings(max_examples=40, deadline=None)
@given(width=st.integers(1, 700), height=st.integers(1, 700), side=st.sampled_from([32, 224]))
def test_letterboxing_keeps_the_aspect_and_centres(width: int, height: int, side: int) -> None:
    page = np.zeros((max(height, 1), max(width, 1)), np.uint8)
    out = InkPyramid(page).letterboxed((0, 0, width, height), side)
    assert out.shape == (side, side)
    rows, columns = np.flatnonzero((out == 0).any(axis=1)), np.flatnonzero((out == 0).any(axis=0))
    inner_h, inner_w = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert max(inner_h, inner_w) == side
    assert abs(inner_w - max(1, width * side / max(width, height))) <= 1
    assert abs(inner_h - max(1, height * side / max(width, height))) <= 1
    assert abs(rows[0] - (side - 1 - rows[-1])) <= 1 and abs(columns[0] - (side - 1 - columns[-1])) <= 1


def test_a_page_at_its_own_size_is_not_touched() -> None:
    page, _ = drawn_pixels(2, 700)
    assert shrink(page, page.shape[1], page.shape[0]) is page
    assert shrink_to(page, 700) is page and shrink_to(page, 9000) is page


def test_clean_pages_pass_evening_unchanged() -> None:
    page, _ = drawn_pixels(3, 1500)
    assert even_paper(page) is page


@pytest.mark.parametrize("dark", [0.55, 0.75, 0.9])
def test_uneven_light_is_divided_out(dark: float) -> None:
    page, _ = drawn_pixels(3, 1500)
    light = np.linspace(1.0, dark, page.shape[1])[None, :] * np.linspace(1.0, 0.9, page.shape[0])[:, None]
    evened = even_paper(np.rint(page * light).astype(np.uint8))
    paper = page == 255
    assert evened[paper].mean() > 250 and np.percentile(evened[paper], 1) > 235
    assert evened[page < 20].mean() < 40
    assert (ink_mask(evened) == ink_mask(page)).mean() > 0.998


@pytest.mark.parametrize("brightness", [0.3, 0.42])
def test_a_dim_scan_is_no_blueprint(brightness: float) -> None:
    page, _ = drawn_pixels(3, 1500)
    assert (ink_mask(even_paper(np.rint(page * brightness).astype(np.uint8))) == ink_mask(page)).mean() > 0.998


@pytest.mark.parametrize("share", [0.7, 0.5, 0.35, 0.2])
def test_a_photo_that_shows_much_of_a_dark_desk_keeps_its_ink(share: float) -> None:
    page, _ = drawn_pixels(3, 1500)
    height, width = page.shape
    photo = np.full((round(height / share**0.5), round(width / share**0.5)), 45, np.uint8)
    top, left = (photo.shape[0] - height) // 2, (photo.shape[1] - width) // 2
    photo[top : top + height, left : left + width] = page
    inner = (slice(top + 20, top + height - 20), slice(left + 20, left + width - 20))  # the frame lies further in
    assert (ink_mask(even_paper(photo)[inner]) == ink_mask(page[20:-20, 20:-20])).mean() > 0.999


@pytest.mark.parametrize(("dark", "light"), [(40, 240), (0, 255), (70, 200)])
def test_a_blueprint_is_turned_round(dark: int, light: int) -> None:
    page, _ = drawn_pixels(3, 1000)
    blueprint = (dark + (255 - page.astype(int)) * (light - dark) // 255).astype(np.uint8)
    evened = even_paper(blueprint)
    assert np.median(evened) > 240
    assert (ink_mask(evened, 100) == ink_mask(page, 100)).mean() > 0.99


@pytest.mark.parametrize("stroke_px", [2, 3, 5, 8, 12])
def test_white_strokes_on_black_are_ink_however_wide(stroke_px: int) -> None:
    page = np.zeros((700, 1000), np.uint8)
    for step in range(4):
        cv2.rectangle(page, (100 + 90 * step, 80 + 60 * step), (900 - 90 * step, 620 - 60 * step), 255, stroke_px)
    assert 0.005 < ink_mask(even_paper(page)).mean() < 0.2


@pytest.mark.parametrize("long_side_px", [120, 250, 400])
def test_a_small_clipping_of_a_negative_is_turned_round(long_side_px: int) -> None:
    page, _ = drawn_pixels(3, 1500)
    for top in range(0, page.shape[0] - long_side_px, 300):
        clipping = page[top : top + long_side_px, 400 : 400 + long_side_px]
        assert ink_mask(even_paper(255 - clipping)).mean() == pytest.approx(ink_mask(clipping).mean(), abs=0.05)


def test_a_black_page_is_blank() -> None:
    assert not ink_mask(even_paper(np.zeros((900, 700), np.uint8))).any()


def test_grey_paper_of_a_scan_becomes_white(tmp_path: Path) -> None:
    page, _ = drawn_pixels(4, 1200)
    (tmp_path / "grey.png").write_bytes(image_bytes((page * 0.8).astype(np.uint8)))
    sheet = read_sheet(tmp_path / "grey.png", 1)
    assert np.median(sheet.pixels) == 255

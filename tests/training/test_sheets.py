"""The sheet maker: what a plan says is what is drawn, and one thing can be changed alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.symbols.classes import BY_NAME
from search.types import Box
from training.bank import Line, Part, View, ViewName, load_bank
from training.demo_drawings import write_demo_drawings
from training.sheets import TEMPLATES, SheetPlan, SheetSpec, changes, draw, draw_spec, plan, plan_sheet, write_pdf
from training.sheets.dimensions import true_length_mm
from training.sheets.drafting import breakable, broken, draft
from training.sheets.geometry import bounds, full_circles, mirrored, turned
from training.sheets.hatching import hatch_lines
from training.sheets.house import make_house
from training.sheets.primitives import Text
from training.sheets.sketch import sketched
from training.sheets.templates import TRAIN_TEMPLATES
from training.sheets.templates_held_out import TEST_TEMPLATES

SEEDS = st.integers(0, 2**31 - 1)
BANK = load_bank()


def view_of(*edges: tuple[float, float, float, float], arcs: tuple[tuple[float, ...], ...] = (), line: Line) -> View:
    curves = tuple(np.array(edge, np.float32).reshape(2, 2) for edge in edges)
    return View(
        curves,
        np.full(len(curves), line),
        np.array(arcs, np.float32).reshape(-1, 5),
        np.full(len(arcs), line, np.uint8),
    )


def box_edges(width: float, height: float) -> tuple[tuple[float, float, float, float], ...]:
    return ((0, 0, width, 0), (width, 0, width, height), (width, height, 0, height), (0, height, 0, 0))


@pytest.fixture
def plate() -> Part:
    """A plate of 400 x 60 x 8 with two holes near one end and an edge that only one end has."""
    turn = 2 * np.pi
    holes = ((20.0, 30.0, 5.0, 0.0, turn), (50.0, 30.0, 3.0, 0.0, turn))
    top = view_of(*box_edges(400, 60), (380, 0, 380, 60), arcs=holes, line=Line.VISIBLE)
    views: dict[ViewName, View] = {"top": top, "front": view_of(*box_edges(400, 8), line=Line.VISIBLE)}
    return Part("plate-0", "plate", "train", "Plate", "板", {"length": 400.0}, (), views)


def spec_of(seed: int, count: int = 1, template: str | None = None) -> SheetSpec:
    rng = np.random.default_rng(seed)
    parts = [BANK[int(i)] for i in rng.integers(len(BANK), size=count)]
    return draw_spec(parts, rng, template=template)


def apart(a: Box, b: Box) -> bool:
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def texts(sheet: SheetPlan) -> list[Text]:
    return [item for item in sheet.items if isinstance(item, Text)]


def texts_beside_the_template(sheet: SheetPlan) -> list[Text]:
    return [item for item in sheet.items[sheet.furniture_items :] if isinstance(item, Text)]


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, count=st.sampled_from([1, 1, 1, 3, 6]))
def test_every_sheet_shows_a_view_inside_its_frame(seed: int, count: int) -> None:
    sheet = plan(spec_of(seed, count))
    assert sheet.views
    x0, y0, x1, y1 = sheet.area
    for view in sheet.views:
        assert x0 - 1e-6 <= view.box[0] < view.box[2] <= x1 + 1e-6
        assert y0 - 1e-6 <= view.box[1] < view.box[3] <= y1 + 1e-6
        assert view.part in {part.name for part in sheet.spec.parts}


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_views_of_a_part_do_not_cover_each_other(seed: int) -> None:
    boxes = [view.box for view in plan(spec_of(seed)).views]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert apart(a, b)


def test_views_keep_clear_of_title_block_and_tables() -> None:
    sheets = [plan(spec_of(seed)) for seed in range(60)]
    clear = [all(apart(view.box, box) for view in s.views for box in s.furniture) for s in sheets]
    assert all(sheet.furniture for sheet in sheets)
    assert np.mean(clear) > 0.98


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_equal_specifications_give_equal_files(seed: int) -> None:
    assert write_pdf(plan(spec_of(seed))) == write_pdf(plan(spec_of(seed)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_draws_kits_and_single_parts(name: str) -> None:
    for seed, count in ((1, 1), (2, 4)):
        sheet = plan(spec_of(seed, count, template=name))
        with pymupdf.open(stream=write_pdf(sheet)) as document:
            assert document.page_count == 1
            size_mm = (document[0].rect.width * 25.4 / 72, document[0].rect.height * 25.4 / 72)
        assert size_mm == pytest.approx(sheet.size_mm, abs=0.1)


def test_train_and_test_houses_share_no_kind() -> None:
    assert all(name.startswith("train-") for name in TRAIN_TEMPLATES)
    assert all(name.startswith("test-") for name in TEST_TEMPLATES)
    assert not {t.draw for t in TRAIN_TEMPLATES.values()} & {t.draw for t in TEST_TEMPLATES.values()}
    assert len(TEMPLATES) >= 10


def test_the_split_decides_the_templates() -> None:
    rng = np.random.default_rng(0)
    assert {draw_spec(BANK[0], rng, split="test").template.split("-")[0] for _ in range(20)} == {"test"}


def test_the_number_is_real_text_of_the_pdf() -> None:
    house = next(seed for seed in range(100) if make_house(seed).title_font.face == "helv")
    sheet = plan(replace(spec_of(3, template="train-number-corner"), house_seed=house))
    with pymupdf.open(stream=write_pdf(sheet)) as document:
        assert sheet.fields["number"] in document[0].get_text()


def test_japanese_text_can_be_read_back() -> None:
    sheet = plan(spec_of(5, template="train-jis-corner"))
    with pymupdf.open(stream=write_pdf(sheet)) as document:
        assert sheet.spec.parts[0].title_ja in document[0].get_text()


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_a_box_of_a_view_holds_ink_and_has_the_size_its_scale_says(seed: int) -> None:
    sheet = plan(spec_of(seed))
    pixels = draw(sheet, 1000)
    assert pixels.dtype == np.uint8
    assert max(pixels.shape) == 1000
    height, width = pixels.shape
    for view in sheet.views:
        x0, y0, x1, y1 = view.box
        window = pixels[
            int(y0 * height) : int(np.ceil(y1 * height)) + 1, int(x0 * width) : int(np.ceil(x1 * width)) + 1
        ]
        assert window.min() < 230
        source = bounds(sheet.spec.parts[0].views[view.name])
        sides = {(x1 - x0) * sheet.size_mm[0] / view.scale, (y1 - y0) * sheet.size_mm[1] / view.scale}
        assert max(sides) <= 1.001 * max(source[2] - source[0], source[3] - source[1])


@pytest.mark.parametrize("change", changes.REDRAWINGS, ids=lambda change: change.__name__)
def test_a_redrawing_keeps_the_part_and_changes_the_sheet(change: changes.Change) -> None:
    spec = spec_of(11)
    changed = change(spec, np.random.default_rng(1))
    assert changed.parts == spec.parts
    assert write_pdf(plan(changed)) != write_pdf(plan(spec))


def test_without_dimensions_the_views_stay_where_they_are() -> None:
    spec = spec_of(12)
    bare = plan(changes.undimensioned(spec, np.random.default_rng(0)))
    assert bare.views == plan(spec).views
    assert len(bare.items) < len(plan(spec).items)


def test_a_revision_changes_one_value_and_grows_the_table() -> None:
    changed = 0
    for seed in range(16):
        spec = replace(spec_of(seed, template="train-iso-corner"), revision=0, symbols=0)
        old, new = plan(spec), plan(changes.revised(spec, np.random.default_rng(seed)))
        if new.views != old.views:  # the table grew to where one had been
            continue
        assert old.fields["revision"] != new.fields["revision"]
        before, after = (Counter(text.text for text in texts_beside_the_template(sheet)) for sheet in (old, new))
        if before == after:  # no dimension found room
            continue
        changed += 1
        (old_value,) = before - after
        added = sorted((after - before).elements(), key=len)
        assert len(added) <= 2 and added[-1] != old_value, "the new value, and the letter beside it"
    assert changed >= 6


def test_the_other_hand_is_the_mirror_image(plate: Part) -> None:
    plain, other = draft(plate, "top"), draft(plate, "top", mirror=True)
    flipped = full_circles(plain.view) * (-1, 1, 1)
    assert other.bounds == pytest.approx((-400, 0, 0, 60))
    np.testing.assert_allclose(np.sort(full_circles(other.view), axis=0), np.sort(flipped, axis=0), atol=1e-5)


@given(quarters=st.integers(1, 3), index=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_turning_on_to_a_full_turn_and_mirroring_twice_change_nothing(quarters: int, index: int) -> None:
    view = next(iter(BANK[index % len(BANK)].views.values()))
    for same in (turned(turned(view, quarters), 4 - quarters), mirrored(mirrored(view))):
        np.testing.assert_allclose(bounds(same), bounds(view), atol=1e-3)
        for a, b in zip(same.polylines, view.polylines, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-3)


def test_a_broken_view_is_shorter_but_keeps_its_lengths(plate: Part) -> None:
    whole = draft(plate, "top")
    stretch = breakable(whole, 0)
    assert stretch is not None
    short = broken(whole, 0, *stretch)
    assert short.size[0] < 0.6 * whole.size[0]
    assert true_length_mm(short, 0, short.bounds[0], short.bounds[2]) == pytest.approx(400.0, abs=1e-3)
    assert true_length_mm(short, 0, 20.0, 50.0) == pytest.approx(30.0)


def test_hatching_fills_the_cut_face_and_nothing_else() -> None:
    ring = view_of(*box_edges(60, 40), arcs=((30, 20, 10, 0, 2 * np.pi),), line=Line.CUT)
    house = replace(make_house(0), hatch="single", hatch_mm=2.0)
    ((_, lines),) = hatch_lines(ring, house, 1.0)
    assert len(lines) > 20
    for share in (0.02, 0.5, 0.98):
        points = lines[:, :2] * (1 - share) + lines[:, 2:] * share
        assert (np.hypot(points[:, 0] - 30, points[:, 1] - 20) > 9.9).all()
        assert ((points >= -1e-6) & (points <= (60 + 1e-6, 40 + 1e-6))).all()


def test_sizes_written_are_the_sizes_of_the_part(plate: Part) -> None:
    house = next(seed for seed in range(200) if not make_house(seed).inch and make_house(seed).decimals == 0)
    spec = replace(draw_spec(plate, np.random.default_rng(4), template="train-strip"), house_seed=house)
    found = set()
    for seed in range(6):
        sheet = plan(replace(spec, annotation_seed=seed, revision=0))
        found |= {text.text.strip("()") for text in texts(sheet)}
    assert make_house(house).font.face == "cad" or {"400", "60"} <= found


def test_several_plans_become_pages_of_one_file() -> None:
    rng = np.random.default_rng(0)
    with pymupdf.open(stream=write_pdf([plan_sheet(BANK[0], rng), plan_sheet(BANK[1], rng)])) as document:
        assert document.page_count == 2


def test_demo_drawings_are_seeded_and_all_open(tmp_path: Path) -> None:
    first = write_demo_drawings(tmp_path / "a", 30, seed=5)
    again = write_demo_drawings(tmp_path / "b", 30, seed=5)
    assert len({path.name for path in first}) == 30
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]
    kinds = set()
    for path in first:
        with pymupdf.open(path) as document:
            kinds.add((document.page_count > 1, not document[0].get_drawings()))
    assert (False, False) in kinds


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_symbols_lie_on_the_sheet_over_ink_and_are_known_classes(seed: int) -> None:
    sheet = plan(replace(spec_of(seed), symbols=10))
    pixels = draw(sheet, 1600)
    height, width = pixels.shape
    for symbol in sheet.symbols:
        assert symbol.name in BY_NAME
        x0, y0, x1, y1 = symbol.box
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
        inner = pixels[int(y0 * height) : int(y1 * height) + 1, int(x0 * width) : int(x1 * width) + 1]
        assert inner.min() < 250, f"{symbol.name} is drawn"


def test_a_sheet_without_symbols_has_only_those_of_its_texts_and_its_title_block() -> None:
    spec = replace(spec_of(7), symbols=0, dimensions=False, revision=0)
    assert {symbol.name for symbol in plan(spec).symbols} <= {"diameter", "first_angle", "third_angle", "section_arrow"}


def test_the_projection_method_in_the_title_block_is_that_of_the_views() -> None:
    for seed in range(40):
        spec = spec_of(seed)
        names = {symbol.name for symbol in plan(spec).symbols} & {"first_angle", "third_angle"}
        languages = TEMPLATES[spec.template].languages
        house = make_house(spec.house_seed, languages=languages)
        assert names <= {"first_angle" if house.first_angle else "third_angle"}


def test_more_symbols_change_nothing_else_of_the_views() -> None:
    spec = spec_of(11)
    assert plan(replace(spec, symbols=0)).views == plan(replace(spec, symbols=12)).views


@pytest.mark.parametrize("seed", range(4))
def test_a_sketch_shows_the_views_where_they_were_and_no_template(seed: int) -> None:
    sheet = plan_sheet(BANK[seed * 7], np.random.default_rng(seed))
    by_hand = sketched(sheet, np.random.default_rng(seed))
    pixels, plain = draw(by_hand, 1200), draw(sheet, 1200)
    assert not by_hand.symbols and not by_hand.furniture and by_hand.views == sheet.views
    height, width = pixels.shape
    for view in (one for one in sheet.views if one.name != "iso"):  # shades are not sketched
        x0, y0, x1, y1 = (np.array(view.box) * (width, height, width, height)).astype(int)
        inked, was = (picture[y0 : y1 + 1, x0 : x1 + 1] < 210 for picture in (pixels, plain))
        assert inked.mean() > 0.05 * was.mean(), "the view is still there"
    edge = pixels[:, : width // 40]
    assert (edge < 150).mean() < 0.01, "no frame"
    again = draw(sketched(sheet, np.random.default_rng(seed)), 1200)
    assert np.array_equal(pixels, again)

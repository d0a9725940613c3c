"""One path from file to what is indexed, for rebuild and query alike."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import DrawingError, Reason
from search.late import asked_regions
from search.prepare import PREVIEW_LONG_SIDE_PX, Recipe, prepare, prepare_pages, prepare_query
from search.symbols.classes import BY_NAME, CLASSES
from search.symbols.packing import add_counts, packed, unpacked
from search.types import KINDS, RegionKind, Sheet, SizeSource, Symbol, Word
from tests.drawn import drawn_pixels, write_pdf, write_strips


def test_a_query_is_prepared_as_the_rebuild_prepares_its_page(tmp_path: Path) -> None:
    """A difference between the two is the classic bug of this field."""
    write_strips(tmp_path / "a.pdf", [1, 2])
    indexed = prepare_pages(tmp_path / "a.pdf", 1, 4, Recipe(64)).sheets
    for number in (1, 2):
        query, sheet = prepare_query(tmp_path / "a.pdf", number, None, Recipe(64)), indexed[number - 1]
        rows = asked_regions(sheet.kinds)
        assert 3 < len(rows) < len(sheet.kinds) and query.number == number
        for name in ("boxes", "kinds", "images"):
            assert np.array_equal(getattr(query, name), getattr(sheet, name)[rows])


def test_a_prepared_sheet_has_a_box_a_kind_and_a_picture_for_each_region(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [1])
    pages = prepare_pages(tmp_path / "a.pdf", 1, 4, Recipe(64))
    (sheet,) = pages.sheets
    assert pages.page_count == 1 and pages.errors == ()
    assert len(sheet.boxes) == len(sheet.kinds) == len(sheet.images) > 3
    assert (sheet.boxes.dtype, sheet.kinds.dtype, sheet.images.dtype) == (np.float32, np.uint8, np.uint8)
    assert KINDS[sheet.kinds[0]] is RegionKind.SHEET and "00001" in sheet.text
    preview = cv2.imdecode(np.frombuffer(sheet.preview_png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert preview.ndim == 2 and max(preview.shape) == PREVIEW_LONG_SIDE_PX


@pytest.mark.parametrize(
    ("first", "count", "done", "numbers"),
    [
        (1, 4, (), [1, 2, 3]),
        (2, 1, (), [2]),
        (3, 4, (), [3]),
        (4, 4, (), []),
        (1, 4, (1, 3), [2]),
    ],
)
def test_the_asked_pages_are_prepared_without_those_that_are_done(
    tmp_path: Path, first: int, count: int, done: tuple[int, ...], numbers: list[int]
) -> None:
    write_strips(tmp_path / "a.pdf", [1, 2, 3])
    pages = prepare_pages(tmp_path / "a.pdf", first, count, Recipe(32), frozenset(done))
    assert [sheet.number for sheet in pages.sheets] == numbers and pages.page_count == 3


def test_text_that_cannot_be_encoded_is_stored_all_the_same() -> None:
    pixels, _ = drawn_pixels(1, 600)
    words = (Word("caf\udce9", (0, 0, 1, 1)), Word("図面", (0, 0, 1, 1)))
    prepared = prepare(Sheet(1, pixels, None, SizeSource.UNKNOWN, words), Recipe(32))
    assert "図面" in prepared.text
    prepared.text.encode("utf-8")


def test_a_file_that_cannot_be_read_raises_for_the_whole_file(tmp_path: Path) -> None:
    (tmp_path / "zero.pdf").touch()
    with pytest.raises(DrawingError) as caught:
        prepare_pages(tmp_path / "zero.pdf", 1, 4, Recipe(64))
    assert caught.value.reason is Reason.EMPTY


def test_a_part_of_a_page_has_its_symbols_where_they_lie_on_the_page(tmp_path: Path, untrained_detector: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [1])
    recipe, box = Recipe(32, untrained_detector), (0.2, 0.3, 0.7, 0.9)
    whole = prepare_query(tmp_path / "a.pdf", 1, None, recipe)
    part = prepare_query(tmp_path / "a.pdf", 1, box, recipe)
    assert whole.symbols and part.symbols, "an untrained detector sees something everywhere"
    assert prepare_query(tmp_path / "a.pdf", 1, None, Recipe(32)).symbols == ()
    for symbol in part.symbols:
        x0, y0, x1, y1 = symbol.box
        assert box[0] - 1e-6 <= x0 < x1 <= box[2] + 1e-6
        assert box[1] - 1e-6 <= y0 < y1 <= box[3] + 1e-6


fractions = st.floats(0, 1, width=32)


@given(st.lists(st.builds(Symbol, st.sampled_from(list(BY_NAME)), st.tuples(*[fractions] * 4), fractions), max_size=40))
def test_packed_symbols_come_back_and_are_counted(symbols: list[Symbol]) -> None:
    data = packed(symbols)
    assert unpacked(data) == tuple(symbols)
    assert {type(value) for one in unpacked(data) for value in (*one.box, one.score)} <= {float}, (
        "JSON takes no float32"
    )
    table = np.zeros((3, len(CLASSES)), np.uint16)
    add_counts(table, [2, 0], [data, b""])
    found = {one.name: int(count) for one, count in zip(CLASSES, table[2], strict=True) if count}
    assert found == dict(Counter(symbol.name for symbol in symbols)) and not table[:2].any()

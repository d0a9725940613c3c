"""PDF: size from the page box, exact words where the ink is, turned pages, several pages, passwords."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pymupdf
import pytest

from search.errors import DrawingError, Reason
from search.reading import LONG_SIDE_PX, MAX_PAGES, read_sheet
from search.regions import crop
from search.types import SizeSource
from tests.drawn import A0_MM, A3_MM, image_bytes, marked_corner, marked_page, new_page, pt, raster, write_pdf
from tests.sheets import read_sheets


def test_a_vector_pdf_is_read_at_the_working_resolution_and_knows_its_size(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [1])
    (sheet,) = read_sheets(tmp_path / "a.pdf")
    assert sheet.pixels.shape[1] == LONG_SIDE_PX
    assert sheet.pixels.shape[0] == pytest.approx(LONG_SIDE_PX * A3_MM[1] / A3_MM[0], abs=1)
    assert sheet.pixels.dtype == np.uint8 and sheet.pixels.max() == 255
    assert sheet.size_mm == pytest.approx(A3_MM, abs=0.1)
    assert sheet.size_source is SizeSource.PAGE_BOX


def test_the_long_side_is_exact_at_odd_page_sizes(tmp_path: Path) -> None:
    for width_pt, height_pt in ((841.92, 595.32), (1190.52, 841.68), (333.3, 777.7), (2383.94, 3370.39)):
        with pymupdf.open() as document:
            document.new_page(width=width_pt, height=height_pt).draw_line((5, 5), (50, 50))
            document.save(tmp_path / "odd.pdf")
        (sheet,) = read_sheets(tmp_path / "odd.pdf")
        assert abs(max(sheet.pixels.shape) - LONG_SIDE_PX) <= 1


def test_every_page_of_a_pdf_is_a_sheet_in_order(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [1, 2, 3])
    sheets = list(read_sheets(tmp_path / "a.pdf"))
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    assert [next(w.text for w in sheet.words if w.text.startswith("0000")) for sheet in sheets] == [
        "00001",
        "00002",
        "00003",
    ]
    assert np.array_equal(read_sheet(tmp_path / "a.pdf", 2).pixels, sheets[1].pixels)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_words_lie_where_their_ink_is_on_turned_and_cropped_pages(tmp_path: Path, rotation: int, cropped: bool) -> None:
    with pymupdf.open() as document:
        page = new_page(document, A3_MM)
        page.insert_text((pt(300), pt(60)), "FLANGE", fontsize=40)
        if cropped:
            page.set_cropbox(pymupdf.Rect(pt(200), pt(20), pt(410), pt(290)))
        page.set_rotation(rotation)
        document.save(tmp_path / "turned.pdf")
    (sheet,) = read_sheets(tmp_path / "turned.pdf")
    assert (sheet.pixels.shape[0] > sheet.pixels.shape[1]) == (rotation in (90, 270)) or cropped
    (word,) = sheet.words
    ink = sheet.pixels < 128
    assert word.text == "FLANGE"
    assert (crop(sheet.pixels, word.box) < 128).sum() >= 0.98 * ink.sum() > 0


def test_a_turned_page_has_its_width_and_height_exchanged(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        new_page(document, A3_MM).set_rotation(90)
        document.save(tmp_path / "turned.pdf")
    (sheet,) = read_sheets(tmp_path / "turned.pdf")
    assert sheet.size_mm == pytest.approx((A3_MM[1], A3_MM[0]), abs=0.1)
    assert sheet.pixels.shape[0] == LONG_SIDE_PX


def test_a_scan_in_a_pdf_is_read_and_has_no_words(tmp_path: Path) -> None:
    write_pdf(tmp_path / "vector.pdf", [1])
    with pymupdf.open() as document:
        page = new_page(document, A3_MM)
        page.insert_image(page.rect, stream=image_bytes(raster(tmp_path / "vector.pdf", 2000)))
        document.save(tmp_path / "scan.pdf")
    (sheet,) = read_sheets(tmp_path / "scan.pdf")
    assert sheet.words == ()
    assert 0.002 < (sheet.pixels < 128).mean() < 0.1


def test_a_user_password_is_refused_and_an_owner_password_is_not(tmp_path: Path) -> None:
    for name, passwords in (("user", {"user_pw": "u", "owner_pw": "o"}), ("owner", {"owner_pw": "o"})):
        with pymupdf.open() as document:
            new_page(document).insert_text((100, 100), "SECRET")
            document.save(tmp_path / f"{name}.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, **passwords)
    with pytest.raises(DrawingError, match="password") as caught:
        list(read_sheets(tmp_path / "user.pdf"))
    assert caught.value.reason is Reason.ENCRYPTED
    (sheet,) = read_sheets(tmp_path / "owner.pdf")
    assert [word.text for word in sheet.words] == ["SECRET"]


def test_a_page_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [1, 2])
    for number in (0, 3, -1):
        with pytest.raises(DrawingError, match="pages 1 to 2") as caught:
            read_sheet(tmp_path / "a.pdf", number)
        assert caught.value.reason is Reason.NO_SUCH_PAGE


def test_more_pages_than_allowed_are_refused_but_one_of_them_can_be_asked_for(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        for _ in range(MAX_PAGES + 1):
            document.new_page(width=100, height=100)
        document.save(tmp_path / "book.pdf")
    with pytest.raises(DrawingError, match="1001 pages") as caught:
        next(read_sheets(tmp_path / "book.pdf"))
    assert caught.value.reason is Reason.TOO_LARGE
    assert read_sheet(tmp_path / "book.pdf", MAX_PAGES + 1).number == MAX_PAGES + 1


def test_a_pdf_without_ink_is_a_white_sheet(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        new_page(document, A0_MM)
        document.save(tmp_path / "blank.pdf")
    (sheet,) = read_sheets(tmp_path / "blank.pdf")
    assert sheet.pixels.min() == 255 and sheet.words == ()


def test_a_strip_of_paper_is_read(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page(width=14000, height=4).draw_line((10, 2), (13000, 2))
        document.save(tmp_path / "strip.pdf")
    (sheet,) = read_sheets(tmp_path / "strip.pdf")
    assert sheet.pixels.shape[1] == LONG_SIDE_PX and sheet.pixels.shape[0] >= 1


def test_annotations_a_checker_left_are_on_the_sheet(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = new_page(document)
        page.add_rect_annot(pymupdf.Rect(100, 100, 300, 300)).update()
        document.save(tmp_path / "checked.pdf")
    (sheet,) = read_sheets(tmp_path / "checked.pdf")
    assert (sheet.pixels < 200).any()


def test_marks_stay_in_their_corner(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        page = document.new_page(width=600, height=400)
        page.insert_image(page.rect, stream=image_bytes(marked_page()))
        document.save(tmp_path / "marked.pdf")
    (sheet,) = read_sheets(tmp_path / "marked.pdf")
    assert marked_corner(sheet.pixels) == "top left"

"""PNG, JPEG and TIFF in every pixel format that scanners, phones and CAD programs write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from search.errors import DrawingError, Reason
from search.reading import LONG_SIDE_PX, read_sheet
from search.types import Pixels, SizeSource
from tests.drawn import marked_corner, marked_page
from tests.sheets import read_sheets

ORIENTED_CORNER = {
    1: "top left",
    2: "top right",
    3: "bottom right",
    4: "bottom left",
    5: "top left",
    6: "top right",
    7: "bottom right",
    8: "bottom left",
}
"""Where the upper left corner of the stored pixels is to be shown, by EXIF orientation."""


def read_one(path: Path) -> Pixels:
    (sheet,) = read_sheets(path)
    return sheet.pixels


@pytest.mark.parametrize("orientation", sorted(ORIENTED_CORNER))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_the_orientation_a_camera_notes_is_applied_once(tmp_path: Path, orientation: int, suffix: str) -> None:
    path = tmp_path / f"photo.{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"tiffinfo": {274: orientation}} if suffix == "tif" else {"exif": exif}
    Image.fromarray(marked_page()).save(path, **options)
    pixels = read_one(path)
    assert marked_corner(pixels) == ORIENTED_CORNER[orientation]
    assert pixels.shape == ((400, 600) if orientation < 5 else (600, 400))


def in_mode(grey: Pixels, mode: str) -> Image.Image:
    picture = Image.fromarray(grey)
    if mode == "I;16":
        return Image.fromarray(grey.astype(np.uint16) * 257)
    if mode == "12 of 16 bits":
        return Image.fromarray(grey.astype(np.uint16) * 16)
    if mode == "float 0 to 1":
        return Image.fromarray(grey.astype(np.float32) / 255.0)
    if mode == "RGBA on nothing":
        return Image.merge("RGBA", [Image.new("L", picture.size)] * 3 + [Image.fromarray(255 - grey)])
    if mode == "LA":
        return Image.merge("LA", [Image.new("L", picture.size), Image.fromarray(255 - grey)])
    return picture.convert(mode)


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        *((mode, "png") for mode in ("1", "L", "P", "RGB", "RGBA", "RGBA on nothing", "LA", "I;16", "12 of 16 bits")),
        *((mode, "tif") for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "float 0 to 1")),
        *((mode, "jpg") for mode in ("L", "RGB", "CMYK")),
    ],
)
def test_any_pixel_format_gives_the_same_drawing(tmp_path: Path, mode: str, suffix: str) -> None:
    grey = marked_page()
    grey[300:302] = 0
    in_mode(grey, mode).save(tmp_path / f"a.{suffix}")
    read = read_one(tmp_path / f"a.{suffix}").astype(int)
    assert read.shape == grey.shape
    tolerance = 40 if suffix == "jpg" else 3
    assert np.abs(read - grey).max() <= tolerance


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_few_values_that_are_no_numbers_do_not_spoil_a_page(tmp_path: Path, odd: float) -> None:
    grey = marked_page().astype(np.float32)
    grey[250, 40:42] = odd
    Image.fromarray(grey).save(tmp_path / "a.tif")
    assert np.abs(read_one(tmp_path / "a.tif").astype(int) - marked_page())[:240].max() <= 3


def test_a_16_bit_page_keeps_dark_bands_dark(tmp_path: Path) -> None:
    """Bands of rows are converted one after the other: a band without any paper must not become paper."""
    page = np.full((1400, 900), 65535, np.uint16)
    page[550:1050, :] = 200
    page[:, :300] = 65535
    page[1100:] = 65535
    Image.fromarray(page).save(tmp_path / "deep.png")
    assert read_one(tmp_path / "deep.png")[600:1000, 400:].max() < 20


def test_a_palette_with_a_transparent_entry_lies_on_paper(tmp_path: Path) -> None:
    picture = Image.fromarray((marked_page() == 0).astype(np.uint8), mode=None).convert("P")
    picture.putpalette([0, 0, 0, 0, 0, 0])
    picture.save(tmp_path / "p.png", transparency=0)
    assert marked_corner(read_one(tmp_path / "p.png")) == "top left"
    assert (read_one(tmp_path / "p.png") > 250).mean() > 0.8


def test_every_frame_of_a_tiff_is_a_sheet_at_its_own_size(tmp_path: Path) -> None:
    frames = [Image.fromarray(marked_page(height)) for height in (300, 400, 500)]
    frames[0].save(tmp_path / "pages.tif", save_all=True, append_images=frames[1:])
    sheets = list(read_sheets(tmp_path / "pages.tif"))
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    assert [sheet.pixels.shape[0] for sheet in sheets] == [300, 400, 500]
    assert read_sheet(tmp_path / "pages.tif", 2).pixels.shape[0] == 400


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_tiff_compressions(tmp_path: Path, compression: str) -> None:
    picture = Image.fromarray(marked_page())
    picture = picture if compression == "jpeg" else picture.convert("1")
    picture.save(tmp_path / "fax.tif", compression=compression, dpi=(200, 200))
    (sheet,) = read_sheets(tmp_path / "fax.tif")
    assert marked_corner(sheet.pixels) == "top left" and sheet.size_source is SizeSource.DPI_TAG


def test_a_phones_second_picture_and_an_animation_are_no_pages(tmp_path: Path) -> None:
    first, second = Image.fromarray(marked_page()).convert("RGB"), Image.new("RGB", (600, 400), "white")
    first.save(tmp_path / "phone.jpg", "MPO", save_all=True, append_images=[second])
    first.save(tmp_path / "animated.png", save_all=True, append_images=[second])
    for name in ("phone.jpg", "animated.png"):
        assert marked_corner(read_one(tmp_path / name)) == "top left"


def test_a_name_does_not_decide_what_a_file_is(tmp_path: Path) -> None:
    Image.fromarray(marked_page()).save(tmp_path / "real.png")
    (tmp_path / "wrong.pdf").write_bytes((tmp_path / "real.png").read_bytes())
    assert marked_corner(read_one(tmp_path / "wrong.pdf")) == "top left"


@pytest.mark.parametrize(
    ("size_px", "dpi", "size_mm", "source"),
    [
        ((2480, 3508), None, (210, 297), SizeSource.ISO_A),
        ((2894, 4093), None, (210, 297), SizeSource.ISO_A),
        ((4093, 2894), None, (297, 210), SizeSource.ISO_A),
        ((2339, 3307), None, (297, 420), SizeSource.ISO_A),
        ((2480, 3508), (300, 300), (210, 297), SizeSource.DPI_TAG),
        ((1000, 700), (254, 254), (100, 70), SizeSource.DPI_TAG),
        ((2480, 3508), (72, 72), (210, 297), SizeSource.ISO_A),
        ((1000, 700), (96, 96), None, SizeSource.UNKNOWN),
        ((1000, 700), None, None, SizeSource.UNKNOWN),
    ],
)
def test_size_on_paper_is_the_dpi_tag_or_an_a_sheet_or_unknown(
    tmp_path: Path,
    size_px: tuple[int, int],
    dpi: tuple[int, int] | None,
    size_mm: tuple[float, float] | None,
    source: SizeSource,
) -> None:
    Image.new("1", size_px, 1).save(tmp_path / "a.png", **({"dpi": dpi} if dpi else {}))
    (sheet,) = read_sheets(tmp_path / "a.png")
    assert sheet.size_source is source
    assert sheet.size_mm == (size_mm and pytest.approx(size_mm, abs=0.5))


def test_the_largest_scan_is_recognised_as_a0(tmp_path: Path) -> None:
    Image.new("1", (11_589, 16_384), 1).save(tmp_path / "a0.tif", compression="group4")
    (sheet,) = read_sheets(tmp_path / "a0.tif")
    assert sheet.size_mm == (841, 1189) and sheet.size_source is SizeSource.ISO_A
    assert max(sheet.pixels.shape) == LONG_SIDE_PX


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 3), (2, 40_000)])
def test_the_smallest_and_thinnest_pictures_are_read(tmp_path: Path, shape: tuple[int, int]) -> None:
    Image.fromarray(np.zeros(shape, np.uint8)).save(tmp_path / "tiny.png")
    pixels = read_one(tmp_path / "tiny.png")
    assert max(pixels.shape) == min(max(shape), LONG_SIDE_PX) and min(pixels.shape) >= 1


def test_a_picture_beyond_the_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(huge_png(40_000, 40_000))
    with pytest.raises(DrawingError, match="40,000 x 40,000 pixels") as caught:
        list(read_sheets(path))
    assert caught.value.reason is Reason.TOO_LARGE


def huge_png(width_px: int, height_px: int) -> bytes:
    """The head of a 1-bit PNG with data that no decoder would accept: reading it would say so."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"not deflated") + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", [1, 4, 5], ids=["reduced copy", "mask", "both"])
def test_reduced_copies_and_masks_in_a_tiff_are_no_pages(tmp_path: Path, kind: int) -> None:
    page, second = marked_page(), 255 - marked_page() // 4
    with TiffImagePlugin.AppendingTiffWriter(str(tmp_path / "pyramid.tif"), new=True) as tiff:
        for pixels, subfile_type in ((page, 0), (page[::2, ::2], kind), (second, 2)):
            Image.fromarray(pixels).save(tiff, format="TIFF", tiffinfo={254: subfile_type})
            tiff.newFrame()
    first, other = (sheet.pixels for sheet in read_sheets(tmp_path / "pyramid.tif"))
    assert first.shape == other.shape == page.shape
    assert (first < 128).sum() > 0

"""DXF, text and binary: drawn in black on white, its words taken from text, attributes and blocks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ezdxf
import pytest
from PIL import Image

from search.errors import DrawingError, Reason
from search.reading import LONG_SIDE_PX
from search.types import Sheet, SizeSource
from tests.sheets import read_sheets


def bracket() -> ezdxf.document.Drawing:  # type: ignore[name-defined]
    document = ezdxf.new()
    space = document.modelspace()
    space.add_line((0, 0), (100, 0))
    space.add_line((100, 0), (100, 50))
    space.add_circle((50, 25), 10)
    space.add_text("BRACKET %%c60", height=5).set_placement((10, 10))
    return document


def read_one(path: Path) -> Sheet:
    (sheet,) = read_sheets(path)
    return sheet


@pytest.mark.parametrize("fmt", ["asc", "bin"])
def test_lines_circles_and_text_are_drawn(tmp_path: Path, fmt: str) -> None:
    bracket().saveas(tmp_path / "a.dxf", fmt=fmt)
    sheet = read_one(tmp_path / "a.dxf")
    assert max(sheet.pixels.shape) == LONG_SIDE_PX
    assert 0.003 < (sheet.pixels < 128).mean() < 0.1
    assert sheet.size_mm is None and sheet.size_source is SizeSource.UNKNOWN
    assert [word.text for word in sheet.words] == ["BRACKET", "Ø60"]


def test_a_picture_that_a_drawing_names_by_path_is_not_opened(tmp_path: Path) -> None:
    black = Image.new("L", (400, 300), 0)
    black.save(tmp_path / "secret.png")
    document = bracket()
    definition = document.add_image_def(str(tmp_path / "secret.png"), size_in_pixel=(400, 300))
    document.modelspace().add_image(definition, insert=(0, 60), size_in_units=(100, 75))
    document.saveas(tmp_path / "a.dxf")
    assert (read_one(tmp_path / "a.dxf").pixels < 128).mean() < 0.1


def test_the_proportions_are_those_of_the_content(tmp_path: Path) -> None:
    document = ezdxf.new()
    document.modelspace().add_lwpolyline([(0, 0), (50, 0), (50, 200), (0, 200)], close=True)
    document.saveas(tmp_path / "tall.dxf")
    height, width = read_one(tmp_path / "tall.dxf").pixels.shape
    assert height == LONG_SIDE_PX and width / height == pytest.approx((105 + 20) / (420 + 20), abs=0.01)


def test_words_in_attributes_and_blocks_are_found(tmp_path: Path) -> None:
    document = bracket()
    block = document.blocks.new("TITLE")
    block.add_text("似図製作所")
    block.add_attdef("NUMBER", (0, 0))
    insert = document.modelspace().add_blockref("TITLE", (20, 20))
    insert.add_auto_attribs({"NUMBER": "NZ-4711"})
    document.saveas(tmp_path / "titled.dxf")
    assert {"似図製作所", "NZ-4711"} <= {word.text for word in read_one(tmp_path / "titled.dxf").words}


def test_yellow_layers_on_a_black_screen_are_black_on_paper(tmp_path: Path) -> None:
    document = ezdxf.new()
    document.layers.add("YELLOW", color=2)
    document.modelspace().add_circle((0, 0), 10, dxfattribs={"layer": "YELLOW"})
    document.saveas(tmp_path / "yellow.dxf")
    assert read_one(tmp_path / "yellow.dxf").pixels.min() < 30


def test_a_drawing_in_paper_space_only_is_drawn(tmp_path: Path) -> None:
    document = ezdxf.new()
    document.paperspace().add_circle((0, 0), 10)
    document.saveas(tmp_path / "paper.dxf")
    assert (read_one(tmp_path / "paper.dxf").pixels < 128).any()


def test_text_in_no_encoding_can_still_be_stored(tmp_path: Path) -> None:
    bracket().saveas(tmp_path / "a.dxf")
    damaged = (tmp_path / "a.dxf").read_bytes().replace(b"BRACKET", b"BRA\xff\xfeCK")
    (tmp_path / "a.dxf").write_bytes(damaged)
    for word in read_one(tmp_path / "a.dxf").words:
        word.text.encode("utf-8")


def test_an_empty_dxf_is_refused(tmp_path: Path) -> None:
    ezdxf.new().saveas(tmp_path / "empty.dxf")
    with pytest.raises(DrawingError, match="without any entity") as caught:
        list(read_sheets(tmp_path / "empty.dxf"))
    assert caught.value.reason is Reason.EMPTY


def test_a_point_is_nothing_to_see(tmp_path: Path) -> None:
    document = ezdxf.new()
    document.modelspace().add_point((3, 4))
    document.saveas(tmp_path / "point.dxf")
    with pytest.raises(DrawingError, match="without anything visible") as caught:
        read_one(tmp_path / "point.dxf")
    assert caught.value.reason is Reason.EMPTY


def test_a_binary_dxf_that_was_sent_as_text_is_refused_without_its_path(tmp_path: Path) -> None:
    bracket().saveas(tmp_path / "a.dxf", fmt="bin")
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x90}.dxf"))  # Shift-JIS: no UTF-8
    path.write_bytes((tmp_path / "a.dxf").read_bytes().replace(b"\r\n", b"\n", 1))
    with pytest.raises(DrawingError, match="is a damaged DXF") as caught:
        read_one(path)
    assert str(tmp_path) not in str(caught.value)
    str(caught.value).encode("utf-8")


def test_a_damaged_dxf_writes_nothing_to_the_terminal(tmp_path: Path) -> None:
    bracket().saveas(tmp_path / "a.dxf")
    text = (tmp_path / "a.dxf").read_text().replace("\n50.0\n", "\n5\x1b[31m\n")
    (tmp_path / "odd.dxf").write_text(text)
    code = (
        "import sys; from pathlib import Path; from search.reading import read_sheet; read_sheet(Path(sys.argv[1]), 1)"
    )
    read = subprocess.run([sys.executable, "-c", code, str(tmp_path / "odd.dxf")], capture_output=True, check=False)
    assert text.count("\x1b") > 0 and (read.returncode, read.stderr) == (0, b"")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_truncated_dxf_is_read_or_refused_with_a_reason(tmp_path: Path, share: float) -> None:
    bracket().saveas(tmp_path / "a.dxf")
    whole = (tmp_path / "a.dxf").read_bytes()
    (tmp_path / "cut.dxf").write_bytes(whole[: int(share * len(whole))])
    try:
        assert read_one(tmp_path / "cut.dxf").pixels.size
    except DrawingError as error:
        assert error.reason in (Reason.DAMAGED, Reason.EMPTY)

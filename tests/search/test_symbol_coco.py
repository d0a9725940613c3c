"""COCO files: what is written is read again; a wrong record is named and nothing of its file is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import UsageError
from search.symbols.classes import CLASSES
from search.symbols.coco import Labelled, LabelledSheet, read_coco, write_coco

ID = "ab" * 32
SIZE = (2000, 1400)
SHEET = LabelledSheet(ID, 3, SIZE, (Labelled("fillet_weld", (0.1, 0.2, 0.15, 0.22)), Labelled("datum", (0, 0, 1, 1))))

corners = st.floats(0.0, 0.9, allow_nan=False)
sides = st.floats(0.01, 0.1, allow_nan=False)
symbols = st.builds(
    lambda name, x, y, wide, tall: Labelled(name, (x, y, x + wide, y + tall)),
    st.sampled_from([one.name for one in CLASSES]),
    *(corners, corners, sides, sides),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(symbols, max_size=6), st.integers(1, 99999))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, found: list[Labelled], page: int
) -> None:
    path = tmp_path_factory.mktemp("coco") / "labels.json"
    write_coco(path, [LabelledSheet(ID, page, SIZE, tuple(found)), SHEET.__class__("cd" * 32, 1, (10, 10), ())])
    first, second = read_coco(path)
    assert (first.drawing_id, first.page, first.size_px) == (ID, page, SIZE)
    assert [one.name for one in first.symbols] == [one.name for one in found]
    for read, written in zip(first.symbols, found, strict=True):
        assert read.box == pytest.approx(written.box, abs=2e-5)
    assert second.symbols == ()


def test_the_name_that_a_labelling_tool_gives_a_picture_still_tells_the_sheet(tmp_path: Path) -> None:
    file = written(tmp_path)
    file["images"][0]["file_name"] = f"images/7f3a2b1c-{ID}-3.png"
    assert read(tmp_path, file) == (SHEET,)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("annotations", 1, "bbox"), [1, 2, 3], r"annotations\[1\]\.bbox"),
        (("annotations", 1, "bbox"), [1, 2, 0, 3], r"annotations\[1\]: bbox"),
        (("annotations", 1, "bbox"), [1900, 2, 300, 3], r"annotations\[1\]: bbox .* 2000 x 1400"),
        (("annotations", 1, "image_id"), 77, r"annotations\[1\]: there is no image 77"),
        (("annotations", 0, "category_id"), 777, r"annotations\[0\]: there is no category 777"),
        (("categories", 0, "name"), "filet_weld", r"categories\[0\]: 'filet_weld' .*fillet_weld"),
        (("categories", 1, "id"), 1, r"categories\[1\]: id 1 is there twice"),
        (("images", 0, "file_name"), "scan7.png", r"images\[0\]: 'scan7\.png' names no sheet"),
        (("images", 0, "width"), -4, r"images\[0\]\.width"),
        (("images",), {}, "images"),
    ],
)
def test_a_wrong_record_is_named(tmp_path: Path, place: tuple[Any, ...], value: object, message: str) -> None:
    file = written(tmp_path)
    at: Any = file
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(UsageError, match=message):
        read(tmp_path, file)


def test_one_sheet_twice_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path)
    file["images"].append(file["images"][0] | {"id": 9})
    with pytest.raises(UsageError, match="same sheet"):
        read(tmp_path, file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b'{"images": []}'])
def test_what_is_no_coco_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "labels.json").write_bytes(content)
    with pytest.raises(UsageError, match=r"labels\.json"):
        read_coco(tmp_path / "labels.json")


def written(folder: Path) -> dict[str, Any]:
    write_coco(folder / "labels.json", [SHEET])
    file: dict[str, Any] = json.loads((folder / "labels.json").read_text())
    return file


def read(folder: Path, file: dict[str, Any]) -> tuple[LabelledSheet, ...]:
    (folder / "labels.json").write_text(json.dumps(file))
    return read_coco(folder / "labels.json")


@pytest.mark.parametrize("bbox", [[-1.5, 10, 1.5, 10], [10, 10, 0.01, 5], [10, 10, float("nan"), 5]])
def test_a_box_of_which_nothing_lies_on_the_picture_is_refused(tmp_path: Path, bbox: list[float]) -> None:
    path = tmp_path / "labels.json"
    write_coco(path, [LabelledSheet("a" * 64, 1, (100, 80), (Labelled("datum", (0.1, 0.1, 0.2, 0.2)),))])
    file = json.loads(path.read_text())
    file["annotations"][0]["bbox"] = bbox
    path.write_text(json.dumps(file))
    with pytest.raises(UsageError, match="is no box"):
        read_coco(path)

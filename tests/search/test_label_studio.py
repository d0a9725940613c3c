"""Label Studio's files: what is shown comes back as it was, whatever people turned; a wrong record is named."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UsageError
from search.symbols.classes import BY_NAME, CLASSES, COLOURS
from search.symbols.coco import Labelled, LabelledSheet
from search.symbols.label_studio import Rectangle, Returned, Task, bounds, read_export, write_config, write_tasks

ID, SIZE = "ab" * 32, (2000, 1400)
WELD, DATUM = Labelled("fillet_weld", (0.1, 0.2, 0.15, 0.22)), Labelled("datum", (0.0, 0.0, 1.0, 1.0))
SHEET = LabelledSheet(ID, 3, SIZE, (WELD, DATUM), "図面/a.pdf")
OTHER = LabelledSheet("cd" * 32, 1, (30, 20), ())

corners = st.floats(0.0, 0.9)
sides = st.floats(0.01, 0.1)
symbols = st.builds(
    lambda name, x, y, wide, tall: Labelled(name, (x, y, x + wide, y + tall)),
    st.sampled_from([one.name for one in CLASSES]),
    *(corners, corners, sides, sides),
)
per_cents = st.floats(5.0, 60.0)


@given(st.lists(symbols, max_size=6), st.integers(1, 99999))
def test_what_is_accepted_as_it_was_shown_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, found: list[Labelled], page: int
) -> None:
    folder = tmp_path_factory.mktemp("tasks")
    sheet = LabelledSheet(ID, page, SIZE, tuple(found), "a.pdf")
    returned = read(folder, accepted(shown(folder, sheet)))
    (one,) = returned.sheets
    assert replace(one.sheet, symbols=sheet.symbols) == sheet
    assert one.before == one.sheet.symbols
    assert [symbol.name for symbol in one.sheet.symbols] == [symbol.name for symbol in found]
    for back, sent in zip(one.sheet.symbols, found, strict=True):
        assert back.box == pytest.approx(sent.box, abs=1e-9)


@given(per_cents, per_cents, st.floats(1.0, 30.0), st.floats(1.0, 30.0), st.floats(-360, 360))
def test_a_turned_box_becomes_its_bounds_on_square_pixels(
    x: float, y: float, wide: float, tall: float, turn: float
) -> None:
    width, height = SIZE
    found = bounds(rectangle(x, y, wide, tall, turn), SIZE)
    corner = (x / 100 * width, y / 100 * height)
    turned = cv2.getRotationMatrix2D(corner, -turn, 1.0)  # OpenCV turns counter-clockwise
    far = (corner[0] + wide / 100 * width, corner[1] + tall / 100 * height)
    points = [turned @ (px, py, 1.0) for px in (corner[0], far[0]) for py in (corner[1], far[1])]
    across, down = zip(*points, strict=True)
    expected = (min(across) / width, min(down) / height, max(across) / width, max(down) / height)
    assert found == pytest.approx(expected, abs=1e-6)


@given(per_cents, per_cents, st.floats(1.0, 30.0), st.floats(1.0, 30.0))
def test_a_box_drawn_from_its_lower_right_corner_is_the_same_box(x: float, y: float, wide: float, tall: float) -> None:
    there = bounds(rectangle(x, y, wide, tall), SIZE)
    back = bounds(rectangle(x + wide, y + tall, -wide, -tall), SIZE)
    half_turned = bounds(rectangle(x + wide, y + tall, wide, tall, 180.0), SIZE)
    assert back == pytest.approx(there) and half_turned == pytest.approx(there)
    assert there == pytest.approx((x / 100, y / 100, (x + wide) / 100, (y + tall) / 100))


def test_a_task_tells_its_picture_its_drawing_and_who_found_what(tmp_path: Path) -> None:
    write_tasks(tmp_path / "tasks.json", [Task(SHEET, (0.9, 0.25)), Task(OTHER, ())], "0123ab")
    first, second = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
    assert first["data"]["image"] == f"/data/local-files/?d=images/{ID}-3.png"
    assert (first["data"]["source"], first["data"]["page"]) == ("図面/a.pdf", 3)
    (prediction,) = first["predictions"]
    assert prediction["model_version"] == "0123ab"
    weld = prediction["result"][0]
    assert (weld["type"], weld["from_name"], weld["to_name"], weld["score"]) == (
        "rectanglelabels",
        "symbols",
        "image",
        0.9,
    )
    assert (weld["original_width"], weld["original_height"]) == SIZE
    assert weld["value"]["rectanglelabels"] == ["fillet_weld"]
    assert [weld["value"][side] for side in ("x", "y", "width", "height")] == pytest.approx([10, 20, 5, 2])
    assert second["predictions"] == [{"model_version": "0123ab", "result": []}]
    ids = [item["id"] for task in (first, second) for item in task["predictions"][0]["result"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in ids)


def test_without_a_detector_tasks_carry_no_boxes(tmp_path: Path) -> None:
    write_tasks(tmp_path / "tasks.json", [Task(OTHER, ())], "")
    assert json.loads((tmp_path / "tasks.json").read_text())[0]["predictions"] == []


def test_the_interface_offers_every_class_in_its_colour_with_its_japanese_name(tmp_path: Path) -> None:
    write_config(tmp_path / "config.xml")
    view = ElementTree.parse(tmp_path / "config.xml").getroot()
    image, labels = view.find("Image"), view.find("RectangleLabels")
    assert image is not None and labels is not None
    assert image.attrib["value"] == "$image" and image.attrib["zoom"] == "true"
    assert labels.attrib["toName"] == image.attrib["name"]
    assert [label.attrib["value"] for label in labels] == [one.name for one in CLASSES]
    for label in labels:
        one = BY_NAME[label.attrib["value"]]
        assert label.attrib["background"] == COLOURS[one.group] and label.attrib["hint"] == one.japanese
        assert "alias" not in label.attrib, "Label Studio would write the alias into its results, not the class"


def test_sheets_that_nobody_looked_at_and_skipped_ones_are_left_out_and_counted(tmp_path: Path) -> None:
    first, second, third = shown(tmp_path, SHEET, OTHER, LabelledSheet("ef" * 32, 1, SIZE, (WELD,)))
    second["annotations"] = [annotation([], was_cancelled=True)]
    third["annotations"] = [annotation(items(third)[:1], was_cancelled=True), annotation(items(third)[:1])]
    returned = read(tmp_path, [first, second, third])
    assert [one.sheet.drawing_id for one in returned.sheets] == ["ef" * 32]
    assert (returned.untouched, returned.cancelled) == (1, 1)


def test_a_sheet_whose_boxes_were_all_removed_is_a_sheet_without_symbols(tmp_path: Path) -> None:
    (task,) = shown(tmp_path, SHEET)
    task["annotations"] = [annotation([])]
    (one,) = read(tmp_path, [task]).sheets
    assert one.sheet == replace(SHEET, symbols=()) and len(one.before or ()) == 2


def test_of_several_annotations_the_ground_truth_counts_else_the_last(tmp_path: Path) -> None:
    (task,) = shown(tmp_path, SHEET)
    weld, datum = items(task)
    early = annotation([weld], updated_at="2026-03-01T10:00:00.5Z")
    late = annotation([weld, datum], updated_at="2026-03-02T10:00:00.5Z")
    task["annotations"] = [late, early]
    assert len(read(tmp_path, [task]).sheets[0].sheet.symbols) == 2
    task["annotations"] = [annotation([weld]), annotation([weld, datum])]
    assert len(read(tmp_path, [task]).sheets[0].sheet.symbols) == 2, "without times the later in the file"
    task["annotations"] = [late, early | {"ground_truth": True}]
    assert len(read(tmp_path, [task]).sheets[0].sheet.symbols) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_where_predictions_come_back_as_numbers_the_one_kept_with_the_annotation_tells_what_was_shown(
    tmp_path: Path, kept: bool
) -> None:
    (task,) = shown(tmp_path, SHEET)
    prediction = task["predictions"][0] if kept else {}
    task["annotations"] = [annotation(items(task)[:1], prediction=prediction)]
    task["predictions"] = [286]
    (one,) = read(tmp_path, [task]).sheets
    assert (one.before is not None) is kept
    assert len(one.before or ()) == (2 if kept else 0) and len(one.sheet.symbols) == 1


def test_relations_and_remarks_are_passed_over_and_a_box_may_have_two_classes(tmp_path: Path) -> None:
    (task,) = shown(tmp_path, SHEET)
    weld = items(task)[0]
    weld["value"]["rectanglelabels"] = ["fillet_weld", "all_around"]
    relation = {"type": "relation", "from_id": "a", "to_id": "b"}
    remark = {"type": "choices", "value": {"choices": ["?"]}}
    task["annotations"] = [annotation([relation, remark, weld])]
    (one,) = read(tmp_path, [task]).sheets
    assert [symbol.name for symbol in one.sheet.symbols] == ["fillet_weld", "all_around"]
    assert one.sheet.symbols[0].box == one.sheet.symbols[1].box


def test_a_task_made_by_hand_has_the_size_that_its_boxes_tell_and_any_name_before_the_sheets(tmp_path: Path) -> None:
    (task,) = accepted(shown(tmp_path, SHEET))
    task["data"] = {"image": f"/data/upload/7/0a1b2c3d-{ID}-3.png"}
    sheet = read(tmp_path, [task]).sheets[0].sheet
    assert (sheet.drawing_id, sheet.page, sheet.size_px, sheet.source) == (ID, 3, SIZE, "")


def test_a_box_may_reach_a_little_over_the_edge_and_is_cut_there(tmp_path: Path) -> None:
    (task,) = accepted(shown(tmp_path, SHEET))
    task["annotations"][0]["result"][0]["value"] |= {"x": -0.05, "width": 5.05}
    x0, _, x1, _ = read(tmp_path, [task]).sheets[0].sheet.symbols[0].box
    assert x0 == 0.0 and x1 == pytest.approx(0.05)


RESULT = ("annotations", 0, "result", 1)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ((*RESULT, "value", "rectanglelabels"), ["filet_weld"], r"result\[1\]: 'filet_weld' .*mean .*fillet_weld"),
        ((*RESULT, "value", "rectanglelabels"), [], r"result\[1\]\.value: rectanglelabels"),
        ((*RESULT, "value", "x"), math.nan, r"result\[1\]\.value: x"),
        ((*RESULT, "value", "x"), 1e308, r"result\[1\]\.value: x"),
        ((*RESULT, "value", "x"), "left", r"result\[1\]\.value: x"),
        ((*RESULT, "value", "x"), 99.0, r"result\[1\]: .* 2000 x 1400 px"),
        ((*RESULT, "value", "width"), 0, r"result\[1\]: .* 2000 x 1400 px"),
        ((*RESULT, "value", "height"), -150, r"result\[1\]: .* 2000 x 1400 px"),
        ((*RESULT, "value"), {"x": 1}, r"result\[1\]\.value: y"),
        ((*RESULT, "value"), None, r"result\[1\]\.value"),
        ((*RESULT, "type"), "polygonlabels", r"result\[1\]: 'polygonlabels' is no rectangle"),
        ((*RESULT, "image_rotation"), 90, r"result\[1\]: the picture was turned by 90"),
        (("annotations", 0, "result"), "all", r"annotations\[0\]\.result"),
        (("annotations",), 7, "annotations"),
        (("predictions",), [{"result": [{"type": "brushlabels"}]}], r"prediction\[0\]: 'brushlabels'"),
        (("data", "image"), "/data/upload/scan7.png", r"'/data/upload/scan7\.png' names no sheet"),
        (("data", "width"), -4, r"data\.width"),
        (("data",), {}, r"data\.image"),
    ],
)
def test_a_wrong_record_is_named_with_its_task(
    tmp_path: Path, place: tuple[Any, ...], value: object, message: str
) -> None:
    good, task = accepted(shown(tmp_path, OTHER, SHEET))
    task["id"] = 4711
    at: Any = task
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    with pytest.raises(UsageError, match=r"export\.json: \[1\]") as caught:
        read(tmp_path, [good, task])
    assert re.search(message, str(caught.value))


def test_one_sheet_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\[1\]: another task is of the same sheet"):
        read(tmp_path, accepted(shown(tmp_path, SHEET)) * 2)


def test_a_sheet_without_boxes_and_without_size_is_refused(tmp_path: Path) -> None:
    (task,) = accepted(shown(tmp_path, OTHER))
    task["data"] = {"image": task["data"]["image"]}
    with pytest.raises(UsageError, match="how large its picture is"):
        read(tmp_path, [task])


@pytest.mark.parametrize("content", [b"", b"[", b"{}", b"[1]", b'\xff\xfe["', b'[{"image": "a", "symbols": []}]'])
def test_what_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.json").write_bytes(content)
    with pytest.raises(UsageError, match=r"export\.json"):
        read_export(tmp_path / "export.json")


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "result", "type"]), inner),
    max_leaves=8,
)


@given(st.sampled_from(["annotations", "predictions", "data", "result", "value"]), anything)
def test_whatever_stands_in_a_record_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    (task,) = accepted(shown(folder, SHEET))
    result = task["annotations"][0]["result"]
    at = {"result": task["annotations"][0], "value": result[0]}.get(key, task)
    at[key] = value
    try:
        read(folder, [task])
    except UsageError as error:
        assert "export.json" in str(error)


def rectangle(x: float, y: float, wide: float, tall: float, turn: float = 0.0) -> Rectangle:
    return Rectangle(x=x, y=y, width=wide, height=tall, rotation=turn, rectanglelabels=["datum"])


def shown(folder: Path, *sheets: LabelledSheet) -> list[dict[str, Any]]:
    """The tasks as Label Studio gets them."""
    tasks = [Task(sheet, (0.5,) * len(sheet.symbols)) for sheet in sheets]
    write_tasks(folder / "tasks.json", tasks, "0123ab")
    written: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_text("utf-8"))
    return written


def accepted(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What somebody submits who changes nothing."""
    return [task | {"annotations": [annotation(json.loads(json.dumps(items(task))))]} for task in tasks]


def items(task: dict[str, Any]) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = task["predictions"][0]["result"]
    return result


def annotation(result: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    return {"id": 1, "result": result, "was_cancelled": False, **more}


def read(folder: Path, tasks: list[dict[str, Any]]) -> Returned:
    (folder / "export.json").write_text(json.dumps(tasks))
    return read_export(folder / "export.json")

"""Sheets out to be labelled and back: nothing is lost on the way, and no file that is wrong changes anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import annotate
from indexer.annotate import COCO, CONFIG, TASKS, Change, Look, changes, export_sheets, import_labels
from search.errors import EncoderUnusable, Reason, UsageError
from search.generation import sha256_of
from search.reading import read_sheet
from search.symbols.coco import Labelled, LabelledSheet, read_coco, write_coco
from search.symbols.detector import AT_LEAST, fingerprint_of
from search.symbols.label_studio import PICTURES, Corrected
from search.types import Box
from tests.drawn import write_strips
from tests.e2e.test_command import Command
from tests.indexer import misbehaving_looks
from tests.indexer.test_rebuild import bad_files
from training.symbols.labelled import Labels, labelled_sheets

SIZE = (2000, 1400)
WELD, DATUM = Labelled("fillet_weld", (0.1, 0.2, 0.15, 0.22)), Labelled("datum", (0.5, 0.5, 0.6, 0.6))
DONE, SOME_UNREADABLE, WRONG_USE, UNUSABLE = 0, 1, 2, 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drawings" / "sub").mkdir(parents=True)
    write_strips(tmp_path / "drawings" / "1.pdf", [1])
    write_strips(tmp_path / "drawings" / "sub" / "2.pdf", [2, 3])
    return tmp_path / "drawings"


@pytest.fixture
def nizu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("COLUMNS", "200")
    return Command(monkeypatch, capsys)


def test_a_round_through_label_studio_gives_the_boxes_that_the_detector_found(
    nizu: Command, folder: Path, tmp_path: Path, untrained_detector: Path
) -> None:
    out, labels = tmp_path / "out", tmp_path / "labels.json"
    exported = nizu("annotate", "export", folder, "--out", out, "--weights", untrained_detector, "--at-least", 0.05)
    assert exported.code == DONE and "3 sheets" in exported.out and "not exported" not in exported.err
    sent = read_coco(out / COCO)
    assert [(sheet.source, sheet.page) for sheet in sent] == [("1.pdf", 1), ("sub/2.pdf", 1), ("sub/2.pdf", 2)]
    assert sum(len(sheet.symbols) for sheet in sent) > 3, "the untrained detector sees symbols everywhere"
    tasks = submitted(out)
    assert {task["predictions"][0]["model_version"] for task in tasks} == {fingerprint_of(untrained_detector)}
    imported = nizu("annotate", "import", returned(tmp_path, tasks), "--out", labels)
    assert imported.code == DONE and imported.err == ""
    assert "added" in imported.out and "0 not looked at, 0 skipped" in imported.out
    for back, there in zip(read_coco(labels), sent, strict=True):
        assert (back.file_name, back.size_px, back.source) == (there.file_name, there.size_px, there.source)
        assert [one.name for one in back.symbols] == [one.name for one in there.symbols]
        for one, other in zip(back.symbols, there.symbols, strict=True):
            assert np.abs((np.array(one.box) - other.box) * np.tile(back.size_px, 2)).max() < 1
    trained_on = labelled_sheets(Labels(labels, folder))
    assert [len(sheet.boxes) for sheet in trained_on] == [len(sheet.symbols) for sheet in sent]


def test_pictures_are_the_pixels_that_nizu_reads(folder: Path, tmp_path: Path) -> None:
    export_sheets([folder], tmp_path / "out", Look(None, AT_LEAST), workers=1)
    (picture,) = (tmp_path / "out" / PICTURES).glob(f"{sha256_of(folder / '1.pdf')}-1.png")
    pixels = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    assert pixels is not None and np.array_equal(pixels, read_sheet(folder / "1.pdf", 1).pixels)
    assert (tmp_path / "out" / CONFIG).is_file()


def test_without_a_detector_sheets_are_exported_without_boxes_and_that_is_said(
    nizu: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.symbols.detector.PACKAGED", tmp_path / "none.safetensors")
    exported = nizu("annotate", "export", folder, "--out", tmp_path / "out")
    assert exported.code == DONE and "no detector is packaged" in exported.err and "0 boxes" in exported.out
    assert all(task["predictions"] == [] for task in json.loads((tmp_path / "out" / TASKS).read_text("utf-8")))
    assert [sheet.symbols for sheet in read_coco(tmp_path / "out" / COCO)] == [(), (), ()]


def test_bad_files_are_named_with_their_reason_and_the_rest_is_exported(
    nizu: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.symbols.detector.PACKAGED", tmp_path / "none.safetensors")
    bad = bad_files(folder)
    (folder / "copy.pdf").write_bytes((folder / "1.pdf").read_bytes())
    exported = nizu("annotate", "export", folder, "--out", tmp_path / "out")
    assert exported.code == SOME_UNREADABLE
    for name in bad:
        assert f"not exported: {name} " in exported.err
    assert "3 sheets" in exported.out and f"({len(bad)} failures)" in exported.out
    assert len(read_coco(tmp_path / "out" / COCO)) == 3, "equal files are one drawing"


def test_where_nothing_can_be_read_nothing_is_written(nizu: Command, tmp_path: Path) -> None:
    (tmp_path / "zero.pdf").touch()
    exported = nizu("annotate", "export", tmp_path / "zero.pdf", "--out", tmp_path / "out")
    assert exported.code == WRONG_USE and "zero.pdf is empty" in exported.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("what", "number", "left"), [("dies", 2, [1, 3]), ("fails", 1, [2, 3])])
def test_a_page_that_ruins_its_worker_costs_that_page_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, number: int, left: list[int]
) -> None:
    name = f"{what}-on-page-{number}.pdf"
    write_strips(tmp_path / name, range(3))
    monkeypatch.setattr(annotate, "look_at", misbehaving_looks.look_at)
    report = export_sheets([tmp_path / name], tmp_path / "out", Look(None, AT_LEAST), workers=1)
    assert [(one.source, one.number, one.reason) for one in report.failures] == [(name, number, Reason.CRASHED)]
    assert [sheet.page for sheet in read_coco(tmp_path / "out" / COCO)] == left


@pytest.mark.parametrize("stopped_in", ["write_config", "write_tasks", "write_coco"])
def test_an_export_that_is_stopped_leaves_no_list_of_what_is_not_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_in: str
) -> None:
    def stop(path: Path, *_: object) -> None:
        path.write_text("[")
        raise KeyboardInterrupt

    monkeypatch.setattr(annotate, stopped_in, stop)
    with pytest.raises(KeyboardInterrupt):
        export_sheets([folder], tmp_path / "out", Look(None, AT_LEAST), workers=1)
    assert not (tmp_path / "out" / COCO).exists() and not list((tmp_path / "out").glob("*.partial"))
    assert len(list((tmp_path / "out" / PICTURES).iterdir())) == 3


def test_an_export_overwrites_nothing(nizu: Command, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / COCO).write_text("mine")
    again = nizu("annotate", "export", folder, "--out", tmp_path / "out")
    assert again.code == WRONG_USE and "not empty" in again.err
    assert nizu("annotate", "export", folder, "--out", folder / "1.pdf").code == WRONG_USE
    assert (tmp_path / "out" / COCO).read_text() == "mine" and len(list((tmp_path / "out").iterdir())) == 1


def test_weights_that_are_none_are_refused_before_anything_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.safetensors").write_bytes(b"nothing")
    with pytest.raises(EncoderUnusable, match=r"bad\.safetensors"):
        export_sheets([folder], tmp_path / "out", Look(tmp_path / "bad.safetensors", AT_LEAST), workers=1)
    assert not (tmp_path / "out").exists()


def test_a_disk_that_cannot_be_written_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written: Not a directory"):
        export_sheets([folder], tmp_path / "file" / "out", Look(None, AT_LEAST), workers=1)
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        import_labels(coco(tmp_path, sheet("a")), tmp_path / "nowhere" / "labels.json", merge=False)


def test_labels_are_merged_only_when_asked_to(nizu: Command, tmp_path: Path) -> None:
    labels = tmp_path / "labels.json"
    write_coco(labels, [sheet("a", WELD), sheet("b", WELD)])
    file = coco(tmp_path, sheet("b", DATUM), sheet("c"))
    before = labels.read_bytes()
    refused = nizu("annotate", "import", file, "--out", labels)
    assert refused.code == WRONG_USE and "--merge" in refused.err and labels.read_bytes() == before
    merged = nizu("annotate", "import", file, "--out", labels, "--merge")
    assert merged.code == DONE and "2 sheets with 1 boxes taken, 1 kept" in merged.out
    assert read_coco(labels) == (sheet("a", WELD), sheet("b", DATUM), sheet("c"))


def test_merging_into_labels_that_are_not_there_yet_makes_them(tmp_path: Path) -> None:
    import_labels(coco(tmp_path, sheet("a", WELD)), tmp_path / "labels.json", merge=True)
    assert read_coco(tmp_path / "labels.json") == (sheet("a", WELD),)


@pytest.mark.parametrize("content", [b"", b"[", b'[{"data": {"image": "scan.png"}}]', b"{}", b"[]", b"\x00\xff"])
def test_a_wrong_file_changes_nothing(nizu: Command, tmp_path: Path, content: bytes) -> None:
    labels = tmp_path / "labels.json"
    write_coco(labels, [sheet("a", WELD)])
    before = labels.read_bytes()
    (tmp_path / "file.json").write_bytes(content)
    refused = nizu("annotate", "import", tmp_path / "file.json", "--out", labels, "--merge")
    assert refused.code == WRONG_USE and "file.json" in refused.err
    assert labels.read_bytes() == before and sorted(path.name for path in tmp_path.iterdir()) == [
        "file.json",
        "labels.json",
    ]


def test_wrong_use_is_told(nizu: Command, folder: Path, tmp_path: Path) -> None:
    assert nizu("annotate", "import", tmp_path / "nowhere.json", "--out", tmp_path / "labels.json").code == WRONG_USE
    assert nizu("annotate", "export", folder, "--out", tmp_path / "out", "--at-least", 1.5).code == WRONG_USE
    assert nizu("annotate", "export", tmp_path / "nowhere", "--out", tmp_path / "out").code == WRONG_USE
    assert not (tmp_path / "out").exists()


def test_boxes_that_people_added_removed_or_kept_are_counted_by_class() -> None:
    nudged, away = moved(WELD, 0.005), moved(WELD, 0.3)
    corrected = [
        Corrected(sheet("a", nudged, DATUM), before=(WELD, away)),
        Corrected(sheet("b", Labelled("datum", WELD.box)), before=(WELD,)),
        Corrected(sheet("c", DATUM), before=None),
    ]
    assert changes(corrected) == {"fillet_weld": Change(0, 2, 1), "datum": Change(2, 0, 0)}


corners = st.floats(0.0, 0.8)
sides = st.floats(0.01, 0.2)
boxes = st.builds(lambda x, y, wide, tall: (x, y, x + wide, y + tall), corners, corners, sides, sides)


@given(st.lists(boxes, max_size=6), st.lists(boxes, max_size=6))
def test_every_box_is_counted_once(shown: list[Box], drawn: list[Box]) -> None:
    before, after = ([Labelled("datum", box) for box in some] for some in (shown, drawn))
    found = changes([Corrected(sheet("a", *after), tuple(before))]).get("datum", Change(0, 0, 0))
    assert found.kept + found.removed == len(shown) and found.kept + found.added == len(drawn)
    unchanged = changes([Corrected(sheet("a", *before), tuple(before))]).get("datum", Change(0, 0, 0))
    assert unchanged == Change(0, 0, len(shown))


def sheet(letter: str, *symbols: Labelled) -> LabelledSheet:
    return LabelledSheet(letter * 64, 1, SIZE, symbols)


def moved(symbol: Labelled, by: float) -> Labelled:
    x0, y0, x1, y1 = symbol.box
    return Labelled(symbol.name, (x0 + by, y0, x1 + by, y1))


def coco(folder: Path, *sheets: LabelledSheet) -> Path:
    (folder / "given").mkdir(exist_ok=True)
    write_coco(folder / "given" / "labelled.json", sheets)
    return folder / "given" / "labelled.json"


def submitted(out: Path) -> list[dict[str, Any]]:
    """The tasks of an export as somebody submits them who changes nothing."""
    tasks: list[dict[str, Any]] = json.loads((out / TASKS).read_text("utf-8"))
    return [task | {"annotations": [{"result": task["predictions"][0]["result"]}]} for task in tasks]


def returned(folder: Path, tasks: list[dict[str, Any]]) -> Path:
    (folder / "project-1.json").write_text(json.dumps(tasks))
    return folder / "project-1.json"

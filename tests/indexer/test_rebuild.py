"""The bulk rebuild: only what changed is done, what is bad is named, and the serving generation is never at risk."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from indexer import rebuild as rebuild_module
from indexer import writer
from indexer.progress import NoProgress
from indexer.rebuild import rebuild
from indexer.verify import verify
from search.encoder import Encoder
from search.engine import Engine, Query
from search.errors import Reason, UsageError
from search.generation import Generation, publish
from search.prepare import Recipe, prepare_pages
from search.symbols.detector import fingerprint_of
from tests.conftest import build_index, make_fake_encoder
from tests.drawn import marked_page, write_strips
from tests.indexer.conftest import serving_files
from tests.search.test_reading_raster import huge_png


def test_a_second_rebuild_encodes_nothing_and_gives_the_same_bytes(folder: Path, index_dir: Path) -> None:
    assert build_index(folder, index_dir).encoded_sheets == 2
    first, encoder = serving_files(index_dir), make_fake_encoder()
    report = build_index(folder, index_dir, encoder)
    assert report.encoded_sheets == 0 and encoder._runtime.encoded == 0  # type: ignore[attr-defined]
    assert report.manifest.generation == "000002" and serving_files(index_dir) == first


def test_only_what_is_new_is_encoded_and_what_is_gone_is_gone(folder: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    (folder / "1.pdf").unlink()
    write_strips(folder / "3.pdf", [3])
    report = build_index(folder, index_dir)
    assert report.encoded_sheets == 1
    assert [sheet.source for sheet in Generation.open(index_dir).catalog.sheets()] == ["2.pdf", "3.pdf"]


def test_a_file_under_two_names_is_one_drawing_with_two_sources(folder: Path, index_dir: Path) -> None:
    (folder / "sub").mkdir()
    shutil.copy(folder / "1.pdf", folder / "sub" / "copy of 1.pdf")
    report = build_index(folder, index_dir)
    catalog = Generation.open(index_dir).catalog
    assert (report.manifest.drawings, report.encoded_sheets) == (2, 2)
    assert catalog.sources_of(catalog.sheet(0).drawing_id) == ("1.pdf", "sub/copy of 1.pdf")


def bad_files(folder: Path) -> dict[str, Reason]:
    """One of each kind that must be named and skipped."""
    (folder / "zero.pdf").touch()
    (folder / "letter.pdf").write_text("dear customer, the drawing is attached")
    (folder / "huge.png").write_bytes(huge_png(40_000, 40_000))
    (folder / "truncated.pdf").write_bytes((folder / "1.pdf").read_bytes()[:3000])
    (folder / "gone.pdf").symlink_to(folder / "moved.pdf")
    with pymupdf.open() as document:
        document.new_page()
        document.save(folder / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u", owner_pw="o")
    return {
        "zero.pdf": Reason.EMPTY,
        "letter.pdf": Reason.UNKNOWN_FORMAT,
        "huge.png": Reason.TOO_LARGE,
        "truncated.pdf": Reason.DAMAGED,
        "gone.pdf": Reason.MISSING,
        "locked.pdf": Reason.ENCRYPTED,
    }


def test_unreadable_files_are_named_with_their_reason_and_the_rest_is_indexed(folder: Path, index_dir: Path) -> None:
    bad = bad_files(folder)
    Image.fromarray(marked_page()).save(folder / "really.png")
    (folder / "really.png").rename(folder / "really a png.pdf")
    Image.fromarray(np.full((900, 1200), 255, np.uint8)).save(folder / "blank.png")
    report = build_index(folder, index_dir)
    assert {failure.source: failure.reason for failure in report.failures} == bad
    catalog = Generation.open(index_dir).catalog
    assert catalog.failures() == tuple(sorted(report.failures, key=lambda failure: failure.source))
    indexed = {sheet.source: sheet.region_count for sheet in catalog.sheets()}
    assert set(indexed) == {"1.pdf", "2.pdf", "really a png.pdf", "blank.png"}
    assert indexed["blank.png"] == 0
    findings = verify(index_dir)
    assert findings.damaged == () and len(findings.missing) == len(bad) + 1
    assert any(line.startswith("blank.png page 1: blank") for line in findings.missing)


def test_a_drawing_counts_the_pages_after_its_last_readable_one(folder: Path, index_dir: Path) -> None:
    page, too_large = Image.fromarray(marked_page()).convert("1"), Image.new("1", (30_000, 20_000), 1)
    page.save(folder / "book.tif", save_all=True, append_images=[page, too_large], compression="group4")
    report = build_index(folder, index_dir)
    assert [(failure.source, failure.number) for failure in report.failures] == [("book.tif", 3)]
    catalog = Generation.open(index_dir).catalog
    (book,) = {sheet.drawing_id for sheet in catalog.sheets() if sheet.source == "book.tif"}
    assert len(catalog.sheets_of(book)) == 2 and catalog.page_count(book) == 3


def test_a_file_that_changes_between_hashing_and_reading_is_named_and_read_next_time(
    folder: Path, index_dir: Path
) -> None:
    class Overwriting(NoProgress):
        def start(self, stage: str, total: int) -> None:
            if stage == "read and encode":
                write_strips(folder / "1.pdf", [7, 8])

    report = rebuild([folder], index_dir, make_fake_encoder(), 1, Overwriting())
    assert [(one.source, one.number, one.reason) for one in report.failures] == [("1.pdf", 0, Reason.CHANGED)]
    assert [sheet.source for sheet in Generation.open(index_dir).catalog.sheets()] == ["2.pdf"]
    report = build_index(folder, index_dir)
    assert (report.encoded_sheets, report.failures) == (2, ())


def test_what_failed_is_tried_again_next_time(folder: Path, index_dir: Path) -> None:
    whole = (folder / "1.pdf").read_bytes()
    (folder / "late.pdf").write_bytes(b"")
    build_index(folder, index_dir)
    (folder / "late.pdf").write_bytes(whole + b"\n% another file")
    report = build_index(folder, index_dir)
    assert report.failures == () and report.encoded_sheets == 1


def test_names_of_any_bytes_are_indexed_and_found(folder: Path, index_dir: Path) -> None:
    write_strips(folder / "図面 'A'.pdf", [5])
    shutil.copy(folder / "図面 'A'.pdf", folder / os.fsdecode(b"caf\xe9.pdf"))
    build_index(folder, index_dir)
    hit = Engine.open(index_dir, make_fake_encoder()).search(Query(folder / "図面 'A'.pdf")).hits[0]
    assert hit.sheet.source == r"caf\xe9.pdf"


def test_a_pdf_of_a_hundred_pages_is_a_hundred_sheets(tmp_path: Path, index_dir: Path) -> None:
    with pymupdf.open() as document:
        for number in range(100):
            document.new_page(width=200, height=20).draw_rect((20, 4, 60 + number, 16))
        document.save(tmp_path / "book.pdf")
    report = build_index(tmp_path / "book.pdf", index_dir)
    assert report.manifest.sheets == 100 and report.failures == ()
    assert [sheet.number for sheet in Generation.open(index_dir).catalog.sheets()] == list(range(1, 101))


def test_a_folder_of_blank_sheets_is_an_index_without_regions(tmp_path: Path, index_dir: Path) -> None:
    (tmp_path / "drawings").mkdir()
    Image.fromarray(np.full((900, 1200), 255, np.uint8)).save(tmp_path / "drawings" / "blank.png")
    report = build_index(tmp_path / "drawings", index_dir)
    assert (report.manifest.sheets, report.manifest.regions) == (1, 0)
    engine = Engine.open(index_dir, make_fake_encoder())
    assert engine.search(Query(tmp_path / "drawings" / "blank.png")).hits == ()


def test_a_folder_without_a_drawing_leaves_the_old_generation(folder: Path, tmp_path: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no drawing"):
        build_index(tmp_path / "empty", index_dir)
    assert Generation.open(index_dir).manifest.generation == "000001"


def test_a_folder_of_which_nothing_can_be_read_leaves_the_old_generation(folder: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    for path in folder.iterdir():
        path.write_bytes(b"")
    with pytest.raises(UsageError, match=r"(?s)none of the drawings.*1\.pdf is empty.*2\.pdf is empty"):
        build_index(folder, index_dir)
    assert Generation.open(index_dir).manifest.sheets == 2


def test_two_rebuilds_of_one_index_do_not_run_at_once(folder: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    with (index_dir / "rebuild.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another rebuild"):
            build_index(folder, index_dir)
    assert build_index(folder, index_dir).manifest.generation == "000002"


def test_another_encoder_shares_the_cache_without_mixing(folder: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    assert build_index(folder, index_dir, make_fake_encoder("fake@111111111111")).encoded_sheets == 2
    assert build_index(folder, index_dir).encoded_sheets == 0


def test_after_a_bad_rebuild_was_taken_back_the_good_generation_is_kept(folder: Path, index_dir: Path) -> None:
    for _ in range(2):
        build_index(folder, index_dir)
    publish(index_dir, "000001")
    build_index(folder, index_dir)
    assert sorted(path.name for path in (index_dir / "generations").iterdir()) == ["000001", "000003"]


def test_old_generations_are_removed_but_for_the_one_before(folder: Path, index_dir: Path) -> None:
    for _ in range(4):
        build_index(folder, index_dir)
    assert sorted(path.name for path in (index_dir / "generations").iterdir()) == ["000003", "000004"]


class InterruptError(Exception):
    """Stands for a power cut."""


@pytest.mark.parametrize("where", ["build", "sha256_of", "publish"])
def test_a_rebuild_that_ends_anywhere_leaves_the_old_generation_and_the_next_one_works(
    folder: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    build_index(folder, index_dir)
    before = serving_files(index_dir)
    write_strips(folder / "3.pdf", [3])

    def interrupt(*args: object) -> None:
        raise InterruptError

    with monkeypatch.context() as patch:
        patch.setattr(rebuild_module if where == "publish" else writer, where, interrupt)
        with pytest.raises(InterruptError):
            build_index(folder, index_dir)
    assert serving_files(index_dir) == before
    report = build_index(folder, index_dir)
    assert report.encoded_sheets == 0, "the page of the rebuild that ended was kept"
    assert Generation.open(index_dir).manifest.sheets == 3
    assert not list((index_dir / "generations").glob(".*"))


def test_the_generation_is_what_the_cache_holds(folder: Path, index_dir: Path) -> None:
    encoder = make_fake_encoder()
    build_index(folder, index_dir, encoder)
    with sqlite3.connect(index_dir / "cache" / "pages.sqlite") as cache:
        rows = cache.execute("SELECT vectors FROM pages ORDER BY drawing_id").fetchall()
    cached = sorted(vector.tobytes() for (blob,) in rows for vector in np.frombuffer(blob, np.float16).reshape(-1, 96))
    assert sorted(vector.tobytes() for vector in Generation.open(index_dir).vectors) == cached


class Listener:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.stages: dict[str, list[int]] = {}

    def start(self, stage: str, total: int) -> None:
        self.stages[stage] = [total, 0, 0]
        self._stage = stage

    def advance(self, drawings: int, sheets: int = 0) -> None:
        self.stages[self._stage][1] += drawings
        self.stages[self._stage][2] += sheets


def test_progress_reaches_its_total_in_every_stage(folder: Path, index_dir: Path, fake_encoder: Encoder) -> None:
    (folder / "zero.pdf").touch()
    listener = Listener()
    rebuild([folder], index_dir, fake_encoder, 1, listener)
    assert {stage: counts[0] - counts[1] for stage, counts in listener.stages.items()} == dict.fromkeys(
        listener.stages, 0
    )
    assert listener.stages["read and encode"][2] == 2


def test_symbols_go_into_the_index_and_another_detector_makes_pages_anew(
    folder: Path, index_dir: Path, untrained_detector: Path
) -> None:
    encoder = make_fake_encoder()
    without = build_index(folder, index_dir, encoder)
    reports = [rebuild([folder], index_dir, encoder, workers=1, detector=untrained_detector) for _ in range(2)]
    assert [report.encoded_sheets for report in (without, *reports)] == [2, 2, 0]
    assert [report.manifest.detector for report in (without, *reports)] == [
        "",
        *[fingerprint_of(untrained_detector)] * 2,
    ]
    catalog = Generation.open(index_dir).catalog
    for row in range(2):
        (sheet,) = prepare_pages(folder / f"{row + 1}.pdf", 1, 1, Recipe(32, untrained_detector)).sheets
        found = catalog.symbols_of(row)
        assert found and [one.name for one in found] == [one.name for one in sheet.symbols]
        assert catalog.symbol_counts(2)[row].sum() == len(found)


def test_a_cache_of_another_format_is_made_anew(folder: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    with closing(sqlite3.connect(index_dir / "cache" / "pages.sqlite")) as cache, cache:
        cache.executescript("DROP TABLE pages; CREATE TABLE pages (what TEXT); PRAGMA user_version = 1")
    assert build_index(folder, index_dir).encoded_sheets == 2

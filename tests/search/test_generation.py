"""A generation serves whole or not at all: checksums, another encoder, publication while readers open it."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.verify import verify
from search.catalog import Catalog
from search.engine import Engine
from search.errors import EncoderMismatch, IndexUnusable
from search.generation import CATALOG, MANIFEST, PREVIEWS, STORE, VECTORS, Generation, current_folder, publish
from tests.conftest import make_fake_encoder


@pytest.fixture
def index_dir(tiny_index: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(tiny_index, tmp_path / "index"))


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)


def test_an_index_opens_and_its_parts_agree(tiny_index: Path) -> None:
    generation = Generation.open(tiny_index)
    assert generation.manifest.sheets == 11 and generation.manifest.drawings == 10
    assert len(generation.vectors) == generation.manifest.regions == generation.first_regions[-1]
    assert sum(len(generation.catalog.regions_of(row)) for row in range(11)) == generation.manifest.regions
    assert generation.preview_png(3).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", [CATALOG, STORE])
def test_a_changed_byte_in_what_is_trusted_is_refused(index_dir: Path, name: str) -> None:
    flip_a_byte(current_folder(index_dir) / name)
    with pytest.raises(IndexUnusable, match=f"{name} has another checksum"):
        Generation.open(index_dir)


@pytest.mark.parametrize("name", [CATALOG, STORE, VECTORS, PREVIEWS])
def test_verify_names_every_file_with_a_changed_byte(index_dir: Path, name: str) -> None:
    assert verify(index_dir).damaged == ()
    flip_a_byte(current_folder(index_dir) / name)
    assert [line.split()[0] for line in verify(index_dir).damaged] == [name]


@pytest.mark.parametrize("name", [CATALOG, STORE, VECTORS, PREVIEWS])
def test_a_missing_file_is_named(index_dir: Path, name: str) -> None:
    (current_folder(index_dir) / name).unlink()
    assert verify(index_dir).damaged == (f"{name} is missing",)
    with pytest.raises(IndexUnusable, match=name):
        Generation.open(index_dir)


@pytest.mark.parametrize("count", ["sheets", "regions", "dimensions"])
def test_verify_names_a_count_that_is_not_what_the_files_hold(index_dir: Path, count: str) -> None:
    path = current_folder(index_dir) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps(manifest | {count: manifest[count] + 1}))
    assert verify(index_dir).damaged == (
        f"manifest.json says {count} {manifest[count] + 1}, there are {manifest[count]}",
    )


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_truncated_vectors_are_refused_when_the_index_is_opened(index_dir: Path, share: float) -> None:
    path = current_folder(index_dir) / VECTORS
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(IndexUnusable, match=VECTORS):
        Generation.open(index_dir)


def test_truncated_previews_are_refused_when_one_is_asked_for(index_dir: Path) -> None:
    path = current_folder(index_dir) / PREVIEWS
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    generation = Generation.open(index_dir)
    assert generation.preview_png(0).startswith(b"\x89PNG")
    with pytest.raises(IndexUnusable, match=PREVIEWS):
        generation.preview_png(generation.manifest.sheets - 1)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_damaged_manifest_is_refused(index_dir: Path, text: str) -> None:
    (current_folder(index_dir) / MANIFEST).write_text(text)
    with pytest.raises(IndexUnusable, match="run 'nizu rebuild'"):
        Generation.open(index_dir)


@pytest.mark.parametrize("current", ["", "000099", "../..", "000001\n000002"])
def test_a_current_that_names_no_generation_is_refused(index_dir: Path, current: str) -> None:
    (index_dir / "CURRENT").write_text(current)
    with pytest.raises(IndexUnusable, match="run 'nizu rebuild'"):
        Generation.open(index_dir)


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match=r"nizu rebuild DRAWINGS --index"):
        Generation.open(tmp_path)


def test_another_encoder_is_refused_with_both_names_and_the_way_out(tiny_index: Path) -> None:
    with pytest.raises(EncoderMismatch) as caught:
        Engine.open(tiny_index, make_fake_encoder("fake@ffffffffffff"))
    for part in ("fake@000000000000", "fake@ffffffffffff", "--encoder fake", "nizu rebuild"):
        assert part in str(caught.value)


def test_an_open_generation_serves_on_after_its_files_are_gone(index_dir: Path) -> None:
    generation = Generation.open(index_dir)
    shutil.rmtree(index_dir)
    assert generation.catalog.sheet(0).number == 1
    assert generation.preview_png(0).startswith(b"\x89PNG")
    assert generation.vectors[0].shape == (generation.manifest.dimensions,)


def test_readers_never_fail_while_generations_are_published_and_pruned(index_dir: Path) -> None:
    """Even where a reader is so slow that the generation it began to open is removed meanwhile."""
    failures: list[BaseException] = []
    opened: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                opened.append(Generation.open(index_dir).manifest.generation)
            except BaseException as error:  # whatever it is, it must not be
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for name in published(index_dir, 60):
        shutil.rmtree(index_dir / "generations" / f"{int(name) - 1:06d}")
    stop.set()
    reader.join()
    assert not failures, failures[0]
    assert len(set(opened)) > 5


def published(index_dir: Path, count: int) -> Iterator[str]:
    """Copies of the serving generation, each published under the next name."""
    for number in range(2, 2 + count):
        folder = shutil.copytree(current_folder(index_dir), index_dir / "generations" / f"{number:06d}")
        manifest = (folder / MANIFEST).read_text().replace(f'"{number - 1:06d}"', f'"{number:06d}"')
        (folder / MANIFEST).write_text(manifest)
        publish(index_dir, folder.name)
        yield folder.name


def test_the_catalog_answers_threads_and_unknown_rows(tiny_index: Path) -> None:
    catalog = Catalog(current_folder(tiny_index) / CATALOG)
    sheet = next(iter(catalog.sheets_of(catalog.sheet(0).drawing_id)))
    assert sheet == catalog.sheet(0) and catalog.page_count(sheet.drawing_id) == 1
    assert catalog.sheets_of("0" * 64) == () and catalog.page_count("0" * 64) is None
    with pytest.raises(KeyError):
        catalog.sheet(99)
    wrong: list[object] = []
    threads = [
        threading.Thread(target=lambda: wrong.extend(row for row in range(11) if catalog.sheet(row).row != row))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong

"""The rebuild on a disk that is full or fails: a sentence says so, and the serving generation is never at risk."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import writer
from search.errors import IndexUnusable
from search.generation import Generation
from tests.conftest import build_index
from tests.drawn import write_strips
from tests.indexer.conftest import serving_files


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB; skipped where this process may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("needs the right to mount a tmpfs")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
@pytest.mark.parametrize("free_kb", [240, pytest.param(130, marks=pytest.mark.slow), 8])
def test_a_full_disk_stops_the_rebuild_with_a_sentence_and_the_old_generation_serves_on(
    folder: Path, small_disk: Path, free_kb: int
) -> None:
    index_dir = small_disk / "index"
    build_index(folder, index_dir)
    before = serving_files(index_dir)
    for seed in range(10, 16):
        write_strips(folder / f"{seed}.pdf", [seed])
    fill(small_disk, free_kb)
    with pytest.raises(IndexUnusable, match=r"disk of .* is full.*served before still does"):
        build_index(folder, index_dir)
    assert serving_files(index_dir) == before
    (small_disk / "ballast").unlink()
    assert Generation.open(index_dir).manifest.sheets == 2
    shutil.rmtree(folder)
    folder.mkdir()
    write_strips(folder / "1.pdf", [1])
    assert build_index(folder, index_dir).manifest.sheets == 1, "with room again, the next rebuild works"


def fill(disk: Path, free_kb: int) -> None:
    """Leave this much room on a disk."""
    free = shutil.disk_usage(disk).free - free_kb * 1024
    (disk / "ballast").write_bytes(b"\0" * max(0, free))


def test_a_disk_error_of_another_kind_is_told_apart(
    folder: Path, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> str:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(writer, "sha256_of", fail)
    with pytest.raises(IndexUnusable, match=r"cannot be written.*Input/output error"):
        build_index(folder, index_dir)


def test_a_file_in_the_place_of_the_index_is_no_traceback(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("")
    with pytest.raises(IndexUnusable, match="cannot be written"):
        build_index(folder, tmp_path / "index")


def test_a_damaged_cache_says_what_to_delete(folder: Path, index_dir: Path) -> None:
    build_index(folder, index_dir)
    (index_dir / "cache" / "pages.sqlite").write_bytes(b"this is no database" * 1000)
    with pytest.raises(IndexUnusable, match=r"cache of .* is damaged.*delete"):
        build_index(folder, index_dir)

"""Every drawing below a folder is found once, under a name that can be stored; nothing odd stops the walk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

import indexer.files
from indexer.files import drawing_ids, find_sources
from search.errors import UsageError


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(*roots: Path) -> list[str]:
    return [source.name for source in find_sources(roots)]


def test_drawings_are_found_by_suffix_sorted_by_name_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.PDF", "a/c.tif", "a/d.jpeg", "notes.txt", ".hidden.pdf", ".git/x.pdf", "e.dxf"):
        touch(tmp_path / name)
    assert names(tmp_path) == ["a/c.tif", "a/d.jpeg", "b.PDF", "e.dxf"]


@pytest.mark.parametrize(
    "name", ["a b.pdf", 'it\'s "quoted".pdf', "図面 第１葉.pdf", "#?%2F.pdf", "-rf.pdf", "a:gear:b.pdf"]
)
def test_names_with_spaces_quotes_and_japanese_are_kept(tmp_path: Path, name: str) -> None:
    touch(tmp_path / name)
    assert names(tmp_path) == [name]


def test_a_root_that_is_neither_a_file_nor_a_folder_is_refused_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        find_sources([tmp_path / "pipe.pdf"])


def test_many_files_are_hashed_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer.files, "_HASHED_AT_ONCE", 2)
    for number in range(5):
        touch(tmp_path / f"{number}.pdf", b"%d" % number)
    assert list(drawing_ids(find_sources([tmp_path]))) == [hashlib.sha256(b"%d" % n).hexdigest() for n in range(5)]


def test_a_name_that_is_no_utf_8_gets_one_that_can_be_stored(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.pdf")).write_bytes(b"x")
    (source,) = find_sources([tmp_path])
    assert source.name == r"caf\xe9.pdf" and source.path.read_bytes() == b"x"
    source.name.encode("utf-8")


@pytest.mark.parametrize(("name", "shown"), [("a\nb.pdf", r"a\nb.pdf"), ("a\x1b[2Jb.pdf", r"a\x1b[2Jb.pdf")])
def test_what_a_terminal_would_obey_is_written_out_in_names(tmp_path: Path, name: str, shown: str) -> None:
    touch(tmp_path / name)
    (source,) = find_sources([tmp_path])
    assert source.name == shown and source.path.read_bytes() == b"x"


def test_files_of_a_folder_that_may_not_be_entered_are_found_so_that_they_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, is_file = touch(tmp_path / "locked" / "b.pdf"), Path.is_file

    def refused(path: Path) -> bool:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    touch(tmp_path / "a.pdf")
    monkeypatch.setattr(Path, "is_file", refused)
    assert names(tmp_path) == ["a.pdf", "locked/b.pdf"]


def test_links_in_a_circle_do_not_catch_the_walk(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "one.pdf")
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.pdf").symlink_to(tmp_path / "self.pdf")
    found = find_sources([tmp_path])
    assert [source.name for source in found] == ["a/one.pdf", "self.pdf"]
    digest, failure = drawing_ids(found)
    assert isinstance(digest, str) and isinstance(failure, OSError)


def test_a_link_to_nothing_is_found_so_that_it_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "moved.pdf")
    (failure,) = drawing_ids(find_sources([tmp_path]))
    assert isinstance(failure, FileNotFoundError)


def test_a_folder_that_cannot_be_listed_is_found_so_that_it_can_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "open" / "a.pdf")
    touch(tmp_path / "shut" / "b.pdf")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(tmp_path) == ["open/a.pdf", "shut"]


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    touch(tmp_path / "a.pdf")
    assert names(tmp_path) == ["a.pdf"]


def test_a_file_may_be_given_by_itself_whatever_its_suffix(tmp_path: Path) -> None:
    assert names(touch(tmp_path / "drawing")) == ["drawing"]


def test_a_folder_given_twice_counts_once(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "one.pdf")
    assert names(tmp_path / "a", tmp_path / "a" / ".." / "a") == ["one.pdf"]


def test_two_files_of_one_name_below_two_roots_are_refused(tmp_path: Path) -> None:
    for folder in "ab":
        touch(tmp_path / folder / "same.pdf")
    with pytest.raises(UsageError, match=r"both be named same\.pdf"):
        find_sources([tmp_path / "a", tmp_path / "b"])


def test_no_folder_and_no_drawing_are_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        find_sources([tmp_path / "nowhere"])
    touch(tmp_path / "letter.txt")
    with pytest.raises(UsageError, match=r"no drawing in .*\.pdf") as caught:
        find_sources([tmp_path])
    assert caught.value.field == "drawings"

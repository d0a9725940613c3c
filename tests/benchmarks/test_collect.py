from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.collect import RealDrawing, collect, read_table
from benchmarks.groups import SheetRef, read_groups

OLD, NEW = b"%PDF old", b"%PDF new"


def _git(repository: Path, *arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", "-C", str(repository), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def remote(tmp_path: Path) -> str:
    """A repository whose drawing was changed once."""
    repository = tmp_path / "remote" / "house" / "parts"
    repository.mkdir(parents=True)
    _git(repository, "init", "--quiet")
    _git(repository, "config", "uploadpack.allowFilter", "true")
    _git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    for content in (OLD, NEW):
        (repository / "bolt.pdf").write_bytes(content)
        _git(repository, "add", ".")
        _git(repository, "commit", "--quiet", "-m", "bolt")
    return (tmp_path / "remote").as_uri()


def drawing(content: bytes, file: str) -> RealDrawing:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    return RealDrawing(file, "house/parts", "", "bolt.pdf", blob, hashlib.sha256(content).hexdigest(), "MIT", "1")


def test_the_newest_and_an_older_version_are_fetched_and_kept(remote: str, tmp_path: Path) -> None:
    wanted = [drawing(NEW, "house/bolt.pdf"), drawing(OLD, "house/bolt_old.pdf")]
    assert list(collect(wanted, tmp_path / "to", remote)) == []
    assert (tmp_path / "to/house/bolt.pdf").read_bytes() == NEW
    assert (tmp_path / "to/house/bolt_old.pdf").read_bytes() == OLD
    assert list(collect(wanted, tmp_path / "to", "file:///nowhere")) == []


def test_what_cannot_be_had_is_named_with_the_reason_and_the_rest_arrives(remote: str, tmp_path: Path) -> None:
    good = drawing(NEW, "good.pdf")
    wanted = [
        drawing(b"never committed", "lost.pdf"),
        replace(good, file="other.pdf", sha256="0" * 64),
        replace(good, file="gone.pdf", repository="house/gone"),
        good,
    ]
    missed = {missing.file: why for missing, why in collect(wanted, tmp_path / "to", remote)}
    assert set(missed) == {"lost.pdf", "other.pdf", "gone.pdf"}
    assert all(missed.values())
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["good.pdf"]


def test_the_table_is_complete_and_the_groups_name_its_drawings() -> None:
    table = read_table()
    assert len({row.sha256 for row in table}) == len({row.file for row in table}) == len(table) == 671
    sheets = [SheetRef(row.file, number + 1) for row in table for number in range(int(row.sheets))]
    groups_csv = Path(__file__).parents[2] / "benchmarks" / "real_drawings_groups.csv"
    groups = read_groups(groups_csv, sheets)
    assert sum(bool(groups.mates(sheet, "revision")) for sheet in sheets) == 313

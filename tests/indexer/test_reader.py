"""Parallel reading: whatever a file does to its worker costs that page, or that file, and nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from indexer import reader
from indexer.reader import PagesRead, read_drawings
from search.errors import DrawingError, Reason
from search.isolation import WorkerPool, result_of
from search.prepare import Recipe
from tests.drawn import write_strips
from tests.indexer import misbehaving


def read_all(*paths: Path, done: dict[str, frozenset[int]] | None = None) -> dict[str, list[PagesRead]]:
    by_id = {path.name: path for path in paths}
    pages: dict[str, list[PagesRead]] = {name: [] for name in by_id}
    for part in read_drawings(by_id, done or dict.fromkeys(by_id, frozenset()), Recipe(32), workers=2):
        pages[part.drawing_id].append(part)
    return pages


def numbers(parts: list[PagesRead]) -> list[int]:
    return [sheet.number for part in parts for sheet in part.sheets]


def errors(parts: list[PagesRead]) -> list[tuple[int, Reason]]:
    return [(number, error.reason) for part in parts for number, error in part.errors]


@pytest.fixture
def misbehave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "prepare_pages", misbehaving.prepare)


def test_every_page_of_every_drawing_comes_once_and_the_last_part_is_marked(tmp_path: Path) -> None:
    write_strips(tmp_path / "long.pdf", range(11))
    write_strips(tmp_path / "short.pdf", [1])
    pages = read_all(tmp_path / "long.pdf", tmp_path / "short.pdf")
    assert sorted(numbers(pages["long.pdf"])) == list(range(1, 12)) and numbers(pages["short.pdf"]) == [1]
    assert [part.is_last for part in pages["long.pdf"]] == [False, False, True]
    assert {part.page_count for part in pages["long.pdf"]} == {11}
    assert not any(part.failed for part in pages["long.pdf"])


def test_pages_that_are_done_are_not_read_again(tmp_path: Path) -> None:
    write_strips(tmp_path / "a.pdf", range(6))
    pages = read_all(tmp_path / "a.pdf", done={"a.pdf": frozenset({1, 2, 5})})
    assert sorted(numbers(pages["a.pdf"])) == [3, 4, 6]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("dies", Reason.CRASHED),
        ("fails", Reason.CRASHED),
        pytest.param("stalls", Reason.TIMEOUT, marks=pytest.mark.slow),
    ],
)
def test_a_page_that_ruins_its_worker_costs_that_page_only(
    tmp_path: Path, misbehave: None, monkeypatch: pytest.MonkeyPatch, what: str, reason: Reason
) -> None:
    if what == "stalls":
        monkeypatch.setattr(reader, "WorkerPool", partial(WorkerPool, timeout_s=8.0))
    bad = tmp_path / f"{what}-on-page-6.pdf"
    write_strips(bad, range(9))
    write_strips(tmp_path / "good.pdf", [1, 2])
    pages = read_all(bad, tmp_path / "good.pdf")
    assert numbers(pages["good.pdf"]) == [1, 2] and errors(pages["good.pdf"]) == []
    assert sorted(numbers(pages[bad.name])) == [1, 2, 3, 4, 5, 7, 8, 9]
    assert errors(pages[bad.name]) == [(6, reason)]
    assert pages[bad.name][-1].is_last and pages[bad.name][-1].failed


def test_every_page_of_a_file_that_cannot_be_opened_again_is_named(tmp_path: Path, misbehave: None) -> None:
    path = tmp_path / "vanishes-on-page-6.pdf"
    write_strips(path, range(9))
    pages = read_all(path)[path.name]
    assert sorted([*numbers(pages), *(number for number, _ in errors(pages))]) == list(range(1, 10))
    assert errors(pages) == [(6, Reason.MISSING)]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_first_page_that_ruins_its_worker_costs_that_page_only(tmp_path: Path, misbehave: None, count: int) -> None:
    bad = tmp_path / "dies-on-page-1.pdf"
    write_strips(bad, range(count))
    write_strips(tmp_path / "good.pdf", [1])
    pages = read_all(bad, tmp_path / "good.pdf")
    assert numbers(pages["good.pdf"]) == [1]
    assert sorted(numbers(pages[bad.name])) == list(range(2, count + 1))
    assert errors(pages[bad.name]) == [(1, Reason.CRASHED)]
    assert pages[bad.name][-1].is_last and pages[bad.name][-1].failed


def test_a_file_that_ruins_every_worker_costs_that_file_only(tmp_path: Path, misbehave: None) -> None:
    bad = tmp_path / "dies-on-page-0.pdf"
    write_strips(bad, range(3))
    write_strips(tmp_path / "good.pdf", [1])
    pages = read_all(bad, tmp_path / "good.pdf")
    assert numbers(pages["good.pdf"]) == [1]
    assert errors(pages[bad.name]) == [(0, Reason.CRASHED)]


def test_what_a_reader_says_of_a_file_reaches_the_caller_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "zero.pdf").touch()
    (tmp_path / "letter.pdf").write_text("dear customer")
    pages = read_all(tmp_path / "zero.pdf", tmp_path / "letter.pdf")
    assert errors(pages["zero.pdf"]) == [(0, Reason.EMPTY)]
    assert errors(pages["letter.pdf"]) == [(0, Reason.UNKNOWN_FORMAT)]


def eat_memory() -> int:
    return len(bytearray(6 * 2**30))


def test_a_file_that_eats_memory_is_stopped_before_the_machine_is() -> None:
    pool = WorkerPool(1)
    try:
        with pytest.raises(DrawingError, match="out of memory") as caught:
            result_of(pool.submit(eat_memory))
        assert caught.value.reason is Reason.CRASHED
        assert result_of(pool.submit(len, b"still alive")) == 11
    finally:
        pool.close()

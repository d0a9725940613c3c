from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from benchmarks.corpus import Corpus, open_corpus
from benchmarks.groups import Groups, Membership, SheetRef, read_groups, write_groups
from benchmarks.harness import judged
from benchmarks.pages import Pages
from benchmarks.queries import Bench, Truth, make_queries, truth_of
from search.errors import UsageError
from tests.benchmarks.conftest import write_drawing

A, B1, B2, C, D, E = (
    SheetRef(file, sheet)
    for file, sheet in (("a.pdf", 1), ("sub/b.pdf", 1), ("sub/b.pdf", 2), ("c.pdf", 1), ("d.pdf", 1), ("e.pdf", 1))
)


def test_a_folder_names_every_readable_sheet_and_why_a_file_is_left_out(corpus: Corpus) -> None:
    assert set(corpus.sheets) == {A, B1, B2, C, D, E, SheetRef("empty_frame.pdf", 1)}
    assert list(corpus.unreadable) == ["broken.pdf"]
    assert corpus.unreadable["broken.pdf"]


def test_the_sheets_of_a_folder_are_those_that_nizu_finds(tmp_path: Path) -> None:
    write_drawing(tmp_path / "a.pdf", 1)
    write_drawing(tmp_path / ".hidden.pdf", 1)
    with pymupdf.open(tmp_path / "a.pdf") as document:
        document.save(tmp_path / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="x", owner_pw="y")
    for name, kind in (("phone.jpg", "MPO"), ("two.tif", "TIFF")):
        first, second = (Image.new("L", (60, 40), grey) for grey in (10, 200))
        first.save(tmp_path / name, kind, save_all=True, append_images=[second])
    opened = open_corpus(str(tmp_path), None, tmp_path, seed=1)
    assert [(one.file, one.sheet) for one in opened.sheets] == [
        ("a.pdf", 1),
        ("phone.jpg", 1),
        ("two.tif", 1),
        ("two.tif", 2),
    ]
    assert list(opened.unreadable) == ["locked.pdf"] and "password" in opened.unreadable["locked.pdf"]
    assert Pages(tmp_path / "pages").read(tmp_path / "two.tif", 2).mean() > 190


def test_a_degraded_copy_may_find_its_own_revision_but_no_kin(corpus: Corpus) -> None:
    assert set(truth_of(corpus, "scan", A).right) == {A, C}
    assert set(truth_of(corpus, "scan", D).right) == {D}


def test_revision_asks_for_the_other_sheets_and_drops_the_query(corpus: Corpus) -> None:
    truth = truth_of(corpus, "revision", A)
    assert (set(truth.right), truth.dropped) == ({C}, {A})


def test_family_asks_for_kin_and_drops_the_query_and_its_revisions(corpus: Corpus) -> None:
    truth = truth_of(corpus, "family", A)
    assert (set(truth.right), truth.dropped) == ({B2, D}, {A, C})


def test_the_first_right_answer_settles_a_degraded_copy() -> None:
    truth = Truth({A: 1.0, C: 1.0}, frozenset(), one_is_all=True)
    assert judged([B1, C, A], truth).tolist() == [0, 1, 0]


def test_dropped_and_repeated_answers_take_no_place() -> None:
    truth = Truth({C: 3.0, D: 1.0}, frozenset({A}), one_is_all=False)
    assert judged([A, C, C, B1, D], truth).tolist() == [3, 0, 1]


def test_a_blank_sheet_is_never_a_query(bench: Bench) -> None:
    asked = {query.sheet for query in make_queries(bench, ["mirror"], 60)}
    assert asked == {A, B1, B2, C, D, E}


def test_fewer_queries_are_the_first_of_more(bench: Bench) -> None:
    few = list(make_queries(bench, ["mirror", "scan"], 2))
    many = list(make_queries(bench, ["mirror", "scan"], 4))
    assert [query.sheet for query in few] == [query.sheet for query in [*many[:2], *many[4:6]]]
    assert [query.png for query in few] == [query.png for query in [*many[:2], *many[4:6]]]


def test_only_sheets_with_a_revision_are_asked_for_one(bench: Bench) -> None:
    assert {query.sheet for query in make_queries(bench, ["revision"], 60)} == {A, C}


def test_a_task_that_the_corpus_cannot_answer_is_refused(folder: Path, bench: Bench, tmp_path: Path) -> None:
    without = Bench(open_corpus(str(folder), None, tmp_path, seed=1), bench.pages, tmp_path, seed=1)
    with pytest.raises(UsageError, match="revision needs --groups"):
        list(make_queries(without, ["revision"], 1))
    with pytest.raises(UsageError, match="no task washed"):
        list(make_queries(bench, ["washed"], 1))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,sheet,group\na.pdf,1,x\n", "no column relation"),
        ("file,sheet,group,relation\na.pdf,one,x,revision\n", "sheet is 'one'"),
        ("file,sheet,group,relation\nother.pdf,1,x,revision\n", "names no sheet of the corpus"),
    ],
)
def test_a_wrong_group_table_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_groups(path, [A])


def test_groups_written_are_groups_read(tmp_path: Path) -> None:
    odd = SheetRef('a, "b"/図面.pdf', 2)
    write_groups(tmp_path / "g.csv", [Membership(odd, "g", "part"), Membership(A, "g", "part")])
    assert read_groups(tmp_path / "g.csv", [A, odd]).mates(A, "part") == {odd}
    assert Groups().mates(A, "part") == frozenset()

"""A tiny folder of drawings, each its own shape, and pages rendered from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pymupdf
import pytest

from benchmarks.corpus import Corpus, open_corpus
from benchmarks.pages import Pages
from benchmarks.queries import Bench

SIDE_PT = (420, 297)


def _draw(page: pymupdf.Page, seed: int) -> None:
    """A frame, some rectangles, circles and words, all by the seed."""
    rng = np.random.default_rng(seed)
    width, height = SIDE_PT
    page.draw_rect(pymupdf.Rect(10, 10, width - 10, height - 10), width=1.0)
    for _ in range(6):
        x, y = rng.uniform(40, 0.7 * width), rng.uniform(40, 0.6 * height)
        page.draw_rect(pymupdf.Rect(x, y, x + rng.uniform(10, 90), y + rng.uniform(10, 70)), width=0.7)
        page.draw_circle((x, y), rng.uniform(4, 30), width=0.7)
        page.insert_text((x, y), f"{rng.integers(10, 9999)}", fontsize=8)


def write_drawing(path: Path, *seeds: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with pymupdf.open() as document:
        for seed in seeds:
            _draw(document.new_page(width=SIDE_PT[0], height=SIDE_PT[1]), seed)
        document.save(path)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven sheets in six files: b.pdf has two, c.pdf draws what a.pdf draws, a frame alone is blank."""
    root = tmp_path_factory.mktemp("drawings")
    write_drawing(root / "a.pdf", 1)
    write_drawing(root / "sub" / "b.pdf", 2, 3)
    write_drawing(root / "c.pdf", 1)
    write_drawing(root / "d.pdf", 4)
    write_drawing(root / "e.pdf", 5)
    with pymupdf.open() as document:
        page = document.new_page(width=SIDE_PT[0], height=SIDE_PT[1])
        page.draw_rect(pymupdf.Rect(10, 10, SIDE_PT[0] - 10, SIDE_PT[1] - 10), width=1.0)
        document.save(root / "empty_frame.pdf")
    (root / "broken.pdf").write_bytes(b"%PDF-1.7 no more than that")
    (root / "notes.txt").write_text("no drawing")
    return root


@pytest.fixture(scope="session")
def groups_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("groups") / "groups.csv"
    path.write_text(
        "file,sheet,group,relation\n"
        "a.pdf,1,part-a,revision\n"
        "c.pdf,1,part-a,revision\n"
        "a.pdf,1,kin,family\n"
        '"sub/b.pdf",2,kin,family\n'
        "d.pdf,1,kin,family\n"
        "gone.pdf,1,kin,family\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def corpus(folder: Path, groups_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return open_corpus(str(folder), groups_csv, tmp_path_factory.mktemp("unused"), seed=1)


@pytest.fixture(scope="session")
def bench(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    cache_dir = tmp_path_factory.mktemp("cache")
    pages = Pages(cache_dir)
    for sheet in corpus.sheets:
        pages.png(corpus.path(sheet), sheet.sheet)
    return Bench(corpus, pages, cache_dir, seed=1)

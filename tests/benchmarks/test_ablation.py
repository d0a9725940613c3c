"""The ablation: one thing differs, only while its run lasts, and every variant names what there is."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

import search.regions.views
import training.encoder as trainer
from benchmarks import ablation
from benchmarks.ablation import CONFIG, QUERIES, VARIANTS, main, patched, run
from search.errors import UsageError
from search.regions import layout_of
from search.types import RegionKind
from training.encoder import Config
from training.encoding.examples import Drawings

TINY = replace(
    Config.read(CONFIG),
    start="random",
    steps=1,
    small_steps=1,
    small_px=64,
    drawings_per_step=2,
    query_regions=2,
    index_regions=2,
    long_side_px=700,
    warmup_steps=1,
)


def test_every_variant_differs_from_the_base_in_what_there_is() -> None:
    known = asdict(Config.read(CONFIG))
    for name, variant in VARIANTS.items():
        assert all(known[key] != value for key, value in variant.config.items()), name
        for module, attribute, value in (*variant.everywhere, *variant.training):
            assert getattr(module, attribute) is not value, name
        assert name == "base" or variant.config or variant.everywhere or variant.training


def test_patches_last_as_long_as_their_block_even_where_it_fails() -> None:
    page = np.full((700, 1000), 255, np.uint8)
    for x in (100, 500):
        page[200:500, x : x + 4] = page[200:500, x + 250 : x + 254] = 0
        page[200:204, x : x + 250] = page[496:500, x : x + 250] = 0

    def views() -> int:
        return sum(place.kind is RegionKind.VIEW for place in layout_of(page).places)

    before, there = search.regions.views.MAX_VIEWS, views()
    with pytest.raises(RuntimeError), patched(VARIANTS["no views"].everywhere):
        assert views() == 0 < there
        raise RuntimeError
    assert before == search.regions.views.MAX_VIEWS and views() == there


@pytest.mark.filterwarnings("ignore")
def test_a_run_is_measured_by_every_kind_of_query_and_once_and_shares_drawings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ablation, "QUERIES_A_KIND", 2)
    for name in ("PROJECTION_BATCHES", "WHITENING_BATCHES"):
        monkeypatch.setattr(trainer, name, 1)
    for name in ("fit_projection", "whiten"):
        monkeypatch.setattr(trainer, name, lambda tower, batches: list(batches))
    figures = run("no memory", TINY, tmp_path)
    assert set(figures) == {f"no memory.{kind}.recall@1" for kind in QUERIES} | {"no memory.gflop"}
    assert all(0 <= value <= 1 for key, value in figures.items() if "recall" in key)
    assert figures["no memory.gflop"] > 0
    monkeypatch.setattr(Drawings, "__getitem__", None)
    assert set(run("no sheet loss", TINY, tmp_path)) == {name.replace("memory", "sheet loss") for name in figures}
    monkeypatch.setattr(ablation, "train", None)
    assert run("no memory", TINY, tmp_path) == figures


def test_an_unknown_variant_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="base"):
        main(tmp_path, variants="no such thing")

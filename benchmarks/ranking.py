"""Do symbols help to rank? python -m benchmarks.ranking --parts N

Of every made part a few sheets that differ in nothing but their symbols: other welds, surface marks and tolerances in
other places. A scan of one asks for the sheet with the same symbols, at several weights of the agreement in symbols.
Parts of the training side choose the weight that ships (--split train); parts of the test side tell what it is worth.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from benchmarks.command import run
from benchmarks.degradations import scan
from benchmarks.figures import Figures, tell
from benchmarks.pages import write_grey
from indexer.rebuild import rebuild
from search.encoder import DEFAULT_ENCODER, load_encoder
from search.engine import SYMBOL_WEIGHT, Engine, Query
from search.symbols.detector import PACKAGED
from training.bank import SPLITS, Split, load_bank
from training.sheets import draw, draw_spec, plan, write_pdf
from training.sheets.changes import other_symbols
from training.sheets.spec import SheetSpec

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
DEPTH = 50
ALIKE = 4
"""Sheets of a part."""
SYMBOLS_TRIED = (3, 12)
LONG_SIDE_PX = 3000


def measure(parts: int, split: Split, seed: int, detector: Path, console: Console) -> Figures:
    """recall@1 of the sheet with the query's symbols, by weight."""
    with tempfile.TemporaryDirectory(prefix="nizu-ranking-") as scratch:
        drawings, queries, index = (Path(scratch) / name for name in ("drawings", "queries", "index"))
        drawings.mkdir()
        queries.mkdir()
        for number, alike in enumerate(track(made_alike(parts, split, seed), "making sheets", parts, console=console)):
            for variant, spec in enumerate(alike):
                (drawings / f"{number}-{variant}.pdf").write_bytes(write_pdf(plan(spec)))
            asked = scan(draw(plan(alike[0]), LONG_SIDE_PX), np.random.default_rng([seed, number]))
            write_grey(queries / f"{number}-0.png", asked)
        encoder = load_encoder(DEFAULT_ENCODER)
        rebuild([drawings], index, encoder, workers=os.cpu_count() or 1, detector=detector)
        engine = Engine.open(index, encoder, detector=detector)
        right = np.zeros((len(WEIGHTS), parts), np.bool_)
        for number in track(range(parts), "searching", console=console):
            right[:, number] = _found(engine, queries / f"{number}-0.png")
        engine.generation.close()
    return {f"recall@1.weight_{weight}": float(row.mean()) for weight, row in zip(WEIGHTS, right, strict=True)}


def made_alike(parts: int, split: Split, seed: int) -> list[list[SheetSpec]]:
    """Of each part sheets that are equal but for their symbols; the first one is asked for."""
    bank, chosen = load_bank(split=split), []
    for number in range(parts):
        rng = np.random.default_rng([seed, 0x5A11, number])
        spec = draw_spec(bank[int(rng.integers(len(bank)))], rng, split=split)
        spec = replace(spec, symbols=int(rng.integers(*SYMBOLS_TRIED, endpoint=True)))
        chosen.append([other_symbols(spec, rng) for _ in range(ALIKE)])
    return chosen


def _found(engine: Engine, query: Path) -> list[bool]:
    """For each weight, whether the sheet that the query is a scan of comes first: both parts of the score are told."""
    name = query.with_suffix(".pdf").name
    hits = engine.search(Query(query, top_k=DEPTH, symbol_weight=1e-6)).hits
    scores = np.array([[hit.scores["visual"], hit.scores["symbols"]] for hit in hits])
    return [hits[int((scores @ (1.0, weight)).argmax())].sheet.source == name for weight in WEIGHTS]


def main(
    parts: Annotated[int, typer.Option(min=1, help=f"Made parts, {ALIKE} sheets of each.")] = 60,
    split: Annotated[str, typer.Option(help="train to choose the weight, test to measure it.")] = "test",
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 1,
    detector: Annotated[Path, typer.Option(exists=True, help="Detector weights.")] = PACKAGED,
    json: Annotated[Path | None, typer.Option(help="Write context and figures here.")] = None,
) -> None:
    """How often the sheet with the query's symbols comes before those that are alike but for their symbols."""
    if split not in SPLITS:
        raise typer.BadParameter("give train or test", param_hint="--split")
    figures = measure(parts, split, seed, detector, Console(stderr=True))
    tell(figures, {"parts": parts, "alike": ALIKE, "split": split, "seed": seed, "shipped": SYMBOL_WEIGHT}, json)


if __name__ == "__main__":
    run(main)

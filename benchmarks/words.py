"""Do words find drawings? python -m benchmarks.words --sheets N

A caption, in English and in Japanese, asks for a part of a known family that no training has seen, drawn in a template
that no training has seen; around it are sheets of parts of other families. Right is every sheet of which the caption
says as much: words cannot tell parts apart whose captions are equal.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from benchmarks.command import run
from benchmarks.figures import Figures, tell
from indexer.rebuild import rebuild
from search.encoder import DEFAULT_ENCODER, load_encoder
from search.engine import Engine
from training.bank import Part, load_bank
from training.captions import full_caption, full_japanese
from training.encoding.examples import held_out
from training.sheets import plan_sheet, write_pdf

DEPTHS = (1, 10)


def measure(sheets: int, seed: int, encoder: str, console: Console) -> Figures:
    """words.LANGUAGE.recall@k, and words.LANGUAGE.family@1: whether the first sheet is of the family."""
    with tempfile.TemporaryDirectory(prefix="nizu-words-") as scratch:
        drawings, index = Path(scratch) / "drawings", Path(scratch) / "index"
        drawings.mkdir()
        parts = list(parts_drawn(sheets, seed))
        for number, part in enumerate(track(parts, "making sheets", console=console)):
            sheet = plan_sheet(part, np.random.default_rng([seed, number]), split="test")
            (drawings / f"{number}.pdf").write_bytes(write_pdf(sheet))
        loaded = load_encoder(encoder)
        rebuild([drawings], index, loaded, workers=os.cpu_count() or 1)
        engine = Engine.open(index, loaded)
        asked = [part for part in parts if part.split == "train"]
        figures: Figures = {"queries": len(asked)}
        for language, caption in (("english", full_caption), ("japanese", full_japanese)):
            figures |= _of_language(engine, parts, asked, language, caption)
        engine.generation.close()
    return figures


def parts_drawn(sheets: int, seed: int) -> Iterator[Part]:
    """The held-out parts of the training families, then of other families, up to so many."""
    known, others = load_bank(split="train"), load_bank(split="test")
    kept = [index for index, name in enumerate(known.names) if held_out(name)][:sheets]
    yield from (known[index] for index in kept)
    order = np.random.default_rng(seed).permutation(len(others))[: sheets - len(kept)]
    yield from (others[int(index)] for index in order)


def _of_language(
    engine: Engine, parts: list[Part], asked: list[Part], language: str, caption: Callable[[Part], str]
) -> Figures:
    ranks, kin = [], []
    for part in asked:
        words = caption(part)
        found = [parts[int(Path(hit.sheet.source).stem)] for hit in engine.find(words, top_k=max(DEPTHS)).hits]
        ranks.append(next((rank for rank, one in enumerate(found) if caption(one) == words), max(DEPTHS)))
        kin.append(found[0].family == part.family)
    recalls = {f"words.{language}.recall@{k}": float(np.mean(np.array(ranks) < k)) for k in DEPTHS}
    return recalls | {f"words.{language}.family@1": float(np.mean(kin))}


def main(
    sheets: Annotated[int, typer.Option(min=1, help="Made sheets.")] = 1000,
    encoder: Annotated[str, typer.Option(help="As in nizu rebuild.")] = DEFAULT_ENCODER,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 1,
    json: Annotated[Path | None, typer.Option(help="Write context and figures here.")] = None,
) -> None:
    """How often a caption finds a drawing of its part, in English and Japanese."""
    tell(measure(sheets, seed, encoder, Console(stderr=True)), {"sheets": sheets, "seed": seed}, json)


if __name__ == "__main__":
    run(main)

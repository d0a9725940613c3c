"""A contact sheet of made drawings, to look at: `python -m training.gallery --out PNG --seed N`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from search.types import Pixels
from training.bank import Split, load_bank
from training.sheets import draw, plan_sheet
from training.wear.degrade import degrade

TILE_PX = 900
DRAWN_PX = 1800
SEVERAL = 0.12


def contact_sheet(*, columns: int, rows: int, seed: int, split: Split, degraded: bool) -> Pixels:
    """(rows * TILE_PX, columns * TILE_PX) uint8: one random sheet in each tile."""
    rng, bank = np.random.default_rng(seed), load_bank(split=split)
    tiles = []
    for _ in range(columns * rows):
        count = int(rng.integers(2, 8)) if rng.random() < SEVERAL else 1
        parts = [bank[int(i)] for i in rng.integers(len(bank), size=count)]
        pixels = draw(plan_sheet(parts, rng, split=split), DRAWN_PX)
        tiles.append(_tile(degrade(pixels, rng) if degraded else pixels))
    return np.vstack([np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)])


def _tile(pixels: Pixels) -> Pixels:
    scale = (TILE_PX - 10) / max(pixels.shape)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile = np.full((TILE_PX, TILE_PX), 190, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small
    return tile


def main(
    out: Annotated[Path, typer.Option(help="PNG to write.")],
    seed: int = 0,
    columns: int = 4,
    rows: int = 3,
    split: Annotated[str, typer.Option(help="train or test.")] = "train",
    degraded: Annotated[bool, typer.Option(help="Degrade each sheet.")] = False,  # noqa: FBT002
) -> None:
    """Write a contact sheet of random drawings."""
    side: Split = "test" if split == "test" else "train"
    cv2.imwrite(str(out), contact_sheet(columns=columns, rows=rows, seed=seed, split=side, degraded=degraded))


if __name__ == "__main__":
    typer.run(main)

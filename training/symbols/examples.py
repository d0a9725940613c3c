"""What a step of the detector's training sees: tiles of made and of practice sheets, worn, with the boxes on them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Dataset

from search.reading import LONG_SIDE_PX as READ_PX
from search.symbols.classes import INDEX
from search.symbols.decoding import LETTER_PX
from search.types import Pixels
from training.bank import Bank, Split, load_bank
from training.sheets import SheetPlan, SheetSpec, draw, draw_spec, plan
from training.symbols.labelled import Labels, labelled_sheets
from training.symbols.marked import Marked, corner_about_a_symbol, corner_about_ink, resized, tile, worn
from training.symbols.practice import practice_sheet, slanted

MOST_PX = 4200
FINER = 2.0
"""Practice sheets are drawn up to so much finer and brought to the size of their letters, as sheets that are read."""
WORN_SIDES = 3
"""Only a part of a sheet, so many tiles wide, is worn: that costs more than drawing it."""
WITH_BALLOONS = 0.15
"""Share of made sheets."""
TILES_A_DRAW = 5
"""Practice sheets, or tiles of a part of a sheet: all but one about symbols, one about any ink."""
ABOUT_ANY_INK = 0.25
"""Share of parts that are not cut about a symbol: what is none must be learned, too."""
SLANTED = 0.25
"""Share of practice sheets."""


class SymbolTiles(Dataset[list[Marked]]):
    """Step number to tiles of (side_px, side_px)."""

    def __init__(self, config: dict[str, Any], bank_path: Path | None = None, labels: Labels | None = None) -> None:
        """config: of `training.detector.Config`. labels: of real sheets, which share of the tiles `labelled` says."""
        self.config = config
        self._bank_path = bank_path
        self._labels = labels

    @cached_property
    def bank(self) -> Bank:
        return load_bank(self._bank_path, split="train")

    @cached_property
    def labelled(self) -> list[Marked]:
        return labelled_sheets(self._labels) if self._labels else []

    def __getstate__(self) -> dict[str, Any]:
        """A worker opens its own bank and labels: they are not worth sending."""
        return {name: value for name, value in self.__dict__.items() if name not in ("bank", "labelled")}

    def __getitem__(self, step: int) -> list[Marked]:
        config = self.config
        rng = np.random.default_rng([config["seed"], step])
        tiles: list[Marked] = []
        while len(tiles) < config["tiles_per_step"]:
            if self.labelled and rng.random() < config["labelled"]:
                tiles += self._cut_from_a_labelled_sheet(rng)
            elif rng.random() < config["practice"]:
                tiles += [self._practised(rng) for _ in range(TILES_A_DRAW)]
            else:
                tiles += self._cut_from_a_made_sheet(rng)
        return tiles[: config["tiles_per_step"]]

    def _practised(self, rng: np.random.Generator) -> Marked:
        side, finer = self.config["side_px"], float(rng.uniform(1.0, FINER))
        sheet = practice_sheet(round(1.15 * side * finer), self._letter_px(rng) * finer, rng)
        if rng.random() < SLANTED:
            sheet = slanted(sheet, rng)
        marked = Marked(
            sheet.pixels,
            np.array([INDEX[one.name] for one in sheet.symbols], np.int64),
            np.array([one.box_mm for one in sheet.symbols], np.float32).reshape(-1, 4),
            np.array([one.anchor_mm for one in sheet.symbols], np.float32).reshape(-1, 2),
        )
        marked = resized(marked, 1 / finer)
        if rng.random() < self.config["worn"]:
            marked = worn(marked, rng)
        return tile(marked, (int(rng.integers(-8, 32)), int(rng.integers(-8, 32))), side)

    def _cut_from_a_made_sheet(self, rng: np.random.Generator) -> list[Marked]:
        spec = marked_spec(self.bank, int(rng.integers(0, 30)), rng)
        return self._cut(made_sheet(spec, self._letter_px(rng)), rng)

    def _cut_from_a_labelled_sheet(self, rng: np.random.Generator) -> list[Marked]:
        sheet = self.labelled[int(rng.integers(len(self.labelled)))]
        return self._cut(resized(sheet, self._letter_px(rng) / LETTER_PX), rng)

    def _cut(self, sheet: Marked, rng: np.random.Generator) -> list[Marked]:
        """TILES_A_DRAW tiles of one part of a sheet: about its symbols, rare ones first, and one about any ink."""
        side = self.config["side_px"]
        corner_of = corner_about_ink if rng.random() < ABOUT_ANY_INK else corner_about_a_symbol
        piece = tile(sheet, corner_of(sheet, WORN_SIDES * side, rng), WORN_SIDES * side)
        if rng.random() < self.config["worn"]:
            piece = worn(piece, rng)
        corners = [corner_about_a_symbol(piece, side, rng) for _ in range(TILES_A_DRAW - 1)]
        height, width = piece.pixels.shape
        beyond = (width - side, height - side)  # there a symbol that the piece has cut would seem to end
        return [
            tile(piece, (min(max(0, x), beyond[0]), min(max(0, y), beyond[1])), side)
            for x, y in (*corners, corner_about_ink(piece, side, rng))
        ]

    def _letter_px(self, rng: np.random.Generator) -> float:
        """The sheet's lettering is estimated, and estimates are wrong by up to half."""
        return LETTER_PX * math.exp(float(rng.normal(0, self.config["scale_spread"])))


def marked_spec(bank: Bank, symbols: int, rng: np.random.Generator, split: Split = "train") -> SheetSpec:
    """A sheet of one part with so many symbols tried round its views, or of several parts with balloons."""
    count = int(rng.integers(2, 8)) if rng.random() < WITH_BALLOONS else 1
    parts = [bank[int(rng.integers(len(bank)))] for _ in range(count)]
    spec = replace(draw_spec(parts, rng, split=split), symbols=symbols)
    return replace(spec, kind="balloons") if count > 1 else spec


def made_sheet(spec: SheetSpec, letter_px: float) -> Marked:
    """A sheet as it is read, brought to where its capitals are so high (less where it would be too large)."""
    planned = plan(spec)
    pixels, size_px = drawn(planned, READ_PX)
    size = np.tile(size_px, 2)
    boxes = np.array([one.box for one in planned.symbols], np.float32).reshape(-1, 4) * size
    anchors = np.array([one.anchor for one in planned.symbols], np.float32).reshape(-1, 2) * size_px
    kinds = np.array([INDEX[one.name] for one in planned.symbols], np.int64)
    long_px = min(MOST_PX, max(planned.size_mm) / planned.text_mm * letter_px)
    return resized(Marked(pixels, kinds, boxes, anchors), long_px / READ_PX)


def drawn(planned: SheetPlan, long_side_px: int) -> tuple[Pixels, NDArray[np.float32]]:
    """A sheet's picture, and its exact width and height in pixels: whole pixels are up to one more."""
    size_mm = np.array(planned.size_mm, np.float32)
    return draw(planned, long_side_px), size_mm * (long_side_px / size_mm.max())

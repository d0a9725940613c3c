"""What a step of the detector's training sees: tiles of made and of practice sheets, worn, with the boxes on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from search.ink import even_paper, shrink
from search.symbols.classes import CLASSES
from search.symbols.decoding import LETTER_PX
from search.types import Pixels
from training.bank import Bank, load_bank
from training.degrade import degrade_traced
from training.practice import practice_sheet
from training.regions import followed
from training.sheets import draw, draw_spec, plan

INDEX = {one.name: index for index, one in enumerate(CLASSES)}
MOST_PX = 4200
WORN_SIDES = 3
"""Only a part of a sheet, so many tiles wide, is worn: that costs more than drawing it."""
TILES_ABOUT_SYMBOLS = 4
"""Of each part, besides one from anywhere."""


@dataclass(frozen=True, slots=True)
class Marked:
    """pixels: (H, W) uint8. kinds: (K,) int64. boxes: (K, 4) float32 pixels. text_px: height of its capitals."""

    pixels: Pixels
    kinds: NDArray[np.int64]
    boxes: NDArray[np.float32]
    text_px: float


class SymbolTiles(Dataset[list[Marked]]):
    """Step number to tiles of (side_px, side_px)."""

    def __init__(self, config: dict[str, Any], bank_path: Path | None = None) -> None:
        """config: of `training.detector.Config`."""
        self.config = config
        self._bank_path = bank_path
        self._bank: Bank | None = None

    @property
    def bank(self) -> Bank:
        if self._bank is None:
            self._bank = load_bank(self._bank_path, split="train")
        return self._bank

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_bank": None}

    def __getitem__(self, step: int) -> list[Marked]:
        torch.set_num_threads(1)
        config = self.config
        rng = np.random.default_rng([config["seed"], step])
        tiles: list[Marked] = []
        while len(tiles) < config["tiles_per_step"]:
            if rng.random() < config["practice"]:
                tiles.append(self._practised(rng))
            else:
                tiles += self._cut_from_a_sheet(rng)
        return tiles[: config["tiles_per_step"]]

    def _practised(self, rng: np.random.Generator) -> Marked:
        side = self.config["side_px"]
        sheet = practice_sheet(round(1.15 * side), self._letter_px(rng), rng)
        marked = Marked(
            sheet.pixels,
            np.array([INDEX[one.name] for one in sheet.symbols], np.int64),
            np.array([one.box_mm for one in sheet.symbols], np.float32).reshape(-1, 4),
            sheet.text_px,
        )
        if rng.random() < self.config["worn"]:
            marked = worn(marked, rng)
        return tile(marked, (int(rng.integers(-8, 32)), int(rng.integers(-8, 32))), side)

    def _cut_from_a_sheet(self, rng: np.random.Generator) -> list[Marked]:
        """A few tiles of one part of a sheet: about its symbols, rare ones first, and one from anywhere."""
        part, side = self.bank[int(rng.integers(len(self.bank)))], self.config["side_px"]
        sheet = made_sheet(replace(draw_spec(part, rng), symbols=int(rng.integers(0, 30))), self._letter_px(rng))
        piece = tile(sheet, _corner_about(sheet, WORN_SIDES * side, rng), WORN_SIDES * side)
        if rng.random() < self.config["worn"]:
            piece = worn(piece, rng)
        corners = [_corner_about(piece, side, rng) for _ in range(TILES_ABOUT_SYMBOLS)]
        height, width = piece.pixels.shape
        corners.append((int(rng.integers(-16, max(1, width - side))), int(rng.integers(-16, max(1, height - side)))))
        return [tile(piece, corner, side) for corner in corners]

    def _letter_px(self, rng: np.random.Generator) -> float:
        """The sheet's lettering is estimated, and estimates are wrong by up to half."""
        return LETTER_PX * math.exp(float(rng.normal(0, self.config["scale_spread"])))


def _corner_about(marked: Marked, side: int, rng: np.random.Generator) -> tuple[int, int]:
    """The corner of a square with a symbol in it, or with anything where there is none."""
    height, width = marked.pixels.shape
    if not len(marked.kinds):
        return int(rng.integers(0, max(1, width - side))), int(rng.integers(0, max(1, height - side)))
    weights = 1.0 / np.bincount(marked.kinds, minlength=len(CLASSES))[marked.kinds]
    box = marked.boxes[int(rng.choice(len(marked.kinds), p=weights / weights.sum()))]
    middle, shift = (box[:2] + box[2:]) / 2, rng.uniform(0.15, 0.85, 2) * side
    return round(float(middle[0] - shift[0])), round(float(middle[1] - shift[1]))


def made_sheet(spec: Any, letter_px: float) -> Marked:
    """A sheet at a resolution at which its capitals are so high (less where it would be too large)."""
    planned = plan(spec)
    long_px = min(MOST_PX, round(max(planned.size_mm) / planned.text_mm * letter_px))
    pixels = draw(planned, long_px)
    height, width = pixels.shape
    boxes = np.array([one.box for one in planned.symbols], np.float32).reshape(-1, 4) * (width, height, width, height)
    kinds = np.array([INDEX[one.name] for one in planned.symbols], np.int64)
    return Marked(pixels, kinds, boxes.astype(np.float32), planned.text_mm * long_px / max(planned.size_mm))


def worn(marked: Marked, rng: np.random.Generator) -> Marked:
    """Degraded, its paper evened as a reader does, and brought back to the size that its letters had."""
    pixels, homography = degrade_traced(marked.pixels, rng, float(rng.uniform(0.4, 1.1)))
    pixels = even_paper(pixels)
    size = marked.pixels.shape
    fractions = np.asarray(marked.boxes / np.array([size[1], size[0]] * 2, np.float32), np.float32)
    scale = 1 / math.sqrt(abs(float(np.linalg.det(homography[:2, :2]))))
    target = (max(32, round(pixels.shape[1] * scale)), max(32, round(pixels.shape[0] * scale)))
    boxes = followed(fractions, homography, size, pixels.shape) * np.array([target[0], target[1]] * 2, np.float32)
    return Marked(shrink(pixels, *target), marked.kinds, boxes.astype(np.float32), marked.text_px)


def tile(marked: Marked, corner: tuple[int, int], side_px: int) -> Marked:
    """A square window, paper where it reaches beyond the sheet; symbols keep their whole boxes."""
    x, y = corner
    height, width = marked.pixels.shape
    out = np.full((side_px, side_px), 255, np.uint8)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + side_px), min(height, y + side_px)
    if x1 > x0 and y1 > y0:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = marked.pixels[y0:y1, x0:x1]
    boxes = marked.boxes - np.array([x, y, x, y], np.float32)
    return Marked(out, marked.kinds, boxes, marked.text_px)

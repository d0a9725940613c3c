"""What a training step sees: pairs of drawings made on the fly, equal for equal seed and step."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from search.encoder import GreyTower
from search.ink import even_paper, ink_mask
from search.late import region_weights
from search.regions import box_px, layout_of
from search.types import WHOLE, Box, Pixels, RegionKind
from training.bank import Bank, Part, load_bank
from training.encoding.losses import late_scores
from training.encoding.regions import (
    UNSURE,
    Drawn,
    Example,
    choose,
    followed,
    relation_by_overlap,
    relation_by_view,
)
from training.sheets import TEMPLATES, SheetPlan, SheetSpec, draw, draw_spec, plan
from training.sheets.changes import drawn_anew, redrawn
from training.sheets.sketch import sketched
from training.wear.degrade import degrade_traced

HELD_OUT_EVERY = 16
"""About every sixteenth training part is for validation only."""
MAX_TRIES = 8
REDRAWN = 0.25
"""Share of other drawings that differ from the indexed one in a few things only, as a revision does."""
MAX_OTHERS = 3
"""Parts beside the one that is asked for, on a sheet of several."""
DENSE_TRIES = 24


@dataclass(frozen=True, slots=True)
class Batch:
    """query: (B, Rq, S, S), index: (B, Ri, S, S) uint8; weights: (B, Rq) float32; relation: (B, Rq, Ri) int8; part:
    (B,) int64. See `training.encoding.regions.Example`."""

    query: Tensor
    index: Tensor
    weights: Tensor
    relation: Tensor
    part: Tensor

    def pictures(self) -> Tensor:
        """All pictures, (N, S, S) uint8."""
        return torch.cat([self.query.flatten(0, 1), self.index.flatten(0, 1)])


class Drawings(Dataset[Batch]):
    """Step number to batch."""

    def __init__(self, config: dict[str, Any], side_px: int, bank_path: Path | None = None) -> None:
        """config: of `training.encoder.Config`. bank_path: a part bank, the packaged one where None."""
        self.config = config
        self.side_px = side_px
        self._bank_path = bank_path
        self._bank: Bank | None = None

    @property
    def bank(self) -> Bank:
        if self._bank is None:  # a worker opens its own: a bank is not worth sending
            self._bank = load_bank(self._bank_path, split="train")
        return self._bank

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_bank": None}

    def __getitem__(self, step: int) -> Batch:
        rng = np.random.default_rng([self.config["seed"], step])
        side_px = self.config["small_px"] if step < self.config["small_steps"] else self.side_px
        template = _template(rng) if rng.random() < self.config["same_template"] else None
        house_seed = int(rng.integers(1 << 31)) if template else None
        examples: list[Example] = []
        spec: SheetSpec | None = None
        for part in self._parts(rng):
            example, spec = self._example(part, rng, template, house_seed, side_px, self._to_resemble(spec, part, rng))
            examples.append(example)
        return batch_of(examples)

    def _to_resemble(self, last: SheetSpec | None, part: Part, rng: np.random.Generator) -> SheetSpec | None:
        """The sheet drawn before, where this one is to be its twin: one of the family in the same office and layout."""
        kin = last is not None and last.parts[0].family == part.family and last.kind == "part"
        return last if kin and rng.random() < self.config["twins"] else None

    def _parts(self, rng: np.random.Generator) -> list[Part]:
        """Different parts, two and two of one family: what is alike is what must be told apart."""
        families = list(self.bank.families.values())
        parts: list[int] = []
        while len(parts) < self.config["drawings_per_step"]:
            members = [i for i in families[rng.integers(len(families))] if not held_out(self.bank.names[i])]
            parts += [int(i) for i in rng.permutation(members)[:2] if i not in parts]
        return [self.bank[index] for index in parts[: self.config["drawings_per_step"]]]

    def _example(
        self,
        part: Part,
        rng: np.random.Generator,
        template: str | None,
        house_seed: int | None,
        side_px: int,
        twin_of: SheetSpec | None,
    ) -> tuple[Example, SheetSpec]:
        for _ in range(MAX_TRIES):
            parts = self._assembled(part, rng) if rng.random() < self.config["assembly"] else [part]
            spec = draw_spec(parts, rng, template=template, house_seed=house_seed)
            if twin_of is not None:
                spec = replace(twin_of, parts=(part,), text_seed=spec.text_seed)
            example = self.pair(spec, rng, side_px)
            if example is not None:
                return example, spec
            twin_of = None
        raise RuntimeError(f"{part.name} gives no sheet with regions in {MAX_TRIES} tries")

    def _assembled(self, part: Part, rng: np.random.Generator) -> list[Part]:
        """The part and one to three others of other families, which share its sheet; none that is for validation."""
        others = (self.bank[int(index)] for index in rng.permutation(len(self.bank))[: 3 * MAX_OTHERS])
        different = [one for one in others if one.family != part.family and not held_out(one.name)]
        return [part, *different[: int(rng.integers(1, MAX_OTHERS + 1))]]

    def pair(self, spec: SheetSpec, rng: np.random.Generator, side_px: int) -> Example | None:
        """A sheet and a query: a worn copy, a part of one, or another drawing of its first part. None if blank."""
        config = self.config
        indexed = plan(spec)
        pixels = draw(indexed, config["long_side_px"])
        index = Drawn.of(pixels)
        if index is None or all(view.part != spec.parts[0].name for view in indexed.views):
            return None
        if rng.random() < config["other_drawing"]:
            return self._other_drawing(spec, indexed, index, rng, side_px)
        worn, homography = degrade_traced(pixels, rng)
        cut = (0, 0, worn.shape[1], worn.shape[0])
        if rng.random() < config["crop"]:
            cut = _densest_cut(worn, rng) if rng.random() < config["dense_crop"] else _cut(worn, rng)
        shifted = np.array([[1, 0, -cut[0]], [0, 1, -cut[1]], [0, 0, 1]], float) @ homography
        query_pixels = worn[cut[1] : cut[3], cut[0] : cut[2]]
        query = Drawn.of(query_pixels)
        if query is None:
            return None
        boxes = followed(query.boxes, np.linalg.inv(shifted), query_pixels.shape, pixels.shape)
        return self._chosen(spec, query, index, relation_by_overlap(boxes, index.boxes), rng, side_px)

    def _other_drawing(
        self, spec: SheetSpec, indexed: SheetPlan, index: Drawn, rng: np.random.Generator, side_px: int
    ) -> Example | None:
        alone = replace(spec, parts=spec.parts[:1], kind="part")
        other = plan(redrawn(alone, rng) if rng.random() < REDRAWN else drawn_anew(alone, rng))
        if rng.random() < self.config["sketched"]:
            other = sketched(other, rng)
        pixels = draw(other, self.config["long_side_px"])
        homography, flat = np.eye(3), pixels.shape
        if rng.random() < 0.5:
            pixels, homography = degrade_traced(pixels, rng, 0.5)
        query = Drawn.of(pixels)
        if query is None:
            return None
        boxes = followed(query.boxes, np.linalg.inv(homography), pixels.shape, flat)
        relation = relation_by_view(replace(query, boxes=boxes), _views(other), index, _views(indexed))
        if len(spec.parts) > 1:
            relation[0, 0] = UNSURE  # a sheet of several parts is not that of one
        return self._chosen(spec, query, index, relation, rng, side_px)

    def _chosen(
        self,
        spec: SheetSpec,
        query: Drawn,
        index: Drawn,
        relation: NDArray[np.int8],
        rng: np.random.Generator,
        side_px: int,
    ) -> Example:
        rows, columns = choose(relation, self.config["query_regions"], self.config["index_regions"], rng)
        images = (query.images(rows, side_px), index.images(columns, side_px))
        part = np.array(zlib.crc32(spec.parts[0].name.encode()), np.int64)
        return Example(
            *images, region_weights(query.boxes[rows], query.kinds[rows]), relation[np.ix_(rows, columns)], part
        )


class ValidationSet:
    """Queries as the training's, of held-out parts, and whether each finds its sheet among all of them."""

    def __init__(self, drawings: Drawings, count: int) -> None:
        self._drawings = drawings
        self._count = count
        self._batch: Batch | None = None

    def _examples(self) -> Batch:
        if self._batch is None:
            bank, seed = self._drawings.bank, self._drawings.config["seed"]
            parts = [index for index, name in enumerate(bank.names) if held_out(name)]
            examples: list[Example] = []
            for number, index in enumerate(np.random.default_rng(seed).permutation(parts)[: self._count].tolist()):
                rng = np.random.default_rng([seed, 1, number])
                example = self._drawings.pair(draw_spec(bank[index], rng), rng, self._drawings.side_px)
                examples += [example] if example is not None else []
            self._batch = batch_of(examples)
        return self._batch

    @torch.inference_mode()
    def recall_at_1(self, tower: GreyTower, device: torch.device) -> float:
        """Share of queries whose own sheet has the best late-interaction score."""
        batch = self._examples()
        query, index = (_embedded(tower, pictures, device) for pictures in (batch.query, batch.index))
        scores = late_scores(query, batch.weights.to(device), index)
        return float((scores.argmax(dim=1) == torch.arange(len(scores), device=device)).float().mean())


def _embedded(tower: GreyTower, pictures: Tensor, device: torch.device) -> Tensor:
    """(B, R, S, S) to (B, R, D)."""
    flat = pictures.flatten(0, 1).split(64)
    vectors = torch.cat([tower(part.to(device)) for part in flat])
    return vectors.view(*pictures.shape[:2], -1)


def batch_of(examples: list[Example]) -> Batch:
    """Examples of equal numbers of regions as tensors."""
    names = [field.name for field in fields(Example)]
    return Batch(*(torch.from_numpy(np.stack([getattr(example, name) for example in examples])) for name in names))


def held_out(name: str) -> bool:
    """Whether a training part is for validation only; the same in every bank."""
    return zlib.crc32(name.encode()) % HELD_OUT_EVERY == 0


def _template(rng: np.random.Generator) -> str:
    names = [name for name in TEMPLATES if name.startswith("train")]
    return names[rng.integers(len(names))]


def _views(sheet: SheetPlan) -> dict[str, Box]:
    """The views by name; those of further parts by that of their part, too."""
    own = sheet.spec.parts[0].name
    return {view.name if view.part == own else f"{view.part} {view.name}": view.box for view in sheet.views}


def _densest_cut(pixels: Pixels, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Of some windows of the page, 8 to 30 % of its area, that with the most ink, template or not; (x0, y0, x1, y1)."""
    height, width = pixels.shape
    sums = cv2.integral(ink_mask(even_paper(pixels)))
    area, aspect = rng.uniform(0.08, 0.3) * width * height, np.exp(rng.uniform(-0.5, 0.5)) * width / height
    wide, tall = min(width, int(np.sqrt(area * aspect))), min(height, int(np.sqrt(area / aspect)))
    lefts, tops = (rng.integers(0, room + 1, DENSE_TRIES) for room in (width - wide, height - tall))
    rights, lows = lefts + wide, tops + tall
    ink = sums[lows, rights] - sums[tops, rights] - sums[lows, lefts] + sums[tops, lefts]
    best = int(ink.argmax())
    return int(lefts[best]), int(tops[best]), int(rights[best]), int(lows[best])


def _cut(pixels: Pixels, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """A window over some ink, 8 to 50 % of the content's area, at most 2.5 times as long as wide; (x0, y0, x1, y1)."""
    height, width = pixels.shape
    layout = layout_of(pixels)
    boxes = [place.box for place in layout.places if place.kind is not RegionKind.TILE] or [WHOLE]
    x0, y0, x1, y1 = box_px(boxes[0], pixels.shape)
    area, aspect = rng.uniform(0.08, 0.5) * (x1 - x0) * (y1 - y0), np.exp(rng.uniform(-0.9, 0.9))
    wide = int(np.clip(np.sqrt(area * aspect), 64, width))
    tall = int(np.clip(np.sqrt(area / aspect), 64, height))
    u0, v0, u1, v1 = box_px(boxes[rng.integers(len(boxes))], pixels.shape)
    left = int(np.clip(rng.integers(u0, max(u0 + 1, u1)) - wide // 2, 0, width - wide))
    top = int(np.clip(rng.integers(v0, max(v0 + 1, v1)) - tall // 2, 0, height - tall))
    return left, top, left + wide, top + tall

"""What the detector is trained for: scores high at the anchors of symbols and nowhere else, boxes that fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)
from torchvision.ops import generalized_box_iou_loss

from search.symbols.classes import CLASSES
from search.symbols.decoding import COMPOSITES, STRIDE

NEAR = 0.18
"""Cells as near to an anchor as this share of the box's sides, or of twice the way to the nearer one, are punished less
for a score."""
KNOWS_BOX = 0.2
"""Cells whose heat is at least that much are taught the box as well: the peak may lie a cell off, and many
cells a symbol learn faster than one (TTFNet, Liu et al., 2020)."""


@dataclass(frozen=True, slots=True)
class Target:
    """One picture's truth.

    heat: (C, h, w) float32, 1 at anchors, falling off around them. anchors: (K, 3) int64: class, row and column.
    cells: (M, 3) int64: composite (0 or 1), row and column of the cells that are taught a box. boxes: (M, 4) float32 in
    cells. shares: (M,) float32, what each cell counts; 1 in all for a symbol.
    """

    heat: NDArray[np.float32]
    anchors: NDArray[np.int64]
    cells: NDArray[np.int64]
    boxes: NDArray[np.float32]
    shares: NDArray[np.float32]


def target_of(
    kinds: NDArray[np.int64], boxes_px: NDArray[np.float32], anchors_px: NDArray[np.float32], side_px: int
) -> Target:
    """Of (K,) classes, (K, 4) boxes and (K, 2) anchors in pixels of a square picture; symbols whose anchor lies outside
    are left out.

    Where symbols share a cell, it is taught the smaller one's box, which has fewer cells.
    """
    side = side_px // STRIDE
    heat = np.zeros((len(CLASSES), side, side), np.float32)
    owner, share = np.full((2, side, side), -1, np.int64), np.zeros((2, side, side), np.float32)
    boxes, anchors = boxes_px / STRIDE, anchors_px / STRIDE
    inside = ((anchors >= 0) & (anchors < side)).all(axis=1)
    kinds, boxes, anchors = kinds[inside], boxes[inside], anchors[inside]
    near_edge = np.minimum(anchors - boxes[:, :2], boxes[:, 2:] - anchors)
    columns, rows = anchors[:, 0].astype(np.int64), anchors[:, 1].astype(np.int64)
    composite = np.isin(kinds, COMPOSITES).astype(np.int64)
    for number in np.argsort(-np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)).tolist():
        kind, row, column = kinds[number], int(rows[number]), int(columns[number])
        spread_x, spread_y = np.maximum(0.6, 2 * NEAR * near_edge[number]).tolist()
        reach_x, reach_y = int(3 * spread_x) + 1, int(3 * spread_y) + 1
        x = np.arange(max(0, column - reach_x), min(side, column + reach_x + 1))
        y = np.arange(max(0, row - reach_y), min(side, row + reach_y + 1))
        fall = np.exp(-(((x - column) / spread_x) ** 2)[None] / 2 - (((y - row) / spread_y) ** 2)[:, None] / 2)
        around = slice(y[0], y[-1] + 1), slice(x[0], x[-1] + 1)
        part = heat[kind][around]
        np.maximum(part, fall, out=part, casting="same_kind")
        near = fall >= KNOWS_BOX
        owner[composite[number]][around][near] = number
        share[composite[number]][around][near] = fall[near]
    cells = np.stack(np.nonzero(owner >= 0), axis=1)
    owners, shares = owner[owner >= 0], share[owner >= 0]
    totals = np.bincount(owners, shares, minlength=len(kinds))
    return Target(
        heat,
        np.stack([kinds, rows, columns], axis=1),
        cells,
        boxes[owners].astype(np.float32),
        (shares / totals[owners]).astype(np.float32),
    )


def detection_loss(logits: Tensor, distances: Tensor, targets: list[Target]) -> dict[str, Tensor]:
    """Focal loss of the scores (CornerNet, Law and Deng, 2018) and generalised IoU of the boxes, means over symbols."""
    count = max(1, sum(len(target.anchors) for target in targets))
    score, log_no = logits.sigmoid(), F.logsigmoid(-logits)
    focal = (score**2 * log_no).sum() + _about_anchors(logits, score, log_no, targets)
    return {"scores": -focal / count, "boxes": _box_loss(distances, targets) / count}


def _box_loss(distances: Tensor, targets: list[Target]) -> Tensor:
    """Summed over the symbols, each of which is the mean over its cells."""
    picture = np.concatenate([np.full(len(target.cells), number) for number, target in enumerate(targets)])
    cells = np.concatenate([target.cells for target in targets])
    boxes, shares = (
        torch.from_numpy(np.concatenate(parts)).to(distances.device)
        for parts in ([target.boxes for target in targets], [target.shares for target in targets])
    )
    at, composite, rows, columns = torch.from_numpy(np.column_stack([picture, cells])).to(distances.device).T
    away = distances[at, composite, :, rows, columns]
    middle = torch.stack([columns + 0.5, rows + 0.5], dim=1)
    predicted = torch.cat([middle - away[:, :2], middle + away[:, 2:]], dim=1)
    each: Tensor = generalized_box_iou_loss(predicted, boxes, reduction="none")
    return (each * shares).sum()


def _about_anchors(logits: Tensor, score: Tensor, log_no: Tensor, targets: list[Target]) -> Tensor:
    """What the focal loss at and near anchors has over that of cells far from all: few cells, so only these are
    taken."""
    heat = np.stack([target.heat for target in targets])
    for number, target in enumerate(targets):  # exactly one at the anchor, whatever rounding made of it
        kinds, rows, columns = target.anchors.T
        heat[number, kinds, rows, columns] = 1.0
    near = np.nonzero(heat)
    heats = torch.from_numpy(heat[near]).to(logits.device)
    cells = tuple(torch.from_numpy(axis).to(logits.device) for axis in near)
    logits, score, log_no = logits[cells], score[cells], log_no[cells]
    far = score**2 * log_no
    here = torch.where(heats >= 1.0, (1 - score) ** 2 * F.logsigmoid(logits), (1 - heats) ** 4 * far)
    return (here - far).sum()

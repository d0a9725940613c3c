"""What the detector is trained for: scores high at the middles of symbols and nowhere else, boxes that fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)
from torchvision.ops import generalized_box_iou_loss

from search.symbols.classes import CLASSES
from search.symbols.decoding import HOLDERS, STRIDE

NEAR = 0.18
"""Cells as near to a middle as this share of the box's sides are punished less for a score."""


@dataclass(frozen=True, slots=True)
class Target:
    """One picture's truth.

    heat: (C, h, w) float32, 1 at middles, falling off around them. at: (K, 4) int64: class, holder (0 or 1), row and
    column. boxes: (K, 4) float32 in cells.
    """

    heat: NDArray[np.float32]
    at: NDArray[np.int64]
    boxes: NDArray[np.float32]


def target_of(kinds: NDArray[np.int64], boxes_px: NDArray[np.float32], side_px: int) -> Target:
    """Of (K,) classes and (K, 4) boxes in pixels of a square picture; those whose middle lies outside are left out."""
    side = side_px // STRIDE
    heat = np.zeros((len(CLASSES), side, side), np.float32)
    boxes = boxes_px / STRIDE
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((middles >= 0) & (middles < side)).all(axis=1)
    kinds, boxes, middles = kinds[inside], boxes[inside], middles[inside]
    columns, rows = middles[:, 0].astype(np.int64), middles[:, 1].astype(np.int64)
    for kind, box, row, column in zip(kinds.tolist(), boxes.tolist(), rows.tolist(), columns.tolist(), strict=True):
        spread_x, spread_y = (max(0.6, NEAR * (box[2 + axis] - box[axis])) for axis in (0, 1))
        reach_x, reach_y = int(3 * spread_x) + 1, int(3 * spread_y) + 1
        x = np.arange(max(0, column - reach_x), min(side, column + reach_x + 1))
        y = np.arange(max(0, row - reach_y), min(side, row + reach_y + 1))
        fall = np.exp(-(((x - column) / spread_x) ** 2)[None] / 2 - (((y - row) / spread_y) ** 2)[:, None] / 2)
        part = heat[kind, y[0] : y[-1] + 1, x[0] : x[-1] + 1]
        np.maximum(part, fall, out=part, casting="same_kind")
    holds = np.isin(kinds, HOLDERS).astype(np.int64)
    return Target(heat, np.stack([kinds, holds, rows, columns], axis=1), boxes.astype(np.float32))


def detection_loss(logits: Tensor, distances: Tensor, targets: list[Target]) -> dict[str, Tensor]:
    """Focal loss of the scores (CornerNet, Law and Deng, 2018) and generalised IoU of the boxes, means over symbols."""
    count = max(1, sum(len(target.at) for target in targets))
    score, log_no = logits.sigmoid(), F.logsigmoid(-logits)
    focal = (score**2 * log_no).sum() + _about_middles(logits, score, log_no, targets)
    predicted, wanted = [], []
    for number, target in enumerate(targets):
        if len(target.at):
            _, holds, rows, columns = torch.from_numpy(target.at).to(logits.device).T
            away = distances[number, holds, :, rows, columns]
            middle = torch.stack([columns + 0.5, rows + 0.5], dim=1)
            predicted.append(torch.cat([middle - away[:, :2], middle + away[:, 2:]], dim=1))
            wanted.append(torch.from_numpy(target.boxes).to(logits.device))
    boxes = logits.sum() * 0.0
    if predicted:
        boxes = generalized_box_iou_loss(torch.cat(predicted).float(), torch.cat(wanted), reduction="sum") / count
    return {"scores": -focal / count, "boxes": boxes}


def _about_middles(logits: Tensor, score: Tensor, log_no: Tensor, targets: list[Target]) -> Tensor:
    """What the focal loss at and near middles has over that of cells far from all: few cells, so only these are
    taken."""
    heat = np.stack([target.heat for target in targets])
    for number, target in enumerate(targets):  # exactly one at the middle, whatever rounding made of it
        heat[number, target.at[:, 0], target.at[:, 2], target.at[:, 3]] = 1.0
    near = np.nonzero(heat)
    heats = torch.from_numpy(heat[near]).to(logits.device)
    cells = tuple(torch.from_numpy(axis).to(logits.device) for axis in near)
    logits, score, log_no = logits[cells], score[cells], log_no[cells]
    far = score**2 * log_no
    here = torch.where(heats >= 1.0, (1 - score) ** 2 * F.logsigmoid(logits), (1 - heats) ** 4 * far)
    return (here - far).sum()

"""The detector's network: every cell of a grid says which symbols have their middle there and how large they are.

Centres as classes follow CenterNet (Zhou et al., Objects as Points, 2019), the pyramid FPN (Lin et al., 2017). A cell
may be the middle of several classes at once, a weld and the annotation it belongs to, so boxes of what holds other
symbols are told apart from boxes of what does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from search.symbols.classes import CLASSES

STRIDE = 4
"""Pixels a cell."""
LETTER_PX = 14.0
"""Text height at which sheets are shown to the network."""
HOLDERS = tuple(index for index, one in enumerate(CLASSES) if one.name in ("weld_annotation", "tolerance_frame"))
"""Classes that hold symbols of other classes."""
TRUNK = "tf_efficientnet_lite0"
_CHANNELS = 64
_RARE = -4.6
"""Bias of the class scores: a cell starts with a probability of one per cent."""


class SymbolNetwork(nn.Module):
    """(N, H, W) uint8 or float of 0 to 255, 255 is paper, H and W multiples of 32, to scores and boxes.

    Returns logits (N, C, H / 4, W / 4) and distances (N, 2, 4, H / 4, W / 4): from the cell's middle to left, top,
    right, bottom, in cells; first of symbols, then of those that hold others.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk: Any = timm.create_model(TRUNK, features_only=True, out_indices=(1, 2, 3, 4), pretrained=False)
        self.lateral = nn.ModuleList(nn.Conv2d(width, _CHANNELS, 1) for width in self.trunk.feature_info.channels())
        self.smooth = nn.ModuleList(_separable() for _ in range(3))
        self.neck = nn.Sequential(_separable(), _separable())
        self.classes = nn.Sequential(_separable(), nn.Conv2d(_CHANNELS, len(CLASSES), 1))
        self.boxes = nn.Sequential(_separable(), nn.Conv2d(_CHANNELS, 8, 1))
        nn.init.constant_(self.classes[-1].bias, _RARE)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        grey = (images.unsqueeze(1).float() - 127.0) / 128.0
        levels: Sequence[Tensor] = self.trunk(grey.expand(-1, 3, -1, -1))
        finer = [lateral(level) for lateral, level in zip(self.lateral, levels, strict=True)]
        merged = finer[-1]
        for level, smooth in zip(reversed(finer[:-1]), self.smooth, strict=True):
            merged = smooth(level + F.interpolate(merged, scale_factor=2.0, mode="nearest"))
        shared = self.neck(merged)
        distances = F.softplus(self.boxes(shared)).unflatten(1, (2, 4))
        return self.classes(shared), distances


def _separable() -> nn.Sequential:
    """Five cells wide at little cost."""
    return nn.Sequential(
        nn.Conv2d(_CHANNELS, _CHANNELS, 5, padding=2, groups=_CHANNELS, bias=False),
        nn.Conv2d(_CHANNELS, _CHANNELS, 1, bias=False),
        nn.GroupNorm(8, _CHANNELS),
        nn.ReLU(inplace=True),
    )


def decode(logits: Tensor, distances: Tensor, at_least: float, most: int) -> tuple[Tensor, Tensor, Tensor]:
    """Peaks of one picture's score maps: classes (K,) int64, scores (K,), boxes (K, 4) in pixels of the picture.

    logits: (C, h, w). distances: (2, 4, h, w). A peak is no lower than its eight neighbours of the same class.
    """
    scores = logits.sigmoid()
    peaks = scores == F.max_pool2d(scores[None], 3, stride=1, padding=1)[0]
    scores = torch.where(peaks, scores, torch.zeros_like(scores))
    count = min(most, int((scores >= at_least).sum()))
    best, flat = scores.flatten().topk(count)
    _, height, width = scores.shape
    kinds, cells = flat // (height * width), flat % (height * width)
    rows, columns = cells // width, cells % width
    holds = torch.isin(kinds, torch.tensor(HOLDERS, device=kinds.device)).long()
    left, top, right, bottom = distances[holds, :, rows, columns].T * STRIDE
    x, y = (columns + 0.5) * STRIDE, (rows + 0.5) * STRIDE
    return kinds, best, torch.stack([x - left, y - top, x + right, y + bottom], dim=1)

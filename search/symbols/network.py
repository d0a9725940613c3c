"""The detector's network: every cell of a grid says which symbols have their middle there and how large they are.

Centres as classes follow CenterNet (Zhou et al., Objects as Points, 2019), the pyramid FPN (Lin et al., 2017). A cell
may be the middle of several classes at once, a weld and the annotation it belongs to, so boxes of composites are told
apart from those of other symbols.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import timm
import torch
from safetensors import safe_open
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from search.errors import EncoderUnusable
from search.even_padding import with_even_padding
from search.symbols.classes import CLASSES
from search.symbols.decoding import SEES

TRUNK = "tf_efficientnet_lite0"
CHANNELS = 64
_LONGEST = 5.0
"""Logarithm of the longest distance, in cells."""
_RARE = -4.6
"""Bias of the class scores: a cell starts with a probability of one per cent."""


class SymbolNetwork(nn.Module):
    """(N, H, W) uint8 or float of 0 to 255, 255 is paper, H and W multiples of 32, to scores and boxes.

    Returns logits (N, C, H / 4, W / 4) and distances (N, 2, 4, H / 4, W / 4): from the cell's middle to left, top,
    right, bottom, in cells; first of symbols, then of composites.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk: Any = timm.create_model(TRUNK, features_only=True, out_indices=(1, 2, 3, 4), pretrained=False)
        self.lateral = nn.ModuleList(nn.Conv2d(width, CHANNELS, 1) for width in self.trunk.feature_info.channels())
        self.smooth = nn.ModuleList(_separable() for _ in range(3))
        self.neck = nn.Sequential(_separable(), _separable())
        self.classes = nn.Sequential(_separable(), nn.Conv2d(CHANNELS, len(CLASSES), 1))
        self.boxes = nn.Sequential(_full(), _full(), nn.Conv2d(CHANNELS, 8, 1))
        nn.init.constant_(self.classes[-1].bias, _RARE)  # type: ignore[arg-type]
        nn.init.constant_(self.boxes[-1].bias, 1.0)  # type: ignore[arg-type]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        shared = self.features(images)
        return self.classes(shared), self.distances(shared)

    def features(self, images: Tensor) -> Tensor:
        """(N, 64, H / 4, W / 4), what scores and boxes are told from."""
        grey = (images.unsqueeze(1).float() - 127.0) / 128.0
        levels: Sequence[Tensor] = self.trunk(grey.expand(-1, 3, -1, -1))
        finer = [lateral(level) for lateral, level in zip(self.lateral, levels, strict=True)]
        merged = finer[-1]
        for level, smooth in zip(reversed(finer[:-1]), self.smooth, strict=True):
            merged = smooth(level + F.interpolate(merged, scale_factor=2.0, mode="nearest"))
        return self.neck(merged)  # type: ignore[no-any-return]

    def distances(self, features: Tensor) -> Tensor:
        return self.boxes(features).clamp(max=_LONGEST).exp().unflatten(1, (2, 4))  # type: ignore[no-any-return]


def _separable() -> nn.Sequential:
    """Five cells wide at little cost.

    Norms of the whole batch, not of each picture (GroupNorm): a window of mostly blank paper has other moments than a
    tile full of symbols, and must not be scored otherwise for it.
    """
    return nn.Sequential(
        nn.Conv2d(CHANNELS, CHANNELS, 5, padding=2, groups=CHANNELS, bias=False),
        nn.Conv2d(CHANNELS, CHANNELS, 1, bias=False),
        nn.BatchNorm2d(CHANNELS),
        nn.ReLU(inplace=True),
    )


def _full() -> nn.Sequential:
    """What boxes need: how far a symbol reaches is harder to say than what it is."""
    return nn.Sequential(
        nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False),
        nn.BatchNorm2d(CHANNELS),
        nn.ReLU(inplace=True),
    )


def load_network(weights: Path) -> SymbolNetwork:
    """What `training.detector` wrote. Raises EncoderUnusable."""
    try:
        with safe_open(weights, framework="pt") as file:
            names = json.loads((file.metadata() or {})["classes"])
            state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 (not a mapping)
        network = SymbolNetwork()
        network.load_state_dict(state)
    except Exception as error:
        raise EncoderUnusable(f"{weights.name} holds no detector weights: {error}") from error
    if names != [one.name for one in CLASSES]:
        raise EncoderUnusable(f"{weights.name} was trained on other symbol classes: train it again")
    return network.eval()


def export_scores(weights: Path, path: Path) -> None:
    """Write what tells logits and features of pictures whose sides are multiples of 32, as ONNX.

    Raises EncoderUnusable.
    """
    example = torch.full((1, 64, 96), 255, dtype=torch.uint8)
    sizes = {0: "n", 2: "h4", 3: "w4"}
    torch.onnx.export(
        with_even_padding(_Scores(load_network(weights)), example),
        (example,),
        str(path),
        input_names=["images"],
        output_names=["logits", "features"],
        dynamic_axes={"images": {0: "n", 1: "h", 2: "w"}, "logits": sizes, "features": sizes},
        dynamo=False,
    )


def export_boxes(weights: Path, path: Path) -> None:
    """Write what tells the distances (K, 2, 4) of cells from the features (K, 64, SEES, SEES) about them, as ONNX.

    Symbols are few: distances of all cells would be wasted time. Raises EncoderUnusable.
    """
    torch.onnx.export(
        _Boxes(load_network(weights)),
        (torch.zeros(2, CHANNELS, SEES, SEES),),
        str(path),
        input_names=["features"],
        output_names=["distances"],
        dynamic_axes={"features": {0: "k"}, "distances": {0: "k"}},
        dynamo=False,
    )


class _Scores(nn.Module):
    def __init__(self, network: SymbolNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.network.features(images)
        return self.network.classes(features), features


class _Boxes(nn.Module):
    def __init__(self, network: SymbolNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: Tensor) -> Tensor:
        return self.network.distances(features)[..., SEES // 2, SEES // 2]

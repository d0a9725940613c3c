"""Bfloat16 where the machine computes in it: elsewhere a CPU imitates it, many times slower than float32."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def mixed_precision(device: torch.device) -> torch.autocast:
    """The context in which networks are trained."""
    native = device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=native)


def depthwise_in_float32(network: nn.Module) -> None:
    """Take the depthwise convolutions that learn out of bfloat16, in place: a CPU's gradient of them is then
    faster. Call it after `training.frozen_norm.fuse_frozen_norms`."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.groups > 1 and module.weight.requires_grad:
            module.forward = _in_float32(module.forward)  # type: ignore[method-assign, assignment]


def _in_float32(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def convolved(features: Tensor) -> Tensor:
        with torch.autocast(features.device.type, enabled=False):
            return forward(features.float())

    return convolved

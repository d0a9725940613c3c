"""Convolutions that the runtime is quick at."""

from __future__ import annotations

from copy import deepcopy

import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.padding import get_same_padding
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)


@torch.no_grad()
def with_even_padding(module: nn.Module, example: Tensor) -> nn.Module:
    """A copy that says the same and pads both sides of a picture alike, for pictures of the example's size, or of any
    size that is as even as the example's wherever it is halved.

    Towers that were trained in TensorFlow pad one pixel more behind than ahead where they halve a picture. ONNX Runtime
    does this as a slow step of its own, in another layout of memory; a kernel with a row and a column of zeros ahead
    does it without.
    """
    module = deepcopy(module)
    uneven = {name: part for name, part in module.named_modules() if isinstance(part, Conv2dSame)}
    sizes: dict[nn.Module, torch.Size] = {}
    hooks = [
        part.register_forward_pre_hook(lambda conv, given: sizes.update({conv: given[0].shape[-2:]}))
        for part in uneven.values()
    ]
    module(example)
    for hook in hooks:
        hook.remove()
    for name, conv in uneven.items():
        parent, _, child = name.rpartition(".")
        setattr(module.get_submodule(parent), child, _even(conv, sizes[conv]))
    return module


def _even(conv: Conv2dSame, size: torch.Size) -> nn.Conv2d:
    down, across = (get_same_padding(size[i], conv.kernel_size[i], conv.stride[i], conv.dilation[i]) for i in (0, 1))
    weight = F.pad(conv.weight, (across % 2, 0, down % 2, 0))
    plain = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        (weight.shape[2], weight.shape[3]),
        (conv.stride[0], conv.stride[1]),
        ((down + 1) // 2, (across + 1) // 2),
        (conv.dilation[0], conv.dilation[1]),
        conv.groups,
        conv.bias is not None,
    )
    plain.weight = nn.Parameter(weight)
    plain.bias = conv.bias
    return plain

"""Fused and plain towers give the same vectors and the same gradients."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn

from training.encoding.start import start_tower
from training.frozen_norm import fuse_frozen_norms


def test_fused_norms_change_neither_vectors_nor_gradients() -> None:
    plain = start_tower("lite0-gem-256", "random", 0).eval()
    generator = torch.Generator().manual_seed(0)
    for module in plain.modules():
        if isinstance(module, nn.BatchNorm2d):  # as trained ones are: no identity
            module.running_mean.normal_(std=0.2, generator=generator)
            module.running_var.uniform_(0.5, 2.0, generator=generator)
    fused = deepcopy(plain)
    fuse_frozen_norms(fused.visual.trunk)
    pictures = torch.randint(0, 256, (2, 64, 64), dtype=torch.uint8, generator=generator)

    vectors = [tower(pictures) for tower in (plain, fused)]
    for out in vectors:
        out[:, 0].sum().backward()

    assert torch.allclose(*vectors, atol=1e-5)
    gradients = [{name: p.grad for name, p in tower.named_parameters()} for tower in (plain, fused)]
    for name, gradient in gradients[0].items():
        other = gradients[1][name]
        assert (gradient is None) == (other is None), name
        if gradient is not None and other is not None:
            assert torch.allclose(gradient, other, rtol=1e-3, atol=1e-5 * float(gradient.abs().max() + 1)), name

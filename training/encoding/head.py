"""The linear head in closed form: what it starts as and what it ends as."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from search.encoder import GreyTower
from training.precision import mixed_precision

RIDGE = 1e-4
"""Share of the largest variance below which a direction is not stretched further."""


@torch.no_grad()
def fit_projection(tower: GreyTower, batches: Iterable[Tensor]) -> None:
    """Set the head to the principal components of the trunk's pooled unit vectors over the batches' pictures.

    A head that starts so keeps nearly all that the trunk knows; one that starts at random forgets it.
    """
    head = tower.visual.head.proj
    features = _trunk_vectors(tower, batches)
    mean = features.mean(dim=0)
    _, _, components = torch.linalg.svd(features - mean, full_matrices=False)
    head.weight.copy_(components[: head.out_features])
    head.bias.copy_(-components[: head.out_features] @ mean)


@torch.no_grad()
def whiten(tower: GreyTower, batches: Iterable[Tensor]) -> None:
    """Turn and stretch the head's numbers so that they are uncorrelated and vary alike over the batches' pictures.

    What many regions share then counts less (Jégou and Chum, Negative evidences and co-occurrences in image retrieval:
    the benefit of PCA and whitening, 2012). The numbers stay as large as they were on average.
    """
    head = tower.visual.head.proj
    values = head(_trunk_vectors(tower, batches)).double()
    mean = values.mean(dim=0)
    variances, directions = torch.linalg.eigh(torch.cov((values - mean).T))
    stretch = directions * ((variances.mean() / (variances + RIDGE * variances.max())) ** 0.5)
    head.bias.copy_(stretch.T @ (head.bias.double() - mean))
    head.weight.copy_(stretch.T @ head.weight.double())


def _trunk_vectors(tower: GreyTower, batches: Iterable[Tensor]) -> Tensor:
    """(N, S, S) uint8 pictures of each batch to (all, D) float32."""
    tower.eval().to(memory_format=torch.channels_last)
    device = next(tower.parameters()).device
    with mixed_precision(device):
        parts = [tower.visual.trunk(tower.normalised(part.to(device))) for batch in batches for part in batch.split(64)]
    return torch.cat(parts).float()

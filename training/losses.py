"""What the encoder is trained for: a query's regions find the regions that show the same, a query drawing its sheet."""

from __future__ import annotations

import torch
from torch import Tensor

from training.regions import SAME, UNSURE


def region_loss(query: Tensor, index: Tensor, relation: Tensor, scale: Tensor) -> Tensor:
    """InfoNCE (van den Oord et al., 2018) with several positives, both ways.

    query: (B, Rq, D), index: (B, Ri, D), unit length. relation: (B, Rq, Ri) int8 within each pair of drawings; regions
    of two pairs are others. scale: inverse temperature.
    """
    batch, rq, _ = query.shape
    ri = index.shape[1]
    logits = scale * query.flatten(0, 1) @ index.flatten(0, 1).T
    full = torch.zeros(batch, batch, rq, ri, dtype=torch.int8, device=logits.device)
    full[torch.arange(batch), torch.arange(batch)] = relation
    full = full.permute(0, 2, 1, 3).reshape(batch * rq, batch * ri)
    return (_several_positives(logits, full) + _several_positives(logits.T, full.T)) / 2


def _several_positives(logits: Tensor, relation: Tensor) -> Tensor:
    """Mean over rows that have a positive of -log(sum over positives / sum over positives and negatives)."""
    logits = logits.masked_fill(relation == UNSURE, float("-inf"))
    rows = (relation == SAME).any(dim=1)
    positives = logits.masked_fill(relation != SAME, float("-inf"))[rows]
    return (logits[rows].logsumexp(dim=1) - positives.logsumexp(dim=1)).mean()


def sheet_loss(query: Tensor, index: Tensor, scale: Tensor) -> Tensor:
    """Cross-entropy over the drawings of a batch of the late-interaction score that search ranks by, both ways."""
    similarity = torch.einsum("bqd,cid->bcqi", query, index)
    scores = scale * similarity.amax(dim=3).mean(dim=2)
    target = torch.arange(len(query), device=query.device)
    return (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2

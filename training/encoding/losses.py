"""What the encoder is trained for: a query's regions find the regions that show the same, a query drawing its sheet."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from search.late import EXPONENT
from training.encoding.regions import OTHER, SAME, UNSURE

NEVER = float("-inf")
NEAR_NOTHING = 1e-2
"""Similarities below count as much, for a root has no slope at 0."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """Index regions of some drawings.

    vectors: (B, R, D) unit length. parts: (B,) int64, equal for drawings of one part.
    """

    vectors: Tensor
    parts: Tensor

    def followed_by(self, later: Indexed, most: int) -> Indexed:
        """Both, the last `most` drawings of them, without gradients."""
        first = max(0, len(self.parts) + len(later.parts) - most)
        return Indexed(
            torch.cat([self.vectors, later.vectors.detach()])[first:],
            torch.cat([self.parts, later.parts])[first:],
        )

    def nothing(self) -> Indexed:
        """Of no drawing."""
        return Indexed(self.vectors[:0].detach(), self.parts[:0])


def region_loss(query: Tensor, index: Indexed, relation: Tensor, scale: Tensor, memory: Indexed) -> Tensor:
    """InfoNCE (van den Oord et al., 2018) with several positives, both ways.

    query: (B, Rq, D), unit length. index: of the same B parts. relation: (B, Rq, Ri) int8 within each pair of drawings;
    regions of two parts are others, templates too: the words in a title block tell drawings apart. scale: inverse
    temperature. memory: earlier drawings, further others for the queries (cross-batch memory, Wang et al., 2020).
    """
    batch, queries, _ = query.shape
    logits = scale * query.flatten(0, 1) @ index.vectors.flatten(0, 1).T
    full = torch.full(logits.shape, OTHER, dtype=torch.int8, device=logits.device)
    own = torch.block_diag(*torch.ones(batch, queries, index.vectors.shape[1], device=logits.device)).bool()
    full[own] = relation.flatten()
    further = scale * query.flatten(0, 1) @ memory.vectors.flatten(0, 1).T
    seen = (memory.parts[None] == index.parts[:, None]).repeat_interleave(queries, 0)
    earlier = torch.where(seen.repeat_interleave(memory.vectors.shape[1], 1), UNSURE, OTHER).to(torch.int8)
    forth = _several_positives(torch.cat([logits, further], 1), torch.cat([full, earlier], 1))
    return (forth + _several_positives(logits.T, full.T)) / 2


def _several_positives(logits: Tensor, relation: Tensor) -> Tensor:
    """Mean over rows that have a positive of -log(sum over positives / sum over positives and negatives)."""
    logits = logits.masked_fill(relation == UNSURE, NEVER)
    rows = (relation == SAME).any(dim=1)
    positives = logits.masked_fill(relation != SAME, NEVER)[rows]
    return (logits[rows].logsumexp(dim=1) - positives.logsumexp(dim=1)).mean()


def sheet_loss(query: Tensor, weights: Tensor, index: Indexed, scale: Tensor, memory: Indexed) -> Tensor:
    """Cross-entropy over drawings of the late-interaction score that search ranks by, both ways.

    query: (B, Rq, D), of the same parts as the index. weights: (B, Rq), of each drawing 1 in all. memory: earlier
    drawings that are not to be found.
    """
    scores = scale * late_scores(query, weights, index.vectors)
    further = scale * late_scores(query, weights, memory.vectors)
    further = further.masked_fill(memory.parts[None] == index.parts[:, None], NEVER)
    target = torch.arange(len(query), device=query.device)
    forth = torch.nn.functional.cross_entropy(torch.cat([scores, further], 1), target)
    return (forth + torch.nn.functional.cross_entropy(scores.T, target)) / 2


def late_scores(query: Tensor, weights: Tensor, index: Tensor) -> Tensor:
    """(B, Rq, D), (B, Rq) and (M, Ri, D) to (B, M): `search.late.score` of every pair."""
    similarity = torch.einsum("bqd,mid->bmqi", query, index)
    if not len(index):
        return similarity.sum(dim=(2, 3))
    nearest = similarity.amax(dim=3).clamp(min=NEAR_NOTHING)
    return (weights[:, None] * nearest**EXPONENT).sum(dim=2) ** (1 / EXPONENT)

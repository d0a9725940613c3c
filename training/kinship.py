"""Kinship: how alike the parts of one family are, graded as size variants are sought and trained for."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor

from training.bank import Bank, Part

LIKE_WITHIN = 1.5
"""Factor between measures of parts that pass as size variants."""
GAINS = (1.0, 3.0, 7.0)
"""By likeness: 2 ** grade - 1, as is usual, for the family, a like part, the same part."""


def likeness(one: Part, other: Part) -> int:
    """2 for the same part, 1 where parts of a family have the same features and every measure of the one is within
    LIKE_WITHIN of the other's, else 0."""
    if one.name == other.name:
        return 2
    if set(one.features) != set(other.features) or set(one.params) != set(other.params):
        return 0
    ratios = [abs(math.log((one.params[key] + 1e-6) / (other.params[key] + 1e-6))) for key in one.params]
    return int(max(ratios, default=0.0) <= math.log(LIKE_WITHIN))


class Kinship:
    """What the parts of a bank are to each other."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._family = torch.zeros(len(bank), dtype=torch.int64)
        for number, members in enumerate(bank.families.values()):
            self._family[list(members)] = number
        self._heads: dict[int, Part] = {}

    def targets(self, parts: Tensor, others: Tensor, kin_share: float) -> Tensor:
        """What share of a query drawing's hits should go to each indexed drawing: (B, B + M) float32, rows add up to 1.

        parts: (B,), places in the bank, of the queries and of the drawings that they should find. others: (M,), of
        further drawings. kin_share: goes to other parts of the family, by their GAINS; the rest to the own drawing.
        """
        gains = self._gains(parts, torch.cat([parts, others]))
        kin = gains.sum(dim=1, keepdim=True)
        shared = torch.where(kin > 0, kin_share, 0.0)
        own = torch.eye(*gains.shape)
        return own * (1 - shared) + shared * gains / kin.clamp(min=1.0)

    def _gains(self, parts: Tensor, others: Tensor) -> Tensor:
        """(A,) and (B,) places to (A, B) float32: 0 for the part itself and outside the family."""
        gains = torch.zeros(len(parts), len(others))
        kin = (self._family[parts][:, None] == self._family[others]) & (parts[:, None] != others)
        for row, column in kin.nonzero().tolist():
            grade = likeness(self._head(int(parts[row])), self._head(int(others[column])))
            gains[row, column] = GAINS[grade]
        return gains

    def _head(self, place: int) -> Part:
        """A part without its views, which need not be kept."""
        if place not in self._heads:
            self._heads[place] = replace(self._bank[place], views={})
        return self._heads[place]

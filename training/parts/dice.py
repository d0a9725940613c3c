"""The draws that make one part of a family, kept as its parameters and features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Dice:
    """Draws that remember themselves.

    params: every named length, angle or count drawn so far. features: every feature that came up, in order.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self.params: dict[str, float] = {}
        self.features: list[str] = []

    def mm(self, name: str, low: float, high: float, step: float = 1.0) -> float:
        """A length between `low` and `high` (never below `low`), a multiple of `step` above it."""
        steps = int(max(0.0, high - low) / step + 1e-9)
        value = round(low + step * int(self._rng.integers(0, steps + 1)), 4)
        self.params[name] = value
        return value

    def count(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        value = int(self._rng.integers(low, max(low, high) + 1))
        self.params[name] = value
        return value

    def has(self, feature: str, probability: float = 0.5, *, possible: bool = True) -> bool:
        """Whether the part has `feature`. possible: where not, the draw is made all the same and comes to nothing."""
        there = self.maybe(probability) and possible
        if there and feature not in self.features:
            self.features.append(feature)
        return there

    def maybe(self, probability: float = 0.5) -> bool:
        """A decision that is no feature: an orientation, a side."""
        return bool(self._rng.random() < probability)

    def ratio(self, low: float, high: float) -> float:
        """A proportion, rounded to a fiftieth so that lengths made from it stay drawable."""
        return round(float(self._rng.uniform(low, high)) * 50) / 50

    def pick(self, *choices: Choice) -> Choice:
        """One of the choices."""
        return choices[int(self._rng.integers(len(choices)))]

    def sizes(self, series: Sequence[float], name: str) -> float:
        """One of a series of standard sizes, remembered as `name`."""
        value = float(series[int(self._rng.integers(len(series)))])
        self.params[name] = value
        return value

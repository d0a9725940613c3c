"""How far boxes overlap. Boxes are (x0, y0, x1, y1) in any one unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 4) and (M, 4) boxes to (N, M) intersection over union."""
    both, area_a, area_b = areas(a, b)
    union = area_a[:, None] + area_b[None, :] - both
    return np.asarray(both / np.maximum(union, 1e-9), np.float32)


def areas(
    a: NDArray[np.float32], b: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Of (N, 4) and (M, 4) boxes: (N, M) intersections, (N,) and (M,) areas."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    area_a, area_b = (np.clip(x[:, 2:] - x[:, :2], 0, None).prod(axis=1) for x in (a, b))
    return both, area_a, area_b

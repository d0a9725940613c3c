"""What filing does to paper and film: punched holes, torn corners, scratches."""

from __future__ import annotations

import cv2
import numpy as np

from search.types import Pixels

HOLES_MM = (6.0, 80.0)
"""Diameter and distance of two filing holes (ISO 838)."""
LONG_SIDE_MM = 420.0
"""Sheets are taken for A3: a hole's share of a larger one is smaller than this says."""


def pick_lid(rng: np.random.Generator) -> int:
    """Grey of what lies behind the paper: a scanner's lid, white or black."""
    return int(rng.integers(5, 70) if rng.random() < 0.5 else rng.integers(225, 256))


def punch(pixels: Pixels, rng: np.random.Generator, lid: int) -> Pixels:
    """A copy with two or four filing holes along one edge."""
    out, (height, width) = pixels.copy(), pixels.shape
    upright = rng.random() < 0.7
    long_px = max(height, width)
    scale = long_px / LONG_SIDE_MM
    along, count = (height if upright else width) / 2 / scale, 2 if rng.random() < 0.7 else 4
    radius = max(2, round(HOLES_MM[0] / 2 * scale * rng.uniform(0.7, 1.2)))
    margin = float(rng.uniform(8, 14)) if rng.random() < 0.8 else -float(rng.uniform(8, 14))
    for number in range(count):
        middle = (along + (number - (count - 1) / 2) * HOLES_MM[1]) * scale
        across = margin * scale if margin > 0 else (width if upright else height) + margin * scale
        centre = (across, middle) if upright else (middle, across)
        cv2.circle(out, (round(centre[0]), round(centre[1])), radius, lid, -1, cv2.LINE_AA)
    return out


def tear(pixels: Pixels, rng: np.random.Generator, lid: int) -> Pixels:
    """A copy without one or two of its corners."""
    out, (height, width) = pixels.copy(), pixels.shape
    for corner in rng.permutation(4)[: 1 + int(rng.random() < 0.3)].tolist():
        wide, tall = (rng.uniform(0.02, 0.13, 2) * max(height, width)).tolist()
        steps = np.linspace(0, 1, 9)
        edge = np.stack([wide * (1 - steps), tall * steps], axis=1)
        edge[1:-1] += rng.normal(0, 0.04, (7, 2)) * (wide, tall)
        outline = np.vstack([np.zeros((1, 2)), np.clip(edge, 0, None)])
        if corner & 1:
            outline[:, 0] = width - outline[:, 0]
        if corner & 2:
            outline[:, 1] = height - outline[:, 1]
        cv2.fillPoly(out, [np.rint(outline).astype(np.int32)], lid)
    return out


def scratch(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A copy with a few thin scratches along the film, lighter or darker than what they cross."""
    out, (height, width) = pixels.copy(), pixels.shape
    for _ in range(int(rng.integers(0, 6))):
        x, drift = rng.uniform(0, width), rng.normal(0, 0.01 * width)
        start, end = np.sort(rng.uniform(0, height, 2)).tolist()
        tone = int(rng.choice((30, 225)))
        cv2.line(out, (round(x), round(start)), (round(x + drift), round(end)), tone, 1, cv2.LINE_AA)
    return out

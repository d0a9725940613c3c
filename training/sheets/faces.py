"""Shaded faces of flat views, as CAD programs print them: the silhouette filled with a tone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.bank import Line
from training.sheets.drafting import Drafted
from training.sheets.geometry import arc_points, full_circles

LONG_SIDE_PX = 320
PAD_PX = 3
LEAST_FILLED = 0.04  # of the bounds: less means that the outline has a gap


def face_picture(drafted: Drafted, seed: int) -> NDArray[np.uint8] | None:
    """(H, W) uint8 over the view's bounds, 255 outside the part; None where the outline is not closed.

    Turned parts are shaded as cylinders, others by a slight slope of light. The inmost circles count as holes.
    """
    inside = _silhouette(drafted)
    if inside.mean() < LEAST_FILLED:
        return None
    rng = np.random.default_rng([seed, 0xFACE])
    base = float(rng.uniform(0.6, 0.95))
    y, x = np.mgrid[0 : inside.shape[0], 0 : inside.shape[1]] / np.array(inside.shape)[:, None, None]
    if drafted.round_axis is None:
        tone = base + rng.uniform(-0.15, 0.15) * (x - 0.5) + rng.uniform(-0.15, 0.15) * (y - 0.5)
    else:
        across = y if drafted.round_axis == 0 else x
        tone = base * (0.45 + 0.65 * np.sin(np.pi * np.clip(across + rng.uniform(-0.1, 0.1), 0, 1)))
    if rng.random() < 0.3:
        tone = tone + 0.04 * np.sin(40 * y + 6 * np.sin(7 * x)) * np.sin(11 * x)  # grain
    return np.where(inside, np.clip(255 * tone, 20, 245), 255).astype(np.uint8)


def _silhouette(drafted: Drafted) -> NDArray[np.bool_]:
    """(H, W) what no path from outside reaches without crossing an edge."""
    x0, _, _, y1 = drafted.bounds
    scale = LONG_SIDE_PX / max(drafted.size)
    width, height = (max(2, round(side * scale)) for side in drafted.size)
    canvas = np.zeros((height + 2 * PAD_PX, width + 2 * PAD_PX), np.uint8)
    view = drafted.view
    chains = [c for c, line in zip(view.polylines, view.polyline_lines, strict=True) if line != Line.HIDDEN]
    chains += [
        arc_points(a, 72).astype(np.float32) for a, n in zip(view.arcs, view.arc_lines, strict=True) if n != Line.HIDDEN
    ]
    to_px = [np.rint((chain - (x0, y1)) * (scale, -scale) + PAD_PX).astype(np.int32)[:, None] for chain in chains]
    cv2.polylines(canvas, to_px, isClosed=False, color=1, thickness=2)
    cv2.floodFill(canvas, None, (0, 0), 2)
    for x, y, radius in _holes(drafted):
        centre = (round((x - x0) * scale) + PAD_PX, round((y1 - y) * scale) + PAD_PX)
        cv2.circle(canvas, centre, max(1, round(radius * scale) - 1), 2, -1)
    return np.not_equal(canvas[PAD_PX:-PAD_PX, PAD_PX:-PAD_PX], 2)


def _holes(drafted: Drafted) -> list[tuple[float, float, float]]:
    """The smallest of concentric circles, where it is not the outline itself."""
    smallest: dict[tuple[float, float], tuple[float, float, float]] = {}
    for x, y, radius in full_circles(drafted.view).tolist():
        if 2 * radius < 0.7 * max(drafted.size):
            smallest[(round(x, 2), round(y, 2))] = (x, y, radius)
    return list(smallest.values())

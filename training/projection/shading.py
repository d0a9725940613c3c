"""A shaded picture of a triangle mesh: orthographic, Lambert, z-buffered."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

PAPER = 255
OVERSAMPLING = 2
LEVELS = 16  # grey levels kept: more are not seen in print and pack badly
LIGHT = np.array([-0.35, 0.55, 0.76])  # towards the light, in the frame of the view


def shade(
    vertices: NDArray[np.float64],
    triangles: NDArray[np.int64],
    bounds_mm: tuple[float, float, float, float],
    long_side_px: int,
    albedo: float,
) -> NDArray[np.uint8]:
    """Picture of the mesh over `bounds_mm`.

    vertices: (V, 3) millimetres in the frame of the view, z towards the viewer. triangles: (T, 3), counter-clockwise
    from outside. albedo: grey of a face turned to the light, 0 to 1. Returns (H, W) uint8, 255 is paper.
    """
    x0, y0, x1, y1 = bounds_mm
    scale = (OVERSAMPLING * long_side_px) / max(x1 - x0, y1 - y0)
    height, width = (max(OVERSAMPLING, round(side * scale)) for side in (y1 - y0, x1 - x0))
    picture = np.full((height, width), float(PAPER), np.float32)
    depth = np.full((height, width), -np.inf, np.float32)
    corners = (vertices * (1, -1, 1) - (x0, -y1, 0)) * scale
    for triangle, grey in zip(corners[triangles], _greys(vertices[triangles], albedo), strict=True):
        if grey >= 0:
            _fill(picture, depth, triangle, grey)
    small = cv2.resize(
        picture, (max(1, width // OVERSAMPLING), max(1, height // OVERSAMPLING)), interpolation=cv2.INTER_AREA
    )
    step = PAPER / (LEVELS - 1)
    return np.asarray(np.rint(small / step) * step, np.uint8)


def _greys(triangles: NDArray[np.float64], albedo: float) -> NDArray[np.float64]:
    """(T,) grey of each triangle; -1 where it faces away or has no area."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    lengths = np.linalg.norm(normals, axis=1)
    normals /= np.maximum(lengths, 1e-12)[:, None]
    lit = 0.3 + 0.7 * np.clip(normals @ LIGHT, 0, 1)
    return np.where((normals[:, 2] > 1e-6) & (lengths > 1e-12), PAPER * albedo * lit, -1.0)


def _fill(picture: NDArray[np.float32], depth: NDArray[np.float32], corners: NDArray[np.float64], grey: float) -> None:
    """Draw one triangle (3, 3), x and y in pixels with pixel centres at halves, where nothing nearer is drawn."""
    height, width = picture.shape
    low = np.clip(np.floor(corners[:, :2].min(axis=0)).astype(int), 0, (width, height))
    high = np.clip(np.ceil(corners[:, :2].max(axis=0)).astype(int), 0, (width, height))
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corners.tolist()
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if (low >= high).any() or abs(area) < 1e-9:
        return
    x, y = np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1])[:, None] + 0.5
    v = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
    w = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    z = az + v * (bz - az) + w * (cz - az)
    window = np.s_[low[1] : high[1], low[0] : high[0]]
    nearer = (v >= -1e-6) & (w >= -1e-6) & (v + w <= 1 + 1e-6) & (z > depth[window])
    picture[window][nearer] = grey
    depth[window][nearer] = z[nearer]

"""Morphology of masks with boxes of pixels: (h, w) uint8 in, the same out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
"""(h, w) uint8, 0 or 1."""


def grown(mask: Mask, width_px: int, height_px: int) -> Mask:
    """Dilation."""
    return np.asarray(cv2.dilate(mask, _box(width_px, height_px)), np.uint8)


def shrunk(mask: Mask, width_px: int, height_px: int) -> Mask:
    """Erosion; outside of the picture is 0."""
    out = cv2.erode(mask, _box(width_px, height_px), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(out, np.uint8)


def opened(mask: Mask, width_px: int, height_px: int) -> Mask:
    """What boxes of this size fit into."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _box(width_px, height_px)), np.uint8)


def closed(mask: Mask, width_px: int, height_px: int) -> Mask:
    """The mask with gaps filled that such a box does not fit into."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _box(width_px, height_px)), np.uint8)


def filled(mask: Mask) -> Mask:
    """The mask with its holes filled."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    out = np.zeros_like(mask)
    cv2.drawContours(out, outlines, -1, 1, thickness=cv2.FILLED)
    return out


def _box(width_px: int, height_px: int) -> Mask:
    return np.ones((height_px, width_px), np.uint8)

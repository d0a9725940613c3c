"""A sheet with its regions drawn over it, for people to look at."""

from __future__ import annotations

from pathlib import Path

import cv2

from search.ink import shrink_to
from search.regions import Layout, box_px
from search.types import RegionKind, Sheet

LONG_SIDE_PX = 2000
COLOURS_BGR = {RegionKind.SHEET: (0, 114, 230), RegionKind.VIEW: (178, 114, 0), RegionKind.TILE: (115, 158, 0)}
"""Okabe and Ito's orange, blue and green, told apart by colour-blind people."""

MASKED_BGR = (200, 150, 220)


def draw_regions(sheet: Sheet, layout: Layout, path: Path) -> None:
    """Write the sheet as a PNG: regions as boxes by kind, what is masked as template in pink."""
    grey = shrink_to(sheet.pixels, LONG_SIDE_PX)
    kept = shrink_to(layout.drawing, LONG_SIDE_PX)
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    masked = (grey < 250) & (kept >= 250)
    picture[masked] = MASKED_BGR
    for place in reversed(layout.places):
        x0, y0, x1, y1 = box_px(place.box, grey.shape)
        thickness = 1 if place.kind is RegionKind.TILE else 3
        cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), COLOURS_BGR[place.kind], thickness)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())

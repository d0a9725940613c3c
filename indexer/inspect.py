"""A sheet with its regions drawn over it, for people to look at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from search.errors import UsageError
from search.ink import shrink_to
from search.regions import Layout, box_px
from search.symbols.classes import BY_NAME, COLOURS
from search.types import Pixels, RegionKind, Sheet, Symbol

LONG_SIDE_PX = 2000
COLOURS_BGR = {RegionKind.SHEET: (0, 114, 230), RegionKind.VIEW: (178, 114, 0), RegionKind.TILE: (115, 158, 0)}
"""Okabe and Ito's orange, blue and green, told apart by colour-blind people."""

MASKED_BGR = (200, 150, 220)


def draw_findings(sheet: Sheet, layout: Layout, symbols: Iterable[Symbol], path: Path) -> None:
    """Write the sheet as a PNG: regions as boxes by kind, what is masked as template in pink, symbols with names.

    Raises UsageError where the file cannot be written.
    """
    grey = shrink_to(sheet.pixels, LONG_SIDE_PX)
    kept = shrink_to(layout.drawing, LONG_SIDE_PX)
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)
    masked = (grey < 250) & (kept >= 250)
    picture[masked] = MASKED_BGR
    for place in reversed(layout.places):
        x0, y0, x1, y1 = box_px(place.box, grey.shape)
        thickness = 1 if place.kind is RegionKind.TILE else 3
        cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), COLOURS_BGR[place.kind], thickness)
    for symbol in symbols:
        _draw_symbol(picture, symbol)
    try:
        path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    except OSError as error:
        raise UsageError("png", f"{path} cannot be written: {error.strerror}") from error


def _draw_symbol(picture: Pixels, symbol: Symbol) -> None:
    red, green, blue = bytes.fromhex(COLOURS[BY_NAME[symbol.name].group][1:])
    x0, y0, x1, y1 = box_px(symbol.box, picture.shape)
    cv2.rectangle(picture, (x0 - 1, y0 - 1), (x1, y1), (blue, green, red), 2)
    cv2.putText(picture, symbol.name, (x0, y0 - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (blue, green, red), 1, cv2.LINE_AA)

"""How large a scanned sheet is on paper: its DPI tag where that is plausible, else the ISO 216 A series."""

from __future__ import annotations

from search.types import SizeSource

SCAN_DPI = (350, 300, 200)
"""Resolutions at which whole A sheets are recognised, most likely first; A4 at 350 dpi has 2,894 x 4,093 px."""

_A_SERIES_MM = ((841, 1189), (594, 841), (420, 594), (297, 420), (210, 297))
_TOLERANCE = 0.01


def raster_size_mm(
    width_px: int, height_px: int, dpi: tuple[float, float] | None
) -> tuple[tuple[float, float] | None, SizeSource]:
    """Width and height in mm and how they are known; None and UNKNOWN where nothing tells."""
    if dpi and _plausible(width_px, height_px, dpi):
        return (width_px / dpi[0] * 25.4, height_px / dpi[1] * 25.4), SizeSource.DPI_TAG
    for scan_dpi in SCAN_DPI:
        for short_mm, long_mm in _A_SERIES_MM:
            short_px, long_px = short_mm / 25.4 * scan_dpi, long_mm / 25.4 * scan_dpi
            if _near(min(width_px, height_px), short_px) and _near(max(width_px, height_px), long_px):
                landscape = width_px > height_px
                return ((long_mm, short_mm) if landscape else (short_mm, long_mm)), SizeSource.ISO_A
    return None, SizeSource.UNKNOWN


def _plausible(width_px: int, height_px: int, dpi: tuple[float, float]) -> bool:
    """72 and 96 dpi are what programs write who do not know; paper is between a label and a roll of A0."""
    if not all(100 <= value <= 2400 for value in dpi):
        return False
    long_mm = max(width_px / dpi[0], height_px / dpi[1]) * 25.4
    return 50 <= long_mm <= 3000


def _near(value_px: float, expected_px: float) -> bool:
    return abs(value_px - expected_px) <= _TOLERANCE * expected_px

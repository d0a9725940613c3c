"""Which parts of a sheet get a vector: the sheet without its template, each view, and a multi-scale grid of tiles."""

from __future__ import annotations

from dataclasses import dataclass

from search.ink import InkPyramid, ink_mask, shrink_to
from search.regions.frame import drawing_area
from search.regions.tiles import tile_boxes
from search.regions.views import view_boxes
from search.types import Box, Pixels, Region, RegionKind, Sheet

WORK_LONG_SIDE_PX = 1200
"""Resolution at which frames and views are looked for."""

MARGIN = 0.012
"""Paper left around a region's ink, as a fraction of the sheet's long side."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the regions of a sheet are, and the sheet's pixels with the template painted over.

    content: the box around all ink of the drawing area, None on a blank sheet.
    """

    pixels: Pixels
    content: Box | None
    views: tuple[Box, ...]
    tiles: tuple[Box, ...]

    @property
    def boxes(self) -> tuple[tuple[RegionKind, Box], ...]:
        """Kind and box of every region: the sheet first, then views, then tiles."""
        if self.content is None:
            return ()
        return (
            (RegionKind.SHEET, self.content),
            *((RegionKind.VIEW, box) for box in self.views),
            *((RegionKind.TILE, box) for box in self.tiles),
        )


def layout_of(pixels: Pixels) -> Layout:
    """Find the regions of a sheet's (H, W) pixels."""
    work = shrink_to(pixels, WORK_LONG_SIDE_PX)
    area = drawing_area(work)
    masked = area.painted_over(pixels)
    ink = ink_mask(area.painted_over(work))
    views, content = view_boxes(ink, MARGIN)
    tiles = tile_boxes(ink, content) if content else ()
    return Layout(masked, content, views, tiles)


def regions_of(sheet: Sheet, side_px: int) -> tuple[Region, ...]:
    """Every region of a sheet at the encoder's resolution, (side_px, side_px) each. A blank sheet has none."""
    layout = layout_of(sheet.pixels)
    if layout.content is None:
        return ()
    pyramid = InkPyramid(layout.pixels)
    return tuple(
        Region(kind, box, pyramid.letterboxed(box_px(box, layout.pixels.shape), side_px)) for kind, box in layout.boxes
    )


def box_px(box: Box, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """A box given in fractions as pixels of an (H, W) picture; at least one pixel wide and high."""
    height, width = shape[:2]
    x0, y0 = min(width - 1, round(box[0] * width)), min(height - 1, round(box[1] * height))
    return x0, y0, max(x0 + 1, round(box[2] * width)), max(y0 + 1, round(box[3] * height))


def crop(pixels: Pixels, box: Box) -> Pixels:
    """The pixels of a box given in fractions; at least one pixel."""
    x0, y0, x1, y1 = box_px(box, pixels.shape)
    return pixels[y0:y1, x0:x1]

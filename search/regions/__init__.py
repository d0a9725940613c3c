"""Which parts of a sheet get a vector: the sheet without its template, each view, and multi-scale tiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.ink import InkPyramid, ink_mask, shrink_to
from search.regions.frame import drawing_area
from search.regions.tiles import content_tiles, page_tiles
from search.regions.views import ink_bounds, view_boxes, without_specks
from search.types import Box, Pixels, RegionKind

WORK_LONG_SIDE_PX = 1200
"""Resolution at which frames and views are looked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region lies; templated: taken from the whole page, its template included."""

    kind: RegionKind
    box: Box
    templated: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the regions of a sheet are: the sheet first, then views, then tiles; none on a blank sheet.

    page: (H, W) uint8, the sheet's pixels. drawing: the same with the template painted over.
    """

    page: Pixels
    drawing: Pixels
    places: tuple[Place, ...]


def layout_of(pixels: Pixels) -> Layout:
    """Find the regions of a sheet's (H, W) pixels."""
    work = shrink_to(pixels, WORK_LONG_SIDE_PX)
    area = drawing_area(work)
    ink = without_specks(ink_mask(area.painted_over(work)))
    content = ink_bounds(ink)
    places: list[Place] = []
    if content is not None:
        places.append(Place(RegionKind.SHEET, content))
        places += [Place(RegionKind.VIEW, box) for box in view_boxes(ink)]
        places += [Place(RegionKind.TILE, box) for box in content_tiles(ink, content)]
    if area.mask is not None:
        page_ink = without_specks(ink_mask(work))
        page = ink_bounds(page_ink)
        if page is not None:
            places += [Place(RegionKind.TILE, box, templated=True) for box in page_tiles(page_ink, ink, page)]
    return Layout(pixels, area.painted_over(pixels), tuple(places))


def region_images(layout: Layout, places: Iterable[Place], side_px: int) -> list[Pixels]:
    """(side_px, side_px) uint8 of each place: aspect kept, centred on paper."""
    pyramids: dict[bool, InkPyramid] = {}
    images = []
    for place in places:
        if place.templated not in pyramids:
            pyramids[place.templated] = InkPyramid(layout.page if place.templated else layout.drawing)
        images.append(pyramids[place.templated].letterboxed(box_px(place.box, layout.page.shape), side_px))
    return images


def box_px(box: Box, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """A box given in fractions as pixels of an (H, W) picture; at least one pixel wide and high."""
    height, width = shape[:2]
    x0, y0 = min(width - 1, round(box[0] * width)), min(height - 1, round(box[1] * height))
    return x0, y0, max(x0 + 1, round(box[2] * width)), max(y0 + 1, round(box[3] * height))


def crop(pixels: Pixels, box: Box) -> Pixels:
    """The pixels of a box given in fractions; at least one pixel."""
    x0, y0, x1, y1 = box_px(box, pixels.shape)
    return pixels[y0:y1, x0:x1]

"""The drawing area: what is left of a sheet without frame, margins, title block and tables joined to the frame.

Every sheet of one house shares these, so a vector that sees them finds the house and not the part. The frame is the
network of long straight lines that spans the sheet; the drawing area is the large holes in that network, title block
and revision table are its small ones. No template is known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from search.ink import ink_mask
from search.regions.morphology import Mask, closed, filled, grown, opened, shrunk
from search.types import Pixels

MIN_SPAN = 0.7
"""A frame spans at least this part of the sheet in its longer, and MIN_SPAN_SHORT in its other direction."""
MIN_SPAN_SHORT = 0.55
MAX_MARGIN = 0.13
"""On three sides at least, a frame is this near to the sheet's edge; a part's own outline is farther in."""
MIN_AREA = 0.25
"""A drawing area is at least this part of the sheet."""
MIN_HOLE = 0.06
"""A hole of the network smaller than this part of the sheet is a cell of a table, not drawing area: a view whose
dimensions touch the frame cuts the drawing area in large pieces, which are put together again."""
MIN_OUTLINE = 0.8
"""This part of a frame's convex hull is line; the hull of a part with its dimensions is mostly empty paper."""
LINE_THRESHOLD = 25
"""Frames are often thin and grey: darker than paper by this much is a line here."""
EDGE_PX = 3
"""At working resolution; a line that comes so near to the picture's edge is cut by it."""
RUN = 1 / 40
"""Shortest straight run that counts as a line of the network, as a fraction of the long side: a skewed scan's lines
break into runs of this length and are joined again."""


@dataclass(frozen=True, slots=True)
class DrawingArea:
    """mask: (h, w) uint8 at working resolution, 1 inside the drawing area; None where the sheet has no frame."""

    mask: Mask | None

    def painted_over(self, pixels: Pixels) -> Pixels:
        """The (H, W) pixels with everything outside the area turned to paper."""
        if self.mask is None:
            return pixels
        height, width = pixels.shape
        full = cv2.resize(self.mask, (width, height), interpolation=cv2.INTER_NEAREST)
        return np.where(full > 0, pixels, np.uint8(255))


def drawing_area(work: Pixels) -> DrawingArea:
    """Find the drawing area on a sheet at working resolution, (h, w) uint8."""
    network = _frame_network(ink_mask(work, LINE_THRESHOLD))
    if network is None:
        return DrawingArea(None)
    area = _large_holes(network)
    if area.sum() < MIN_AREA * area.size:
        return DrawingArea(None)
    edge = max(3, round(0.012 * max(work.shape)))  # centring marks reach a few millimetres in
    return DrawingArea(shrunk(area, edge, edge))


def _frame_network(ink: Mask) -> Mask | None:
    """Lines that hang together with the innermost frame, 1 on the lines; None where nothing frames the sheet."""
    lines = _straight_lines(ink)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    frames = [
        label
        for label in range(1, len(stats))
        if _spans_sheet(stats[label, :4], ink.shape) and _outline_drawn(labels == label) >= MIN_OUTLINE
    ]
    if not frames:
        return None
    innermost = min(frames, key=lambda label: int(stats[label, cv2.CC_STAT_WIDTH] * stats[label, cv2.CC_STAT_HEIGHT]))
    network: Mask = (labels == innermost).astype(np.uint8)
    left, top, width, height, _ = (int(value) for value in stats[innermost])
    # A picture pasted over the frame leaves a gap in it: its outer rectangle closes the gap.
    cv2.rectangle(network, (left, top), (left + width - 1, top + height - 1), 1)
    return network


def _spans_sheet(rectangle: Iterable[int], shape: tuple[int, ...]) -> bool:
    """rectangle: left, top, width, height."""
    height, width = shape[:2]
    left, top, w, h = (int(value) for value in rectangle)
    span_x, span_y = w / width, h / height
    margins = (left / width, 1 - (left + w) / width, top / height, 1 - (top + h) / height)
    spans = max(span_x, span_y) >= MIN_SPAN and min(span_x, span_y) >= MIN_SPAN_SHORT
    return spans and sorted(margins)[2] <= MAX_MARGIN


def _outline_drawn(lines: NDArray[np.bool_]) -> float:
    """Which part of the convex hull's outline is covered by lines, 0 to 1; holds for skewed and keystoned frames.

    Centring marks and other ticks that stick out are taken off first. 0 where lines run into the picture's edge and
    nothing closed spans it: a frame cut by a clipping's edge encloses no drawing.
    """
    network = lines.astype(np.uint8)
    tick = max(3, round(0.03 * max(network.shape)))
    silhouette = opened(filled(network), tick, tick)
    contours, _ = cv2.findContours(silhouette, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return 0.0
    corners = np.concatenate(contours)
    if _runs_into_the_edge(network) and not _spans_sheet(cv2.boundingRect(corners), network.shape):
        return 0.0
    outline = np.zeros(network.shape, np.uint8)
    cv2.polylines(outline, [cv2.convexHull(corners)], isClosed=True, color=1)
    return float((outline & grown(network, 9, 9)).sum() / outline.sum())


def _runs_into_the_edge(network: Mask) -> bool:
    rim = EDGE_PX
    return bool(network[:rim].any() or network[-rim:].any() or network[:, :rim].any() or network[:, -rim:].any())


def _straight_lines(ink: Mask) -> Mask:
    """Runs of ink along the axes, (h, w) uint8; solid areas (shaded views, logos) are no lines."""
    run = max(15, round(RUN * max(ink.shape)))
    solid = grown(opened(ink, 9, 9), 5, 5)
    thick = grown(ink, 2, 2)
    lines = (opened(thick, run, 1) | opened(thick, 1, run)) & (1 - solid)
    return closed(lines, 5, 5)


def _large_holes(network: Mask) -> Mask:
    """The large regions enclosed by the network, put together and their own islands filled, 1 inside."""
    count, labels = cv2.connectedComponents(1 - network, connectivity=4)
    strip = round(0.03 * max(network.shape))  # the ring between a double frame's lines is large, but thin
    inside = shrunk(1 - network, strip, strip)
    keep = np.bincount(labels[inside > 0], minlength=count) >= MIN_HOLE * network.size
    keep[np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))] = False
    keep[labels[network > 0]] = False
    gap = round(0.015 * max(network.shape)) | 1
    return filled(closed(keep[labels].astype(np.uint8), gap, gap))

"""Two drawings to a training example: regions as inference finds them, and which of them show the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from search.boxes import areas, iou
from search.ink import even_paper
from search.regions import Layout, layout_of, region_images
from search.types import KINDS, Box, Pixels, RegionKind

SAME, OTHER, UNSURE = 1, 0, -1
SAME_FROM_IOU = 0.5
NEAREST_FROM_IOU = 0.3
"""A region without a better partner takes the nearest from here on: a crop lies between the tiles of its sheet."""
OTHER_BELOW_IOU = 0.15
HOLDS_VIEW, HOLDS_OTHER, FILLS_REGION = 0.85, 0.25, 0.15
"""A region shows a view where it holds this share of its outline, no other by more than that, and where the outline
fills this share of the region: dimensions and notes round it may take the rest."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing with all its regions, the sheet's own first. boxes: (R, 4) float32, fractions of that drawing. kinds:
    (R,) uint8, places in `KINDS`."""

    layout: Layout
    boxes: NDArray[np.float32]
    kinds: NDArray[np.uint8]

    @classmethod
    def of(cls, pixels: Pixels) -> Drawn | None:
        """The regions that inference finds on the (H, W) pixels; None where there are none."""
        layout = layout_of(even_paper(pixels))
        return cls.of_layout(layout) if layout.places else None

    @classmethod
    def of_layout(cls, layout: Layout) -> Drawn:
        boxes = np.array([place.box for place in layout.places], np.float32)
        return cls(layout, boxes, np.array([KINDS.index(place.kind) for place in layout.places], np.uint8))

    def images(self, chosen: NDArray[np.int64], side_px: int) -> NDArray[np.uint8]:
        """(len(chosen), side_px, side_px) uint8 of the regions chosen by index; an index may stand more than once."""
        unique, back = np.unique(chosen, return_inverse=True)
        pictures = region_images(self.layout, [self.layout.places[index] for index in unique], side_px)
        return np.stack(pictures)[back]


@dataclass(frozen=True, slots=True)
class Example:
    """A query drawing and the indexed drawing it should find.

    query: (Rq, S, S), index: (Ri, S, S) uint8. weights: (Rq,) float32, what search lets each region count. relation:
    (Rq, Ri) int8: SAME, OTHER or UNSURE. part: a number of the part.
    """

    query: NDArray[np.uint8]
    index: NDArray[np.uint8]
    weights: NDArray[np.float32]
    relation: NDArray[np.int8]
    part: NDArray[np.int64]


def choose(
    relation: NDArray[np.int8], query_count: int, index_count: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which regions of both drawings a step sees: those with a partner first, the sheets' own always.

    relation: of all query to all index regions. Indices are repeated where there are too few.
    """
    queries, indices = (rng.permutation(np.arange(1, count)) for count in relation.shape)
    same = relation == SAME
    queries = queries[np.argsort(~same[queries].any(axis=1), kind="stable")]
    chosen = np.concatenate([[0], queries])[:query_count]
    partners = same[chosen].any(axis=0)
    indices = indices[np.argsort(~partners[indices], kind="stable")]
    return np.resize(chosen, query_count), np.resize(np.concatenate([[0], indices]), index_count)


def relation_by_overlap(query: NDArray[np.float32], index: NDArray[np.float32]) -> NDArray[np.int8]:
    """(Rq, 4) and (Ri, 4) boxes on the same sheet to (Rq, Ri): much overlap is the same, little is not."""
    overlap = iou(query, index)
    nearest = (overlap >= NEAREST_FROM_IOU) & (overlap == overlap.max(axis=1, keepdims=True))
    same = (overlap >= SAME_FROM_IOU) | nearest
    return np.where(same, SAME, np.where(overlap < OTHER_BELOW_IOU, OTHER, UNSURE)).astype(np.int8)


def relation_by_view(
    query: Drawn, query_views: Mapping[str, Box], index: Drawn, index_views: Mapping[str, Box]
) -> NDArray[np.int8]:
    """Two drawings of one part: regions that show the same view are the same, all others of the part are unsure."""
    labels_q, labels_i = _labels(query, query_views), _labels(index, index_views)
    equal = np.array([[q is not None and q == i for i in labels_i] for q in labels_q])
    return np.where(equal, SAME, UNSURE).astype(np.int8)


def _labels(drawn: Drawn, views: Mapping[str, Box]) -> list[str | None]:
    """Of each region the view it shows: it holds that one's outline, fills itself with it, and holds no other."""
    names = list(views)
    both, area, outline = areas(drawn.boxes, np.array([views[name] for name in names], np.float32).reshape(-1, 4))
    held = both / np.maximum(outline[None], 1e-9)
    filled = both / np.maximum(area[:, None], 1e-9)
    labels: list[str | None] = []
    for place, parts, shares in zip(drawn.layout.places, held, filled, strict=True):
        (shown,) = np.nonzero(parts > HOLDS_OTHER)
        if place.kind is RegionKind.SHEET:
            labels.append("sheet")
        elif len(shown) == 1 and parts[shown[0]] >= HOLDS_VIEW and shares[shown[0]] >= FILLS_REGION:
            labels.append(names[shown[0]])
        else:
            labels.append(None)
    return labels


def followed(
    boxes: NDArray[np.float32], homography: NDArray[np.floating], from_px: Sequence[int], to_px: Sequence[int]
) -> NDArray[np.float32]:
    """Boxes (R, 4) on a picture of shape from_px, carried by a homography in pixels to one of shape to_px (H, W)."""
    if not len(boxes):
        return boxes
    x0, y0, x1, y1 = (boxes * np.array([from_px[1], from_px[0]] * 2, np.float32)).T
    corners = np.stack([np.stack(corner, -1) for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))], 1)
    moved = cv2.perspectiveTransform(corners.astype(np.float64), homography)
    out = np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1) / np.array([to_px[1], to_px[0]] * 2)
    return np.asarray(out, np.float32)

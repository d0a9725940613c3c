"""Where annotations stand on a view: points on its edges, edges drawn on beyond their ends, leaders."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.bank import Line
from training.sheets.canvas import Canvas
from training.sheets.drafting import Placed
from training.sheets.geometry import drawn_segments, straight_edges
from training.sheets.house import House, chance, pick
from training.sheets.primitives import BoxMm, Point, overlap
from training.sheets.symbols.ink import SymbolInk

NEAR_SIDE = 0.15
"""An edge belongs to a side of a view where it is this near to it, as a share of the view's size."""
TOUCH_MM = 0.3
"""What stands on an edge has this much of its own room on the edge's line."""


@dataclass(frozen=True, slots=True)
class Foot:
    """A point on an edge, the way out from there, as an angle (0 is right, counter-clockwise), and the edge's ends."""

    at: Point
    outwards: float
    ends: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Hand:
    """What an annotation is drawn with."""

    canvas: Canvas
    house: House
    rng: np.random.Generator

    def ink(self, at: Point, size: float = 1.0, angle: float = 0.0) -> SymbolInk:
        """size: in text heights."""
        house = self.house
        return SymbolInk(self.canvas, at, size * house.text_mm, house.pens.dimension, house.font, angle)


def find_foot(placed: Placed, rng: np.random.Generator) -> Foot | None:
    """A place on a straight edge near one of the four sides of the view."""
    edges = straight_edges(placed.drafted.view, Line.VISIBLE, Line.CUT)
    x0, y0, x1, y1 = placed.drafted.bounds
    side = int(rng.integers(4))
    along, low, high = (1, y0, y1) if side % 2 else (0, x0, x1)
    reach = NEAR_SIDE * (high - low)
    flat = np.abs(edges[:, along] - edges[:, along + 2]) < 1e-3
    near = edges[:, along] > high - reach if side < 2 else edges[:, along] < low + reach
    chosen = edges[flat & near]
    if not len(chosen):
        return None
    ax, ay, bx, by = chosen[int(rng.integers(len(chosen)))].tolist()
    share = float(rng.uniform(0.1, 0.9))
    at = placed.paper(ax + share * (bx - ax), ay + share * (by - ay))
    return Foot(at, side * math.pi / 2, (placed.paper(ax, ay), placed.paper(bx, by)))


def drawn_on(hand: Hand, foot: Foot) -> Foot:
    """The same beyond one of the edge's ends, on a thin line that goes on from there."""
    start, other = pick(hand.rng, (foot.ends, foot.ends[::-1]))
    long = math.dist(start, other)
    if long < TOUCH_MM:
        return foot
    way = ((start[0] - other[0]) / long, (start[1] - other[1]) / long)
    first, reach, rest = hand.rng.uniform((0.2, 2.0, 1.0), (0.6, 5.0, 3.0)).tolist()

    def at(texts: float) -> Point:
        return (start[0] + texts * hand.house.text_mm * way[0], start[1] + texts * hand.house.text_mm * way[1])

    hand.canvas.line(at(first), at(reach + rest), hand.house.pens.dimension)
    return replace(foot, at=at(reach))


def elbow_of(hand: Hand, foot: Foot) -> tuple[Point, bool]:
    """Where a leader from the foot bends, and whether its text goes to the left."""
    rng, reach = hand.rng, hand.house.text_mm
    angle = foot.outwards + float(rng.uniform(-0.9, 0.9))
    away = float(rng.uniform(3.0, 8.0)) * reach
    elbow = (foot.at[0] + away * math.cos(angle), foot.at[1] - away * math.sin(angle))
    leftwards = math.cos(angle) < 0 if chance(rng, 0.85) else chance(rng, 0.5)
    return elbow, leftwards


def free_beside(canvas: Canvas, placed: Placed, box: BoxMm) -> bool:
    """Whether nothing is in the box but, at its rim, the line on which it stands: the view's own room does not count,
    only its lines do."""
    x0, y0, x1, y1 = box
    inner = (x0 + TOUCH_MM, y0 + TOUCH_MM, x1 - TOUCH_MM, y1 - TOUCH_MM)
    if any(other != placed.room_mm and overlap(inner, other) for other in canvas.taken):
        return False
    segments = placed.on_paper(drawn_segments(placed.drafted.view).reshape(-1, 2)).reshape(-1, 4)
    return not _crossed(inner, segments)


def _crossed(box: BoxMm, segments: NDArray[np.float64]) -> bool:
    """Whether any of (N, 4) segments meets the box: no axis of theirs separates them."""
    corners = np.array(box).reshape(2, 2)
    starts, ends = segments[:, :2], segments[:, 2:]
    away, half = (starts + ends) / 2 - corners.mean(axis=0), (corners[1] - corners[0]) / 2
    way = (ends - starts) / 2
    near = (np.abs(away) <= half + np.abs(way)).all(axis=1)
    across = np.abs(way[:, 0] * away[:, 1] - way[:, 1] * away[:, 0])
    return bool((near & (across <= half[0] * np.abs(way[:, 1]) + half[1] * np.abs(way[:, 0]))).any())

"""Symbols round a view, where a drafter would put them: on its edges, at the end of leaders, where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.bank import Line
from training.sheets.canvas import Canvas
from training.sheets.drafting import Placed
from training.sheets.geometry import straight_edges
from training.sheets.house import House, chance, pick
from training.sheets.label_ink import pointer
from training.sheets.primitives import BoxMm, Point, inflated, inside
from training.sheets.symbols import notes, surface, tolerances, welds
from training.sheets.symbols.ink import SymbolInk

TRIES = 6
NEAR_SIDE = 0.15
"""An edge belongs to a side of a view where it is this near to it, as a share of the view's size."""


@dataclass(frozen=True, slots=True)
class Foot:
    """A point on an edge and the way out from there, as an angle (0 is right, counter-clockwise)."""

    at: Point
    outwards: float


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


Annotation = Callable[[Hand, Foot], BoxMm]
"""Draws it and returns what must be free for it, leaders not counted."""


def annotate(
    canvas: Canvas, placed: Sequence[Placed], house: House, area: BoxMm, count: int, rng: np.random.Generator
) -> None:
    """Up to `count` symbols round the views; those that find no room in a few tries are left out."""
    weights = TRADES[pick(rng, tuple(TRADES))]
    for _ in range(count):
        draw = pick(rng, tuple(weights), tuple(weights.values()))
        for _ in range(TRIES):
            foot = find_foot(placed[int(rng.integers(len(placed)))], rng)
            trial = Canvas()
            if foot is None:
                continue
            box = draw(Hand(trial, house, rng), foot)
            if inside(box, area) and canvas.free(box):
                canvas.take(box)
                canvas.items += trial.items
                canvas.symbols += trial.symbols
                break


def find_foot(placed: Placed, rng: np.random.Generator) -> Foot | None:
    """A place on a straight edge near one of the four sides of the view."""
    edges = straight_edges(placed.drafted.view, Line.VISIBLE)
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
    return Foot(at, side * math.pi / 2)


def _surface_new(hand: Hand, foot: Foot) -> BoxMm:
    ink = hand.ink(foot.at, float(hand.rng.uniform(1.2, 1.6)), foot.outwards - math.pi / 2)
    name = pick(hand.rng, surface.NEW, (0.25, 0.6, 0.15))
    surface.draw_new(ink, name, hand.rng)
    return inflated(ink.box_mm, -0.3)


def _surface_old(hand: Hand, foot: Foot) -> BoxMm:
    ink = hand.ink(foot.at, float(hand.rng.uniform(0.9, 1.4)), foot.outwards - math.pi / 2)
    surface.draw_old(ink, pick(hand.rng, surface.OLD, (0.22, 0.28, 0.2, 0.05, 0.25)), hand.rng)
    return inflated(ink.box_mm, -0.3)


def _datum(hand: Hand, foot: Foot) -> BoxMm:
    ink = hand.ink(foot.at, float(hand.rng.uniform(0.8, 1.1)), foot.outwards - math.pi / 2)
    tolerances.draw_datum(ink, hand.rng)
    return inflated(ink.box_mm, -0.3)


def _frame(hand: Hand, foot: Foot) -> BoxMm:
    knee, _ = _elbow(hand, foot)
    ink = hand.ink((knee[0], knee[1] + hand.house.text_mm))
    low = 0.0
    for _ in range(pick(hand.rng, (1, 2, 3), (0.75, 0.2, 0.05))):
        low += tolerances.draw_frame(ink, pick(hand.rng, tuple(tolerances.CHARACTERISTICS)), hand.rng, low)
    pointer(hand.canvas, foot.at, knee, hand.house)
    return ink.box_mm


def _weld(hand: Hand, foot: Foot) -> BoxMm:
    rng, house = hand.rng, hand.house
    elbow, leftwards = _elbow(hand, foot)
    turned = chance(rng, 0.08)
    ink = hand.ink(elbow, float(rng.uniform(1.1, 1.7)), math.pi / 2 if turned else 0.0)
    name = pick(rng, tuple(welds.WELDS), [one.weight for one in welds.WELDS.values()])
    style = welds.WeldStyle.drawn(np.random.default_rng([house.seed, 0x3E1D]))
    welds.draw_annotation(ink, name, style, rng, leftwards=leftwards)
    pointer(hand.canvas, foot.at, elbow, house)
    return ink.box_mm


def _hole_note(hand: Hand, foot: Foot) -> BoxMm:
    elbow, _ = _elbow(hand, foot)
    ink = hand.ink(elbow)
    if chance(hand.rng, 0.5):
        notes.draw_hole_note(ink, hand.rng)
    else:
        notes.draw_value(ink, pick(hand.rng, tuple(notes.SHAPES)), hand.rng)
    pointer(hand.canvas, foot.at, elbow, hand.house)
    return ink.box_mm


def _revision(hand: Hand, foot: Foot) -> BoxMm:
    away = float(hand.rng.uniform(3.0, 8.0)) * hand.house.text_mm
    at = (foot.at[0] + away * math.cos(foot.outwards), foot.at[1] - away * math.sin(foot.outwards))
    ink = hand.ink(at, float(hand.rng.uniform(1.1, 1.6)))
    notes.draw_revision(ink, pick(hand.rng, "123456ABCDE"), up=chance(hand.rng, 0.9))
    return ink.box_mm


def _elbow(hand: Hand, foot: Foot) -> tuple[Point, bool]:
    """Where a leader from the foot bends, and whether its text goes to the left."""
    rng, reach = hand.rng, hand.house.text_mm
    angle = foot.outwards + float(rng.uniform(-0.9, 0.9))
    away = float(rng.uniform(3.0, 8.0)) * reach
    elbow = (foot.at[0] + away * math.cos(angle), foot.at[1] - away * math.sin(angle))
    leftwards = math.cos(angle) < 0 if chance(rng, 0.85) else chance(rng, 0.5)
    return elbow, leftwards


TRADES: Mapping[str, Mapping[Annotation, float]] = {
    "machined": {_surface_new: 4.0, _datum: 2.0, _frame: 3.0, _hole_note: 1.5, _revision: 0.5},
    "machined of old": {_surface_old: 6.0, _surface_new: 0.3, _hole_note: 1.0, _revision: 1.0},
    "welded": {_weld: 6.0, _surface_old: 1.0, _revision: 0.7, _hole_note: 0.5},
    "mixed": {
        _surface_new: 1.0,
        _surface_old: 1.0,
        _datum: 1.0,
        _frame: 1.0,
        _weld: 1.5,
        _hole_note: 1.0,
        _revision: 1,
    },
}
"""What a shop's drawings are marked with, and how often."""

"""Surface marks and datums where a drafter puts them: on edges, on lines that go on from them, on leaders; and the
mark of all faces that have none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from training.sheets.canvas import Canvas
from training.sheets.feet import Foot, Hand, drawn_on, elbow_of
from training.sheets.house import House, chance, pick
from training.sheets.label_ink import pointer
from training.sheets.primitives import BoxMm, inflated, inside
from training.sheets.symbols import surface, tolerances
from training.sheets.symbols.ink import SymbolInk

NEW_SHARES = (0.25, 0.6, 0.15)
OLD_SHARES = (0.22, 0.28, 0.2, 0.05, 0.25)
Draw = Callable[[SymbolInk, np.random.Generator], None]


def draw_new(ink: SymbolInk, rng: np.random.Generator) -> None:
    surface.draw_new(ink, pick(rng, surface.NEW, NEW_SHARES), rng)


def draw_old(ink: SymbolInk, rng: np.random.Generator) -> None:
    surface.draw_old(ink, pick(rng, surface.OLD, OLD_SHARES), rng)


def surface_new(hand: Hand, foot: Foot) -> BoxMm:
    return _standing(hand, foot, draw_new, float(hand.rng.uniform(1.2, 1.6)))


def surface_old(hand: Hand, foot: Foot) -> BoxMm:
    return _standing(hand, foot, draw_old, float(hand.rng.uniform(0.9, 1.4)))


def datum(hand: Hand, foot: Foot) -> BoxMm:
    return _standing(hand, foot, tolerances.draw_datum, float(hand.rng.uniform(0.8, 1.1)))


def _standing(hand: Hand, foot: Foot, draw: Draw, size: float) -> BoxMm:
    if chance(hand.rng, 0.4):
        foot = drawn_on(hand, foot)
    ink = hand.ink(foot.at, size, foot.outwards - math.pi / 2)
    draw(ink, hand.rng)
    return ink.box_mm


def surface_led(hand: Hand, foot: Foot) -> BoxMm:
    """At the end of a leader, upright on its shelf or standing on the leader as it runs."""
    elbow, leftwards = elbow_of(hand, foot)
    rng, text_mm = hand.rng, hand.house.text_mm
    draw, size = pick(rng, (draw_new, draw_old)), float(rng.uniform(0.9, 1.5))
    if chance(rng, 0.6):
        long = (-1.0 if leftwards else 1.0) * float(rng.uniform(2.0, 5.0)) * text_mm
        hand.canvas.line(elbow, (elbow[0] + long, elbow[1]), hand.house.pens.dimension)
        ink = hand.ink((elbow[0] + 0.6 * long, elbow[1]), size)
    else:
        share = float(rng.uniform(0.5, 0.95))
        at = (foot.at[0] + share * (elbow[0] - foot.at[0]), foot.at[1] + share * (elbow[1] - foot.at[1]))
        turn = math.atan2(foot.at[1] - elbow[1], elbow[0] - foot.at[0])
        ink = hand.ink(at, size, turn if math.cos(turn) > 0 else turn + math.pi)
    draw(ink, rng)
    pointer(hand.canvas, foot.at, elbow, hand.house)
    return ink.box_mm


def draw_general(canvas: Canvas, house: House, area: BoxMm, draw: Draw, rng: np.random.Generator) -> None:
    """In an upper corner: a large mark for all faces, and in brackets, often, the marks that some have instead."""
    size = float(rng.uniform(1.3, 2.2))
    marks = [(size, int(rng.integers(1 << 31)))]
    if chance(rng, 0.75):
        marks += [(float(rng.uniform(0.6, 1.0)) * size, int(rng.integers(1 << 31))) for _ in range(rng.integers(1, 4))]
    gap = 0.6 * size * house.text_mm
    boxes = [_mark(Canvas(), house, (0.0, 0.0), draw, *mark) for mark in marks]
    wide = sum(box[2] - box[0] for box in boxes) + gap * (len(boxes) + 3)
    low = area[1] + 3.0 * size * house.text_mm
    for left in (area[2] - wide - gap, area[0] + gap):
        trial, x = Canvas(), left
        for number, (mark, box) in enumerate(zip(marks, boxes, strict=True)):
            _mark(trial, house, (x - box[0], low), draw, *mark)
            x += box[2] - box[0] + gap
            if number == 0 and len(marks) > 1:
                trial.text("(", (x, low), size * house.text_mm, house.font)
                x += gap
        if len(marks) > 1:
            trial.text(")", (x, low), size * house.text_mm, house.font)
        room = (left, area[1], left + wide, low + gap)
        if inside(room, area) and canvas.free(inflated(room, 1.0)):
            canvas.accept(trial, room)
            return


def _mark(canvas: Canvas, house: House, at: tuple[float, float], draw: Draw, size: float, seed: int) -> BoxMm:
    hand = Hand(canvas, house, np.random.default_rng(seed))
    ink = hand.ink(at, size)
    draw(ink, hand.rng)
    return ink.box_mm

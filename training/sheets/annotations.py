"""Symbols round a view, where a drafter would put them: on its edges, at the end of leaders, where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from training.sheets.canvas import Canvas
from training.sheets.drafting import Placed
from training.sheets.feet import Foot, Hand, elbow_of, find_foot, free_beside
from training.sheets.house import House, chance, pick
from training.sheets.label_ink import pointer
from training.sheets.marks import draw_any_cutting_line
from training.sheets.primitives import BoxMm, inside
from training.sheets.standing import datum, draw_general, draw_new, draw_old, surface_led, surface_new, surface_old
from training.sheets.symbols import notes, tolerances, welds

TRIES = 6
GENERAL = 0.12
"""Chance of a mark for all faces that have none, for each part that surface marks have in a shop's symbols."""
PLANES = "BCDEFG"
CUT = 0.25
"""Chance that a cutting plane crosses a view."""

Annotation = Callable[[Hand, Foot], BoxMm]
"""Draws it and returns what must be free for it, leaders not counted."""
STANDING: tuple[Annotation, ...] = (surface_new, surface_old, datum)
"""What stands on a view's lines, within its room."""


def annotate(
    canvas: Canvas, placed: Sequence[Placed], house: House, area: BoxMm, count: int, rng: np.random.Generator
) -> None:
    """Up to `count` symbols round the views; those that find no room in a few tries are left out."""
    weights = TRADES[pick(rng, tuple(TRADES))]
    for style, draw in ((surface_new, draw_new), (surface_old, draw_old)):
        if count and chance(rng, GENERAL * weights.get(style, 0.0)):
            draw_general(canvas, house, area, draw, rng)
    for view, letter in zip(placed, PLANES, strict=False):
        if count and chance(rng, CUT):
            draw_any_cutting_line(canvas, view, letter, house, area, rng)
    for _ in range(count):
        draw_one = pick(rng, tuple(weights), tuple(weights.values()))
        for _ in range(TRIES):
            view = placed[int(rng.integers(len(placed)))]
            foot = find_foot(view, rng)
            trial = Canvas()
            if foot is None:
                continue
            box = draw_one(Hand(trial, house, rng), foot)
            if inside(box, area) and (free_beside(canvas, view, box) if draw_one in STANDING else canvas.free(box)):
                canvas.accept(trial, box)
                break


def _frame(hand: Hand, foot: Foot) -> BoxMm:
    knee, _ = elbow_of(hand, foot)
    ink = hand.ink((knee[0], knee[1] + hand.house.text_mm))
    low = 0.0
    for _ in range(pick(hand.rng, (1, 2, 3), (0.75, 0.2, 0.05))):
        low += tolerances.draw_frame(ink, pick(hand.rng, tuple(tolerances.CHARACTERISTICS)), hand.rng, low)
    pointer(hand.canvas, foot.at, knee, hand.house)
    return ink.box_mm


def _weld(hand: Hand, foot: Foot) -> BoxMm:
    rng, house = hand.rng, hand.house
    elbow, leftwards = elbow_of(hand, foot)
    turned = chance(rng, 0.08)
    ink = hand.ink(elbow, float(rng.uniform(1.1, 1.7)), math.pi / 2 if turned else 0.0)
    name = pick(rng, tuple(welds.WELDS), [one.weight for one in welds.WELDS.values()])
    style = welds.WeldStyle.drawn(np.random.default_rng([house.seed, 0x3E1D]))
    welds.draw_annotation(ink, name, style, rng, leftwards=leftwards)
    pointer(hand.canvas, foot.at, elbow, house)
    return ink.box_mm


def _hole_note(hand: Hand, foot: Foot) -> BoxMm:
    elbow, _ = elbow_of(hand, foot)
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


TRADES: Mapping[str, Mapping[Annotation, float]] = {
    "machined": {surface_new: 4.0, surface_led: 1.0, datum: 2.0, _frame: 3.0, _hole_note: 1.5, _revision: 0.5},
    "machined of old": {surface_old: 6.0, surface_led: 1.0, surface_new: 0.3, _hole_note: 1.0, _revision: 1.0},
    "welded": {_weld: 6.0, surface_old: 1.0, _revision: 0.7, _hole_note: 0.5},
    "mixed": {
        surface_new: 1.0,
        surface_old: 1.0,
        surface_led: 0.5,
        datum: 1.0,
        _frame: 1.0,
        _weld: 1.5,
        _hole_note: 1.0,
        _revision: 1,
    },
}
"""What a shop's drawings are marked with, and how often."""

"""Every class by name: draws one example of it in what it usually belongs to, a characteristic in its frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from training.sheets.house import chance, pick
from training.sheets.symbols import notes, surface, tolerances, welds
from training.sheets.symbols.ink import SymbolInk

Example = Callable[[SymbolInk, np.random.Generator], None]


def _weld(ink: SymbolInk, rng: np.random.Generator, *, name: str) -> None:
    welds.draw_annotation(ink, name, welds.WeldStyle.drawn(rng), rng)


def _weld_with(ink: SymbolInk, rng: np.random.Generator, *, detail: str) -> None:
    fit = {name: one.weight for name, one in welds.WELDS.items() if welds.can_have(name, detail)}
    name = pick(rng, tuple(fit), list(fit.values()))
    welds.draw_annotation(ink, name, welds.WeldStyle.drawn(rng), rng, detail=detail)


def _by_name(draw: Callable[[SymbolInk, str, np.random.Generator], None], name: str) -> Example:
    return lambda ink, rng: draw(ink, name, rng)


def _frame(ink: SymbolInk, rng: np.random.Generator, *, name: str) -> None:
    tolerances.draw_frame(ink, name, rng)


def _any_frame(ink: SymbolInk, rng: np.random.Generator) -> None:
    _frame(ink, rng, name=pick(rng, tuple(tolerances.CHARACTERISTICS)))


def _balloon(ink: SymbolInk, rng: np.random.Generator) -> None:
    number, below = str(int(rng.integers(1, 40))), str(int(rng.integers(1, 9))) if chance(rng, 0.1) else ""
    notes.draw_balloon_mark(ink, number, float(rng.uniform(1.15, 2.4)), below)


def _revision(ink: SymbolInk, rng: np.random.Generator) -> None:
    notes.draw_revision(ink, pick(rng, "123456ABCDE"), up=chance(rng, 0.85))


def _projection(ink: SymbolInk, rng: np.random.Generator, *, first_angle: bool) -> None:
    notes.draw_projection(ink, first_angle=first_angle, axes=chance(rng, 0.5))


def _section_arrow(ink: SymbolInk, rng: np.random.Generator) -> None:
    """With the plane's thick end and the chain line that goes on from it, as most have, or with a short bar."""
    way = pick(rng, (1.0, -1.0, 0.0), (0.45, 0.45, 0.1))
    thick = replace(ink, pen=replace(ink.pen, width_mm=float(rng.uniform(1.0, 3.0)) * ink.pen.width_mm))
    if way == 0.0:
        half = float(rng.uniform(0.6, 1.4))
        thick.line((0, -half), (0, half))
    elif chance(rng, 0.85):
        reach = float(rng.uniform(0.8, 3.0))
        thick.line((0, -way * float(rng.uniform(0.0, 0.4))), (0, way * reach))
        if chance(rng, 0.6):
            ink.line((0, way * (reach + 0.5)), (0, way * (reach + 1.0)))
            ink.line((0, way * (reach + 1.5)), (0, way * (reach + 5.0)))
    notes.draw_section_arrow(ink, pick(rng, "ABCDEFG"), rng, way)


EXAMPLES: Mapping[str, Example] = {
    **{name: partial(_weld, name=name) for name in welds.WELDS},
    **{name: partial(_weld_with, detail=name) for name in welds.DETAILS},
    **{name: _by_name(surface.draw_new, name) for name in surface.NEW},
    **{name: _by_name(surface.draw_old, name) for name in surface.OLD},
    **{name: partial(_frame, name=name) for name in tolerances.CHARACTERISTICS},
    **{name: _by_name(notes.draw_value, name) for name in notes.SHAPES},
    "first_angle": partial(_projection, first_angle=True),
    "third_angle": partial(_projection, first_angle=False),
    "tolerance_frame": _any_frame,
    "datum": tolerances.draw_datum,
    "revision_triangle": _revision,
    "balloon": _balloon,
    "section_arrow": _section_arrow,
}

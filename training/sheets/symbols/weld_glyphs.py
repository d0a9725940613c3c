"""The glyphs of welds after JIS Z 3021 and ISO 2553, old forms beside the new ones.

A glyph stands on the reference line y = 0 and reaches to about y = 1; on the other side it is drawn with y negated. In
every glyph `w` is half its width, a drafter's habit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from training.sheets.symbols.ink import Local, SymbolInk

Glyph = Callable[[SymbolInk, float, float, float], None]
"""(ink, x of its middle, side: 1.0 above or -1.0 below the line, half width). A side of 0.0 lays spots and seams on the
line."""


def fillet(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - w, 0), (x - w, s), (x + w, 0))


def square(ink: SymbolInk, x: float, s: float, w: float) -> None:
    for dx in (-0.4 * w, 0.4 * w):
        ink.line((x + dx, 0), (x + dx, s))


def v(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - w, s), (x, 0), (x + w, s))


def bevel(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - 0.5 * w, s), (x - 0.5 * w, 0), (x + w, s))


def u(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x, 0), (x, 0.35 * s))
    _curve(ink, x, s, [(-w, 1.0), (-0.95 * w, 0.75), (-0.65 * w, 0.47), (0.0, 0.35)], mirrored=True)


def j(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - 0.3 * w, 0), (x - 0.3 * w, s))
    _curve(ink, x - 0.3 * w, s, [(0.0, 0.35), (0.65 * w, 0.47), (0.95 * w, 0.75), (w, 1.0)])


def flare_v(ink: SymbolInk, x: float, s: float, w: float) -> None:
    _curve(ink, x, s, [(-0.12 * w, 0.0), (-0.17 * w, 0.35), (-0.45 * w, 0.72), (-w, 1.0)], mirrored=True)


def flare_bevel(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - 0.3 * w, 0), (x - 0.3 * w, s))
    _curve(ink, x, s, [(0.0, 0.0), (0.05 * w, 0.35), (0.35 * w, 0.72), (w, 1.0)])


def steep_v(ink: SymbolInk, x: float, s: float, w: float) -> None:
    for side in (-1.0, 1.0):
        ink.line((x + 0.25 * side * w, 0), (x + 0.75 * side * w, s))


def steep_bevel(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - 0.3 * w, 0), (x - 0.3 * w, s))
    ink.line((x + 0.1 * w, 0), (x + 0.6 * w, s))


def edge(ink: SymbolInk, x: float, s: float, w: float) -> None:
    for dx in (-0.6 * w, 0.0, 0.6 * w):
        ink.line((x + dx, 0), (x + dx, s))


def plug(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.line((x - 1.2 * w, 0), (x - 1.2 * w, 0.7 * s), (x + 1.2 * w, 0.7 * s), (x + 1.2 * w, 0))


def spot(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.circle((x, 0.5 * s), 0.5)


def seam(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.circle((x, 0.5 * s), 0.5)
    for dy in (-0.16, 0.16):
        ink.line((x - 0.75, 0.5 * s + dy), (x + 0.75, 0.5 * s + dy))


def surfacing(ink: SymbolInk, x: float, s: float, w: float) -> None:
    for dx in (-w, w):
        ink.arc((x + dx, 0), w, 0 if s > 0 else 180, 180 if s > 0 else 360)


def stud(ink: SymbolInk, x: float, s: float, w: float) -> None:
    ink.circle((x, 0.55 * s), 0.45)
    for sign in (-1.0, 1.0):
        ink.line((x - 0.32, 0.55 * s - sign * 0.32), (x + 0.32, 0.55 * s + sign * 0.32))


def spot_old(ink: SymbolInk, x: float, s: float, w: float) -> None:
    """An asterisk of three strokes."""
    for a, b in ((0.5, 0.0), (0.25, 0.43), (-0.25, 0.43)):
        ink.line((x - a, 0.5 * s - b), (x + a, 0.5 * s + b))


def seam_old(ink: SymbolInk, x: float, s: float, w: float) -> None:
    """Three crosses in a row."""
    for dx in (-0.6, 0.0, 0.6):
        for sign in (-1.0, 1.0):
            ink.line((x + dx - 0.3, 0.5 * s - 0.3 * sign), (x + dx + 0.3, 0.5 * s + 0.3 * sign))


def bevel_and_fillet(ink: SymbolInk, x: float, s: float, w: float) -> None:
    """A fillet on top of a bevel, the vertical legs in line."""
    bevel(ink, x, 0.8 * s, w)
    ink.line((x - 0.5 * w, 0.8 * s), (x - 0.5 * w, 1.6 * s), (x + w, 0.8 * s))


def _curve(ink: SymbolInk, x: float, s: float, points: Sequence[Local], *, mirrored: bool = False) -> None:
    """A smooth line of one side (and of the other)."""
    for sign in (1.0, -1.0) if mirrored else (1.0,):
        ink.line(*[(x + sign * px, s * py) for px, py in bezier(points)])


def bezier(points: Sequence[Local]) -> list[Local]:
    """The cubic curve of four points."""
    t = np.linspace(0, 1, 12)[:, None]
    a, b, c, d = (np.array(point) for point in points)
    x, y = (a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3).T.tolist()
    return list(zip(x, y, strict=True))

"""Weld symbols after JIS Z 3021 and ISO 2553: glyphs, details and numbers on a reference line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.sheets.house import chance, pick
from training.sheets.symbols import weld_glyphs as glyphs
from training.sheets.symbols.ink import Local, SymbolInk
from training.sheets.symbols.weld_glyphs import bezier


@dataclass(frozen=True, slots=True)
class Weld:
    """both: on both sides of the line. weight: how often it is drawn. half: half width, in those of a fillet.

    finished: whether a contour may stand over it. handed: no mirror image of itself.
    """

    glyph: glyphs.Glyph
    both: bool = False
    weight: float = 1.0
    half: float = 1.0
    finished: bool = False
    handed: bool = False


WELDS: Mapping[str, Weld] = {
    "fillet_weld": Weld(glyphs.fillet, weight=9.0, finished=True, handed=True),
    "double_fillet_weld": Weld(glyphs.fillet, both=True, weight=12.0, handed=True),
    "staggered_fillet_weld": Weld(glyphs.fillet, both=True, weight=2.0, handed=True),
    "square_weld": Weld(glyphs.square, weight=2.5, finished=True),
    "v_weld": Weld(glyphs.v, weight=4.0, finished=True),
    "double_v_weld": Weld(glyphs.v, both=True, weight=2.0, finished=True),
    "bevel_weld": Weld(glyphs.bevel, weight=3.0, finished=True, handed=True),
    "double_bevel_weld": Weld(glyphs.bevel, both=True, weight=2.5, handed=True),
    "bevel_fillet_weld": Weld(glyphs.bevel_and_fillet, weight=2.0, handed=True),
    "double_bevel_fillet_weld": Weld(glyphs.bevel_and_fillet, both=True, weight=2.0, handed=True),
    "u_weld": Weld(glyphs.u, weight=1.5, finished=True),
    "double_u_weld": Weld(glyphs.u, both=True, weight=1.2),
    "j_weld": Weld(glyphs.j, weight=1.5, handed=True),
    "flare_v_weld": Weld(glyphs.flare_v, weight=1.5),
    "flare_bevel_weld": Weld(glyphs.flare_bevel, weight=1.5, handed=True),
    "steep_v_weld": Weld(glyphs.steep_v, weight=1.0),
    "steep_bevel_weld": Weld(glyphs.steep_bevel, weight=1.0, handed=True),
    "edge_weld": Weld(glyphs.edge, weight=1.2),
    "plug_weld": Weld(glyphs.plug, weight=1.8, half=1.2),
    "spot_weld": Weld(glyphs.spot, weight=1.8),
    "seam_weld": Weld(glyphs.seam, weight=1.3, half=1.6),
    "surfacing_weld": Weld(glyphs.surfacing, weight=1.2, half=2.0),
    "stud_weld": Weld(glyphs.stud, weight=1.2),
    "spot_weld_old": Weld(glyphs.spot_old, weight=1.5),
    "seam_weld_old": Weld(glyphs.seam_old, weight=1.2, half=1.9),
}


CONTOURS: Mapping[str, float] = {
    "flush_contour": 0.4,
    "convex_contour": 0.3,
    "concave_contour": 0.2,
    "blended_toes": 0.1,
}
"""What may stand over a weld, and how often it is each."""
HANGING = 0.75
"""Share of single welds that are below the line."""
MIRRORED = 0.12
"""Share of handed glyphs whose vertical leg is on the right, which the standards do not want."""
SINGLE_GROOVES = ("square_weld", "v_weld", "bevel_weld", "u_weld", "j_weld")
"""Welds that may have something across the line."""
BACKED = 0.15
OTHER_SIDE, ON_OTHER_SIDE = {"fillet_weld": 0.6, "bevel_weld": 0.25, "v_weld": 0.15}, 0.15
"""Welds of another kind across the line, with how often it is each, and the share of grooves that have one."""
GROOVES = (*SINGLE_GROOVES, "double_v_weld", "double_bevel_weld")
"""Welds whose opening and angle may be written at their mouth."""
GROOVE_NOTES = 0.2
ON_THE_LINE = {"spot_weld": 0.5, "seam_weld": 0.5, "spot_weld_old": 0.75, "seam_weld_old": 0.75}
"""Welds between two sheets, which have no side, and how often they lie on the line."""
AT_THE_ELBOW = ("all_around", "field_weld", "field_weld_old", "all_around_field_weld_old")
DETAILS = ("weld_annotation", *CONTOURS, "backing", "weld_tail", *AT_THE_ELBOW)
"""What an annotation may hold beside its weld."""


def can_have(name: str, detail: str) -> bool:
    """Whether an annotation of this weld may hold this detail."""
    if detail in CONTOURS:
        return WELDS[name].finished
    return detail != "backing" or name in SINGLE_GROOVES


@dataclass(frozen=True, slots=True)
class WeldStyle:
    """One office's habits. half_width: of a glyph. text: height of numbers."""

    half_width: float
    text: float
    double_line: bool
    old_forms: bool
    numbers: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> WeldStyle:
        return cls(
            half_width=float(rng.uniform(0.38, 0.62)),
            text=float(rng.uniform(0.7, 1.1)),
            double_line=chance(rng, 0.25),
            old_forms=chance(rng, 0.4),
            numbers=float(rng.uniform(0.4, 0.95)),
        )


def draw_annotation(
    ink: SymbolInk,
    name: str,
    style: WeldStyle,
    rng: np.random.Generator,
    *,
    leftwards: bool = False,
    detail: str | None = None,
) -> None:
    """A reference line from the elbow at (0, 0) to the right, or to the left, with one weld, details and numbers.

    Glyphs stand the same way round on either. detail: one that must be there.
    """
    weld = WELDS[name]
    hand = -1.0 if weld.handed and chance(rng, MIRRORED) else 1.0
    side = -1.0 if chance(rng, HANGING) else 1.0
    sides = (side, -side) if weld.both else (side,)
    on_line = chance(rng, ON_THE_LINE.get(name, 0.0))
    before, after = _numbers(rng) if chance(rng, style.numbers) else ("", "")
    half = weld.half * style.half_width
    room_before = max(float(rng.uniform(1.0, 2.4)), ink.width(before, style.text) + 0.6)
    room_after = max(float(rng.uniform(0.8, 2.4)), ink.width(after, style.text) + 0.5)
    length = room_before + 2 * half + room_after
    start = -length if leftwards else 0.0
    middle = start + room_before + half
    stagger = 0.6 * style.half_width if name == "staggered_fillet_weld" else 0.0
    with ink.symbol("weld_annotation"):
        ink.line((start, 0), (start + length, 0))
        if style.double_line and not weld.both:
            ink.line((start + 0.2, -0.3 * side), (start + length - 0.2, -0.3 * side), dashed=True)
        with ink.symbol(name):
            for number, one in enumerate(sides):
                at = middle + (1 - 2 * number) * stagger
                weld.glyph(ink, at, 0.0 if on_line else one, hand * style.half_width)
        if detail in CONTOURS or (weld.finished and chance(rng, 0.35)):
            contour = detail if detail and detail in CONTOURS else pick(rng, tuple(CONTOURS), list(CONTOURS.values()))
            slope = 2 * hand * style.half_width if name == "fillet_weld" and chance(rng, 0.7) else None
            _draw_finish(ink, contour, middle, side, style, slope, rng)
        elif name in GROOVES and chance(rng, GROOVE_NOTES):
            _draw_groove(ink, middle, side, style, rng)
        if name in SINGLE_GROOVES:
            _draw_other_side(ink, name, detail, middle, -side, style, rng)
        for one in sides if chance(rng, 0.6) else sides[:1]:
            low = 0.15 if one > 0 else -0.15 - style.text
            if before:
                ink.text(before, (middle - half - stagger - 0.2 - ink.width(before, style.text) / 2, low), style.text)
            if after:
                ink.text(after, (middle + half + stagger + 0.2 + ink.width(after, style.text) / 2, low), style.text)
        if detail == "weld_tail" or chance(rng, 0.35):
            _draw_tail(ink, -length if leftwards else length, style, rng)
    at_elbow = detail if detail in AT_THE_ELBOW else _drawn_elbow(style, rng)
    if at_elbow:
        _draw_elbow(ink, at_elbow, rng)


def _draw_other_side(
    ink: SymbolInk, name: str, detail: str | None, x: float, s: float, style: WeldStyle, rng: np.random.Generator
) -> None:
    """Most often nothing; what backs a groove, or a weld of another kind."""
    w = style.half_width
    if detail == "backing" or chance(rng, BACKED):
        with ink.symbol("backing"):
            _draw_backing(ink, x, s, w, rng)
    elif chance(rng, ON_OTHER_SIDE) and not style.double_line:
        fit = {other: often for other, often in OTHER_SIDE.items() if other != name}
        other = pick(rng, tuple(fit), list(fit.values()))
        with ink.symbol(other):
            WELDS[other].glyph(ink, x, s, w)


def _draw_backing(ink: SymbolInk, x: float, s: float, w: float, rng: np.random.Generator) -> None:
    """A strip, a run from behind, or a filled one where the weld melts through."""
    kind = pick(rng, ("strip", "run", "melt"), (0.4, 0.35, 0.25))
    if kind == "strip":
        ink.line((x - w, 0), (x - w, 0.5 * s), (x + w, 0.5 * s), (x + w, 0))
    else:
        ink.arc((x, 0), 0.9 * w, 0 if s > 0 else 180, 180 if s > 0 else 360, filled=kind == "melt")


def _draw_finish(
    ink: SymbolInk, name: str, x: float, s: float, style: WeldStyle, slope: float | None, rng: np.random.Generator
) -> None:
    """The contour over the glyph, and sometimes the letter of how it is made.

    slope: how far a fillet's sloping side goes to the right; None for a contour that lies level.
    """
    w, gap = style.half_width, float(rng.uniform(0.0, 0.25))  # without a gap an arc makes a fan of a wedge
    middle, along, out = (x, s), (1.0, 0.0), (0.0, s)
    if slope is not None:
        long = math.hypot(slope, 1.0)
        middle, along = (x, 0.5 * s), (slope / long, -s / long)
        out = (math.copysign(1.0, slope) / long, s * abs(slope) / long)

    def placed(t: float, h: float) -> tuple[float, float]:
        return (middle[0] + t * along[0] + h * out[0], middle[1] + t * along[1] + h * out[1])

    with ink.symbol(name):
        for path in _contour(name, w, gap):
            ink.line(*[placed(t, h) for t, h in path])
    if chance(rng, 0.3):
        height = 0.7 * style.text
        at_x, at_y = placed(0.0, gap + 0.45 + height / 2)
        ink.text(pick(rng, ("C", "G", "M", "F", "R")), (at_x, at_y - height / 2), height)


def _contour(name: str, w: float, gap: float) -> list[list[Local]]:
    """Lines of points (along the weld's surface, away from it)."""
    if name == "flush_contour":
        return [[(-w, gap), (w, gap)]]
    if name == "blended_toes":
        toe = bezier([(0.0, gap + 0.3), (0.5 * w, gap + 0.3), (0.6 * w, gap), (1.2 * w, gap)])
        return [toe, [(-t, h) for t, h in toe]]
    ends, top = (gap, gap + 0.39) if name == "convex_contour" else (gap + 0.3, gap - 0.09)
    return [bezier([(-w, ends), (-0.4 * w, top), (0.4 * w, top), (w, ends)])]


def _draw_groove(ink: SymbolInk, x: float, s: float, style: WeldStyle, rng: np.random.Generator) -> None:
    """The angle, the root opening or both, away from the line."""
    height, away = 0.7 * style.text, 1.15
    opening, angle = str(int(rng.integers(0, 6))), f"{int(rng.integers(4, 19)) * 5}°"
    for text in pick(rng, ((opening,), (angle,), (opening, angle))):
        ink.text(text, (x, away if s > 0 else -away - height), height)
        away += 1.3 * height


def _numbers(rng: np.random.Generator) -> tuple[str, str]:
    """What stands left of a weld, its size, and right of it, its length and pitch."""
    size, run = f"{int(rng.integers(2, 20))}", f"{int(rng.integers(2, 30)) * 10}"
    part = pick(rng, ("1/4", "3/16", "1/8", "5/16", "3/8", "1/2", "2.5", "3.2", "0.25"))
    before = pick(rng, (size, part, f"a{size}", f"z{size}", f"{size}/{size}"), (0.6, 0.12, 0.14, 0.04, 0.1))
    after = pick(rng, ("", run, f"{run}-{run}", f"{int(rng.integers(2, 9))}x{run}({run})"), (0.6, 0.15, 0.15, 0.1))
    return before, after


def _draw_tail(ink: SymbolInk, end: float, style: WeldStyle, rng: np.random.Generator) -> None:
    """A fork at the far end of the line, with the process or a remark."""
    fork, way = float(rng.uniform(0.5, 0.9)), 1.0 if end > 0 else -1.0
    with ink.symbol("weld_tail"):
        ink.line((end + way * fork, fork), (end, 0), (end + way * fork, -fork))
        if chance(rng, 0.15):
            ink.line((end + way * fork, fork), (end + way * fork, -fork))
    text = pick(rng, ("", "TYP", "(TYP)", "111", "135", "MAG", "CJP", "裏はつり", "141/ISO 5817-B"))
    if text and (text.isascii() or ink.font.face != "cad"):
        at = end + way * (fork + 0.2 + ink.width(text, style.text) / 2)
        ink.text(text, (at, -0.5 * style.text), style.text)


def _drawn_elbow(style: WeldStyle, rng: np.random.Generator) -> str:
    """What stands at the elbow by chance; nothing most often."""
    around, field = chance(rng, 0.2), chance(rng, 0.2)
    if not field:
        return "all_around" if around else ""
    if style.old_forms:
        return "all_around_field_weld_old" if around else "field_weld_old"
    return "all_around+field_weld" if around else "field_weld"


def _draw_elbow(ink: SymbolInk, name: str, rng: np.random.Generator) -> None:
    """All-around circle, field weld in its new or old form, at the elbow (0, 0)."""
    radius = float(rng.uniform(0.22, 0.45))
    if name in ("field_weld_old", "all_around_field_weld_old"):
        with ink.symbol(name):
            ink.circle((0, 0), 0.7 * radius, filled=True)
            if name == "all_around_field_weld_old":
                ink.circle((0, 0), 1.3 * radius)
        return
    if name.startswith("all_around"):
        with ink.symbol("all_around"):
            gap, at = float(rng.uniform(10, 70)) if chance(rng, 0.15) else 0.0, float(rng.uniform(0, 360))
            ink.arc((0, 0), radius, at + gap, at + 360)  # copies break thin circles
    if name.endswith("field_weld"):
        with ink.symbol("field_weld"):
            pole, up = float(rng.uniform(1.1, 1.6)), 1.0 if chance(rng, 0.8) else -1.0
            way = 1.0 if chance(rng, 0.6) else -1.0
            ink.line((0, 0), (0, up * pole))
            flag = [(0.0, up * pole), (way * 0.7, up * (pole - 0.25)), (0.0, up * (pole - 0.5))]
            ink.line(*flag, closed=True, filled=chance(rng, 0.75))

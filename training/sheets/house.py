"""The habits of one drawing office: pens, letters, arrows, units, labels. Unlimited, each from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from training.sheets.primitives import BLACK, Color, Face, Font, Pen, grey
from training.sheets.words import COMPANIES, LABELS, SECTION, Language

Arrow = Literal["filled", "long", "open", "closed", "tick", "dot"]
Choice = TypeVar("Choice")

ARROWS: tuple[Arrow, ...] = ("filled", "long", "open", "closed", "tick", "dot")
FACES: tuple[Face, ...] = ("helv", "heit", "tiro", "cour", "cad", "hebo")
INKS: tuple[Color, ...] = ((0.0, 0.0, 0.75), (0.75, 0.0, 0.0), (0.0, 0.45, 0.0), (0.35, 0.0, 0.45), (0.55, 0.35, 0.0))
HATCHES = ("single", "single", "single", "opposite", "double", "cross", "brick", "dashed", "wide")


def pick(rng: np.random.Generator, options: Sequence[Choice], weights: Sequence[float] | None = None) -> Choice:
    """One of the options; weights need not sum to 1."""
    if weights is None:
        return options[int(rng.integers(len(options)))]
    total = np.cumsum(weights)
    return options[int(np.searchsorted(total, rng.random() * total[-1], side="right"))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)


@dataclass(frozen=True, slots=True)
class Pens:
    visible: Pen
    tangent: Pen
    hidden: Pen
    centre: Pen
    dimension: Pen
    hatch: Pen
    cutting: Pen
    frame: Pen
    table: Pen


@dataclass(frozen=True, slots=True)
class House:
    """text_mm: capital height of dimensions; label_mm: of small print. decimals: of dimension values.

    first_angle: projection. inch: values in inches. comma: decimal comma. strip: no trailing zeros. upright: dimension
    texts all read from below the sheet (ANSI), otherwise along their lines. text_above: on the line, not in a gap.
    gap_mm: between an outline and its extension lines. first_mm, step_mm: from the view to the first dimension line
    and on to the next.
    hole_style: how several equal holes are written. labels: key of a field to the words for it.
    shaded: how often isometric views are rendered pictures. faces: then flat views are shaded too.
    tint: their colour, None for grey.
    """

    seed: int
    language: Language
    company: str
    number_style: int
    font: Font
    title_font: Font
    text_mm: float
    label_mm: float
    pens: Pens
    text_color: Color
    label_color: Color
    arrow: Arrow
    arrow_mm: float
    first_angle: bool
    inch: bool
    comma: bool
    decimals: int
    strip: bool
    unit_suffix: bool
    upright: bool
    text_above: bool
    hole_style: str
    dimension_style: str
    gap_mm: float
    first_mm: float
    step_mm: float
    centre_marks: bool
    hidden_lines: float
    tangent_lines: bool
    hatch: str
    hatch_mm: float
    shaded: float
    faces: bool
    tint: Color | None
    labels: dict[str, str]
    section_label: str


def make_house(seed: int, *, languages: Sequence[Language] = ("en", "ja", "de", "fr")) -> House:
    """The house with this seed; equal seeds give equal houses."""
    rng = np.random.default_rng([seed, 0x40C5E])
    known: tuple[tuple[Language, float], ...] = (("en", 0.5), ("ja", 0.35), ("de", 0.1), ("fr", 0.05))
    weights = [weight for language, weight in known if language in languages]
    language = pick(rng, [language for language, _ in known if language in languages], weights)
    inch = language == "en" and chance(rng, 0.25)
    decimals = int(pick(rng, (0, 1, 2, 3), (0.25, 0.3, 0.4, 0.05)))
    text_color, label_color, pens = _inks(rng)
    text_mm = float(pick(rng, (1.8, 2.2, 2.5, 3.0, 3.5, 4.5), (0.1, 0.2, 0.3, 0.2, 0.17, 0.03)))
    arrow: Arrow = pick(rng, ARROWS, (0.45, 0.22, 0.12, 0.06, 0.1, 0.05))
    return House(
        seed=seed,
        language=language,
        company=pick(rng, COMPANIES[language]),
        number_style=int(rng.integers(6)),
        font=_font(rng),
        title_font=_font(rng),
        text_mm=text_mm,
        label_mm=float(np.clip(text_mm * rng.uniform(0.5, 0.85), 1.3, 2.6)),
        pens=pens,
        text_color=text_color,
        label_color=label_color,
        arrow=arrow,
        arrow_mm=text_mm * float(rng.uniform(0.7, 1.3)),
        first_angle=chance(rng, 0.6 if language in ("de", "fr") else 0.25),
        inch=inch,
        comma=language in ("de", "fr") and chance(rng, 0.7),
        decimals=max(decimals, 2) if inch else decimals,
        strip=chance(rng, 0.6),
        unit_suffix=chance(rng, 0.06),
        upright=chance(rng, 0.3),
        text_above=chance(rng, 0.65),
        hole_style=pick(rng, ("{n}×Ø{d}", "{n}-Ø{d}", "{n}x Ø{d}", "Ø{d} ({n}x)", "{n} X Ø{d}")),
        dimension_style=pick(rng, ("chain", "baseline", "ordinate", "mixed"), (0.35, 0.25, 0.12, 0.28)),
        gap_mm=float(pick(rng, (0.0, 0.5, 1.0, 1.6))),
        first_mm=text_mm * float(rng.uniform(2.4, 4.5)),
        step_mm=text_mm * float(rng.uniform(2.2, 3.0)),
        centre_marks=chance(rng, 0.75),
        hidden_lines=float(pick(rng, (0.0, 0.4, 1.0), (0.45, 0.25, 0.3))),
        tangent_lines=chance(rng, 0.4),
        hatch=pick(rng, HATCHES),
        hatch_mm=float(rng.uniform(1.2, 3.5)),
        shaded=float(pick(rng, (0.0, 0.5, 1.0), (0.45, 0.15, 0.4))),
        faces=chance(rng, 0.4),
        tint=_tint(rng),
        labels={key: pick(rng, words) for key, words in LABELS[language].items()},
        section_label=pick(rng, SECTION[language]),
    )


def _font(rng: np.random.Generator) -> Font:
    face = pick(rng, FACES, (0.42, 0.06, 0.1, 0.08, 0.28, 0.06))
    stretch = float(pick(rng, (0.72, 0.85, 1.0, 1.0, 1.1)))
    slant = 0.25 if face == "cad" and chance(rng, 0.3) else 0.0
    return Font(face, stretch, slant)


def _tint(rng: np.random.Generator) -> Color | None:
    if chance(rng, 0.5):
        return None
    hue = rng.uniform(0.35, 1.0, 3)
    return (float(hue[0]), float(hue[1]), float(hue[2]))


def _inks(rng: np.random.Generator) -> tuple[Color, Color, Pens]:
    """Colours of texts and labels, and the pens, of one of three kinds: black, grey dimensions, coloured layers."""
    kind = pick(rng, ("black", "grey", "colour"), (0.58, 0.27, 0.15))
    shade = grey(float(rng.uniform(0.3, 0.65)))
    if kind == "black":
        shape, dim, hidden, centre, table = (BLACK,) * 5
    elif kind == "grey":
        shape, dim, hidden, centre, table = BLACK, shade, shade, shade, pick(rng, (BLACK, shade))
    else:
        shape, dim, hidden, centre, table = (pick(rng, (BLACK, *INKS)) for _ in range(5))
    wide = float(pick(rng, (0.13, 0.18, 0.25, 0.35, 0.5, 0.7), (0.08, 0.2, 0.28, 0.26, 0.14, 0.04)))
    thin = max(0.08, wide * float(pick(rng, (0.4, 0.5, 0.7, 1.0))))
    dash = float(pick(rng, (0.5, 0.8, 1.0, 1.4)))
    frame = float(pick(rng, (0.25, 0.5, 0.7, 1.0)))
    pens = Pens(
        visible=Pen(wide, shape),
        tangent=Pen(thin, pick(rng, (shape, shade))),
        hidden=Pen(thin, hidden, (3.0 * dash, 1.0 * dash)),
        centre=Pen(thin, centre, (8.0 * dash, 1.2 * dash, 1.2 * dash, 1.2 * dash)),
        dimension=Pen(thin, dim),
        hatch=Pen(thin, pick(rng, (shape, dim))),
        cutting=Pen(pick(rng, (thin, wide, 2 * wide)), pick(rng, (BLACK, dim)), (9.0 * dash, 1.2, 1.2, 1.2)),
        frame=Pen(frame, table),
        table=Pen(float(pick(rng, (0.13, 0.25, 0.5))), table),
    )
    return (dim if chance(rng, 0.85) else BLACK), pick(rng, (BLACK, table, shade)), pens

"""What a sheet is made of: strokes, arcs, texts, pictures. Millimetres on paper, origin top left, y down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
BoxMm = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in millimetres on paper, origin top left."""
Color = tuple[float, float, float]
Points = NDArray[np.float64]
"""(N, 2) float64, millimetres."""

Face = Literal["helv", "hebo", "heit", "tiro", "tibo", "cour", "cobo", "cad"]
Anchor = Literal["left", "centre", "right"]

BLACK: Color = (0.0, 0.0, 0.0)


def grey(level: float) -> Color:
    return (level, level, level)


@dataclass(frozen=True, slots=True)
class Pen:
    """dash_mm: lengths of ink and gap in turn; empty for a continuous line."""

    width_mm: float
    color: Color = BLACK
    dash_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Font:
    """face: a built-in PDF font, or `cad` for letters drawn as strokes. stretch: width against the normal width."""

    face: Face
    stretch: float = 1.0
    slant: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    points: Points
    pen: Pen | None
    fill: Color | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Arc:
    """start and end in radians, counter-clockwise as seen on the sheet, end > start."""

    centre: Point
    radius_mm: float
    start: float
    end: float
    pen: Pen | None
    fill: Color | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """height_mm: of a capital letter. at: on the base line. angle_deg: counter-clockwise."""

    text: str
    at: Point
    height_mm: float
    font: Font
    color: Color = BLACK
    angle_deg: float = 0.0
    anchor: Anchor = "left"


@dataclass(frozen=True, slots=True)
class Picture:
    """pixels: (H, W) or (H, W, 3) uint8."""

    pixels: NDArray[np.uint8]
    box_mm: BoxMm


@dataclass(frozen=True, slots=True)
class Clip:
    """Items shown only inside an outline."""

    outline: Stroke | Arc
    items: list[Item] = field(default_factory=list)


Item = Stroke | Arc | Text | Picture | Clip


@dataclass(frozen=True, slots=True)
class DrawnSymbol:
    """A symbol (`search.symbols.classes`) on paper; box_mm holds its ink, pen width included.

    anchor_mm: where the detector is to see it: the middle, if that is not empty paper between its parts.
    ink_mm: (N, 2) points of it that its bounds follow from, however the paper is turned.
    """

    name: str
    box_mm: BoxMm
    anchor_mm: Point
    ink_mm: Points = field(compare=False)


def middle(box: BoxMm) -> Point:
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def inflated(box: BoxMm, by_mm: float) -> BoxMm:
    return (box[0] - by_mm, box[1] - by_mm, box[2] + by_mm, box[3] + by_mm)


def overlap(a: BoxMm, b: BoxMm) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def inside(a: BoxMm, b: BoxMm) -> bool:
    """Whether `a` lies within `b`."""
    return a[0] >= b[0] and a[1] >= b[1] and a[2] <= b[2] and a[3] <= b[3]

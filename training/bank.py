"""The part bank: projected views of solids, small enough to travel inside the package.

Parts are modelled once with a CAD kernel (`training.parts`, extra `cad`) and kept as plane curves, so that the demo,
the benchmark and the training need no kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "test"]
ViewName = Literal["front", "back", "left", "right", "top", "bottom", "iso", "section"]


class Line(IntEnum):
    """What an edge is drawn as (ISO 128-2 line types)."""

    VISIBLE = 0
    HIDDEN = 1
    TANGENT = 2  # smooth transition between faces: drawn thin or left out
    CUT = 3  # outline of a cut face in a section: its loops are hatched


@dataclass(frozen=True, slots=True)
class View:
    """One orthographic projection of a part, in millimetres of the part, x to the right, y up, origin free.

    polylines: each (N, 2) float32, N >= 2; a straight edge has N = 2.
    arcs: (M, 5) float32, centre x, centre y, radius, start and end angle in radians, counter-clockwise; a full circle
        spans 2 pi. Every circular edge seen face-on is an arc, never a polyline: dimensions and centre marks need it.
    polyline_lines, arc_lines: (len(polylines),), (M,) uint8, a `Line` each.
    shade: (H, W) uint8, 255 is paper, picture of the shaded part over the view's bounds, or None. Isometric views only.
    """

    polylines: tuple[NDArray[np.float32], ...]
    polyline_lines: NDArray[np.uint8]
    arcs: NDArray[np.float32]
    arc_lines: NDArray[np.uint8]
    shade: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One solid: what it is, and how it looks from each side.

    name: unique in the bank, `family-0042`. title, title_ja: what a drafter would write in the title block.
    params: the family's parameters, millimetres, degrees or counts.
    features: words for what is on it, e.g. ("bolt_circle", "keyway").
    """

    name: str
    family: str
    split: Split
    title: str
    title_ja: str
    params: Mapping[str, float]
    features: tuple[str, ...]
    views: Mapping[ViewName, View]

"""The nouns: drawing, sheet, region, query, hit. Boxes are fractions of the sheet, origin top left, half-open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""(x0, y0, x1, y1), fractions of the sheet, 0 <= x0 < x1 <= 1."""

Pixels = NDArray[np.uint8]
"""(H, W) uint8, 255 is paper."""

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


class SizeSource(StrEnum):
    """How a sheet's size in millimetres is known."""

    PAGE_BOX = "page_box"
    DPI_TAG = "dpi_tag"
    ISO_A = "iso_a"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sheet's exact text."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, read.

    number: 1-based page.
    pixels: (H, W) uint8, 255 is paper, paper evened, long side at most `search.reading.LONG_SIDE_PX`.
    size_mm: width and height of the paper, None where the file does not tell and its proportions are no A sheet's.
    words: exact text, empty where the file has none (scans).
    """

    number: int
    pixels: Pixels
    size_mm: tuple[float, float] | None
    size_source: SizeSource
    words: tuple[Word, ...] = ()


class RegionKind(StrEnum):
    SHEET = "sheet"
    VIEW = "view"
    TILE = "tile"


KINDS = tuple(RegionKind)
"""Kinds are stored as their places here."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol found on a sheet: name of its class (`search.symbols.classes`), box, score from 0 to 1."""

    name: str
    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a query was turned before it matched: mirrored left to right first, then turned counter-clockwise."""

    rotation_deg: int = 0
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A region of the query and the region of a hit that is nearest to it. similarity: cosine, -1 to 1.

    query_box: None where words were asked for.
    """

    query_box: Box | None
    hit_box: Box
    similarity: float


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """What the catalog knows of one sheet. row: its place in the generation. Its vectors are first_region and on."""

    row: int
    drawing_id: str
    source: str
    number: int
    size_px: tuple[int, int]
    size_mm: tuple[float, float] | None
    size_source: SizeSource
    text: str
    first_region: int
    region_count: int


@dataclass(frozen=True, slots=True)
class HitSymbol:
    """A symbol on a hit. shared: the query has one of its class, or of that class' older or newer form."""

    symbol: Symbol
    shared: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One sheet in an answer, with its score and why. lacks: class to how many more of it the query has."""

    rank: int
    sheet: SheetRecord
    score: float
    scores: Mapping[str, float]
    orientation: Orientation
    matches: tuple[Match, ...]
    symbols: tuple[HitSymbol, ...] = ()
    lacks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskedSheet:
    """What was seen of the drawing that was searched with. regions: their boxes. symbols: none where the index holds
    none."""

    number: int
    size_px: tuple[int, int]
    regions: tuple[Box, ...]
    symbols: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search returns. asked: None where words were asked for. timings_ms: stage to milliseconds."""

    hits: tuple[Hit, ...]
    asked: AskedSheet | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    generation: str = ""

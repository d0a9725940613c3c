"""What the routes answer, as pydantic models. Boxes are fractions of the sheet, (x0, y0, x1, y1), origin top left."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, Field

from search.engine import Engine
from search.symbols.classes import BY_NAME, SymbolGroup
from search.types import Answer, AskedSheet, Box, Hit, HitSymbol, Match, RegionKind, SheetRecord, SizeSource, Symbol

BoxOut = tuple[float, float, float, float]


def rounded(box: Box) -> BoxOut:
    """To 1/100,000 of the sheet: a tenth of a pixel of an A0 sheet."""
    x0, y0, x1, y1 = (round(value, 5) for value in box)
    return x0, y0, x1, y1


class Links:
    """Addresses of sheets, below the prefix a proxy serves this app under."""

    def __init__(self, root_path: str) -> None:
        self._root = root_path.rstrip("/")

    def image(self, drawing_id: str, number: int) -> str:
        return f"{self._root}/drawings/{drawing_id}/sheets/{number}.png"

    def overlay(self, drawing_id: str, number: int, boxes: Iterable[Box] = ()) -> str:
        text = ";".join(",".join(f"{value:.5g}" for value in rounded(box)) for box in boxes)
        query = f"?boxes={text}" if text else ""
        return f"{self._root}/drawings/{drawing_id}/sheets/{number}/overlay.svg{query}"


class SymbolOut(BaseModel):
    """A symbol found on a sheet."""

    name: str = Field(serialization_alias="class", description="Name of its class.")
    group: SymbolGroup
    box: BoxOut
    score: float = Field(description="How sure the detector is, 0 to 1.")

    @classmethod
    def of(cls, symbol: Symbol) -> SymbolOut:
        return cls(
            name=symbol.name,
            group=BY_NAME[symbol.name].group,
            box=rounded(symbol.box),
            score=round(symbol.score, 3),
        )


class HitSymbolOut(SymbolOut):
    """A symbol on a hit."""

    shared: bool = Field(description="Whether the query has one of its class, or of its older or newer form.")

    @classmethod
    def of_hit(cls, one: HitSymbol) -> HitSymbolOut:
        return cls(**SymbolOut.of(one.symbol).model_dump(), shared=one.shared)


class SymbolClassOut(BaseModel):
    """A class of symbols."""

    name: str = Field(alias="class")
    japanese: str
    group: SymbolGroup
    standard: str
    successor: str | None = Field(description="The class that took its place; a search for either finds both.")


class QueryOut(BaseModel):
    """What was read of the query: the words, or a sheet."""

    text: str | None = Field(default=None, description="The words; absent where a drawing was searched with.")
    sheet: int | None = Field(default=None, description="1-based page; absent, as all that follows, with words.")
    size_px: tuple[int, int] | None = Field(default=None, description="Width and height as read.")
    regions: int | None = None
    region_boxes: list[BoxOut] | None = Field(
        default=None, description="What was compared: the whole drawing area, its largest views, tiles."
    )
    symbols: list[SymbolOut] | None = Field(default=None, description="Absent where the index holds no symbols.")

    @classmethod
    def of(cls, asked: AskedSheet, *, with_symbols: bool) -> QueryOut:
        out = cls(
            sheet=asked.number,
            size_px=asked.size_px,
            regions=len(asked.regions),
            region_boxes=[rounded(box) for box in asked.regions],
        )
        if with_symbols:
            out.symbols = [SymbolOut.of(one) for one in asked.symbols]
        return out


class OrientationOut(BaseModel):
    """How the query was turned before it matched: mirrored left to right first, then turned counter-clockwise."""

    rotation_deg: int
    mirrored: bool


class MatchOut(BaseModel):
    """A region of the query and the region of the hit nearest to it."""

    query_box: BoxOut | None = Field(default=None, description="Absent where words were asked for.")
    hit_box: BoxOut
    similarity: float

    @classmethod
    def of(cls, match: Match) -> MatchOut:
        out = cls(hit_box=rounded(match.hit_box), similarity=round(match.similarity, 4))
        if match.query_box is not None:
            out.query_box = rounded(match.query_box)
        return out


class HitOut(BaseModel):
    """One sheet of the answer."""

    rank: int
    drawing_id: str = Field(description="SHA-256 of the file.")
    source: str = Field(description="Path below the indexed folder.")
    sheet: int = Field(description="1-based page.")
    score: float
    scores: dict[str, float] = Field(
        description="What the score is made of: visual similarity, and agreement in symbols where that counts; with "
        "words, how well they fit."
    )
    orientation: OrientationOut
    matches: list[MatchOut] = Field(description="Best first.")
    overlay_url: str = Field(description="SVG of the matched regions, to lay over the image.")
    image_url: str
    symbols: list[HitSymbolOut] | None = Field(default=None, description="Absent where the index holds no symbols.")
    lacks: dict[str, int] | None = Field(default=None, description="Class to how many more of it the query has.")

    @classmethod
    def of(cls, hit: Hit, links: Links, *, with_symbols: bool) -> HitOut:
        sheet = hit.sheet
        boxes = dict.fromkeys(match.hit_box for match in hit.matches)
        out = cls(
            rank=hit.rank,
            drawing_id=sheet.drawing_id,
            source=sheet.source,
            sheet=sheet.number,
            score=round(hit.score, 4),
            scores={name: round(value, 4) for name, value in hit.scores.items()},
            orientation=OrientationOut(rotation_deg=hit.orientation.rotation_deg, mirrored=hit.orientation.mirrored),
            matches=[MatchOut.of(match) for match in hit.matches],
            overlay_url=links.overlay(sheet.drawing_id, sheet.number, boxes),
            image_url=links.image(sheet.drawing_id, sheet.number),
        )
        if with_symbols:
            out.symbols = [HitSymbolOut.of_hit(one) for one in hit.symbols]
            out.lacks = dict(hit.lacks)
        return out


class SearchAnswer(BaseModel):
    """The nearest sheets, best first."""

    query: QueryOut
    hits: list[HitOut]
    timings_ms: dict[str, float] = Field(description="Stage to milliseconds.")
    generation: str = Field(description="The index generation that answered.")

    @classmethod
    def of(cls, answer: Answer, links: Links, *, with_symbols: bool, text: str | None) -> SearchAnswer:
        return cls(
            query=QueryOut.of(answer.asked, with_symbols=with_symbols) if answer.asked else QueryOut(text=text),
            hits=[HitOut.of(hit, links, with_symbols=with_symbols) for hit in answer.hits],
            timings_ms={stage: round(value, 2) for stage, value in answer.timings_ms.items()},
            generation=answer.generation,
        )


class SheetOut(BaseModel):
    """One page of an indexed drawing."""

    sheet: int = Field(description="1-based page.")
    size_px: tuple[int, int] = Field(description="Width and height as read.")
    size_mm: tuple[float, float] | None = Field(description="Width and height of the paper, null where unknown.")
    size_source: SizeSource = Field(description="How size_mm is known.")
    text: str = Field(description="Exact text of the file, empty for scans.")
    regions: int
    image_url: str
    overlay_url: str

    @classmethod
    def of(cls, sheet: SheetRecord, links: Links) -> SheetOut:
        return cls(
            sheet=sheet.number,
            size_px=sheet.size_px,
            size_mm=sheet.size_mm and (round(sheet.size_mm[0], 2), round(sheet.size_mm[1], 2)),
            size_source=sheet.size_source,
            text=sheet.text,
            regions=sheet.region_count,
            image_url=links.image(sheet.drawing_id, sheet.number),
            overlay_url=links.overlay(sheet.drawing_id, sheet.number),
        )


class DrawingOut(BaseModel):
    """One indexed file."""

    drawing_id: str = Field(description="SHA-256 of the file.")
    sources: list[str] = Field(description="Where the file lies below the indexed folder; copies are one drawing.")
    page_count: int
    sheets: list[SheetOut] = Field(description="The pages that could be read.")
    generation: str


class RegionOut(BaseModel):
    """A part of a sheet that has a vector."""

    kind: RegionKind
    box: BoxOut


class MatchedOut(BaseModel):
    """A box that the caller asked to see."""

    box: BoxOut


class OverlayOut(BaseModel):
    """What is known of a sheet, as boxes over it."""

    regions: list[RegionOut]
    symbols: list[SymbolOut] | None = Field(default=None, description="Absent where the index holds no symbols.")
    matches: list[MatchedOut] | None = Field(default=None, description="The boxes of the `boxes` parameter.")


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """What serves."""

    status: str = "ready"
    generation: str
    encoder: str
    detector: str = Field(description="Fingerprint of what finds symbols; empty where the index holds none.")
    text: bool = Field(description="Whether words can be searched with.")
    drawings: int
    sheets: int
    regions: int

    @classmethod
    def of(cls, engine: Engine) -> Readiness:
        manifest = engine.generation.manifest
        return cls(
            text=engine.encoder.knows_words,
            generation=manifest.generation,
            encoder=manifest.encoder.rpartition("/")[2],
            detector=manifest.detector,
            drawings=manifest.drawings,
            sheets=manifest.sheets,
            regions=manifest.regions,
        )

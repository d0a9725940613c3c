"""Indexed drawings: what is known of them, their pictures, their overlays."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.answers import DrawingOut, Links, MatchedOut, OverlayOut, RegionOut, SheetOut, SymbolOut, rounded
from api.examples import DRAWING, DRAWING_ID, OVERLAY, answers, problems
from api.overlay import Mark, boxes_of, picture_of, svg_of
from api.pictures import narrowed
from api.problems import INDEX_UNUSABLE, INVALID_REQUEST, NOT_FOUND, ProblemError
from api.services import ServicesDep
from search.engine import Engine
from search.prepare import PREVIEW_LONG_SIDE_PX
from search.symbols.classes import BY_NAME
from search.types import Box, SheetRecord

router = APIRouter(tags=["drawings"])
_CACHED = {"Cache-Control": "private, max-age=3600"}
_FRESH = {"Cache-Control": "no-cache"}  # another detector finds other symbols on the same sheet

DrawingId = Annotated[str, Path(description="SHA-256 of the file.", examples=[DRAWING_ID])]
Number = Annotated[int, Path(ge=1, description="1-based page.", examples=[1])]
Boxes = Annotated[
    str | None,
    Query(
        description="Mark these boxes instead of the regions: x0,y0,x1,y1;… as fractions of the sheet.",
        examples=["0.1,0.2,0.5,0.6;0.5,0.5,0.9,0.9"],
    ),
]
_MISSING = (INVALID_REQUEST, NOT_FOUND, INDEX_UNUSABLE)


def sheet_of(engine: Engine, drawing_id: str, number: int) -> SheetRecord:
    """A sheet of the serving generation. Raises ProblemError."""
    sheets = _sheets_of(engine, drawing_id)
    for sheet in sheets:
        if sheet.number == number:
            return sheet
    there = ", ".join(str(sheet.number) for sheet in sheets)
    raise ProblemError(NOT_FOUND, f"Drawing {drawing_id} has no sheet {number} in the index; it has: {there}.")


def _sheets_of(engine: Engine, drawing_id: str) -> tuple[SheetRecord, ...]:
    sheets = engine.generation.catalog.sheets_of(drawing_id)
    if not sheets:
        generation = engine.generation.manifest.generation
        raise ProblemError(NOT_FOUND, f"There is no drawing {drawing_id} in generation {generation}.")
    return sheets


@router.get("/drawings/{drawing_id}", responses=answers(DRAWING, *_MISSING))
def drawing(request: Request, drawing_id: DrawingId, services: ServicesDep) -> DrawingOut:
    """What is known of a drawing."""
    engine = services.holder.engine()
    sheets = _sheets_of(engine, drawing_id)
    links = Links(request.scope["root_path"])
    return DrawingOut(
        drawing_id=drawing_id,
        sources=list(engine.generation.catalog.sources_of(drawing_id)),
        page_count=engine.generation.catalog.page_count(drawing_id) or len(sheets),
        sheets=[SheetOut.of(sheet, links) for sheet in sheets],
        generation=engine.generation.manifest.generation,
    )


@router.get(
    "/drawings/{drawing_id}/sheets/{number}.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **problems(*_MISSING),
    },
)
def sheet_png(
    drawing_id: DrawingId,
    number: Number,
    services: ServicesDep,
    width: Annotated[
        int, Query(ge=16, le=PREVIEW_LONG_SIDE_PX, description="Pixels; a narrower stored picture stays as it is.")
    ] = PREVIEW_LONG_SIDE_PX,
) -> Response:
    """The picture of a sheet."""
    engine = services.holder.engine()
    png = engine.generation.preview_png(sheet_of(engine, drawing_id, number).row)
    return Response(narrowed(png, width), media_type="image/png", headers=_CACHED)


@router.get(
    "/drawings/{drawing_id}/sheets/{number}/overlay.json",
    responses=answers(OVERLAY, *_MISSING),
    response_model_exclude_unset=True,
)
def overlay_json(drawing_id: DrawingId, number: Number, services: ServicesDep, boxes: Boxes = None) -> OverlayOut:
    """The regions and symbols of a sheet as boxes, and the boxes asked for."""
    engine = services.holder.engine()
    sheet = sheet_of(engine, drawing_id, number)
    regions = [RegionOut(kind=kind, box=rounded(box)) for kind, box in engine.generation.catalog.regions_of(sheet.row)]
    overlay = OverlayOut(regions=regions)
    if engine.generation.manifest.detector:
        overlay.symbols = [SymbolOut.of(one) for one in engine.generation.catalog.symbols_of(sheet.row)]
    if wanted := boxes_of(boxes):
        overlay.matches = [MatchedOut(box=rounded(box)) for box in wanted]
    return overlay


@router.get(
    "/drawings/{drawing_id}/sheets/{number}/overlay.svg",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}, **problems(*_MISSING)},
)
def overlay_svg(drawing_id: DrawingId, number: Number, services: ServicesDep, boxes: Boxes = None) -> Response:
    """The symbols of a sheet, and its regions or the boxes asked for, to lay over its picture."""
    engine = services.holder.engine()
    sheet = sheet_of(engine, drawing_id, number)
    svg = svg_of(_marks(engine, sheet, boxes_of(boxes)), sheet.size_px)
    return Response(svg, media_type="image/svg+xml", headers=_FRESH)


@router.get(
    "/drawings/{drawing_id}/sheets/{number}/overlay.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **problems(*_MISSING),
    },
)
def overlay_png(drawing_id: DrawingId, number: Number, services: ServicesDep, boxes: Boxes = None) -> Response:
    """The picture of a sheet with its symbols, and its regions or the boxes asked for, drawn over it."""
    engine = services.holder.engine()
    sheet = sheet_of(engine, drawing_id, number)
    png = picture_of(engine.generation.preview_png(sheet.row), _marks(engine, sheet, boxes_of(boxes)))
    return Response(png, media_type="image/png", headers=_FRESH)


def _marks(engine: Engine, sheet: SheetRecord, wanted: tuple[Box, ...]) -> list[Mark]:
    catalog = engine.generation.catalog
    marks = [Mark("match", box) for box in wanted] or [Mark(k.value, box) for k, box in catalog.regions_of(sheet.row)]
    found = catalog.symbols_of(sheet.row)
    return marks + [Mark(BY_NAME[one.name].group.value, one.box, BY_NAME[one.name].japanese) for one in found]

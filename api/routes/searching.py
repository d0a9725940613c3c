"""Searching with a drawing, and seeing what one uploads."""

from __future__ import annotations

from dataclasses import asdict, replace
from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api.answers import Links, SearchAnswer, SymbolClassOut
from api.examples import SEARCH, SYMBOL_CLASSES, answers, problems
from api.forms import SearchForm, SearchFormDep, refuse_unknown
from api.problems import INDEX_UNUSABLE, INVALID_REQUEST, NOT_FOUND, OVERLOADED, TOO_LARGE, UNREADABLE_DRAWING
from api.routes.drawings import sheet_of
from api.services import ServicesDep
from search.engine import Engine
from search.errors import DrawingError, IndexUnusable
from search.symbols.classes import CLASSES
from search.types import Answer

router = APIRouter(tags=["search"])


@router.post(
    "/search",
    response_model_exclude_unset=True,
    responses=answers(SEARCH, INVALID_REQUEST, UNREADABLE_DRAWING, NOT_FOUND, TOO_LARGE, INDEX_UNUSABLE, OVERLOADED),
)
async def search(request: Request, form: SearchFormDep, services: ServicesDep) -> SearchAnswer:
    """Find the nearest sheets to a drawing or to words, with the regions that match.

    With drawing_id the query is the stored picture of that sheet, read like a file: no copy of the archive is needed.
    """
    engine = services.holder.engine()
    if form.text is not None:
        answer = await services.find(engine, form.text, form.top_k, form.symbols)
    elif form.drawing_id is not None:
        answer = await _search_indexed(form.drawing_id, form, engine, services)
    else:
        answer = await _search_file(form, engine, services)
    links, with_symbols = Links(request.scope["root_path"]), bool(engine.generation.manifest.detector)
    return SearchAnswer.of(answer, links, with_symbols=with_symbols, text=form.text)


async def _search_file(form: SearchForm, engine: Engine, services: ServicesDep) -> Answer:
    assert form.file is not None
    return await services.search(engine, form.file.file, lambda path: form.query(path, form.page))


async def _search_indexed(drawing_id: str, form: SearchForm, engine: Engine, services: ServicesDep) -> Answer:
    sheet = sheet_of(engine, drawing_id, form.page)
    picture = BytesIO(engine.generation.preview_png(sheet.row))
    known = engine.generation.catalog.symbols_of(sheet.row)
    try:
        answer = await services.search(engine, picture, lambda path: form.query(path, 1, known))
    except DrawingError as error:
        raise IndexUnusable(f"The picture of sheet {sheet.number} is damaged: run 'nizu rebuild'.") from error
    assert answer.asked is not None
    return replace(answer, asked=replace(answer.asked, number=sheet.number, size_px=sheet.size_px))


@router.get("/symbols", responses=answers(SYMBOL_CLASSES))
async def symbols() -> list[SymbolClassOut]:
    """The classes of symbols that are found on drawings and can be required of hits."""
    return [SymbolClassOut.model_validate({"class": one.name, **asdict(one)}) for one in CLASSES]


@router.post(
    "/preview",
    response_class=Response,
    responses={
        200: {
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
            "headers": {"X-Page-Count": {"description": "Pages of the drawing.", "schema": {"type": "integer"}}},
        },
        **problems(INVALID_REQUEST, UNREADABLE_DRAWING, TOO_LARGE, OVERLOADED),
    },
)
async def preview(
    request: Request,
    services: ServicesDep,
    file: Annotated[UploadFile, File(description="A drawing: PDF, PNG, JPEG, TIFF or DXF.")],
    page: Annotated[int, Form(ge=1, description="1-based page.")] = 1,
) -> Response:
    """One page of a drawing as the search reads it, for browsers that cannot show its format. Nothing is kept."""
    await refuse_unknown(request, ("file", "page"))
    picture = await services.preview(file.file, page)
    return Response(picture.png, media_type="image/png", headers={"X-Page-Count": str(picture.page_count)})

"""The fields of a search, checked: what is not known is refused, not ignored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, File, Form, Request, UploadFile

from api.examples import DRAWING_ID
from api.problems import invalid
from search.engine import MAX_TOP_K, SYMBOL_WEIGHT, Query
from search.prepare import box_of
from search.symbols.filters import Requirement, parse_requirements
from search.text_encoder import MAX_CHARS
from search.types import Box, Symbol

FIELDS = ("file", "drawing_id", "text", "page", "box", "top_k", "mirror", "symbols", "symbol_weight")
_NOT_BUILT = frozenset({"intent", "rerank"})


@dataclass(frozen=True, slots=True)
class SearchForm:
    """A file, the id of an indexed drawing or words, and how to search with it."""

    file: UploadFile | None
    drawing_id: str | None
    text: str | None
    page: int
    box: Box | None
    top_k: int
    mirror: bool
    symbols: tuple[Requirement, ...]
    symbol_weight: float

    def query(self, path: Path, page: int, known: tuple[Symbol, ...] | None = None) -> Query:
        """The form's search with the drawing that lies there; known: its symbols, where it is an indexed one."""
        return Query(path, page, self.box, self.top_k, self.mirror, self.symbols, self.symbol_weight, known)


async def search_form(
    request: Request,
    *,
    file: Annotated[
        UploadFile | None, File(description="A drawing: PDF, PNG, JPEG, TIFF or DXF, judged by its content.")
    ] = None,
    drawing_id: Annotated[
        str | None,
        Form(description="Instead of a file: search with an indexed drawing.", examples=[DRAWING_ID]),
    ] = None,
    text: Annotated[
        str | None,
        Form(
            max_length=MAX_CHARS,
            description="Instead of a drawing: what it shows, in English or Japanese. Page, box, mirror and "
            "symbol_weight have no meaning then.",
            examples=["flange with 6 holes"],
        ),
    ] = None,
    page: Annotated[int, Form(ge=1, description="1-based page.")] = 1,
    box: Annotated[
        str | None,
        Form(
            description="Search with this part only: x0,y0,x1,y1 as fractions of the sheet, origin top left.",
            examples=["0.1,0.2,0.5,0.6"],
        ),
    ] = None,
    top_k: Annotated[int, Form(ge=1, le=MAX_TOP_K, description="Number of hits.")] = 10,
    mirror: Annotated[bool, Form(description="Try the mirror image, too.")] = True,
    symbols: Annotated[
        str,
        Form(
            max_length=2000,
            description="Only sheets with these symbols: classes or groups, with counts, ! for none. An old form and "
            "its successor count as one unless `only:` stands before the name.",
            examples=["fillet_weld>=2, field_weld, !spot_weld"],
        ),
    ] = "",
    symbol_weight: Annotated[
        float,
        Form(
            ge=0,
            le=1,
            description="What agreement in symbols (0 to 1) adds to the visual similarity; 0 ranks by looks alone.",
        ),
    ] = SYMBOL_WEIGHT,
) -> SearchForm:
    """The form of a request. Raises ProblemError, UsageError."""
    await refuse_unknown(request, FIELDS)
    file = file if file is not None and file.filename else None
    given = [name for name, value in (("file", file), ("drawing_id", drawing_id), ("text", text)) if value]
    if len(given) != 1:
        raise invalid([("file", f"give one of file, drawing_id and text; {' and '.join(given) or 'none'} is there")])
    where, required = box_of(box, "box") if box else None, parse_requirements(symbols)
    return SearchForm(file, drawing_id or None, text or None, page, where, top_k, mirror, required, symbol_weight)


SearchFormDep = Annotated[SearchForm, Depends(search_form)]


async def refuse_unknown(request: Request, fields: tuple[str, ...]) -> None:
    """Raises ProblemError where the form has a field that is not one of these, or one twice."""
    items = (await request.form()).multi_items()
    if not all(_is_text(text) for item in items for text in item if isinstance(text, str)):
        raise invalid([("form", "a field's name or value is no text: send the form in UTF-8")])
    names = [name for name, _ in items]
    errors = [(name, _why(name, fields)) for name in dict.fromkeys(names) if name not in fields]
    errors += [(name, f"{name} is there {names.count(name)} times; give it once") for name in _repeated(names, fields)]
    if errors:
        raise invalid(errors)


def _is_text(text: str) -> bool:
    """Odd charsets that a client may name give halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _why(name: str, fields: tuple[str, ...]) -> str:
    if name in _NOT_BUILT:
        return f"{name} is not built yet: leave it out"
    return f"{name} is no field of this form; there are {', '.join(fields)}"


def _repeated(names: list[str], fields: tuple[str, ...]) -> list[str]:
    return [name for name in fields if names.count(name) > 1]

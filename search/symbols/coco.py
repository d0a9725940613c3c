"""Symbols of sheets as a COCO file (Lin et al., 2014): what people label, correct and measure against.

A picture is called `<SHA-256 of the drawing's file>-<page>.png`, whatever a labelling tool puts before that, so that
boxes find their sheet again. Files are checked whole: one wrong record and nothing of the file is used.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, Field, ValidationError

from search.errors import UsageError
from search.symbols.classes import BY_NAME, CLASSES
from search.types import Box

FIELD = "file"
MAX_BYTES = 200_000_000
SLACK_PX = 2.0
"""A box may reach so far over the edge of its picture; it is cut there."""
LEAST_PX = 0.1
"""Less is no box: a file keeps hundredths of a pixel."""
_NAME = re.compile(r"(?P<drawing_id>[0-9a-f]{64})-(?P<page>[1-9][0-9]{0,4})\.png$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A class and its box, fractions of the sheet."""

    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class LabelledSheet:
    """A page of a drawing and all symbols on it.

    size_px: width and height of the picture that was labelled. source: where the file lay, for people.
    """

    drawing_id: str
    page: int
    size_px: tuple[int, int]
    symbols: tuple[Labelled, ...]
    source: str = ""

    @property
    def file_name(self) -> str:
        return f"{self.drawing_id}-{self.page}.png"


class _Image(BaseModel):
    id: int
    file_name: str
    width: int = Field(gt=0, le=100_000)
    height: int = Field(gt=0, le=100_000)
    source: str = ""


class _Category(BaseModel):
    id: int
    name: str


class _Annotation(BaseModel):
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]


class _File(BaseModel):
    images: list[_Image]
    categories: list[_Category]
    annotations: list[_Annotation]


def read_coco(path: Path) -> tuple[LabelledSheet, ...]:
    """The sheets of a COCO file, in its order. Raises UsageError that names the first wrong record."""
    try:
        file = _File.model_validate_json(bounded_bytes(path))
    except ValidationError as error:
        refuse(f"{path.name}: {first_of(error)}")
    names = _names(path, file.categories)
    sheets = {image.id: _sheet(path, number, image) for number, image in enumerate(file.images)}
    if len(sheets) < len(file.images):
        refuse(f"{path.name}: two images have the same id")
    if len({(one.drawing_id, one.page) for one in sheets.values()}) < len(sheets):
        refuse(f"{path.name}: two images are of the same sheet")
    symbols: dict[int, list[Labelled]] = {image_id: [] for image_id in sheets}
    for number, one in enumerate(file.annotations):
        where = f"{path.name}: annotations[{number}]"
        if one.image_id not in sheets:
            refuse(f"{where}: there is no image {one.image_id}")
        if one.category_id not in names:
            refuse(f"{where}: there is no category {one.category_id}")
        box = _fractions(where, one.bbox, sheets[one.image_id].size_px)
        symbols[one.image_id].append(Labelled(names[one.category_id], box))
    return tuple(replace(sheet, symbols=tuple(symbols[image_id])) for image_id, sheet in sheets.items())


def write_coco(path: Path, sheets: Iterable[LabelledSheet]) -> None:
    """Every class is a category, whether it occurs or not: its number is its place in the table."""
    sheets = list(sheets)
    numbers = {one.name: number for number, one in enumerate(CLASSES, start=1)}
    images = [
        {"id": number, "file_name": sheet.file_name, "width": sheet.size_px[0], "height": sheet.size_px[1]}
        | ({"source": sheet.source} if sheet.source else {})
        for number, sheet in enumerate(sheets, start=1)
    ]
    placed = [
        (number, numbers[symbol.name], _pixels(symbol.box, sheet.size_px))
        for number, sheet in enumerate(sheets, start=1)
        for symbol in sheet.symbols
    ]
    annotations = [
        {
            "id": number,
            "image_id": image,
            "category_id": category,
            "bbox": bbox,
            "area": bbox[2] * bbox[3],
            "iscrowd": 0,
        }
        for number, (image, category, bbox) in enumerate(placed, start=1)
    ]
    categories = [{"id": numbers[one.name], "name": one.name, "supercategory": one.group.value} for one in CLASSES]
    file = {"images": images, "categories": categories, "annotations": annotations}
    path.write_text(json.dumps(file, indent=1) + "\n")


def _names(path: Path, categories: Sequence[_Category]) -> dict[int, str]:
    names: dict[int, str] = {}
    for number, category in enumerate(categories):
        where = f"{path.name}: categories[{number}]"
        check_class(where, category.name)
        if category.id in names:
            refuse(f"{where}: id {category.id} is there twice")
        names[category.id] = category.name
    return names


def _sheet(path: Path, number: int, image: _Image) -> LabelledSheet:
    drawing_id, page = sheet_of(f"{path.name}: images[{number}]", image.file_name)
    return LabelledSheet(drawing_id, page, (image.width, image.height), (), image.source)


def _fractions(where: str, bbox: tuple[float, float, float, float], size_px: tuple[int, int]) -> Box:
    x, y, wide, tall = bbox
    width, height = size_px
    inside = min(x, y) >= -SLACK_PX and x + wide <= width + SLACK_PX and y + tall <= height + SLACK_PX
    x0, y0, x1, y1 = max(0.0, x), max(0.0, y), min(width, x + wide), min(height, y + tall)
    if not (inside and x1 - x0 >= LEAST_PX and y1 - y0 >= LEAST_PX):  # NaN is refused, too
        refuse(f"{where}: bbox {list(bbox)} is no box on a picture of {width} x {height} px; it is x, y, width, height")
    return x0 / width, y0 / height, x1 / width, y1 / height


def _pixels(box: Box, size_px: tuple[int, int]) -> list[float]:
    width, height = size_px
    x, y = box[0] * width, box[1] * height
    return [round(value, 2) for value in (x, y, box[2] * width - x, box[3] * height - y)]


def bounded_bytes(path: Path) -> bytes:
    """A file's content. Raises UsageError where it is larger than MAX_BYTES."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        refuse(f"{path.name} has {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read")
    return path.read_bytes()


def sheet_of(where: str, file_name: str) -> tuple[str, int]:
    """Drawing and page that a picture's name tells. Raises UsageError."""
    match = _NAME.search(file_name)
    if match is None:
        refuse(f"{where}: {file_name!r} names no sheet; it must end in <SHA-256 of the drawing>-<page>.png")
    return match["drawing_id"], int(match["page"])


def check_class(where: str, name: str) -> None:
    """Raises UsageError with the nearest names where there is no such class."""
    if name not in BY_NAME:
        near = difflib.get_close_matches(name, BY_NAME, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(near)}" if near else ""
        refuse(f"{where}: {name!r} is no symbol class{hint}")


def first_of(error: ValidationError) -> str:
    """The first wrong record and what is wrong with it."""
    first = error.errors(include_url=False)[0]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    return f"{where or 'the file'}: {first['msg']}"


def refuse(message: str) -> NoReturn:
    """Raises UsageError: the file is not used."""
    raise UsageError(FIELD, message)

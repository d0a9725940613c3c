"""Label Studio's files: tasks with the detector's boxes for people to correct, its interface, and what comes back.

Boxes are per cent of the picture there, turned clockwise about their upper left corner. Files are checked whole, as
`search.symbols.coco` does: one wrong record and nothing of the file is used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from search.symbols.classes import CLASSES, COLOURS
from search.symbols.coco import (
    LEAST_PX,
    SLACK_PX,
    Labelled,
    LabelledSheet,
    bounded_bytes,
    check_class,
    first_of,
    refuse,
    sheet_of,
)
from search.types import Box

PICTURES = "images"
"""Folder of the pictures, below the folder that Label Studio serves."""
_SERVED = f"/data/local-files/?d={PICTURES}/"
_IMAGE, _SYMBOLS, _RECTANGLES = "image", "symbols", "rectanglelabels"
_REMARKS = frozenset({"relation", "choices", "textarea", "rating", "number"})
"""What may be said of a sheet and places no symbol."""
_Number = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
_Side = Annotated[int, Field(gt=0, le=100_000)]


@dataclass(frozen=True, slots=True)
class Task:
    """A sheet to look at. scores: of its symbols, from 0 to 1."""

    sheet: LabelledSheet
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A sheet that was looked at. before: the symbols that its labeller was shown, None where the file has them not."""

    sheet: LabelledSheet
    before: tuple[Labelled, ...] | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back. untouched: how many sheets nobody has looked at. cancelled: how many were skipped."""

    sheets: tuple[Corrected, ...]
    untouched: int = 0
    cancelled: int = 0


class Rectangle(BaseModel):
    """A box, all but its turn (degrees) in per cent of the picture."""

    x: _Number
    y: _Number
    width: _Number
    height: _Number
    rotation: _Number = 0.0
    rectanglelabels: list[str] = Field(min_length=1)


class _Item(BaseModel):
    type: str
    value: dict[str, Any] = {}
    original_width: _Side | None = None
    original_height: _Side | None = None
    image_rotation: _Number = 0.0


class _Prediction(BaseModel):
    result: list[_Item] | None = None


class _Annotation(BaseModel):
    """prediction: of the model that the project shows, as it was when this was submitted."""

    result: list[_Item] | None = None
    was_cancelled: bool = False
    ground_truth: bool = False
    updated_at: str | None = None
    prediction: _Prediction | None = None


class _Data(BaseModel):
    image: str
    source: str = ""
    width: _Side | None = None
    height: _Side | None = None


class _Task(BaseModel):
    """predictions: some versions of Label Studio export nothing of them but their numbers."""

    id: int | None = None
    data: _Data
    annotations: list[_Annotation] = []
    predictions: list[int | _Prediction] = []


_TASKS = TypeAdapter(list[_Task])


def write_tasks(path: Path, tasks: Iterable[Task], model_version: str) -> None:
    """Tasks for Label Studio's import. model_version: of the detector; where it is empty, tasks carry no boxes."""
    listed = [_task(task, model_version) for task in tasks]
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_config(path: Path) -> None:
    """The labelling interface: every class by its name, in its group's colour, with its Japanese name as a hint.

    The Japanese name is no alias: Label Studio would write that into its results instead of the class.
    """
    view = Element("View")
    SubElement(view, "Image", name=_IMAGE, value="$image", zoom="true", zoomControl="true")
    SubElement(view, "Filter", name="filter", toName=_SYMBOLS, minlength="1", placeholder="class")
    labels = SubElement(view, "RectangleLabels", name=_SYMBOLS, toName=_IMAGE, canRotate="false")
    for one in CLASSES:
        SubElement(labels, "Label", value=one.name, hint=one.japanese, background=COLOURS[one.group])
    indent(view)
    path.write_text(tostring(view, encoding="unicode") + "\n", encoding="utf-8")


def read_export(path: Path) -> Returned:
    """The tasks of Label Studio's export as JSON, in its order. Raises UsageError that names the first wrong record.

    Of several annotations of a sheet the ground truth counts, else the last one.
    """
    try:
        tasks = _TASKS.validate_json(bounded_bytes(path))
    except ValidationError as error:
        refuse(f"{path.name}: {first_of(error)} (of Label Studio's exports, the one named JSON is read)")
    known: set[tuple[str, int]] = set()
    sheets: list[Corrected] = []
    untouched = cancelled = 0
    for number, task in enumerate(tasks):
        where = f"{path.name}: [{number}]" + (f" (task {task.id})" if task.id is not None else "")
        place = sheet_of(where, task.data.image)
        if place in known:
            refuse(f"{where}: another task is of the same sheet")
        known.add(place)
        submitted = [one for one in task.annotations if not one.was_cancelled]
        if submitted:
            sheets.append(_corrected(where, place, task, submitted))
        elif task.annotations:
            cancelled += 1
        else:
            untouched += 1
    return Returned(tuple(sheets), untouched, cancelled)


def bounds(box: Rectangle, size_px: tuple[int, int]) -> Box:
    """Of a box, turned or not, on a picture of that width and height: fractions, not yet cut at the picture's edge."""
    width, height = size_px
    wide, tall = box.width / 100 * width, box.height / 100 * height
    cos, sin = math.cos(math.radians(box.rotation)), math.sin(math.radians(box.rotation))
    across = (0.0, wide * cos, wide * cos - tall * sin, -tall * sin)
    down = (0.0, wide * sin, wide * sin + tall * cos, tall * cos)
    x, y = box.x / 100, box.y / 100
    return x + min(across) / width, y + min(down) / height, x + max(across) / width, y + max(down) / height


def _task(task: Task, model_version: str) -> dict[str, Any]:
    sheet = task.sheet
    width, height = sheet.size_px
    data = {
        "image": _SERVED + sheet.file_name,
        "source": sheet.source,
        "page": sheet.page,
        "width": width,
        "height": height,
    }
    found = zip(sheet.symbols, task.scores, strict=True)
    result = [_item(sheet, number, one, score) for number, (one, score) in enumerate(found, start=1)]
    return {"data": data, "predictions": [{"model_version": model_version, "result": result}] if model_version else []}


def _item(sheet: LabelledSheet, number: int, symbol: Labelled, score: float) -> dict[str, Any]:
    x0, y0, x1, y1 = (100 * edge for edge in symbol.box)
    return {
        "id": f"{sheet.drawing_id[:16]}-{sheet.page}-{number}",
        "type": _RECTANGLES,
        "from_name": _SYMBOLS,
        "to_name": _IMAGE,
        "original_width": sheet.size_px[0],
        "original_height": sheet.size_px[1],
        "image_rotation": 0,
        "score": round(score, 4),
        "value": {
            "x": x0,
            "y": y0,
            "width": x1 - x0,
            "height": y1 - y0,
            "rotation": 0,
            _RECTANGLES: [symbol.name],
        },
    }


def _corrected(where: str, place: tuple[str, int], task: _Task, submitted: Sequence[_Annotation]) -> Corrected:
    taken = max(reversed(submitted), key=lambda one: (one.ground_truth, one.updated_at or ""))
    where = f"{where}.annotations[{task.annotations.index(taken)}]"
    shown = _shown(task, taken)
    size_px = _size_px(where, task.data, [*(taken.result or ()), *(shown or ())])
    found = _symbols(f"{where}.result", taken.result or (), size_px)
    sheet = LabelledSheet(*place, size_px, found, task.data.source)
    return Corrected(sheet, None if shown is None else _symbols(f"{where}: prediction", shown, size_px))


def _shown(task: _Task, taken: _Annotation) -> Sequence[_Item] | None:
    """The prediction's items; the one kept with the annotation goes before those of the task."""
    whole = [one for one in task.predictions if isinstance(one, _Prediction)]
    kept = [taken.prediction] if taken.prediction else []
    return next((one.result for one in (*kept, *reversed(whole)) if one.result is not None), None)


def _symbols(where: str, items: Sequence[_Item], size_px: tuple[int, int]) -> tuple[Labelled, ...]:
    found: list[Labelled] = []
    for number, item in enumerate(items):
        place = f"{where}[{number}]"
        if item.type in _REMARKS:
            continue
        if item.type != _RECTANGLES:
            refuse(f"{place}: {item.type!r} is no rectangle: mark symbols by rectangles with a class")
        if item.image_rotation:
            refuse(f"{place}: the picture was turned by {item.image_rotation:g} degrees: label it as it is")
        try:
            rectangle = Rectangle.model_validate(item.value)
        except ValidationError as error:
            refuse(f"{place}.value: {first_of(error)}")
        box = _on_picture(place, rectangle, size_px)
        for name in rectangle.rectanglelabels:
            check_class(place, name)
            found.append(Labelled(name, box))
    return tuple(found)


def _on_picture(where: str, rectangle: Rectangle, size_px: tuple[int, int]) -> Box:
    width, height = size_px
    x0, y0, x1, y1 = bounds(rectangle, size_px)
    cut = (max(0.0, x0), max(0.0, y0), min(1.0, x1), min(1.0, y1))
    over_px = max((cut[0] - x0) * width, (cut[1] - y0) * height, (x1 - cut[2]) * width, (y1 - cut[3]) * height)
    side_px = min((cut[2] - cut[0]) * width, (cut[3] - cut[1]) * height)
    if not (over_px <= SLACK_PX and side_px >= LEAST_PX):
        refuse(f"{where}: {rectangle.model_dump()} is no box on a picture of {width} x {height} px")
    return cut


def _size_px(where: str, data: _Data, items: Iterable[_Item]) -> tuple[int, int]:
    """As exported with the sheet; as Label Studio measured it where a task was made by hand."""
    told = [(data.width, data.height), *((item.original_width, item.original_height) for item in items)]
    size = next(((width, height) for width, height in told if width and height), None)
    if size is None:
        refuse(f"{where}: how large its picture is, neither data.width and data.height nor a box tells")
    return size

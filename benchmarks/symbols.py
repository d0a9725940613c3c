"""Are the symbols found? python -m benchmarks.symbols --sheets N

Made sheets of parts, templates and offices that no training has seen, clean, scanned and faxed by the benchmark's own
degradations. Average precision is that of pycocotools. Read `measure` from top to bottom.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import typer
from numpy.typing import NDArray
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from rich.console import Console
from rich.progress import track

from benchmarks.command import run
from benchmarks.degradations import FAX_LONG_SIDE_PX, Turn, fax, fax_turn, scan, scan_turn
from benchmarks.figures import Figures, tell
from benchmarks.labelled import measure_labelled
from benchmarks.pages import Pixels, fitted
from search.boxes import iou
from search.generation import sha256_of
from search.ink import even_paper
from search.regions import layout_of
from search.symbols.classes import BY_NAME, CLASSES, INDEX
from search.symbols.detector import SymbolDetector
from search.types import Symbol
from training.bank import SPLITS, Split, load_bank
from training.sheets import SheetPlan, plan
from training.symbols.examples import drawn, marked_spec
from training.symbols.labelled import Labels

LONG_SIDE_PX = 3000
SYMBOLS_A_SHEET = 16
AT_LEAST = 0.02
MOST_A_SHEET = 600
A4_LONG_MM, A0_LONG_MM = 297.0, 1189.0


@dataclass(frozen=True, slots=True)
class Marked:
    """A picture and its symbols. boxes: (K, 4) pixels."""

    pixels: Pixels
    names: tuple[str, ...]
    boxes: NDArray[np.float64]


def clean(sheet: Marked, seed: int) -> Marked:
    return sheet


def scanned(sheet: Marked, seed: int) -> Marked:
    turn = scan_turn(sheet.pixels.shape, np.random.default_rng(seed))
    return Marked(scan(sheet.pixels, np.random.default_rng(seed)), sheet.names, _moved(sheet.boxes, turn))


def faxed(sheet: Marked, seed: int) -> Marked:
    shape = fitted(sheet.pixels, FAX_LONG_SIDE_PX).shape
    turn = fax_turn(shape, np.random.default_rng(seed))
    small = sheet.boxes * (shape[1] / sheet.pixels.shape[1])
    return Marked(fax(sheet.pixels, np.random.default_rng(seed)), sheet.names, _moved(small, turn))


CONDITIONS: Mapping[str, Callable[[Marked, int], Marked]] = {"clean": clean, "scan": scanned, "fax": faxed}


def measure(detector: SymbolDetector, sheets: int, seed: int, console: Console, split: Split = "test") -> Figures:
    """The same sheets under every condition."""
    found: dict[str, list[tuple[Marked, tuple[Symbol, ...], float]]] = {name: [] for name in CONDITIONS}
    sizes = []
    for number, planned in enumerate(track(made_sheets(sheets, seed, split), "sheets", sheets, console=console)):
        sizes.append(max(planned.size_mm))
        flat = marked(planned)
        for name, condition in CONDITIONS.items():
            worn = condition(flat, number)
            layout = layout_of(even_paper(worn.pixels))
            start = time.perf_counter()
            symbols = detector.detect(layout, AT_LEAST)
            found[name].append((worn, symbols, time.perf_counter() - start))
    figures: Figures = {}
    for name, results in found.items():
        figures |= figures_of(name, results)
    times = np.array([seconds for _, _, seconds in found["clean"]]) * 1e3
    for name, long_mm in (("a4", A4_LONG_MM), ("a0", A0_LONG_MM)):
        chosen = times[np.abs(np.array(sizes) - long_mm) < 1]
        figures |= {f"ms.{name}": float(np.median(chosen))} if len(chosen) else {}
    return figures


def made_sheets(count: int, seed: int, split: Split = "test") -> Iterator[SheetPlan]:
    bank = load_bank(split=split)
    for number in range(count):
        rng = np.random.default_rng([seed, 0x5B01, number])
        yield plan(marked_spec(bank, SYMBOLS_A_SHEET, rng, split))


def marked(planned: SheetPlan) -> Marked:
    pixels, (width, height) = drawn(planned, LONG_SIDE_PX)
    boxes = np.array([one.box for one in planned.symbols], np.float64).reshape(-1, 4)
    return Marked(pixels, tuple(one.name for one in planned.symbols), boxes * (width, height, width, height))


def _moved(boxes: NDArray[np.float64], turn: Turn) -> NDArray[np.float64]:
    """Bounds of the turned boxes, (K, 4)."""
    if not len(boxes):
        return boxes
    corners = np.stack([boxes[:, [0, 1]], boxes[:, [2, 1]], boxes[:, [2, 3]], boxes[:, [0, 3]]], axis=1)
    moved = cv2.transform(corners, turn)
    return np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1)


def figures_of(condition: str, results: list[tuple[Marked, tuple[Symbol, ...], float]]) -> Figures:
    """mAP over the classes that occur; of each class; recall at one false box a sheet; old and new told apart."""
    truth, answers = _as_coco(results)
    with contextlib.redirect_stdout(io.StringIO()):
        judge = COCOeval(truth, truth.loadRes(answers) if answers else COCO(), "bbox")
        judge.params.maxDets = [1, 100, MOST_A_SHEET]
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"][:, :, :, 0, 2]  # IoU, recall, class
    by_class = np.where((precision > -1).any(axis=(0, 1)), precision.mean(axis=1), np.nan)
    figures = {f"map50.{condition}": float(np.nanmean(by_class[0])), f"map.{condition}": float(np.nanmean(by_class))}
    if condition == "clean":
        classes = zip(judge.params.catIds, by_class[0], strict=True)
        figures |= {f"ap50.{CLASSES[kind].name}": float(value) for kind, value in classes if not np.isnan(value)}
        counts = Counter(name for sheet, _, _ in results for name in sheet.names)
        figures |= {f"symbols.{one.name}": float(counts[one.name]) for one in CLASSES}
        figures |= {"old_new.accuracy": _old_and_new(results)}
    points = _operating_points(judge, len(results))
    return figures | {f"{name}.{condition}": value for name, value in points.items()}


def _as_coco(results: list[tuple[Marked, tuple[Symbol, ...], float]]) -> tuple[COCO, list[dict[str, Any]]]:
    annotations: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for image, (sheet, symbols, _) in enumerate(results):
        for name, box in zip(sheet.names, sheet.boxes.tolist(), strict=True):
            place = _place(box)
            annotations.append(
                {"id": len(annotations) + 1, "image_id": image, "category_id": INDEX[name], "bbox": place,
                 "area": place[2] * place[3], "iscrowd": 0}
            )  # fmt: skip
        height, width = sheet.pixels.shape
        for symbol in symbols:
            box = (np.array(symbol.box) * (width, height, width, height)).tolist()
            answers.append(
                {"image_id": image, "category_id": INDEX[symbol.name], "bbox": _place(box), "score": symbol.score}
            )
    truth = COCO()
    truth.dataset = {
        "info": {},
        "images": [{"id": image} for image in range(len(results))],
        "annotations": annotations,
        "categories": [{"id": index, "name": one.name} for index, one in enumerate(CLASSES)],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
    return truth, answers


def _place(box: list[float]) -> list[float]:
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def _operating_points(judge: COCOeval, sheets: int) -> Figures:
    """At which score most is right (F1, IoU 0.5, all classes), and the recall where a sheet has one false box."""
    scores, right, wanted = [], [], 0
    for one in judge.evalImgs:
        if one is None or one["aRng"] != judge.params.areaRng[0]:
            continue
        scores += one["dtScores"]
        right += (one["dtMatches"][0] > 0).tolist()
        wanted += int((~np.asarray(one["gtIgnore"], bool)).sum())
    order = np.argsort(-np.array(scores), kind="stable")
    hits = np.array(right, bool)[order]
    found = np.cumsum(hits)
    f1 = 2 * found / (np.arange(1, len(hits) + 1) + max(1, wanted))
    best = int(f1.argmax()) if len(f1) else -1
    return {
        "recall_at_1_false": float(hits[np.cumsum(~hits) <= sheets].sum() / max(1, wanted)),
        "f1": float(f1[best]) if len(f1) else 0.0,
        "f1_score": float(np.array(scores)[order][best]) if len(f1) else 1.0,
    }


def _old_and_new(results: list[tuple[Marked, tuple[Symbol, ...], float]]) -> float:
    """Of symbols with an old and a new form that were found in either: how often the right form scores best."""
    kin = {one.name: one.successor or one.name for one in CLASSES}
    old = {one.successor for one in CLASSES if one.successor}
    told, of = 0, 0
    for sheet, symbols, _ in results:
        height, width = sheet.pixels.shape
        for name, box in zip(sheet.names, sheet.boxes / (width, height, width, height), strict=True):
            if kin[name] not in old:
                continue
            kindred = [one for one in symbols if kin[one.name] == kin[name]]
            near = [one for one in kindred if iou(np.array([one.box]), box[None])[0, 0] >= 0.5]
            if near:
                of += 1
                best = max(near, key=lambda one: one.score).name
                told += (BY_NAME[best].successor is None) == (BY_NAME[name].successor is None)
    return told / of if of else 0.0


def main(
    sheets: Annotated[int, typer.Option(min=1, help="Made sheets.")] = 200,
    split: Annotated[
        str, typer.Option(help="train to choose a score from which symbols count, test to measure.")
    ] = "test",
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 1,
    labels: Annotated[
        Path | None, typer.Option(exists=True, help="COCO file: measure on these sheets instead.")
    ] = None,
    drawings: Annotated[Path | None, typer.Option(exists=True, help="Folder with the labelled sheets' files.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Detector weights; the packaged ones by default.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write context and figures here.")] = None,
) -> None:
    """Average precision of the symbol detector on made sheets, and how long it takes."""
    if split not in SPLITS:
        raise typer.BadParameter("give train or test", param_hint="--split")
    detector = SymbolDetector(weights, threads=2) if weights else SymbolDetector(threads=2)
    if (labels is None) != (drawings is None):
        raise typer.BadParameter("--labels and --drawings belong together: give both or neither")
    if labels and drawings:
        figures = measure_labelled(detector, Labels(labels, drawings))
        about: dict[str, Any] = {"labels": labels.name, "labels_sha256": sha256_of(labels)}
    else:
        figures = measure(detector, sheets, seed, Console(stderr=True), split)
        about = {"sheets": sheets, "split": split, "symbols_tried_a_sheet": SYMBOLS_A_SHEET, "seed": seed}
    tell(figures, about | {"detector": detector.fingerprint}, json)


if __name__ == "__main__":
    run(main)

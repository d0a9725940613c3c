"""What the commands print: progress, tables, JSON. Everything a person reads goes to stderr but the result itself."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from unicodedata import category

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from search.types import Answer, Hit, Sheet, Symbol

if TYPE_CHECKING:
    from indexer.annotate import Exported, Imported
    from indexer.rebuild import RebuildReport
    from indexer.verify import Findings
    from search.generation import Manifest
    from search.regions import Layout

_out = Console(soft_wrap=True, markup=False, emoji=False)
"""Names of files hold brackets and colons, which are no markup."""
_PLAIN_EVERY_S = 10.0


class BarProgress:
    """A bar with sheets/s and time left on a terminal, a plain line every ten seconds elsewhere."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description:>15}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("drawings  {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task: TaskID | None = None
        self._stage, self._total, self._drawings, self._sheets = "", 0, 0, 0
        self._started = self._printed = time.monotonic()

    def __enter__(self) -> BarProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def start(self, stage: str, total: int) -> None:
        self._stage, self._total, self._drawings, self._sheets = stage, total, 0, 0
        self._started = self._printed = time.monotonic()
        self._task = self._bar.add_task(stage, total=total, rate="")

    def advance(self, drawings: int, sheets: int = 0) -> None:
        self._drawings += drawings
        self._sheets += sheets
        now = time.monotonic()
        rate = f"{self._sheets / max(1e-3, now - self._started):.1f} sheets/s" if self._sheets else ""
        if self._task is not None:
            self._bar.update(self._task, advance=drawings, rate=rate)
        if self._bar.disable and now - self._printed >= _PLAIN_EVERY_S:
            self._printed = now
            sys.stderr.write(f"{self._stage}: {self._drawings} of {self._total} drawings  {rate}\n")


def note(line: str) -> None:
    """What happens now, for a person."""
    sys.stderr.write(f"{line}\n")


def print_json(value: object) -> None:
    """A result as JSON on stdout."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=1) + "\n")


def print_report(report: RebuildReport, index: Path) -> None:
    for failure in report.failures:
        sys.stderr.write(f"not indexed: {failure}\n")
    manifest = report.manifest
    _out.print(
        f"{index}: generation {manifest.generation} serves {manifest.sheets} sheets of {manifest.drawings} drawings "
        f"({manifest.regions} regions; {report.encoded_sheets} sheets newly read, {len(report.failures)} failures)"
    )


def print_answer(answer: Answer) -> None:
    table = Table("rank", "score", Column("drawing", overflow="fold"), "sheet", "turned", "best match on the sheet")
    for hit in answer.hits:
        source = Text(hit.sheet.source)
        table.add_row(str(hit.rank), f"{hit.score:.3f}", source, str(hit.sheet.number), _turned(hit), _best_match(hit))
    _out.print(table)
    timings = ", ".join(f"{stage} {value:.0f}" for stage, value in answer.timings_ms.items())
    regions = f"{len(answer.asked.regions)} query regions; " if answer.asked else ""
    _out.print(f"{regions}ms: {timings}; generation {answer.generation}")


def print_inspection(sheet: Sheet, layout: Layout, symbols: Sequence[Symbol]) -> None:
    height, width = sheet.pixels.shape
    size = f"{sheet.size_mm[0]:.0f} x {sheet.size_mm[1]:.0f} mm" if sheet.size_mm else "size on paper unknown"
    _out.print(f"page {sheet.number}: {size} ({sheet.size_source}), read at {width} x {height} px")
    kinds = [place.kind.value for place in layout.places]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)) or "none (blank sheet)"
    _out.print(f"regions: {counts}")
    if symbols:
        found = Counter(symbol.name for symbol in symbols)
        _out.print(f"symbols: {', '.join(f'{count} {name}' for name, count in found.most_common())}")
    text = " ".join(word.text for word in sheet.words)[:300]
    shown = "".join(" " if category(one) == "Cc" else one for one in text)  # no terminal is to obey a drawing
    _out.print(f"text: {shown or 'none in the file'}")


def print_manifest(manifest: Manifest) -> None:
    _print_pairs([(key.replace("_", " "), value) for key, value in asdict(manifest).items() if key != "files"])


def print_findings(findings: Findings) -> None:
    for line in (*findings.damaged, *findings.missing):
        _out.print(line)
    _out.print(
        f"{findings.sheets} sheets: {len(findings.missing)} without vectors, {len(findings.damaged)} damaged files",
    )


def print_exported(exported: Exported, out: Path) -> None:
    for failure in exported.failures:
        sys.stderr.write(f"not exported: {failure}\n")
    _out.print(
        f"{out}: {exported.sheets} sheets with {exported.boxes} boxes ({len(exported.failures)} failures)",
    )


def print_imported(imported: Imported, labels: Path) -> None:
    if imported.compared:
        table = Table("class", "added", "removed", "kept")
        for name, change in imported.changes.items():
            table.add_row(name, str(change.added), str(change.removed), str(change.kept))
        _out.print(table)
        _out.print(f"against the boxes that were shown on {imported.compared} sheets")
    left_out = f"left out: {imported.untouched} not looked at, {imported.cancelled} skipped"
    _out.print(
        f"{labels}: {imported.sheets} sheets with {imported.boxes} boxes taken, {imported.before} kept; {left_out}",
    )


def _print_pairs(pairs: Sequence[tuple[str, object]]) -> None:
    for key, value in pairs:
        _out.print(f"{key:>12}  {value}")


def _turned(hit: Hit) -> str:
    turned = f"{hit.orientation.rotation_deg}°" if hit.orientation.rotation_deg else ""
    return " ".join(filter(None, (turned, "mirrored" if hit.orientation.mirrored else ""))) or "-"


def _best_match(hit: Hit) -> str:
    if not hit.matches:
        return "-"
    x0, y0, x1, y1 = hit.matches[0].hit_box
    return f"{x0:.2f},{y0:.2f},{x1:.2f},{y1:.2f}"


def _plain(value: object) -> Any:
    """Data classes, tuples and paths to what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(item) for key, item in asdict(value).items()}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value

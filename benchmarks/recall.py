"""How often is the right sheet found? python -m benchmarks.recall --corpus DIR|synthetic:N

Read `measure` from top to bottom.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from benchmarks import report
from benchmarks.command import run
from benchmarks.context import context
from benchmarks.corpus import Corpus, open_corpus
from benchmarks.degradations import DEGRADATIONS
from benchmarks.harness import DEPTH, Outcome, ask, index_seconds
from benchmarks.pages import LONG_SIDE_PX, Pages
from benchmarks.queries import BLANK_RULE, KIN_TASKS, MADE_TASKS, Bench, make_queries
from benchmarks.systems import Setting, System, create_system
from search.errors import UsageError

DEFAULT_SYSTEMS = "nizu,phash,hog,sift"
T = TypeVar("T")
NOTES = Console(stderr=True)


@dataclass(frozen=True, slots=True)
class Results:
    """System to outcomes, and to the seconds its index took."""

    outcomes: dict[str, list[Outcome]]
    index_s: dict[str, float]


def measure(bench: Bench, tasks: Sequence[str], names: Sequence[str], count: int) -> Results:
    """Index the corpus with each system in turn, and put the same queries to each."""
    corpus, pages, results = bench.corpus, bench.pages, Results({}, {})
    _require_different([_label(name) for name in names])
    with tempfile.TemporaryDirectory(prefix="nizu-recall-") as scratch:
        systems = {_label(name): _create(name, Path(scratch), bench) for name in names}
        if any(system.reads_pages for system in systems.values()):
            pages.render((corpus.path(sheet), sheet.sheet) for sheet in corpus.sheets)
        queries = list(_noted(make_queries(bench, tasks, count), "making queries"))
        for label in list(systems):
            system = systems.pop(label)  # dropped when done, so that the next one has the memory
            NOTES.print(f"{label}: indexing {len(corpus.sheets)} sheets")
            results.index_s[label] = index_seconds(system, corpus)
            results.outcomes[label] = list(_noted(ask(system, queries), f"{label}: searching", len(queries)))
    return results


def _require_different(labels: Sequence[str]) -> None:
    for label, count in Counter(labels).items():
        if count > 1:
            raise UsageError("systems", f"{count} systems are told as {label}: give their files different names")


def _noted(steps: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    return track(steps, what, total, console=NOTES, transient=True)


def _create(spec: str, scratch: Path, bench: Bench) -> System:
    work_dir = Path(tempfile.mkdtemp(dir=scratch))
    return create_system(spec, Setting(bench.pages, work_dir, bench.seed))


def _label(spec: str) -> str:
    """NAME or NAME:VARIANT; of a variant that is a file, only its name: reports hold no paths."""
    name, _, variant = spec.partition(":")
    return f"{name}:{Path(variant).name}" if variant else name


def cache_dir() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nizu" / "benchmarks"


def _default_tasks(corpus: Corpus) -> list[str]:
    made = MADE_TASKS if corpus.made is not None else ()
    return [*DEGRADATIONS, *made, *(task for task in KIN_TASKS if corpus.groups.has(task))]


def _context(corpus: Corpus, tasks: Sequence[str], count: int, seed: int) -> dict[str, Any]:
    return context() | {
        "corpus": {"name": corpus.name, "files": len(corpus.files), "sheets": len(corpus.sheets)},
        "unreadable": corpus.unreadable,
        "tasks": list(tasks),
        "queries_per_task": count,
        "seed": seed,
        "page_long_side_px": LONG_SIDE_PX,
        "answers_per_query": DEPTH,
        "blank_rule": BLANK_RULE,
    }


def main(
    *,
    corpus: Annotated[str, typer.Option(help="Folder of drawings, synthetic:N, or synthetic:N/HOUSES.")],
    groups: Annotated[Path | None, typer.Option(exists=True, help="CSV: file, sheet, group, relation.")] = None,
    tasks: Annotated[str | None, typer.Option(help="Comma separated; all that the corpus allows by default.")] = None,
    systems: Annotated[str, typer.Option(help="Comma separated; nizu:ENCODER for another encoder.")] = DEFAULT_SYSTEMS,
    queries: Annotated[int, typer.Option(min=1, help="Queries of each task.")] = 60,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 1,
    json: Annotated[Path | None, typer.Option(help="Write context, figures and misses here.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a plot of recall@k here (PNG, SVG, PDF).")] = None,
) -> None:
    """Recall of the systems on degraded, revised and kindred sheets of a corpus."""
    opened = open_corpus(corpus, groups, cache_dir(), seed)
    for file, why in opened.unreadable.items():
        NOTES.print(f"left out: {file}: {why}")
    wanted = tasks.split(",") if tasks else _default_tasks(opened)
    bench = Bench(opened, Pages(cache_dir() / "pages"), cache_dir(), seed)
    results = measure(bench, wanted, systems.split(","), queries)
    figures = report.figures_of(results.outcomes, results.index_s)
    Console().print(report.table_of(results.outcomes, figures))
    if json:
        about = _context(opened, wanted, queries, seed)
        report.write_json(json, about, figures, report.misses_of(results.outcomes))
    if plot:
        report.plot(plot, results.outcomes, f"{opened.name}: {len(opened.sheets)} sheets, {queries} queries a task")


if __name__ == "__main__":
    run(main)

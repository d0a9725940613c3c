"""Figures, table, JSON and plot of a recall run."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.table import Table

from benchmarks.degradations import DEGRADATIONS
from benchmarks.harness import Outcome
from benchmarks.metrics import average_precision, first_right, ndcg_at, recall_at
from benchmarks.queries import KIN_TASKS, SIZES

DEPTHS = (1, 5, 10)
PLOT_DEPTH = 20
MEAN = "mean"
"""The name of the mean over the degradation tasks of a run."""
STYLES = (
    ("#0b6e99", "-"),
    ("#d9730d", "--"),
    ("#6b8e23", "-."),
    ("#8e5ea2", ":"),
    ("#7f7f7f", "--"),
    ("#b03a48", "-."),
)
"""Colour and dashes, so that curves that lie on each other are told apart."""
Outcomes = Mapping[str, Sequence[Outcome]]
"""System to the outcomes of all its queries."""
Figures = dict[str, float]


def figures_of(outcomes: Outcomes, index_s: Mapping[str, float]) -> Figures:
    """SYSTEM.TASK.recall@1, recall@5, recall@10, mAP, ndcg@10, ms (median), queries; SYSTEM.mean.…; SYSTEM.index_s."""
    figures: Figures = {}
    for system, all_outcomes in outcomes.items():
        by_task = _by_task(all_outcomes)
        for task, some in by_task.items():
            figures |= {f"{system}.{task}.{name}": value for name, value in _task_figures(some).items()}
        degraded = [task for task in by_task if task in DEGRADATIONS]
        for name in (*(f"recall@{k}" for k in DEPTHS), "mAP", "ms"):
            if degraded:
                values = [figures[f"{system}.{task}.{name}"] for task in degraded]
                figures[f"{system}.{MEAN}.{name}"] = float(np.mean(values))
        figures[f"{system}.index_s"] = index_s[system]
    return {name: round(value, 4) for name, value in figures.items()}


def misses_of(outcomes: Outcomes) -> list[dict[str, Any]]:
    """Every query whose first answer was wrong, with the rank of the first right one, null where there was none."""
    return [
        {
            "system": system,
            "task": outcome.query.task,
            "file": outcome.query.sheet.file,
            "sheet": outcome.query.sheet.sheet,
            "rank": first_right(outcome.gains),
        }
        for system, some in outcomes.items()
        for outcome in some
        if first_right(outcome.gains) != 1
    ]


def write_json(path: Path, context: Mapping[str, Any], figures: Figures, misses: Sequence[Mapping[str, Any]]) -> None:
    report = {"context": context, "figures": figures, "misses": misses}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table_of(outcomes: Outcomes, figures: Figures) -> Table:
    """Tasks down, systems across: recall@1 and recall@10; of revision and family the mAP, of sizes the nDCG@10, too."""
    tasks = list(dict.fromkeys(outcome.query.task for some in outcomes.values() for outcome in some))
    table = Table("task", title="recall@1 / recall@10 / mAP or, of sizes, nDCG@10")
    for system in outcomes:
        table.add_column(system, justify="right")
    for task in [*tasks, MEAN] if any(task in DEGRADATIONS for task in tasks) else tasks:
        table.add_row(task, *(_cell(figures, system, task) for system in outcomes), end_section=task == tasks[-1])
    table.add_row("ms a query", *(f"{np.median([outcome.ms for outcome in some]):.0f}" for some in outcomes.values()))
    table.add_row("index s", *(f"{figures[f'{system}.index_s']:.0f}" for system in outcomes))
    return table


def plot(path: Path, outcomes: Outcomes, title: str) -> None:
    """One panel a task: recall@k over k, a line a system."""
    mpl.use("Agg")
    tasks = list(dict.fromkeys(outcome.query.task for some in outcomes.values() for outcome in some))
    rows = -(-len(tasks) // 5)
    columns = min(5, len(tasks))
    figure = Figure(figsize=(2.9 * columns, 2.7 * rows + 0.8), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for panel, task in zip(axes.flat, tasks, strict=False):
        _plot_task(panel, task, outcomes)
    for panel in axes.flat[len(tasks) :]:
        panel.set_visible(False)
    lines, names = axes.flat[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=len(names), frameon=False)
    figure.suptitle(title)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _by_task(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    grouped: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        grouped.setdefault(outcome.query.task, []).append(outcome)
    return grouped


def _task_figures(outcomes: Sequence[Outcome]) -> Figures:
    recalls = {f"recall@{k}": _mean(recall_at(outcome.gains, k) for outcome in outcomes) for k in DEPTHS}
    return recalls | {
        "mAP": _mean(average_precision(outcome.gains, len(outcome.ideal)) for outcome in outcomes),
        "ndcg@10": _mean(ndcg_at(outcome.gains, outcome.ideal, 10) for outcome in outcomes),
        "ms": float(np.median([outcome.ms for outcome in outcomes])),
        "queries": len(outcomes),
    }


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _cell(figures: Figures, system: str, task: str) -> str:
    names = ["recall@1", "recall@10"]
    names += ["mAP"] if task in KIN_TASKS else ["ndcg@10"] if task == SIZES else []
    return " / ".join(f"{figures[f'{system}.{task}.{name}']:.2f}" for name in names)


def _plot_task(panel: Axes, task: str, outcomes: Outcomes) -> None:
    depths = range(1, PLOT_DEPTH + 1)
    for (color, dashes), (system, some) in zip(itertools.cycle(STYLES), outcomes.items(), strict=False):
        of_task = [outcome for outcome in some if outcome.query.task == task]
        curve = [_mean(recall_at(outcome.gains, k) for outcome in of_task) for k in depths]
        panel.plot(depths, curve, label=system, color=color, linestyle=dashes, linewidth=1.8)
    panel.set_title(task, fontsize=10)
    panel.set_ylim(0, 1.02)
    panel.set_xlim(1, PLOT_DEPTH)
    panel.set_xticks([1, 5, 10, 15, 20])
    panel.grid(alpha=0.3)
    panel.set_xlabel("k", fontsize=9)
    panel.set_ylabel("recall@k", fontsize=9)
    panel.label_outer()

"""The curves of a training run as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

NO_LOSS = ("step", "steps_per_s", "scale", "recall@1")


def plot_curves(history: Sequence[dict[str, float]], path: Path) -> None:
    """Losses (running mean) and validation recall@1 over the steps, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="tight")
    losses, recall = figure.subplots(1, 2)
    steps = [row["step"] for row in history]
    for name in sorted({key for row in history for key in row if key not in NO_LOSS}):
        values = np.array([row[name] for row in history])
        window = max(1, min(25, len(values)))
        losses.plot(
            steps[window - 1 :], np.convolve(values, np.ones(window) / window, "valid"), label=name.replace("_", " ")
        )
    losses.set(xlabel="step", ylabel="loss", yscale="log")
    losses.legend()
    measured = [(row["step"], row["recall@1"]) for row in history if "recall@1" in row]
    recall.plot([step for step, _ in measured], [value for _, value in measured], marker="o")
    recall.set(xlabel="step", ylabel="validation recall@1", ylim=(0, 1))
    figure.savefig(path, dpi=90)

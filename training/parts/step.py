"""STEP files as parts (ISO 10303): a family of one part each, so that one's own solids can be trained on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from build123d import import_step

from training.parts.dice import Dice
from training.parts.shapes import Shape
from training.parts.table import Family

SUFFIXES = (".step", ".stp")


def step_families(folder: Path) -> tuple[Family, ...]:
    """The STEP files below a folder, by name; all for training. Sheets call them by their file's name."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    names = [f"step-{path.relative_to(folder).with_suffix('').as_posix()}" for path in paths]
    return tuple(
        Family(name, _title(path), _title(path), "train", partial(_solid, path), sectioned=True)
        for name, path in zip(names, paths, strict=True)
    )


def _title(path: Path) -> str:
    return path.stem.replace("_", " ")


def _solid(path: Path, _: Dice) -> Shape:
    return import_step(path)

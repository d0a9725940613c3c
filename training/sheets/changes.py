"""The same part drawn otherwise: one change of a specification each. What is not named stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from training.bank import Split
from training.sheets.house import chance, pick
from training.sheets.sheet import TEMPLATES
from training.sheets.spec import SheetSpec

Change = Callable[[SheetSpec, np.random.Generator], SheetSpec]


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1 << 31))


def other_layout(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Other paper, other places; the same views and dimensions."""
    return replace(spec, layout_seed=_seed(rng))


def other_views(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Other views chosen."""
    return replace(spec, views_seed=_seed(rng))


def other_dimensions(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """The same views, dimensioned by someone else."""
    return replace(spec, annotation_seed=_seed(rng))


def other_scale(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """One to three scales smaller than the largest that fits, or back to it."""
    return replace(spec, steps_down=pick(rng, [steps for steps in range(4) if steps != spec.steps_down]))


def other_house(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Another drawing office, with a template of the same side of the train/test division."""
    side: Split = "train" if spec.template.startswith("train-") else "test"
    names = [name for name in TEMPLATES if name.startswith(side) and name != spec.template]
    return replace(spec, template=pick(rng, names), house_seed=_seed(rng), text_seed=_seed(rng))


def other_title(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Other number, names and dates in the title block."""
    return replace(spec, text_seed=_seed(rng))


def undimensioned(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Without dimensions and marks."""
    return replace(spec, dimensions=False)


def other_hand(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """The mirrored part: left for right."""
    return replace(spec, mirrored=not spec.mirrored)


def other_symbols(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Welded, ground and toleranced otherwise: another part to its maker, alike in shape."""
    return replace(spec, symbols_seed=_seed(rng))


def revised(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """The next revision: one dimension changed and marked, one line more in the revision table."""
    return replace(spec, revision=spec.revision + 1, changed_value=int(rng.integers(1000)))


REDRAWINGS: tuple[Change, ...] = (
    other_layout, other_views, other_dimensions, other_scale, other_house, other_title, undimensioned, revised,
)  # fmt: skip
"""Changes after which it is still the same part of the same hand."""


def drawn_anew(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """Another drawing of the same part: other places, other dimensions or none, most often another office, too."""
    for change in (other_layout, other_dimensions, other_title, other_scale):
        spec = change(spec, rng)
    for change, often in ((other_views, 0.5), (undimensioned, 0.2), (other_house, 0.6)):
        if chance(rng, often):
            spec = change(spec, rng)
    return spec


def redrawn(spec: SheetSpec, rng: np.random.Generator) -> SheetSpec:
    """One to four of the redrawings together, as drawings of a part change over the years."""
    chosen = rng.permutation(len(REDRAWINGS))[: int(rng.integers(1, 5))]
    for index in chosen:
        spec = REDRAWINGS[index](spec, rng)
    return spec

"""Make the part bank: `python -m training.make_bank --out FILE --seed 1`. Needs the CAD kernel (extra `cad`).

Parts are made in processes of their own, because the kernel crashes or hangs on some parameters: such a part is left
out and counted. Equal seeds give equal banks.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import TimeoutError as OutOfTime
from functools import partial
from pathlib import Path
from typing import Annotated
from zlib import crc32

import numpy as np
import typer
from pebble import ProcessExpired, ProcessPool
from rich.console import Console
from rich.progress import track

from training.bank import SPLITS, Part, Split, View, ViewName, save_bank
from training.parts import FAMILIES, Family
from training.parts.dice import Dice
from training.parts.shapes import Shape
from training.parts.step import step_families
from training.projection.views import SIDES, Direction, iso_camera, project, project_shaded, section
from training.sheets.geometry import section_place

ALWAYS: tuple[ViewName, ...] = ("front", "right", "top", "left")
SOMETIMES: tuple[ViewName, ...] = ("back", "bottom")
SOMETIMES_ODDS = 0.2
SECTION_ODDS = 0.75
SHADED_ODDS = 0.36
SHADE_PX = (96, 120)
ISO_SIDES: tuple[Direction, ...] = ((1, -1, 1), (-1, -1, 1), (1.2, -1.8, 1.1), (-1.2, -1.8, 1.1))
ISO_ODDS = (0.35, 0.35, 0.15, 0.15)
MOST_EDGES = 1500
CPU_LIMIT_S = 6.0  # of a part; not of the clock, so that a busy machine makes the same bank
STUCK_S = 900.0
PARTS_A_PROCESS = 200  # the kernel leaks; a fresh process now and then keeps memory flat

Job = tuple[Family, int]
"""A family and which of its parts."""


class PartError(ValueError):
    """The parameters gave no part worth keeping."""


def make_part(job: Job, seed: int) -> Part:
    """The part `index` of a family; the same for the same seed, whatever else is made."""
    family, index = job
    rng = np.random.default_rng([seed, crc32(family.name.encode()), index])
    dice = Dice(rng)
    solid = _checked(family.build(dice))
    part = Part(
        name=f"{family.name}-{index:04d}",
        family=family.name,
        split=family.split,
        title=family.title,
        title_ja=family.title_ja,
        params=dict(dice.params),
        features=tuple(dice.features),
        views=_views(family, solid, rng),
    )
    edges = sum(len(view.polylines) + len(view.arcs) for view in part.views.values())
    if edges > MOST_EDGES:
        raise PartError(f"{edges} edges")
    return part


def make_part_or_die(job: Job, seed: int) -> Part:
    """As `make_part`, but a part that uses up its time ends the process: the kernel heeds nothing gentler."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT_S)
    try:
        return make_part(job, seed)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _checked(solid: Shape) -> Shape:
    if not solid.solids() or solid.volume < 1.0:
        raise PartError("no solid")
    if len(solid.solids()) > 1 and not solid.children:
        raise PartError("fell apart")
    return solid


def _views(family: Family, solid: Shape, rng: np.random.Generator) -> dict[ViewName, View]:
    names = ALWAYS + tuple(name for name in SOMETIMES if rng.random() < SOMETIMES_ODDS)
    views = {name: project(solid, SIDES[name], hidden=not family.crowded) for name in names}
    camera = iso_camera(ISO_SIDES[rng.choice(len(ISO_SIDES), p=ISO_ODDS)])
    if rng.random() < SHADED_ODDS:
        size_px, albedo = int(rng.integers(*SHADE_PX)), float(rng.uniform(0.5, 0.95))
        views["iso"] = project_shaded(solid, camera, size_px, albedo)
    else:
        views["iso"] = project(solid, camera, hidden=False)
    if family.sectioned and _deep(solid) and rng.random() < SECTION_ODDS:
        box = solid.bounding_box(optimal=False)
        views["section"] = section(solid, section_place(box.min.Y, box.max.Y))
    if any(len(view.polylines) + len(view.arcs) < 1 for view in views.values()):
        raise PartError("an empty view")
    return views


def _deep(solid: Shape) -> bool:
    """Whether a section along the front view shows more than the front view does."""
    size = solid.bounding_box(optimal=False).size
    return bool(0.3 * max(size.X, size.Z) < size.Y)


def jobs_of(split: Split, count: int) -> list[Job]:
    """`count` parts spread evenly over the families of a split."""
    families = [family for family in FAMILIES if family.split == split]
    return [(families[i % len(families)], i // len(families)) for i in range(count)]


def make_parts(jobs: list[Job], seed: int, workers: int, refused: Counter[str]) -> Iterator[Part]:
    """The parts of `jobs` that could be made, in order; those that could not are counted by family and reason.

    The workers are forked: call it from a process in which the kernel has not run yet, else its threads are missing.
    """
    with ProcessPool(max_workers=workers, max_tasks=PARTS_A_PROCESS) as pool:
        made = pool.map(partial(make_part_or_die, seed=seed), jobs, timeout=STUCK_S).result()
        for family, _ in jobs:
            try:
                yield next(made)
            except OutOfTime:
                refused[f"{family.name}: stuck"] += 1
            except ProcessExpired as end:
                refused[f"{family.name}: {'out of time' if end.exitcode == -signal.SIGPROF else 'kernel crashed'}"] += 1
            except Exception as error:  # whatever the kernel, or its wrapper, comes up with
                refused[f"{family.name}: {type(error).__name__}"] += 1


def main(
    out: Annotated[Path, typer.Option(help="The bank to write.")],
    seed: Annotated[int, typer.Option(help="Equal seeds give equal banks.")] = 1,
    train: Annotated[int, typer.Option(help="Parts to make of the training families.")] = 3300,
    test: Annotated[int, typer.Option(help="Parts to make of the test families.")] = 2250,
    step: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of STEP files: further training parts.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes.")] = 2,
) -> None:
    """Model, project and pack the parts of every family."""
    console = Console(stderr=True)
    refused: Counter[str] = Counter()
    counts = {"train": train, "test": test}
    jobs = [job for split in SPLITS for job in jobs_of(split, counts[split])]
    jobs += [(family, 0) for family in step_families(step)] if step else []
    made = make_parts(jobs, seed, workers, refused)
    parts = list(track(made, "Making parts", total=len(jobs), console=console))
    save_bank(out, parts)
    console.print(f"{len(parts)} parts, {out.stat().st_size / 1e6:.2f} MB in {out}; {refused.total()} left out")
    for reason, count in refused.most_common():
        console.print(f"  {count:4d} {reason}")


if __name__ == "__main__":
    typer.run(main)

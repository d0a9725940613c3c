"""Systems under test: each module here is one, named as on the command line, with `create(setting) -> System`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.groups import SheetRef
from benchmarks.pages import Pages, Pixels, count_sheets
from search.errors import UsageError


class System(Protocol):
    """Something that finds sheets.

    reads_pages: whether it indexes rendered pages; the harness then renders them beforehand, so that `index` is timed
        without it. Otherwise it reads the files itself.
    """

    reads_pages: bool

    def index(self, files: Sequence[Path], root: Path) -> None:
        """Take in every sheet of the files, all below `root`."""
        ...

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        """At most k sheets, best first, each once. Files are named relative to the root."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a system may use: rendered pages, an empty folder of its own, a seed.

    name: as on the command line. variant: what stands behind its colon, for nizu the encoder.
    """

    pages: Pages
    work_dir: Path
    seed: int
    name: str = ""
    variant: str = ""

    def refuse_variant(self) -> None:
        """For systems that have only one. Raises UsageError."""
        if self.variant:
            raise UsageError("systems", f"{self.name}: this system has no variants, give its name alone")


def system_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def create_system(name: str, setting: Setting) -> System:
    """Raises UsageError where there is no such system, or what it needs is not installed."""
    module, _, variant = name.partition(":")
    if module not in system_names():
        raise UsageError("systems", f"there is no system {module}; there are {', '.join(system_names())}")
    setting = replace(setting, name=name, variant=variant)
    system: System = importlib.import_module(f"{__name__}.{module}").create(setting)
    return system


def each_page(pages: Pages, files: Sequence[Path], root: Path) -> Iterator[tuple[SheetRef, Pixels]]:
    """Every sheet of the files with its pixels, 3,500 px on the long side."""
    for file in files:
        name = file.relative_to(root).as_posix()
        for number in range(1, count_sheets(file) + 1):
            yield SheetRef(name, number), pages.read(file, number)


def best(sheets: Sequence[SheetRef], scores: NDArray[np.float32], k: int) -> list[SheetRef]:
    """The k sheets of the highest scores, (N,) float32; equal ones in the sheets' order."""
    return [sheets[i] for i in np.argsort(-scores, kind="stable")[:k]]

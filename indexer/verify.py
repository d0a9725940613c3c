"""Is everything there that should be? An index that silently lacks sheets is worse than none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from search.catalog import Catalog
from search.generation import CATALOG, VECTORS, Manifest, current_folder, wrong_counts, wrong_files


@dataclass(frozen=True, slots=True)
class Findings:
    """sheets: how many there are. missing: a line for each sheet without vectors. damaged: a line for each bad file."""

    sheets: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


def verify(index_dir: Path) -> Findings:
    """Check the serving generation, every file's checksum included. Raises IndexUnusable where there is none."""
    folder = current_folder(index_dir)
    manifest = Manifest.read(folder)
    damaged = tuple(wrong_files(folder, manifest))
    if any(line.startswith(CATALOG) for line in damaged):
        return Findings(0, (), damaged)
    with closing(Catalog(folder / CATALOG)) as catalog:
        if not any(line.startswith(VECTORS) for line in damaged):
            damaged += tuple(wrong_counts(folder, manifest, catalog))
        return Findings(manifest.sheets, tuple(_without_vectors(catalog)), damaged)


def _without_vectors(catalog: Catalog) -> Iterator[str]:
    for sheet in catalog.sheets():
        if sheet.region_count == 0:
            yield f"{sheet.source} page {sheet.number}: blank, nothing to index"
    for failure in catalog.failures():
        yield str(failure)

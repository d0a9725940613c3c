"""Cache to generation: catalog, vectors, store and previews, checksummed and moved into place as one folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.cache import Cache
from indexer.progress import Progress
from search.catalog import CatalogWriter, Failure
from search.encoder import EncoderSpec
from search.generation import CATALOG, FORMAT, PREVIEWS, STORE, VECTORS, Manifest, fsync_folder, sha256_of
from search.stores.faiss_store import build


def write_generation(
    index_dir: Path,
    names: Mapping[str, Sequence[str]],
    failures: Sequence[Failure],
    cache: Cache,
    spec: EncoderSpec,
    detector: str,
    *,
    progress: Progress,
) -> Manifest:
    """Write the next generation; it does not serve yet. names: drawing id to the names of its files."""
    generations = index_dir / "generations"
    generations.mkdir(exist_ok=True)
    name = _next_name(generations)
    partial = generations / f".{name}.partial"
    partial.mkdir()
    try:
        progress.start("write", len(names))
        with closing(CatalogWriter(partial / CATALOG)) as catalog:
            drawings, sheets = _write_drawings(partial, names, _last_failed(failures), cache, catalog, progress)
            for failure in failures:
                catalog.add_failure(failure)
            catalog.commit()
        vectors = np.load(partial / VECTORS, mmap_mode="r")
        _build_store(vectors, partial / STORE)
        manifest = Manifest(
            format=FORMAT,
            generation=name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=spec.fingerprint,
            detector=detector,
            dimensions=spec.dimensions,
            drawings=drawings,
            sheets=sheets,
            regions=len(vectors),
            files={file: sha256_of(partial / file) for file in (CATALOG, VECTORS, STORE, PREVIEWS)},
        )
        manifest.write(partial)
        _flush(partial)
        partial.rename(generations / name)
        fsync_folder(generations)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return manifest


def _last_failed(failures: Iterable[Failure]) -> dict[str, int]:
    """Name of a file to the last of its pages that could not be read: a drawing has at least so many."""
    last: dict[str, int] = {}
    for failure in failures:
        last[failure.source] = max(failure.number, last.get(failure.source, 0))
    return last


def _write_drawings(
    folder: Path,
    names: Mapping[str, Sequence[str]],
    last_failed: Mapping[str, int],
    cache: Cache,
    catalog: CatalogWriter,
    progress: Progress,
) -> tuple[int, int]:
    """Catalog, vectors and previews, drawings in the order of their first file's name; how many drawings and sheets."""
    region_count = sum(cache.region_count(drawing_id) for drawing_id in names)
    drawing_count = sheet_count = 0
    with (folder / VECTORS).open("wb") as vectors, (folder / PREVIEWS).open("wb") as previews:
        # Written, not mapped: on a full disk a write fails with an error, a mapped page kills the process.
        header = {"descr": "<f2", "fortran_order": False, "shape": (region_count, cache.dimensions)}
        np.lib.format.write_array_header_1_0(vectors, header)
        for drawing_id, sources in sorted(names.items(), key=lambda item: item[1][0]):
            progress.advance(1)
            sheets = list(cache.sheets(drawing_id))
            if not sheets:
                continue
            page_count = max(sheets[-1].entry.number, last_failed.get(sources[0], 0))
            catalog.add_drawing(drawing_id, page_count, sources)
            drawing_count += 1
            for sheet in sheets:
                vectors.write(sheet.vectors.tobytes())
                catalog.add_sheet(sheet.entry, previews.tell(), len(sheet.preview_png))
                previews.write(sheet.preview_png)
                sheet_count += 1
    return drawing_count, sheet_count


def _build_store(vectors: NDArray[np.float16], path: Path) -> None:
    try:
        build(vectors, path)
    except RuntimeError as error:  # what FAISS makes of a failed write
        raise OSError(str(error)) from error


def _next_name(generations: Path) -> str:
    for leftover in generations.glob(".*.partial"):
        shutil.rmtree(leftover, ignore_errors=True)
    return f"{max((int(path.name) for path in generations.iterdir() if path.name.isdigit()), default=0) + 1:06d}"


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def prune(index_dir: Path, kept: Container[str]) -> None:
    """Remove all other generations; whoever still has an old one open keeps its files until he closes it."""
    for path in list((index_dir / "generations").iterdir()):
        if path.name.isdigit() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)

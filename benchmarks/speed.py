"""How fast are rebuild and search, and how far from their limits? python -m benchmarks.speed --corpus DIR|synthetic:N

The limit of a rebuild is what its two costly stages reach alone: reading with every core, encoding with every core. On
a machine where both share the cores their times a sheet add up.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.command import run
from benchmarks.corpus import open_corpus
from benchmarks.figures import Figures, tell
from benchmarks.recall import cache_dir
from indexer.files import drawing_ids, find_sources
from indexer.reader import read_drawings
from indexer.rebuild import rebuild
from search.encoder import BATCH_SIZE, DEFAULT_ENCODER, Encoder, TorchRuntime, load_encoder, tower_of
from search.engine import Engine, Query
from search.prepare import Recipe
from search.stores.faiss_store import build, load
from search.symbols.detector import SymbolDetector, packaged_detector

STORE_VECTORS = 200_000
STORE_REPEATS = 20
QUERIES = 30
BATCHES = (1, 8, BATCH_SIZE)


def rebuild_figures(root: Path, encoder: Encoder, detector: Path | None, workers: int, index_dir: Path) -> Figures:
    """Sheets a second of a first rebuild, of its stages alone, and how much faster the second one is."""
    reading_s, images = _reading_alone(root, Recipe(encoder.spec.image_px, detector), workers)
    sheets = len(images)
    encoding_s = _seconds(lambda: [encoder.encode(some) for some in images])
    first_s = _seconds(lambda: rebuild([root], index_dir, encoder, workers, detector=detector))
    second_s = _seconds(lambda: rebuild([root], index_dir, encoder, workers, detector=detector))
    return {
        "rebuild.sheets": sheets,
        "rebuild.regions_per_sheet": sum(map(len, images)) / sheets,
        "rebuild.reading_alone_sheets_per_s": sheets / reading_s,
        "rebuild.encoding_alone_sheets_per_s": sheets / encoding_s,
        "rebuild.limit_sheets_per_s": sheets / (reading_s + encoding_s),
        "rebuild.sheets_per_s": sheets / first_s,
        "rebuild.fraction_of_limit": (reading_s + encoding_s) / first_s,
        "rebuild.second_s": second_s,
        "rebuild.second_speedup": first_s / second_s,
    }


def _reading_alone(root: Path, recipe: Recipe, workers: int) -> tuple[float, list[np.ndarray]]:
    """Seconds to read every sheet with all workers, symbols found, and the sheets' pictures."""
    sources = find_sources([root])
    found = zip(drawing_ids(sources), sources, strict=True)
    paths = {drawing_id: source.path for drawing_id, source in found if isinstance(drawing_id, str)}
    images: list[np.ndarray] = []
    start = time.perf_counter()
    for pages in read_drawings(paths, dict.fromkeys(paths, frozenset[int]()), recipe, workers):
        images += [sheet.images for sheet in pages.sheets]
    return time.perf_counter() - start, images


def query_figures(files: list[Path], index_dir: Path, encoder: Encoder, detector: Path | None) -> Figures:
    """Milliseconds of a query that is one of the corpus's own files, by stage."""
    engine = Engine.open(index_dir, encoder, detector=detector)
    chosen = [files[i] for i in np.linspace(0, len(files) - 1, QUERIES).round().astype(int)]
    engine.search(Query(chosen[0]))
    timings = [engine.search(Query(file)).timings_ms for file in chosen]
    figures = {f"query.{stage}_p50_ms": float(np.median([t[stage] for t in timings])) for stage in timings[0]}
    return figures | {"query.total_p95_ms": float(np.quantile([t["total"] for t in timings], 0.95))}


def encoding_figures(encoder: Encoder, by_torch: TorchRuntime) -> Figures:
    """Pictures a second as they are encoded and as torch would with the same weights and cores, by pictures a batch."""
    side_px = encoder.spec.image_px
    pictures = np.random.default_rng(1).integers(0, 256, (max(BATCHES), side_px, side_px), np.uint8)
    figures: Figures = {}
    for batch in BATCHES:
        some = pictures[:batch]
        seconds, torch_s = _median_s(partial(encoder.encode, some)), _median_s(partial(by_torch, some))
        figures |= {f"encode.batch{batch}_per_s": batch / seconds, f"encode.batch{batch}_to_torch": torch_s / seconds}
    return figures


def store_figures(dimensions: int, folder: Path) -> Figures:
    """The exact store at its largest: one query against the bandwidth of the memory, a batch against brute force."""
    rng = np.random.default_rng(1)
    vectors = _unit(rng, STORE_VECTORS, dimensions).astype(np.float16)
    build(vectors[: STORE_VECTORS - 1], folder / "exact.faiss")
    store = load(folder / "exact.faiss", gpu=False)
    queries = _unit(rng, 64, dimensions)
    one_s = _median_s(lambda: store.search(queries[:1], 100))
    batch_s = _median_s(lambda: store.search(queries, 100))
    full = vectors.astype(np.float32)
    gemm_s = _median_s(lambda: queries @ full.T)
    read_s = _median_s(full.sum)
    return {
        "exact.one_query_ms": one_s * 1e3,
        "exact.bandwidth_fraction": (vectors.nbytes / one_s) / (full.nbytes / read_s),
        "exact.batch64_ms": batch_s * 1e3,
        "exact.gemm_fraction": gemm_s / batch_s,
    }


def _unit(rng: np.random.Generator, count: int, dimensions: int) -> np.ndarray:
    vectors = rng.standard_normal((count, dimensions), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _median_s(work: Callable[[], object]) -> float:
    work()
    return float(np.median([_seconds(work) for _ in range(STORE_REPEATS)]))


def main(
    corpus: Annotated[str, typer.Option(help="Folder of drawings, or synthetic:N.")],
    encoder: Annotated[str, typer.Option(help="As in nizu rebuild.")] = DEFAULT_ENCODER,
    seed: Annotated[int, typer.Option(help="Of a synthetic corpus.")] = 1,
    json: Annotated[Path | None, typer.Option(help="Write context and figures here.")] = None,
) -> None:
    """Speed of rebuild, query and exact search, as figures and as fractions of their limits."""
    opened = open_corpus(corpus, None, cache_dir(), seed)
    loaded = load_encoder(encoder)
    loaded.encode(np.full((2, loaded.spec.image_px, loaded.spec.image_px), 255, np.uint8))
    detector, workers = packaged_detector(), os.cpu_count() or 1
    if detector:
        SymbolDetector(detector)  # exported now, not while reading is timed
    with tempfile.TemporaryDirectory(prefix="nizu-speed-") as scratch:
        folder = Path(scratch)
        figures = rebuild_figures(opened.root, loaded, detector, workers, folder / "index")
        figures |= query_figures(opened.files, folder / "index", loaded, detector)
        figures |= encoding_figures(loaded, TorchRuntime(tower_of(encoder)[0], "cpu"))
        figures |= store_figures(loaded.spec.dimensions, folder)
    about = {"corpus": {"name": opened.name, "sheets": len(opened.sheets)}, "encoder": loaded.spec.name}
    tell(figures, about, json)


if __name__ == "__main__":
    run(main)

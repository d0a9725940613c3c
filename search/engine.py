"""Answers a query: read, regions, encode, shortlist, re-rank. Read `Engine.search` from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.encoder import Encoder, load_encoder
from search.errors import UsageError
from search.generation import Generation
from search.late import ORIENTATIONS, Candidate, Scored, oriented, region_weights, score, shortlist
from search.prepare import PreparedSheet, Recipe, prepare_query
from search.stores.faiss_store import gpu_count
from search.symbols.agreement import agreement, class_weights, counts_in
from search.symbols.comparison import lacking, shared_symbols
from search.symbols.filters import FIELD, Requirement, meeting
from search.types import WHOLE, Answer, AskedSheet, Box, Hit, Match, Orientation, RegionKind, Symbol

MAX_TOP_K = 200
NEIGHBOURS_PER_REGION = 200
NEIGHBOURS_OF_WORDS = 1000
"""Most of what is nearest to words may be tiles, which do not count."""
SHORTLIST_SIZE = 300
"""Sheets in an orientation, and more where these are fewer sheets than MAX_TOP_K: the first hits are the same, however
many are asked for."""
FIRST_REGIONS = 4
LIKELY_ORIENTATIONS = 2
"""The first regions are tried in every orientation, the others only in those that fit best and as they are given, which
most queries are right in: half the pictures."""
MATCHES_PER_HIT = 5
SYMBOL_WEIGHT = 0.02
"""Of the agreement in symbols beside the visual similarity: little, for a copy that shows few of its symbols must not
lose to sheets that look less like it. Sheets that differ in nothing but symbols are told apart better with 0.3
(`benchmarks.ranking`)."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. page: 1-based. box: search for this part of the page only. mirror: try the mirror image, too.

    symbols: what sheets must have; the others are left out. symbol_weight: of the agreement in symbols in the score, 0
    ranks by the pictures alone. known: the symbols on the page, where it is an indexed one; they are not looked for
    again.
    """

    path: Path
    page: int = 1
    box: Box | None = None
    top_k: int = 10
    mirror: bool = True
    symbols: tuple[Requirement, ...] = ()
    symbol_weight: float = SYMBOL_WEIGHT
    known: tuple[Symbol, ...] | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sheet with its score. agreed: in symbols, None where they do not count."""

    scored: Scored
    score: float
    agreed: float | None = None

    @property
    def parts(self) -> dict[str, float]:
        visual = {"visual": self.scored.similarity}
        return visual if self.agreed is None else {**visual, "symbols": self.agreed}


@dataclass(frozen=True, slots=True)
class Described:
    """A sheet and the region of it that words fit best."""

    sheet_row: int
    similarity: float
    box: Box


Preparer = Callable[[Path, int, Box | None, Recipe], PreparedSheet]
"""`search.prepare.prepare_query`, or something that runs it in a process of its own."""


class Engine:
    """One generation and the encoder that made it. Thread-safe where `prepare` is."""

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        prepare: Preparer = prepare_query,
        detector: Path | None = None,
    ) -> None:
        """detector: weights that find symbols, those that the generation was made with."""
        recipe = Recipe(encoder.spec.image_px, detector)
        generation.require_encoder(encoder.spec.fingerprint)
        generation.require_detector(recipe.detector_fingerprint)
        self.generation = generation
        self.encoder = encoder
        self._prepare = prepare
        self._recipe = recipe
        with_symbols = generation.manifest.sheets if generation.manifest.detector else 0
        self._symbol_counts = generation.catalog.symbol_counts(with_symbols)
        self._class_weights = class_weights(self._symbol_counts)

    @classmethod
    def open(
        cls,
        index_dir: Path,
        encoder: Encoder | None = None,
        prepare: Preparer = prepare_query,
        detector: Path | None = None,
        *,
        gpu: bool | None = None,
    ) -> Engine:
        """The engine of an index. gpu: where its vectors lie; None for on one where there is one.

        Raises IndexUnusable.
        """
        gpu = gpu_count() > 0 if gpu is None else gpu
        encoder = encoder or load_encoder(device="cuda" if gpu else "cpu")
        generation = Generation.open(index_dir, gpu=gpu)
        try:
            return cls(generation, encoder, prepare, detector)
        except BaseException:
            generation.close()
            raise

    def search(self, query: Query) -> Answer:
        """The nearest sheets, best first. Raises DrawingError where the query cannot be read, UsageError."""
        _check_top_k(query.top_k)
        if not 0 <= query.symbol_weight <= 1:
            raise UsageError("symbol_weight", f"symbol_weight is {query.symbol_weight}; give 0 to 1")
        clock = StageClock()
        allowed = self._allowed(query.symbols)
        with clock.stage("read"):
            sheet = self._prepared(query)
        images, weights = sheet.images, region_weights(sheet.boxes, sheet.kinds)
        with clock.stage("orient"):
            first = self._encode(images[:FIRST_REGIONS], ORIENTATIONS[: 8 if query.mirror else 4])
            likely = self._likely_orientations(first, weights[:FIRST_REGIONS], allowed)
            orientations = tuple(ORIENTATIONS[index] for index in likely)
        with clock.stage("encode"):
            rest = self._encode(images[FIRST_REGIONS:], orientations)
            vectors = np.concatenate([first[likely], rest], axis=1)
        with clock.stage("shortlist"):
            candidates = self._shortlist(vectors, weights, allowed, NEIGHBOURS_PER_REGION)
        with clock.stage("rerank"):
            scored = score(vectors, weights, candidates, self.generation.vectors, self.generation.first_regions)
            ranked = self._with_symbols(best_of_sheets(scored), sheet, query.symbol_weight)
            hits = tuple(self._hits(ranked[: query.top_k], sheet, orientations))
        asked = AskedSheet(sheet.number, sheet.size_px, tuple(_box(row) for row in sheet.boxes), sheet.symbols)
        return Answer(hits, asked, clock.timings_ms(), self.generation.manifest.generation)

    def find(self, text: str, top_k: int = 10, symbols: tuple[Requirement, ...] = ()) -> Answer:
        """The sheets with a region nearest to what the words describe, best first. Raises UsageError."""
        _check_top_k(top_k)
        clock = StageClock()
        allowed = self._allowed(symbols)
        with clock.stage("encode"):
            words = self.encoder.encode_text(text)
        with clock.stage("shortlist"):
            weights = np.ones(1, np.float32)
            candidates = self._shortlist(words[None, None], weights, allowed, NEIGHBOURS_OF_WORDS)
        with clock.stage("rerank"):
            described = filter(None, (self._described(one.sheet_row, words) for one in candidates))
            best = sorted(described, key=lambda one: (-one.similarity, one.sheet_row))[:top_k]
            hits = tuple(self._hit_by_words(rank, one) for rank, one in enumerate(best, start=1))
        return Answer(hits, None, clock.timings_ms(), self.generation.manifest.generation)

    def _prepared(self, query: Query) -> PreparedSheet:
        """The query with the regions that it is compared by."""
        recipe = self._recipe if query.known is None else replace(self._recipe, detector=None)
        sheet = self._prepare(query.path, query.page, query.box, recipe)
        if query.known is None:
            return sheet
        return replace(sheet, symbols=tuple(one for one in query.known if _middle_in(one.box, query.box or WHOLE)))

    def _encode(self, images: NDArray[np.uint8], orientations: tuple[Orientation, ...]) -> NDArray[np.float32]:
        """(Rq, S, S) pictures to (orientations, Rq, D) vectors."""
        turned = np.concatenate([oriented(images, orientation) for orientation in orientations])
        return self.encoder.encode(turned).reshape(len(orientations), len(images), self.encoder.spec.dimensions)

    def _likely_orientations(
        self, vectors: NDArray[np.float32], weights: NDArray[np.float32], allowed: NDArray[np.bool_] | None
    ) -> list[int]:
        """As the query is given, and those in which a sheet fits best, as indices."""
        candidates = self._shortlist(vectors, weights, allowed, NEIGHBOURS_PER_REGION)
        scored = score(vectors, weights, candidates, self.generation.vectors, self.generation.first_regions)
        best = sorted(scored, key=lambda one: -one.similarity)
        fitting = list(dict.fromkeys(one.candidate.orientation for one in best))[:LIKELY_ORIENTATIONS]
        return sorted({0, *fitting})

    def _allowed(self, requirements: tuple[Requirement, ...]) -> NDArray[np.bool_] | None:
        """(sheets,): which sheets meet all requirements; None where nothing is required."""
        if not requirements:
            return None
        if not self.generation.manifest.detector:
            raise UsageError(FIELD, f"this index holds no symbols, so that {FIELD} cannot be asked for: leave it out")
        return meeting(requirements, self._symbol_counts)

    def _shortlist(
        self,
        vectors: NDArray[np.float32],
        weights: NDArray[np.float32],
        allowed: NDArray[np.bool_] | None,
        neighbours_per_region: int,
    ) -> tuple[Candidate, ...]:
        """At least MAX_TOP_K sheets where the search finds so many; where few are allowed, all of them."""
        store = self.generation.store
        orientations = len(vectors)
        if store is None or len(weights) == 0:
            return ()
        if allowed is not None and np.count_nonzero(allowed) <= SHORTLIST_SIZE:
            blank = np.diff(self.generation.first_regions) == 0
            rows = np.flatnonzero(allowed & ~blank).tolist()
            return tuple(Candidate(row, orientation) for row in rows for orientation in range(orientations))
        flat = vectors.reshape(-1, vectors.shape[2])
        of_these = None if allowed is None else np.repeat(allowed, np.diff(self.generation.first_regions))
        wanted = min(neighbours_per_region, len(self.generation.vectors))
        neighbours = store.search(flat, wanted, of_these)
        return shortlist(neighbours, self.generation.first_regions, weights, SHORTLIST_SIZE, MAX_TOP_K)

    def _with_symbols(self, best: list[Scored], sheet: PreparedSheet, weight: float) -> list[Ranked]:
        """The sheets by score, best first; where symbols count, their agreement is part of it."""
        if not (weight and self.generation.manifest.detector):
            return [Ranked(one, one.similarity) for one in best]
        catalog, ranked = self.generation.catalog, []
        asked = counts_in(sheet.symbols, sheet.boxes)
        for one in best:
            row = one.candidate.sheet_row
            boxes = [box for _, box in catalog.regions_of(row)]
            held = counts_in(catalog.symbols_of(row), [boxes[index] for index in one.nearest])
            agreed = agreement(asked, held, self._class_weights)
            ranked.append(Ranked(one, (one.similarity + weight * agreed) / (1 + weight), agreed))
        return sorted(ranked, key=lambda one: (-one.score, one.scored.candidate.sheet_row))

    def _hits(self, best: list[Ranked], sheet: PreparedSheet, orientations: tuple[Orientation, ...]) -> Iterator[Hit]:
        for rank, ranked in enumerate(best, start=1):
            scored, row = ranked.scored, ranked.scored.candidate.sheet_row
            symbols = self.generation.catalog.symbols_of(row)
            boxes = [box for _, box in self.generation.catalog.regions_of(row)]
            order = np.argsort(-scored.similarities)[:MATCHES_PER_HIT]
            yield Hit(
                rank=rank,
                sheet=self.generation.catalog.sheet(row),
                score=ranked.score,
                scores=ranked.parts,
                orientation=orientations[scored.candidate.orientation],
                matches=tuple(
                    Match(_box(sheet.boxes[index]), boxes[scored.nearest[index]], float(scored.similarities[index]))
                    for index in order
                ),
                symbols=shared_symbols(sheet.symbols, symbols),
                lacks=lacking(sheet.symbols, symbols),
            )

    def _described(self, row: int, words: NDArray[np.float32]) -> Described | None:
        """The sheet's drawing as a whole or its view that the words fit best: of tiles they say nothing.

        None where a sheet holds nothing but its template.
        """
        regions = self.generation.catalog.regions_of(row)
        start = int(self.generation.first_regions[row])
        similarities = np.asarray(self.generation.vectors[start : start + len(regions)], np.float32) @ words
        drawn = (
            Described(row, float(similarity), box)
            for similarity, (kind, box) in zip(similarities, regions, strict=True)
            if kind is not RegionKind.TILE
        )
        return max(drawn, key=lambda one: one.similarity, default=None)

    def _hit_by_words(self, rank: int, described: Described) -> Hit:
        catalog, row = self.generation.catalog, described.sheet_row
        return Hit(
            rank=rank,
            sheet=catalog.sheet(row),
            score=described.similarity,
            scores={"text": described.similarity},
            orientation=Orientation(),
            matches=(Match(None, described.box, described.similarity),),
            symbols=shared_symbols((), catalog.symbols_of(row)),
        )


def _check_top_k(top_k: int) -> None:
    if not 1 <= top_k <= MAX_TOP_K:
        raise UsageError("top_k", f"top_k is {top_k}; give 1 to {MAX_TOP_K}")


def best_of_sheets(scored: Iterator[Scored]) -> list[Scored]:
    """The best orientation of each sheet, best sheet first; equal ones by their place in the index."""
    best: dict[int, Scored] = {}
    for one in scored:
        known = best.get(one.candidate.sheet_row)
        if known is None or one.similarity > known.similarity:
            best[one.candidate.sheet_row] = one
    return sorted(best.values(), key=lambda one: (-one.similarity, one.candidate.sheet_row))


class StageClock:
    """Milliseconds a stage took."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._stages[name] = (time.perf_counter() - start) * 1e3

    def timings_ms(self) -> dict[str, float]:
        """Each stage and the total since the clock was made."""
        return {**self._stages, "total": (time.perf_counter() - self._start) * 1e3}


def _middle_in(box: Box, outer: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _box(row: NDArray[np.float32]) -> Box:
    x0, y0, x1, y1 = (float(value) for value in row)
    return x0, y0, x1, y1

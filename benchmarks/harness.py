"""Puts every query to a system and judges its answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import Corpus
from benchmarks.groups import SheetRef
from benchmarks.metrics import Gains
from benchmarks.queries import Query, Truth
from benchmarks.systems import System

DEPTH = 100
"""Answers asked for: the mAP sees no deeper."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judged answer. gains: best first, dropped sheets left out. ideal: the gains of all right sheets."""

    query: Query
    gains: Gains
    ideal: Gains
    ms: float


def index_seconds(system: System, corpus: Corpus) -> float:
    start = time.perf_counter()
    system.index(corpus.files, corpus.root)
    return time.perf_counter() - start


def ask(system: System, queries: Sequence[Query]) -> Iterator[Outcome]:
    """The outcomes in the queries' order. The first one is asked once before, as a warm-up."""
    for query in queries[:1]:
        system.search(query.png, DEPTH)
    for query in queries:
        depth = DEPTH + len(query.truth.dropped)
        start = time.perf_counter()
        answer = system.search(query.png, depth)
        ms = (time.perf_counter() - start) * 1000
        right = np.array(list(query.truth.right.values()))
        ideal = right.max(keepdims=True) if query.truth.one_is_all else right
        yield Outcome(query, judged(answer, query.truth), ideal, ms)


def judged(answer: Sequence[SheetRef], truth: Truth) -> Gains:
    """(N,) gains, N at most DEPTH. A sheet answered twice counts at its first place only."""
    kept = [sheet for sheet in dict.fromkeys(answer) if sheet not in truth.dropped][:DEPTH]
    gains = np.array([truth.right.get(sheet, 0.0) for sheet in kept])
    if truth.one_is_all:
        gains[np.cumsum(gains > 0) > 1] = 0.0
    return gains

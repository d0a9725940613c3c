"""Puts every query to a system and judges its answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import Corpus
from benchmarks.groups import SheetRef
from benchmarks.metrics import Relevance
from benchmarks.queries import Query, Truth
from benchmarks.systems import System

DEPTH = 100
"""Answers asked for: the mAP sees no deeper."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judged answer. relevance: best first, dropped sheets left out. total: how many right sheets there are."""

    query: Query
    relevance: Relevance
    total: int
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
        relevance = judged(answer, query.truth)
        total = 1 if query.truth.one_is_all else len(query.truth.right)
        yield Outcome(query, relevance, total, ms)


def judged(answer: Sequence[SheetRef], truth: Truth) -> Relevance:
    """(N,) bool, N at most DEPTH. A sheet answered twice counts at its first place only."""
    kept = [sheet for sheet in dict.fromkeys(answer) if sheet not in truth.dropped][:DEPTH]
    relevance = np.array([sheet in truth.right for sheet in kept], np.bool_)
    if truth.one_is_all:
        relevance &= np.cumsum(relevance) <= 1
    return relevance

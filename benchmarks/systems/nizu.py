"""nizu by its pictures alone: `nizu rebuild` on the corpus as it is, without symbols, then its engine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.groups import SheetRef
from benchmarks.systems import Setting
from indexer.rebuild import rebuild
from search.encoder import DEFAULT_ENCODER, load_encoder
from search.engine import Engine, Query


class Nizu:
    """The product with one encoder."""

    reads_pages = False

    def __init__(
        self, setting: Setting, encoder: str, detector: Path | None = None, symbol_weight: float = 0.0
    ) -> None:
        """detector: weights of the symbol detector; None ranks by vectors alone."""
        self._index_dir = setting.work_dir / "index"
        self._encoder = load_encoder(encoder)
        self._detector, self._symbol_weight = detector, symbol_weight
        self._engine: Engine | None = None

    def index(self, files: Sequence[Path], root: Path) -> None:
        rebuild([root], self._index_dir, self._encoder, workers=os.cpu_count() or 1, detector=self._detector)
        self._engine = Engine.open(self._index_dir, self._encoder, detector=self._detector)

    def search(self, query_png: Path, k: int) -> list[SheetRef]:
        if self._engine is None:
            raise RuntimeError("search before index")
        answer = self._engine.search(Query(query_png, top_k=k, symbol_weight=self._symbol_weight))
        return [SheetRef(hit.sheet.source, hit.sheet.number) for hit in answer.hits]


def create(setting: Setting) -> Nizu:
    return Nizu(setting, setting.variant or DEFAULT_ENCODER)

"""A sheet's symbols as bytes, for the cache and the catalog: 21 bytes each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from search.symbols.classes import CLASSES, INDEX
from search.types import Symbol

_RECORD = np.dtype([("kind", "u1"), ("box", "<f4", 4), ("score", "<f4")])


def packed(symbols: Iterable[Symbol]) -> bytes:
    return np.array([(INDEX[one.name], one.box, one.score) for one in symbols], _RECORD).tobytes()


def unpacked(data: bytes) -> tuple[Symbol, ...]:
    """What was packed, boxes and scores rounded to float32."""
    records = np.frombuffer(data, _RECORD)
    return tuple(
        Symbol(CLASSES[kind].name, (x0, y0, x1, y1), score)
        for kind, (x0, y0, x1, y1), score in zip(
            *(records[name].tolist() for name in ("kind", "box", "score")), strict=True
        )
    )


def add_counts(table: NDArray[np.uint16], rows: Sequence[int], data: Sequence[bytes]) -> None:
    """Count the symbols of each class in packed ones. table: (N, C), of which `rows` are those of `data`."""
    kinds = np.frombuffer(b"".join(data), _RECORD)["kind"]
    np.add.at(table, (np.repeat(rows, [len(one) // _RECORD.itemsize for one in data]), kinds), 1)

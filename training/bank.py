"""The part bank: projected views of solids, small enough to travel inside the package.

Parts are modelled once with a CAD kernel (`training.parts`, extra `cad`) and kept as plane curves, so that the demo,
the benchmark and the training need no kernel.

A bank file is a zip of LZMA-compressed NumPy columns, one set a split. Coordinates are whole multiples of a unit that
each view chooses from 1-2-5 steps of a millimetre, so a rounded dimension of the part stays exact.
"""

from __future__ import annotations

import json
import lzma
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args, overload

import numpy as np
from numpy.typing import NDArray

from search.errors import NizuError

Split = Literal["train", "test"]
ViewName = Literal["front", "back", "left", "right", "top", "bottom", "iso", "section"]


class Line(IntEnum):
    """What an edge is drawn as (ISO 128-2 line types)."""

    VISIBLE = 0
    HIDDEN = 1
    TANGENT = 2  # smooth transition between faces: drawn thin or left out
    CUT = 3  # outline of a cut face in a section: its loops are hatched


@dataclass(frozen=True, slots=True)
class View:
    """One orthographic projection of a part, in millimetres of the part, x to the right, y up, origin free.

    polylines: each (N, 2) float32, N >= 2; a straight edge has N = 2.
    arcs: (M, 5) float32, centre x, centre y, radius, start and end angle in radians, counter-clockwise; a full circle
        spans 2 pi. Every circular edge seen face-on is an arc, never a polyline: dimensions and centre marks need it.
    polyline_lines, arc_lines: (len(polylines),), (M,) uint8, a `Line` each.
    shade: (H, W) uint8, 255 is paper, picture of the shaded part over the view's bounds, or None. Isometric views only.
    """

    polylines: tuple[NDArray[np.float32], ...]
    polyline_lines: NDArray[np.uint8]
    arcs: NDArray[np.float32]
    arc_lines: NDArray[np.uint8]
    shade: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One solid: what it is, and how it looks from each side.

    name: unique in the bank, `family-0042`. title, title_ja: what a drafter would write in the title block.
    params: the family's parameters, millimetres, degrees or counts.
    features: words for what is on it, e.g. ("bolt_circle", "keyway").
    """

    name: str
    family: str
    split: Split
    title: str
    title_ja: str
    params: Mapping[str, float]
    features: tuple[str, ...]
    views: Mapping[ViewName, View]


class BankError(NizuError):
    """The part bank is missing, damaged, or of another version."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The part bank {path} cannot be used: {why}. Make one with 'python -m training.make_bank'.")


PACKAGED = Path(__file__).with_name("data") / "bank.npz"
FORMAT = 1
VIEW_NAMES: tuple[ViewName, ...] = get_args(ViewName)
SPLITS: tuple[Split, ...] = get_args(Split)
STEPS = 32000  # of the unit, at most, from the origin to the farthest coordinate: int16 with room
ISO_STEPS = 4000  # an isometric view is looked at, never measured: fewer steps pack better
TURN = 65536  # steps of a full circle
Column = NDArray[Any]


class Shard:
    """The columns of one split, and the parts they spell."""

    def __init__(self, split: Split, columns: Mapping[str, Column]) -> None:
        def column(name: str) -> Column:
            return columns[f"{split}.{name}"]

        self.heads: list[dict[str, Any]] = json.loads(column("heads").tobytes())
        self._split: Split = split
        self._view_names = column("view_names")
        self._units_mm = column("units_mm")
        self._views = _starts(column("views_per_part"))
        self._lines = _starts(column("polylines_per_view"))
        self._arcs = _starts(column("arcs_per_view"))
        self._points = _starts(column("points_per_polyline"))
        self._xy = np.stack([np.cumsum(column(name), dtype=np.int16) for name in ("x_steps", "y_steps")], axis=1)
        self._polyline_lines = column("polyline_lines")
        self._arc_mm = column("arc_centre_radius")
        self._arc_turns = column("arc_start_span")
        self._arc_lines = column("arc_lines")
        self._shade_sizes = column("shade_sizes").astype(np.int64)
        self._shades = _starts(self._shade_sizes.prod(axis=1))
        self._shade_pixels = column("shade_pixels")

    def part(self, index: int) -> Part:
        head = self.heads[index]
        views = range(self._views[index], self._views[index + 1])
        return Part(
            **{**head, "features": tuple(head["features"])},
            split=self._split,
            views={VIEW_NAMES[self._view_names[v]]: self._view(v) for v in views},
        )

    def _view(self, v: int) -> View:
        lines = slice(self._lines[v], self._lines[v + 1])
        arcs = slice(self._arcs[v], self._arcs[v + 1])
        return View(
            polylines=tuple(self._polyline(i, self._units_mm[v]) for i in range(lines.start, lines.stop)),
            polyline_lines=self._polyline_lines[lines].copy(),
            arcs=_arcs_mm(self._arc_mm[arcs], self._arc_turns[arcs], self._units_mm[v]),
            arc_lines=self._arc_lines[arcs].copy(),
            shade=self._shade(v),
        )

    def _polyline(self, i: int, unit_mm: float) -> NDArray[np.float32]:
        return (self._xy[self._points[i] : self._points[i + 1]] * unit_mm).astype(np.float32)

    def _shade(self, v: int) -> NDArray[np.uint8] | None:
        pixels = self._shade_pixels[self._shades[v] : self._shades[v + 1]]
        return pixels.reshape(self._shade_sizes[v]).copy() if pixels.size else None


def encode(parts: Sequence[Part]) -> dict[str, Column]:
    """The columns of parts of one split."""
    views = [(name, view, _unit_mm(name, view)) for part in parts for name, view in part.views.items()]
    points = [np.rint(line / unit) for _, view, unit in views for line in view.polylines]
    xy = _joined(points, (0, 2)).astype(np.int16)
    arcs = _joined([_arc_steps(view.arcs, unit) for _, view, unit in views], (0, 5))
    shades = [view.shade if view.shade is not None else np.zeros((0, 0), np.uint8) for _, view, _ in views]
    pixels = _joined([shade.ravel() for shade in shades], (0,)).astype(np.uint8)
    return {
        "heads": np.frombuffer(json.dumps([_head(part) for part in parts]).encode(), np.uint8),
        "view_names": np.array([VIEW_NAMES.index(name) for name, _, _ in views], np.uint8),
        "units_mm": np.array([unit for _, _, unit in views], np.float64),
        "views_per_part": np.array([len(part.views) for part in parts], np.uint8),
        "polylines_per_view": np.array([len(view.polylines) for _, view, _ in views], np.uint16),
        "arcs_per_view": np.array([len(view.arcs) for _, view, _ in views], np.uint16),
        "points_per_polyline": np.array([len(line) for line in points], np.uint16),
        "x_steps": np.diff(xy[:, 0], prepend=np.int16(0)),
        "y_steps": np.diff(xy[:, 1], prepend=np.int16(0)),
        "polyline_lines": _joined([view.polyline_lines for _, view, _ in views], (0,)).astype(np.uint8),
        "arc_centre_radius": arcs[:, :3].astype(np.int16),
        "arc_start_span": arcs[:, 3:].astype(np.uint16),
        "arc_lines": _joined([view.arc_lines for _, view, _ in views], (0,)).astype(np.uint8),
        "shade_sizes": np.array([shade.shape for shade in shades], np.uint8).reshape(-1, 2),
        "shade_pixels": pixels,
    }


def _head(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "family": part.family,
        "title": part.title,
        "title_ja": part.title_ja,
        "params": dict(part.params),
        "features": list(part.features),
    }


def _joined(pieces: Sequence[Column], empty_shape: tuple[int, ...]) -> Column:
    return np.concatenate([np.zeros(empty_shape), *pieces])


def _starts(counts: Column) -> list[int]:
    return [0, *np.cumsum(counts, dtype=np.int64).tolist()]


def _unit_mm(name: ViewName, view: View) -> float:
    """The finest 1-2-5 step in which the view's farthest coordinate fits."""
    reach_mm = max(
        max((float(np.abs(line).max()) for line in view.polylines), default=0.0),
        float(np.abs(view.arcs[:, :3]).max(initial=0.0)),
    )
    smallest_mm = max(reach_mm, 1e-3) / (ISO_STEPS if name == "iso" else STEPS)
    decade = 10.0 ** np.floor(np.log10(smallest_mm))
    return float(next(step * decade for step in (1, 2, 5, 10) if step * decade >= smallest_mm))


def _arc_steps(arcs: NDArray[np.float32], unit_mm: float) -> Column:
    """(M, 5) whole numbers: centre and radius in units, start and span (less one) in parts of a turn."""
    turns = arcs[:, 3:].astype(np.float64) * (TURN / (2 * np.pi))
    start = np.mod(np.rint(turns[:, 0]), TURN)
    span = np.clip(np.rint(turns[:, 1] - turns[:, 0]), 1, TURN) - 1
    return np.concatenate([np.rint(arcs[:, :3] / unit_mm), start[:, None], span[:, None]], axis=1)


def _arcs_mm(steps: Column, turns: Column, unit_mm: float) -> NDArray[np.float32]:
    start = turns[:, :1].astype(np.float64)
    ends = np.concatenate([start, start + turns[:, 1:] + 1.0], axis=1) * (2 * np.pi / TURN)
    return np.concatenate([steps * unit_mm, ends], axis=1).astype(np.float32)


class Bank(Sequence[Part]):
    """Parts, decoded when asked for. Indexing is thread-safe; every part comes out equal each time."""

    def __init__(self, shards: Iterable[Shard]) -> None:
        self._shards = tuple(shards)
        self._starts = np.cumsum([0, *(len(shard.heads) for shard in self._shards)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    @overload
    def __getitem__(self, index: int) -> Part: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Part]: ...

    def __getitem__(self, index: int | slice) -> Part | Sequence[Part]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        where = index + len(self) if index < 0 else index
        if not 0 <= where < len(self):
            raise IndexError(f"part {index} of a bank of {len(self)}")
        shard = int(np.searchsorted(self._starts, where, side="right")) - 1
        return self._shards[shard].part(where - int(self._starts[shard]))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of every part, in order, without decoding any."""
        return tuple(head["name"] for shard in self._shards for head in shard.heads)

    @cached_property
    def families(self) -> Mapping[str, tuple[int, ...]]:
        """Family name to the positions of its parts."""
        positions: dict[str, list[int]] = {}
        heads = (head for shard in self._shards for head in shard.heads)
        for i, head in enumerate(heads):
            positions.setdefault(head["family"], []).append(i)
        return {family: tuple(where) for family, where in positions.items()}


def load_bank(path: Path | None = None, split: Split | None = None) -> Bank:
    """The packaged bank, or the one at `path`; both splits, train first, or one."""
    path = path or PACKAGED
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as columns:
            _check_format(path, columns)
            return Bank(Shard(name, columns) for name in ([split] if split else SPLITS))
    except (OSError, KeyError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, lzma.LZMAError) as error:
        raise BankError(path, str(error) or type(error).__name__) from error


def save_bank(path: Path, parts: Iterable[Part]) -> None:
    """Write `parts` as one file, in their order within each split. Coordinates are rounded to half a view's unit."""
    by_split: dict[Split, list[Part]] = {split: [] for split in SPLITS}
    for part in parts:
        by_split[part.split].append(part)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        _write_column(archive, "format", np.array(FORMAT))
        for split, members in by_split.items():
            for name, column in encode(members).items():
                _write_column(archive, f"{split}.{name}", column)


def _write_column(archive: zipfile.ZipFile, name: str, column: Column) -> None:
    fixed_date = zipfile.ZipInfo(f"{name}.npy")  # 1980: equal banks are equal files
    fixed_date.compress_type = zipfile.ZIP_LZMA
    with archive.open(fixed_date, "w") as file:
        np.lib.format.write_array(file, column, allow_pickle=False)


def _check_format(path: Path, columns: Mapping[str, Column]) -> None:
    found = int(columns["format"])
    if found != FORMAT:
        raise BankError(path, f"its format is {found}, this version reads {FORMAT}")

"""A generation: one complete, immutable, checksummed index on the disk.

DIR/CURRENT                    name of the serving generation; replaced by an atomic rename
DIR/generations/000007/        manifest.json, catalog.sqlite, vectors.npy, regions.faiss, previews.bin
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.catalog import Catalog
from search.errors import EncoderMismatch, IndexUnusable
from search.stores import VectorStore
from search.stores.faiss_store import load

CATALOG, VECTORS, STORE, PREVIEWS, MANIFEST = (
    "catalog.sqlite",
    "vectors.npy",
    "regions.faiss",
    "previews.bin",
    "manifest.json",
)
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is. files: name to SHA-256. created: ISO 8601, UTC. detector: empty where none was used."""

    format: int
    generation: str
    created: str
    encoder: str
    detector: str
    dimensions: int
    drawings: int
    sheets: int
    regions: int
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexUnusable."""
        try:
            manifest = cls(**json.loads((folder / MANIFEST).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise IndexUnusable(
                f"Generation {folder.name} has no usable manifest ({error}): run 'nizu rebuild'."
            ) from None
        if manifest.format != FORMAT:
            raise IndexUnusable(
                f"Generation {folder.name} has format {manifest.format}, this program reads {FORMAT}: "
                "run 'nizu rebuild'."
            )
        return manifest


class Generation:
    """An open generation. Its files may be unlinked while it is open: it serves until it is closed."""

    def __init__(self, folder: Path, manifest: Manifest, *, gpu: bool) -> None:
        self.manifest = manifest
        self.catalog = Catalog(folder / CATALOG)
        self.vectors: NDArray[np.float16] = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
        self.first_regions = self.catalog.first_regions()
        self.store: VectorStore | None = load(folder / STORE, gpu=gpu) if len(self.vectors) else None
        self._previews = _mapped(folder / PREVIEWS)

    @classmethod
    def open(cls, index_dir: Path, *, gpu: bool = False) -> Generation:
        """The serving generation. Raises IndexUnusable where there is none or a file is not what it was."""
        folder = current_folder(index_dir)
        try:
            return cls._checked(folder, gpu=gpu)
        except IndexUnusable:
            if current_folder(index_dir) == folder:
                raise
        return cls.open(index_dir, gpu=gpu)  # meanwhile another was published and this one removed

    @classmethod
    def _checked(cls, folder: Path, *, gpu: bool) -> Generation:
        """Vectors and previews are too large to be read whole here: `nizu verify` does."""
        manifest = Manifest.read(folder)
        try:
            wrong = list(wrong_files(folder, manifest, (CATALOG, STORE)))
            if not wrong:
                return cls(folder, manifest, gpu=gpu)
        except (OSError, EOFError, ValueError, RuntimeError, sqlite3.Error) as error:
            wrong = [next(wrong_files(folder, manifest), str(error))]
        raise IndexUnusable(
            f"Generation {folder.name} is damaged: {', '.join(wrong)}. See 'nizu verify', then run 'nizu rebuild'."
        )

    def require_encoder(self, fingerprint: str) -> None:
        """Raises EncoderMismatch where the vectors were made by another encoder."""
        if self.manifest.encoder != fingerprint:
            raise EncoderMismatch(self.manifest.encoder, fingerprint)

    def require_detector(self, fingerprint: str) -> None:
        """Raises IndexUnusable where its symbols were found by another detector, or by none."""
        if self.manifest.detector != fingerprint:
            both = (self.manifest.detector, fingerprint)
            made, runs = (f"with symbol detector {one}" if one else "without symbols" for one in both)
            raise IndexUnusable(f"The index was built {made}, this process runs {runs}: run 'nizu rebuild'.")

    def preview_png(self, sheet_row: int) -> bytes:
        """Raises IndexUnusable where the file of previews is too short."""
        offset, length = self.catalog.preview_place(sheet_row)
        png = bytes(self._previews[offset : offset + length])
        if len(png) < length:
            raise IndexUnusable(f"Generation {self.manifest.generation} is damaged: {PREVIEWS} is truncated.")
        return png

    def close(self) -> None:
        self.catalog.close()
        if self.store is not None:
            self.store.close()


def current_folder(index_dir: Path) -> Path:
    """Folder of the serving generation. Raises IndexUnusable."""
    name = _current_name(index_dir)
    folder = index_dir / "generations" / name
    if name.isdigit() and folder.is_dir():
        return folder
    if _current_name(index_dir) != name:  # published this moment
        return current_folder(index_dir)
    raise IndexUnusable(f"{index_dir / 'CURRENT'} names generation {name!r}, which is not there: run 'nizu rebuild'.")


def _current_name(index_dir: Path) -> str:
    try:
        return (index_dir / "CURRENT").read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise IndexUnusable(
            f"There is no index in {index_dir}: make one with 'nizu rebuild DRAWINGS --index {index_dir}'."
        ) from None


def publish(index_dir: Path, name: str) -> None:
    """Let a complete generation serve: readers see the old name or the new one, never anything else."""
    partial = index_dir / "CURRENT.partial"
    with partial.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(index_dir / "CURRENT")
    fsync_folder(index_dir)


def wrong_files(folder: Path, manifest: Manifest, names: tuple[str, ...] | None = None) -> Iterator[str]:
    """What is wrong with the files of a generation, one line each."""
    for name in names or (CATALOG, VECTORS, STORE, PREVIEWS):
        try:
            if sha256_of(folder / name) != manifest.files.get(name):
                yield f"{name} has another checksum than when it was written"
        except FileNotFoundError:  # asking first would not do: a generation may be removed at any moment
            yield f"{name} is missing"
        except OSError as error:
            yield f"{name} cannot be read ({error.strerror})"


def wrong_counts(folder: Path, manifest: Manifest, catalog: Catalog) -> Iterator[str]:
    """Where the manifest, the catalog and the vectors do not agree, one line each."""
    starts = catalog.first_regions()
    vectors = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
    found = {"sheets": len(starts) - 1, "regions": int(starts[-1]), "dimensions": vectors.shape[1]}
    for name, count in found.items():
        if getattr(manifest, name) != count:
            yield f"{MANIFEST} says {name} {getattr(manifest, name)}, there are {count}"
    if len(vectors) != starts[-1]:
        yield f"{VECTORS} holds {len(vectors)} vectors, {CATALOG} {starts[-1]} regions"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""


def fsync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The bulk rebuild: a folder of drawings goes in, a new generation comes out. Read `rebuild` from top to bottom."""

from __future__ import annotations

import errno
import fcntl
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer.cache import Cache
from indexer.files import Source, drawing_ids, find_sources
from indexer.progress import NoProgress, Progress
from indexer.reader import PagesRead, read_drawings
from indexer.writer import prune, write_generation
from search.catalog import Failure
from search.encoder import Encoder
from search.errors import DrawingError, IndexUnusable, Reason, UsageError
from search.generation import Manifest, current_folder, publish
from search.prepare import Recipe

_NO_ROOM_BYTES = 2**16
_FAILURES_NAMED = 20
_CHANGED = DrawingError(Reason.CHANGED, "changed while drawings were read: run 'nizu rebuild' again")


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did. encoded_sheets: sheets that were not in the cache."""

    manifest: Manifest
    encoded_sheets: int
    failures: tuple[Failure, ...]


@dataclass(slots=True)
class Inventory:
    """The drawings to index. names: drawing id to its sources' names. paths: drawing id to a file with that content.

    stamps: what tells whether that file is still the same.
    """

    names: dict[str, list[str]] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    stamps: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


def rebuild(
    roots: Sequence[Path],
    index_dir: Path,
    encoder: Encoder,
    workers: int,
    progress: Progress | None = None,
    *,
    detector: Path | None = None,
) -> RebuildReport:
    """Index every drawing below the roots and let the new generation serve.

    Files that cannot be read are named in the report and skipped. Until the last step the old generation serves; a
    rebuild that is killed leaves its finished pages in the cache. detector: weights that find symbols.
    Raises UsageError, IndexUnusable.
    """
    progress = progress or NoProgress()
    sources = find_sources(roots)
    recipe = Recipe(encoder.spec.image_px, detector)
    made_by = f"{encoder.spec.fingerprint} {recipe.detector_fingerprint}".strip()
    with _disk_errors(index_dir), _one_rebuild(index_dir):
        cache_path = index_dir / "cache" / "pages.sqlite"
        with closing(Cache(cache_path, made_by, encoder.spec.dimensions)) as cache:
            inventory = _inventory(sources, progress)
            encoded = _fill_cache(inventory, cache, encoder, recipe, workers, progress)
            _require_some_sheet(inventory, cache)
            manifest = write_generation(
                index_dir,
                inventory.names,
                inventory.failures,
                cache,
                encoder.spec,
                recipe.detector_fingerprint,
                progress=progress,
            )
        before = _serving(index_dir)
        publish(index_dir, manifest.generation)
        prune(index_dir, {manifest.generation, before})
    return RebuildReport(manifest, encoded, tuple(inventory.failures))


def _serving(index_dir: Path) -> str:
    """The generation that served so far, kept so that a bad rebuild can be taken back; it need not be the newest."""
    try:
        return current_folder(index_dir).name
    except IndexUnusable:
        return ""


def _inventory(sources: Sequence[Source], progress: Progress) -> Inventory:
    progress.start("hash", len(sources))
    inventory = Inventory()
    stamps = [_stamp(source.path) for source in sources]  # before the hash: what changes afterwards is seen
    for source, stamp, drawing_id in zip(sources, stamps, drawing_ids(sources), strict=True):
        progress.advance(1)
        if isinstance(drawing_id, OSError):
            message = f"cannot be opened: {drawing_id.strerror}"
            inventory.failures.append(Failure(source.name, 0, Reason.MISSING, message))
        else:
            inventory.names.setdefault(drawing_id, []).append(source.name)
            inventory.paths.setdefault(drawing_id, source.path)
            inventory.stamps.setdefault(drawing_id, stamp)
    return inventory


def _stamp(path: Path) -> tuple[int, int] | None:
    """Size and time of the last change; None where there is no such file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _fill_cache(
    inventory: Inventory, cache: Cache, encoder: Encoder, recipe: Recipe, workers: int, progress: Progress
) -> int:
    """Read and encode what the cache does not have; the number of sheets encoded.

    What was read of a file that is no longer the one that was hashed is not kept: hours may lie between.
    """
    complete = cache.complete()
    todo = {drawing_id: path for drawing_id, path in inventory.paths.items() if drawing_id not in complete}
    done = {drawing_id: cache.pages_done(drawing_id) for drawing_id in todo}
    progress.start("read and encode", len(todo))
    encoded = 0
    with closing(read_drawings(todo, done, recipe, workers)) as reading:
        for read in reading:
            same = _stamp(todo[read.drawing_id]) == inventory.stamps[read.drawing_id]
            pages = read if same else _of_a_changed_file(read)
            encoded += _keep(pages, cache, encoder)
            inventory.failures.extend(_failures(pages, inventory.names))
            if pages.is_last and not pages.failed:
                cache.finish(pages.drawing_id)
            cache.commit()
            progress.advance(int(pages.is_last), len(pages.sheets))
    return encoded


def _of_a_changed_file(pages: PagesRead) -> PagesRead:
    return replace(pages, sheets=(), errors=((0, _CHANGED),) if pages.is_last else (), failed=True)


def _require_some_sheet(inventory: Inventory, cache: Cache) -> None:
    """An empty index must not take the place of a good one because, say, a file server does not answer."""
    if not any(map(cache.pages_done, inventory.names)):
        named = "\n".join(map(str, inventory.failures[:_FAILURES_NAMED]))
        raise UsageError("drawings", f"none of the drawings can be read, the index is left as it is:\n{named}")


def _keep(pages: PagesRead, cache: Cache, encoder: Encoder) -> int:
    images = [image for sheet in pages.sheets for image in sheet.images]
    vectors = encoder.encode(images)
    start = 0
    for sheet in pages.sheets:
        cache.put(pages.drawing_id, sheet, vectors[start : start + len(sheet.images)])
        start += len(sheet.images)
    return len(pages.sheets)


def _failures(pages: PagesRead, names: Mapping[str, list[str]]) -> Iterator[Failure]:
    for name in names[pages.drawing_id]:
        for number, error in pages.errors:
            yield Failure(name, number, error.reason, str(error))


@contextmanager
def _one_rebuild(index_dir: Path) -> Iterator[None]:
    """Two rebuilds of one index would overwrite each other's generation."""
    index_dir.mkdir(parents=True, exist_ok=True)
    with (index_dir / "rebuild.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError("index", f"another rebuild of {index_dir} is running: wait for it") from None
        yield


@contextmanager
def _disk_errors(index_dir: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        full = _is_full(error, index_dir)
        what = f"The disk of {index_dir} is full" if full else f"{index_dir} cannot be written ({error})"
        raise IndexUnusable(
            f"{what}: the rebuild stopped, an index that served before still does. "
            f"{'Make room' if full else 'Mend that'} and run 'nizu rebuild' again: it goes on where it stopped."
        ) from error
    except sqlite3.DatabaseError as error:
        raise IndexUnusable(
            f"The cache of {index_dir} is damaged ({error}): delete {index_dir / 'cache'} and run 'nizu rebuild' again."
        ) from error


def _is_full(error: OSError | sqlite3.OperationalError, index_dir: Path) -> bool:
    """SQLite and FAISS tell it in words, or not at all."""
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return True
    told = any(words in str(error) for words in ("is full", "No space left"))
    return told or (index_dir.is_dir() and shutil.disk_usage(index_dir).free < _NO_ROOM_BYTES)

"""`synthetic:N`: a folder of N one-sheet PDFs of parts and templates that the training never saw."""

from __future__ import annotations

from pathlib import Path


def make_folder(count: int, cache_dir: Path, seed: int) -> Path:
    raise NotImplementedError((count, cache_dir, seed))

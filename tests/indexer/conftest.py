"""Two small drawings, a place for their index, and what serves there."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.generation import CATALOG, PREVIEWS, STORE, VECTORS, current_folder
from tests.drawn import write_strips


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small drawings."""
    (tmp_path / "drawings").mkdir()
    for seed in (1, 2):
        write_strips(tmp_path / "drawings" / f"{seed}.pdf", [seed])
    return tmp_path / "drawings"


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    return tmp_path / "index"


def serving_files(index_dir: Path) -> dict[str, bytes]:
    return {name: (current_folder(index_dir) / name).read_bytes() for name in (CATALOG, VECTORS, STORE, PREVIEWS)}

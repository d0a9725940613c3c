"""`kill -9` in the middle of a rebuild: nothing is lost, nothing is done twice, nothing is left running."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from indexer.rebuild import rebuild
from indexer.verify import verify
from search.encoder import load_encoder
from search.errors import IndexUnusable
from search.generation import CATALOG, PREVIEWS, VECTORS, Generation, current_folder
from search.symbols.detector import packaged_detector
from tests.drawn import write_strips

ROOT = Path(__file__).parents[2]
DRAWINGS = 20


def pages_in_cache(index_dir: Path) -> int:
    path = index_dir / "cache" / "pages.sqlite"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as cache:
            return int(cache.execute("SELECT COUNT(*) FROM pages").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def processes_below(pid: int) -> list[int]:
    found = []
    for child in Path(f"/proc/{pid}/task").glob("*/children"):
        for below in map(int, child.read_text().split()):
            found += [below, *processes_below(below)]
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_rebuild_goes_on_where_it_was_and_ends_the_same(tmp_path: Path, tiny_weights: Path) -> None:
    folder, index_dir = tmp_path / "drawings", tmp_path / "index"
    folder.mkdir()
    for seed in range(DRAWINGS):
        write_strips(folder / f"{seed:02d}.pdf", [seed])
    command = [sys.executable, "-m", "indexer", "rebuild", str(folder), "--index", str(index_dir)]
    options = ["--encoder", str(tiny_weights), "--workers", "2", "--device", "cpu"]
    killed = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: pages_in_cache(index_dir) >= 3)
    below = processes_below(killed.pid)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()

    done = pages_in_cache(index_dir)
    assert 3 <= done < DRAWINGS, "killed in the middle"
    with pytest.raises(IndexUnusable, match="no index"):
        Generation.open(index_dir)
    assert below
    wait_for(lambda: not any(map(is_running, below)))

    encoder, detector = load_encoder(str(tiny_weights)), packaged_detector()
    again = rebuild([folder], index_dir, encoder, workers=2, detector=detector)
    assert again.encoded_sheets == DRAWINGS - done
    assert verify(index_dir).missing == verify(index_dir).damaged == ()
    rebuild([folder], tmp_path / "uninterrupted", encoder, workers=2, detector=detector)
    one, other = current_folder(index_dir), current_folder(tmp_path / "uninterrupted")
    for name in (CATALOG, PREVIEWS):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    assert np.abs(np.load(one / VECTORS).astype(float) - np.load(other / VECTORS)).max() < 2e-3

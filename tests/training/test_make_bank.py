"""Making a bank goes on where the kernel fails. Run as a script, this file makes parts of families that fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

build123d = pytest.importorskip("build123d")

from build123d import Box, Pos  # noqa: E402

from training import make_bank  # noqa: E402
from training.parts import Family  # noqa: E402
from training.parts.dice import Dice  # noqa: E402
from training.parts.shapes import Shape  # noqa: E402


def is_well(_: Dice) -> Shape:
    return Box(3, 2, 1)


def crashes(_: Dice) -> Shape:
    os._exit(1)


def hangs(_: Dice) -> Shape:
    while True:
        pass


def falls_apart(_: Dice) -> Shape:
    return Box(1, 1, 1) + Pos(9, 9, 9) * Box(1, 1, 1)


def is_refused(_: Dice) -> Shape:
    return build123d.fillet(Box(1, 1, 1).edges(), 5)


def made_of_faulty_families() -> dict[str, object]:
    builds = (is_well, crashes, is_refused, hangs, falls_apart)
    make_bank.FAMILIES = tuple(Family(build.__name__, "", "", "train", build) for build in builds)
    make_bank.CPU_LIMIT_S = 1.0
    refused: Counter[str] = Counter()
    jobs = [(build.__name__, 0) for build in (*builds, is_well)]
    made = [part.family for part in make_bank.make_parts(jobs, seed=1, workers=2, refused=refused)]
    return {"made": made, "refused": refused}


def test_a_part_that_crashes_hangs_or_is_refused_is_counted_and_left_out() -> None:
    root = str(Path(__file__).parents[2])
    run = subprocess.run(  # workers are forked: not from a process in which the kernel has run
        [sys.executable, __file__],
        cwd=root,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == {
        "made": ["is_well", "is_well"],
        "refused": {
            "crashes: kernel crashed": 1,
            "is_refused: ValueError": 1,
            "hangs: out of time": 1,
            "falls_apart: PartError": 1,
        },
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(made_of_faulty_families()))

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
from training.bank import load_bank  # noqa: E402
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
    families = [Family(build.__name__, "", "", "train", build) for build in builds]
    make_bank.CPU_LIMIT_S = 1.0
    refused: Counter[str] = Counter()
    jobs = [(family, 0) for family in (*families, families[0])]
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


def test_step_files_are_parts_and_a_damaged_one_is_left_out(tmp_path: Path) -> None:
    build123d.export_step(Box(30, 20, 10) - build123d.Cylinder(4, 10), str(tmp_path / "drilled_block.STP"))
    (tmp_path / "broken.step").write_text("ISO-10303-21; this is no solid")
    out = tmp_path / "bank.npz"
    command = [sys.executable, "-m", "training.make_bank", "--out", str(out), "--train", "1", "--test", "1"]
    run = subprocess.run(
        [*command, "--step", str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    bank = load_bank(out, split="train")
    assert "step-drilled_block" in bank.families
    part = bank[bank.families["step-drilled_block"][0]]
    assert part.title == "drilled block"
    assert len(part.views["top"].arcs) == 1
    assert "step-broken" in run.stderr


if __name__ == "__main__":
    sys.stdout.write(json.dumps(made_of_faulty_families()))

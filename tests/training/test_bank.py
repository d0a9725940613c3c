"""The bank keeps what was put in, gives it back quickly, and says what is wrong with a file that is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.bank import PACKAGED, BankError, Line, Part, Split, View, ViewName, load_bank, save_bank

ALWAYS: tuple[ViewName, ...] = ("front", "right", "top", "left", "iso")


def a_view(rng: np.random.Generator, *, size_mm: float = 100.0, shaded: bool = False) -> View:
    polylines = tuple(
        rng.uniform(-size_mm, size_mm, (rng.integers(2, 9), 2)).astype(np.float32) for _ in range(rng.integers(1, 6))
    )
    count = int(rng.integers(0, 4))
    start = rng.uniform(0, 2 * np.pi, count)
    circles = np.column_stack([rng.uniform(-size_mm, size_mm, (count, 2)), rng.uniform(0.05, 1, count) * size_mm])
    arcs = np.column_stack([circles, start, start + rng.uniform(0.01, 2 * np.pi, count)])
    return View(
        polylines=polylines,
        polyline_lines=rng.integers(0, 4, len(polylines)).astype(np.uint8),
        arcs=arcs.astype(np.float32),
        arc_lines=rng.integers(0, 4, count).astype(np.uint8),
        shade=rng.integers(0, 256, (int(rng.integers(1, 9)), 7)).astype(np.uint8) if shaded else None,
    )


def a_part(name: str, split: Split, views: dict[ViewName, View]) -> Part:
    return Part(name, name.split("-", maxsplit=1)[0], split, "Plate", "板", {"width": 12.5}, ("bolt_circle",), views)


def some_parts(seed: int, size_mm: float = 100.0) -> list[Part]:
    rng = np.random.default_rng(seed)
    splits: tuple[Split, ...] = ("train", "train", "test")
    return [
        a_part(f"kind{i}-{seed:04d}", split, {"front": a_view(rng, size_mm=size_mm), "iso": a_view(rng, shaded=True)})
        for i, split in enumerate(splits)
    ]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), size_mm=st.floats(0.5, 20000))
def test_what_is_saved_comes_back_within_the_unit_of_its_view(
    seed: int, size_mm: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, parts = tmp_path_factory.mktemp("bank") / "bank.npz", some_parts(seed, size_mm)
    save_bank(path, parts)
    for given_part, part in zip(parts, load_bank(path), strict=True):
        assert (part.name, part.split, part.title_ja, part.params, part.features) == (
            given_part.name,
            given_part.split,
            given_part.title_ja,
            given_part.params,
            given_part.features,
        )
        for name, view in given_part.views.items():
            assert_alike(view, part.views[name], coarse=name == "iso")


def assert_alike(given_view: View, view: View, *, coarse: bool) -> None:
    reach_mm = max(
        float(np.abs(p).max()) for p in [*given_view.polylines, given_view.arcs[:, :3], np.zeros((1, 1))] if p.size
    )
    tolerance_mm = reach_mm * 2.5 / (4000 if coarse else 32000)
    assert [len(p) for p in view.polylines] == [len(p) for p in given_view.polylines]
    for before, after in zip(given_view.polylines, view.polylines, strict=True):
        assert after.dtype == np.float32
        assert np.abs(before - after).max() <= tolerance_mm
    np.testing.assert_array_equal(given_view.polyline_lines, view.polyline_lines)
    np.testing.assert_array_equal(given_view.arc_lines, view.arc_lines)
    np.testing.assert_allclose(view.arcs[:, :3], given_view.arcs[:, :3], atol=tolerance_mm)
    np.testing.assert_allclose(np.diff(view.arcs[:, 3:]), np.diff(given_view.arcs[:, 3:]), atol=2e-4)
    np.testing.assert_allclose(np.cos(view.arcs[:, 3]), np.cos(given_view.arcs[:, 3]), atol=2e-4)
    if given_view.shade is None:
        assert view.shade is None
    else:
        np.testing.assert_array_equal(given_view.shade, view.shade)


def test_round_dimensions_and_full_circles_stay_exact(tmp_path: Path) -> None:
    edge = np.array([[-37.5, 12.05], [62.5, 12.05]], np.float32)
    circle = np.array([[10.1, -20.2, 6.35, 0, 2 * np.pi]], np.float32)
    view = View((edge,), np.array([Line.VISIBLE], np.uint8), circle, np.array([Line.HIDDEN], np.uint8))
    save_bank(tmp_path / "bank.npz", [a_part("plate-0001", "train", {"front": view})])
    back = load_bank(tmp_path / "bank.npz")[0].views["front"]
    np.testing.assert_array_equal(back.polylines[0], edge)
    np.testing.assert_array_equal(back.arcs, circle)


def test_parts_are_found_by_split_family_and_position(tmp_path: Path) -> None:
    parts = some_parts(3)
    save_bank(tmp_path / "bank.npz", parts)
    bank = load_bank(tmp_path / "bank.npz")
    assert [part.name for part in bank] == list(bank.names) == [part.name for part in parts]
    assert bank[-1].name == parts[-1].name
    assert [part.name for part in bank[1:]] == [part.name for part in parts[1:]]
    assert bank.families == {"kind0": (0,), "kind1": (1,), "kind2": (2,)}
    assert load_bank(tmp_path / "bank.npz", "test").names == (parts[2].name,)
    with pytest.raises(IndexError):
        bank[3]


def test_equal_parts_give_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_bank(tmp_path / name, some_parts(7))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_part_is_not_changed_by_what_a_caller_does_to_it(tmp_path: Path) -> None:
    save_bank(tmp_path / "bank.npz", some_parts(5))
    bank = load_bank(tmp_path / "bank.npz")
    bank[0].views["front"].polyline_lines[:] = 99
    bank[0].views["front"].polylines[0][:] = 0
    assert bank[0].views["front"].polyline_lines.max() < 99
    assert np.abs(bank[0].views["front"].polylines[0]).max() > 0


@pytest.mark.parametrize("harm", ["missing", "empty", "cut", "other", "flipped"])
def test_a_file_that_is_no_bank_is_refused_by_name(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "bank.npz"
    save_bank(path, some_parts(1))
    whole = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        flipped = bytes(byte ^ (0xFF if 200 <= place < 260 else 0) for place, byte in enumerate(whole))
        other = b"PK not a bank" * 9
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "other": other, "flipped": flipped}[harm])
    with pytest.raises(BankError, match=r"bank\.npz"):
        load_bank(path)


def test_the_packaged_bank_is_large_small_on_disk_and_split_by_family() -> None:
    train, test = load_bank(split="train"), load_bank(split="test")
    assert len(train) >= 3000
    assert len(test) >= 2000
    assert not set(train.families) & set(test.families)
    assert len(set(train.names) | set(test.names)) == len(train) + len(test)
    assert PACKAGED.stat().st_size < 9e6


def test_every_packaged_part_that_is_looked_at_can_be_drawn() -> None:
    bank = load_bank()
    for index in np.random.default_rng(0).choice(len(bank), min(300, len(bank)), replace=False):
        part = bank[int(index)]
        assert set(ALWAYS) <= set(part.views), part.name
        for name, view in part.views.items():
            assert_drawable(part.name, name, view)


def assert_drawable(part: str, name: ViewName, view: View) -> None:
    where = f"{part} {name}"
    assert len(view.polylines) + len(view.arcs) > 0, where
    assert len(view.polylines) == len(view.polyline_lines), where
    assert all(len(line) >= 2 and np.isfinite(line).all() for line in view.polylines), where
    assert (view.arcs[:, 2] > 0).all(), where
    assert (view.arcs[:, 4] > view.arcs[:, 3]).all(), where
    assert view.shade is None or name == "iso", where
    lines = {*view.polyline_lines.tolist(), *view.arc_lines.tolist()}
    assert lines <= set(Line), where
    assert (Line.CUT in lines) == (name == "section"), where

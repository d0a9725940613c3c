"""The detector's training: targets and decoding are inverse, tiles keep their boxes, a run goes on where it stopped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file

import training.detector as trainer
from search.errors import UsageError
from search.symbols.classes import CLASSES, INDEX
from search.symbols.coco import Labelled, LabelledSheet, read_coco, write_coco
from search.symbols.decoding import COMPOSITES, STRIDE, DistancesAt, decode
from search.symbols.network import SymbolNetwork
from tests.training.test_symbol_tiles import dark_box
from training.detector import ENCODER_WEIGHTS, Config, take_trunk, train
from training.symbols.examples import TILES_A_DRAW, SymbolTiles
from training.symbols.labelled import Labels, labelled_sheets
from training.symbols.loss import Target, detection_loss, target_of
from training.symbols.marked import Marked, middles, resized

SIDE = 160


class Stopped(Exception):
    pass


TINY = replace(
    Config.read(Path("training/configs/detector.json")),
    steps=2,
    tiles_per_step=2,
    side_px=SIDE,
    practice=1.0,
    warmup_steps=1,
    learning_rate=0.02,
)


def perfect(target: Target) -> tuple[torch.Tensor, torch.Tensor]:
    """The network's output that says exactly what the target says."""
    logits = torch.full((1, len(CLASSES), SIDE // STRIDE, SIDE // STRIDE), -12.0)
    distances = torch.ones(1, 2, 4, SIDE // STRIDE, SIDE // STRIDE)
    for kind, row, column in target.anchors.tolist():
        logits[0, kind, row, column] = 12.0
    for (holds, row, column), (x0, y0, x1, y1) in zip(target.cells.tolist(), target.boxes.tolist(), strict=True):
        away = torch.tensor([column + 0.5 - x0, row + 0.5 - y0, x1 - column - 0.5, y1 - row - 0.5])
        distances[0, holds, :, row, column] = away
    return logits, distances


def at(distances: torch.Tensor) -> DistancesAt:
    return lambda rows, columns: distances[0].numpy()[:, :, rows, columns].transpose(2, 0, 1)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(CLASSES) - 1), st.integers(0, 9), st.integers(0, 9)), unique_by=lambda t: t[1:]
    ),
    st.tuples(st.integers(1, 10), st.integers(1, 8)),
)
def test_what_is_asked_for_is_what_is_decoded_wherever_it_is_anchored(
    symbols: list[tuple[int, int, int]], anchor: tuple[int, int]
) -> None:
    kinds = np.array([kind for kind, _, _ in symbols], np.int64)
    corners = np.array([(16 * x + 2, 16 * y + 2) for _, x, y in symbols], np.float32).reshape(-1, 2)
    boxes = np.concatenate([corners, corners + np.array([11, 9])], axis=1).astype(np.float32)
    logits, distances = perfect(target_of(kinds, boxes, corners + np.array(anchor, np.float32), SIDE))
    found, scores, places = decode(logits[0].numpy(), at(distances), 0.5, 200)
    assert sorted(zip(found.tolist(), places.round().astype(int).tolist(), strict=True)) == sorted(
        zip(kinds.tolist(), boxes.astype(int).tolist(), strict=True)
    )
    assert (scores > 0.9).all()


def test_a_weld_and_the_annotation_round_it_share_a_middle_and_keep_their_own_boxes() -> None:
    kinds = np.array([0, COMPOSITES[0]], np.int64)
    boxes = np.array([[70, 70, 90, 90], [20, 60, 140, 100]], np.float32)
    logits, distances = perfect(target_of(kinds, boxes, middles(boxes), SIDE))
    _, _, places = decode(logits[0].numpy(), at(distances), 0.5, 10)
    assert sorted(places.round().astype(int).tolist()) == [[20, 60, 140, 100], [70, 70, 90, 90]]


def test_the_loss_is_least_where_the_answer_is_right() -> None:
    box = np.array([[40, 40, 80, 60]], np.float32)
    target = target_of(np.array([3], np.int64), box, middles(box), SIDE)
    logits, distances = perfect(target)
    right = detection_loss(logits, distances, [target])
    moved = detection_loss(logits.roll(3, dims=3), distances, [target])
    larger = detection_loss(logits, distances * 2, [target])
    assert right["scores"] < 0.01 and right["boxes"] < 1e-4
    assert moved["scores"] > 5 and larger["boxes"] > 0.2


def test_cells_about_a_middle_are_taught_the_box_and_a_symbol_counts_once_whatever_its_size() -> None:
    kinds = np.array([0, 1, COMPOSITES[0]], np.int64)
    boxes = np.array([[64, 64, 72, 72], [40, 40, 120, 100], [30, 60, 150, 80]], np.float32)
    target = target_of(kinds, boxes, middles(boxes), SIDE)
    areas = (target.boxes[:, 2:] - target.boxes[:, :2]).prod(axis=1)
    for box in boxes:
        own = areas == np.prod((box[2:] - box[:2]) / STRIDE)
        assert own.sum() >= 4 and target.shares[own].sum() == pytest.approx(1.0)
    middle = (target.cells == (0, 17, 17)).all(axis=1)
    assert (target.boxes[middle] == boxes[0] / STRIDE).all(), "the smaller of two symbols has the cell"


def test_an_empty_tile_teaches_that_there_is_nothing() -> None:
    target = target_of(np.zeros(0, np.int64), np.zeros((0, 4), np.float32), np.zeros((0, 2), np.float32), SIDE)
    logits = torch.zeros(1, len(CLASSES), SIDE // STRIDE, SIDE // STRIDE, requires_grad=True)
    losses = detection_loss(logits, torch.ones(1, 2, 4, SIDE // STRIDE, SIDE // STRIDE), [target])
    (losses["scores"] + losses["boxes"]).backward()
    assert logits.grad is not None and (logits.grad > 0).all()


@pytest.mark.filterwarnings("ignore")
def test_a_stopped_run_goes_on_to_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "CHECKPOINT_EVERY", 1)
    whole = train(TINY, tmp_path / "whole", workers=0)
    save = trainer._save

    def save_and_stop(*arguments: object) -> None:
        save(*arguments)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "_save", save_and_stop)
        with pytest.raises(Stopped):
            train(TINY, tmp_path / "stopped", workers=0)
    assert len((tmp_path / "stopped" / "log.jsonl").read_text().splitlines()) == 1
    with pytest.raises(UsageError, match="begun with another seed"):
        train(replace(TINY, seed=TINY.seed + 1), tmp_path / "stopped", workers=0)
    resumed = train(TINY, tmp_path / "stopped", workers=0)
    with safe_open(whole, "pt") as a, safe_open(resumed, "pt") as b:
        assert a.metadata() == b.metadata()
        assert all(torch.allclose(a.get_tensor(k).float(), b.get_tensor(k).float(), atol=2e-3) for k in a.keys())  # noqa: SIM118
        start = SymbolNetwork()
        take_trunk(start, ENCODER_WEIGHTS)
        trained = {k: a.get_tensor(k).float() for k in a.keys() if k.endswith("conv_pw.weight")}  # noqa: SIM118
        before = start.state_dict()
        assert any(not torch.allclose(trained[k], before[k], atol=2e-3) for k in trained), "it learned nothing"


@pytest.fixture
def labels(tmp_path: Path) -> Labels:
    """A drawing with one black square on page 1, labelled."""
    drawings = tmp_path / "drawings"
    drawings.mkdir()
    pixels = np.full((700, 1000), 255, np.uint8)
    pixels[300:360, 500:560] = 0
    cv2.imwrite(str(drawings / "any name.png"), pixels)
    drawing_id = hashlib.sha256((drawings / "any name.png").read_bytes()).hexdigest()
    symbol = Labelled("square", (0.5, 300 / 700, 0.56, 360 / 700))
    write_coco(tmp_path / "labels.json", [LabelledSheet(drawing_id, 1, (1000, 700), (symbol,))])
    return Labels(tmp_path / "labels.json", drawings)


def test_labelled_sheets_are_read_as_search_reads_them_with_their_boxes(labels: Labels) -> None:
    (sheet,) = labelled_sheets(labels)
    assert [CLASSES[kind].name for kind in sheet.kinds] == ["square"]
    assert dark_box(sheet.pixels) == pytest.approx(sheet.boxes[0].tolist(), abs=1.5)
    half = resized(sheet, 0.5)
    assert dark_box(half.pixels) == pytest.approx(half.boxes[0].tolist(), abs=1.5)


def test_tiles_come_from_labelled_sheets_as_often_as_asked(labels: Labels) -> None:
    config = asdict(replace(TINY, labelled=1.0, tiles_per_step=10))
    tiles = SymbolTiles(config, labels=labels)[3]
    assert sum(len(one.kinds) > 0 for one in tiles) >= 4
    assert {kind for one in tiles for kind in one.kinds.tolist()} == {INDEX["square"]}


def test_shares_are_those_of_the_tiles(labels: Labels, monkeypatch: pytest.MonkeyPatch) -> None:
    tile_of = dict.fromkeys(("practised", "labelled", "made"), Marked(*(np.zeros(0) for _ in range(4))))
    drawn: Counter[str] = Counter()

    def one(_: SymbolTiles, rng: np.random.Generator) -> Marked:
        drawn["practised"] += 1
        return tile_of["practised"]

    def several(name: str) -> Callable[[SymbolTiles, np.random.Generator], list[Marked]]:
        def cut(_: SymbolTiles, rng: np.random.Generator) -> list[Marked]:
            drawn[name] += TILES_A_DRAW
            return [tile_of[name]] * TILES_A_DRAW

        return cut

    monkeypatch.setattr(SymbolTiles, "_practised", one)
    monkeypatch.setattr(SymbolTiles, "_cut_from_a_labelled_sheet", several("labelled"))
    monkeypatch.setattr(SymbolTiles, "_cut_from_a_made_sheet", several("made"))
    tiles = SymbolTiles(asdict(replace(TINY, labelled=0.4, practice=0.5, tiles_per_step=10_000)), labels=labels)
    assert len(tiles[1]) == 10_000
    shares = {name: count / drawn.total() for name, count in drawn.items()}
    assert shares == pytest.approx({"practised": 0.3, "labelled": 0.4, "made": 0.3}, abs=0.05)


def test_labels_without_their_drawings_are_refused(labels: Labels, tmp_path: Path) -> None:
    (labels.drawings / "any name.png").write_bytes(b"something else")
    with pytest.raises(UsageError, match="1 labelled drawing"):
        labelled_sheets(labels)


@pytest.mark.filterwarnings("ignore")
def test_fine_tuning_goes_on_from_given_weights(labels: Labels, tmp_path: Path) -> None:
    first = train(TINY, tmp_path / "first", workers=0)
    still = replace(TINY, learning_rate=0.0, labelled=1.0)
    second = train(still, tmp_path / "second", start=first, labels=labels, workers=0)
    with safe_open(first, "pt") as a, safe_open(second, "pt") as b:
        # a norm's moments are seen, not learned
        learned = [k for k in a.keys() if "running_" not in k]  # noqa: SIM118
        assert len(learned) > 10
        assert all(torch.allclose(a.get_tensor(k).float(), b.get_tensor(k).float(), atol=2e-3) for k in learned)


@pytest.mark.filterwarnings("ignore")
def test_what_is_written_holds_its_share_of_the_start(tmp_path: Path) -> None:
    first = train(TINY, tmp_path / "first", workers=0)
    shares = {
        share: train(replace(TINY, seed=1, start_share=share), tmp_path / str(share), start=first, workers=0)
        for share in (0.0, 0.25, 1.0)
    }
    tensors = {share: load_file(path) for share, path in {**shares, "start": first}.items()}
    moved = 0
    for key, start in tensors["start"].items():
        end, quarter, kept = (tensors[share][key].float() for share in (0.0, 0.25, 1.0))
        moved += int(not torch.allclose(end, start.float(), atol=2e-3))
        assert torch.allclose(kept, start.float(), atol=2e-3)
        if not key.endswith("num_batches_tracked"):
            assert torch.allclose(quarter, 0.75 * end + 0.25 * start.float(), atol=4e-3 + 2e-3 * float(end.abs().max()))
    assert moved > 10, "it learned nothing"


def test_no_house_is_on_both_sides_of_the_labelled_sheets() -> None:
    houses = [
        {Path(sheet.source).parts[0] for sheet in read_coco(path)}
        for path in (Path("training/data/real_symbols.json"), Path("benchmarks/real_symbols.json"))
    ]
    assert not houses[0] & houses[1]


@pytest.mark.filterwarnings("ignore")
def test_a_stopped_run_from_weights_mixes_in_these_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though whoever goes on does not name them again."""
    monkeypatch.setattr(trainer, "CHECKPOINT_EVERY", 1)
    config = replace(TINY, start_share=1.0)
    start = train(TINY, tmp_path / "start", workers=0)
    written = train(config, tmp_path / "run", start=start, workers=0)
    first = written.read_bytes()
    written.unlink()
    checkpoint = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    torch.save(checkpoint | {"step": TINY.steps - 1}, tmp_path / "run" / "checkpoint.pt")
    assert train(config, tmp_path / "run", workers=0).read_bytes() == first

"""Windows see every pixel once, and what the detector says does not depend on where a window's edge runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torchvision.ops import batched_nms

from search.boxes import iou
from search.errors import EncoderUnusable
from search.regions import layout_of
from search.symbols.classes import CLASSES, INDEX
from search.symbols.decoding import LETTER_PX, NMS_IOU, SEES, about, better_first, without_doubles, without_orphans
from search.symbols.detector import SymbolDetector, at_letter_scale, windows
from search.symbols.network import load_network
from search.symbols.text_height import text_height_px
from training.bank import load_bank
from training.sheets import draw, draw_spec, plan


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_cores_cover_a_sheet_without_overlap_and_lie_in_their_windows(height: int, width: int) -> None:
    seen = np.zeros((height, width), np.uint8)
    for window, (left, top), core in windows(np.zeros((height, width), np.uint8)):
        x0, y0, x1, y1 = max(0, core[0]), max(0, core[1]), min(width, core[2]), min(height, core[3])
        seen[y0:y1, x0:x1] += 1
        assert left <= x0 < x1 <= left + window.shape[1] and top <= y0 < y1 <= top + window.shape[0]
        assert window.shape[0] % 32 == window.shape[1] % 32 == 0
    assert (seen == 1).all()


@pytest.mark.parametrize("long_side_px", [1400, 2800])
def test_a_sheet_is_brought_to_the_scale_of_its_lettering(long_side_px: int) -> None:
    bank = load_bank(split="test")
    rng = np.random.default_rng(3)
    scaled = at_letter_scale(layout_of(draw(plan(draw_spec(bank[30], rng, split="test")), long_side_px)))
    assert text_height_px(scaled, scaled) == pytest.approx(LETTER_PX, rel=0.3)


def test_boxes_are_fractions_and_scores_at_least_what_is_asked(untrained_detector: Path) -> None:
    detector = SymbolDetector(untrained_detector)
    pixels = np.full((500, 900), 255, np.uint8)
    for x, y in np.random.default_rng(0).integers(0, (860, 460), (60, 2)):
        pixels[y : y + 40, x : x + 2] = pixels[y : y + 2, x : x + 40] = 0
    layout = layout_of(pixels)
    found = detector.detect(layout, 0.005)
    assert found, "strokes look like something to an untrained network"
    for symbol in found:
        x0, y0, x1, y1 = symbol.box
        assert 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1 and symbol.score >= 0.005
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    middle = found[len(found) // 2].score
    surer = detector.detect(layout, middle)
    assert 0 < len(surer) < len(found) and all(symbol.score >= middle for symbol in surer)


def test_boxes_of_single_cells_are_those_that_the_network_tells_of_all_cells(untrained_detector: Path) -> None:
    network = load_network(untrained_detector)
    pixels = np.full((96, 160), 255, np.uint8)
    pixels[20::37, 30:] = pixels[10:, 15::29] = 0
    rows, columns = np.array([1, 12, 22, 5]), np.array([38, 20, 1, 5])
    with torch.no_grad():
        features = network.features(torch.from_numpy(pixels[None]))
        dense = network.distances(features)[0, :, :, rows, columns].permute(2, 0, 1)
        sparse = network.distances(torch.from_numpy(about(features[0].numpy(), rows, columns)))
    assert torch.allclose(sparse[..., SEES // 2, SEES // 2], dense, atol=1e-3)


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nothing")
    with pytest.raises(EncoderUnusable, match=r"bad\.safetensors holds no detector weights"):
        load_network(bad)
    other = tmp_path / "other.safetensors"
    save_file({"x": torch.zeros(1)}, other, metadata={"classes": "[]"})
    with pytest.raises(EncoderUnusable):
        load_network(other)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 60))
def test_doubles_are_dropped_as_torchvision_drops_them(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 60, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(5, 30, (count, 2))], axis=1).astype(np.float32)
    scores, kinds = rng.permutation(count).astype(np.float32) / 100 + 0.01, rng.integers(0, 3, count)
    kept = without_doubles((kinds, scores, boxes))[1]
    expected = batched_nms(*(torch.from_numpy(array) for array in (boxes, scores, kinds)), NMS_IOU)
    assert kept.tolist() == scores[expected.numpy()].tolist()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 40))
def test_at_one_place_only_the_best_symbol_keeps_its_score(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 60, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(5, 30, (count, 2))], axis=1).astype(np.float32)
    holder = INDEX["tolerance_frame"]
    scores, kinds = rng.uniform(0.1, 1, count).astype(np.float32), rng.choice([INDEX["datum"], 0, 1, holder], count)
    after = {tuple(box): score for _, score, box in zip(*better_first((kinds, scores, boxes)), strict=True)}
    for kind, score, box in zip(kinds, scores, boxes, strict=True):
        rivals = (iou(box[None], boxes)[0] > NMS_IOU) & (scores > score) & (kinds != holder)
        expected = score if kind == holder else score * np.prod(1 - scores[rivals])
        assert after[tuple(box)] == pytest.approx(expected, rel=1e-4)
    assert list(after.values()) == sorted(after.values(), reverse=True)


def test_finding_symbols_needs_no_torch_once_the_network_is_exported(untrained_detector: Path) -> None:
    SymbolDetector(untrained_detector)
    code = (
        "import sys, pathlib, numpy; from search.regions import layout_of; "
        "from search.symbols.detector import SymbolDetector; "
        "SymbolDetector(pathlib.Path(sys.argv[1])).detect(layout_of(numpy.zeros((90, 90), 'uint8')), 0.5); "
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(untrained_detector)], check=True)


def test_a_weld_detail_needs_an_annotation_and_a_characteristic_a_frame() -> None:
    names = [one.name for one in CLASSES]
    seen = [
        ("weld_annotation", 0.2, (100, 100, 200, 130)),
        ("all_around", 0.9, (82, 125, 94, 137)),  # at the elbow, outside but near
        ("all_around", 0.9, (400, 100, 412, 112)),  # a hole
        ("flatness", 0.8, (110, 105, 130, 125)),  # in no frame
        ("tolerance_frame", 0.1, (105, 100, 190, 130)),  # too unsure to hold
        ("diameter", 0.5, (500, 500, 510, 510)),  # may stand alone
        ("datum", 0.5, (600, 500, 610, 510)),
    ]
    kinds, scores, boxes = zip(*((names.index(name), score, box) for name, score, box in seen), strict=True)
    found = (np.array(kinds), np.array(scores, np.float32), np.array(boxes, np.float32))
    kept = [(names[kind], float(box[0])) for kind, _, box in zip(*without_orphans(found), strict=True)]
    assert kept == [
        ("weld_annotation", 100.0),
        ("all_around", 82.0),
        ("tolerance_frame", 105.0),
        ("diameter", 500.0),
        ("datum", 600.0),
    ]

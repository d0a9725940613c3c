"""What a training step sees: where crops are cut."""

import numpy as np

from training.examples import _cut, _densest_cut


def page_with_a_dense_corner() -> np.ndarray:
    pixels = np.full((700, 1000), 255, np.uint8)
    pixels[60:400:40, 60:500] = 0
    pixels[560:690:4, 700:990] = 0
    return pixels


def test_dense_crops_lie_on_the_page_and_prefer_the_densest_place() -> None:
    pixels = page_with_a_dense_corner()
    held = []
    for seed in range(20):
        x0, y0, x1, y1 = _densest_cut(pixels, np.random.default_rng(seed))
        assert 0 <= x0 < x1 <= 1000
        assert 0 <= y0 < y1 <= 700
        assert 0.07 <= (x1 - x0) * (y1 - y0) / pixels.size <= 0.31
        held.append((pixels[y0:y1, x0:x1] == 0).sum() / (pixels[560:] == 0).sum())
    assert np.median(held) > 0.6


def test_plain_crops_lie_on_the_page() -> None:
    for seed in range(10):
        x0, y0, x1, y1 = _cut(page_with_a_dense_corner(), np.random.default_rng(seed))
        assert 0 <= x0 < x1 <= 1000
        assert 0 <= y0 < y1 <= 700

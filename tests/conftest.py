"""Fixtures for all tests: an encoder that needs no weights, drawings drawn by code, a small index of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.rebuild import RebuildReport, rebuild
from search.encoder import Encoder, EncoderSpec
from search.engine import Engine
from tests.drawn import A4_MM, TEMPLATES, raster, write_pdf

FAKE_PX, FAKE_DIMENSIONS = 64, 96


class FakeRuntime:
    """A fixed random projection of the ink's 16 x 16 means: near pictures get near vectors, turned ones do not.

    encoded: how many pictures it was given.
    """

    def __init__(self, dimensions: int = FAKE_DIMENSIONS) -> None:
        self._matrix = np.random.default_rng(7).normal(size=(256, dimensions)).astype(np.float32)
        self.encoded = 0

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.encoded += len(images)
        block = images.shape[1] // 16
        ink = (255.0 - images.reshape(-1, 16, block, 16, block)).mean(axis=(2, 4)).reshape(len(images), -1)
        vectors = (np.sqrt(ink + 1e-3) @ self._matrix).astype(np.float32)
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def make_fake_encoder(fingerprint: str = "fake@000000000000") -> Encoder:
    return Encoder(EncoderSpec("fake", fingerprint, FAKE_PX, FAKE_DIMENSIONS), FakeRuntime())


@pytest.fixture
def fake_encoder() -> Encoder:
    """An encoder without weights, 64 px in, 96 dimensions out; `fake_encoder._runtime.encoded` counts its work."""
    return make_fake_encoder()


@pytest.fixture(scope="session")
def drawings_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight one-page PDFs of several houses, one of two pages in a subfolder, a scan as PNG. Do not change it."""
    folder = tmp_path_factory.mktemp("drawings")
    for seed in range(1, 9):
        write_pdf(folder / f"part-{seed}.pdf", [seed], template=TEMPLATES[seed % len(TEMPLATES)])
    (folder / "sub").mkdir()
    write_pdf(folder / "sub" / "assembly.pdf", [20, 21], size_mm=A4_MM, template=TEMPLATES[3])
    write_pdf(folder / "sub" / "scanned.pdf", [30], template=None)
    from PIL import Image

    Image.fromarray(raster(folder / "sub" / "scanned.pdf", 2400)).save(folder / "scan.png", dpi=(145, 145))
    (folder / "sub" / "scanned.pdf").unlink()
    return folder


@pytest.fixture(scope="session")
def tiny_index(drawings_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of `drawings_dir` made by the fake encoder. Do not change it: copy it where a test must."""
    index_dir = tmp_path_factory.mktemp("index")
    build_index(drawings_dir, index_dir)
    return index_dir


def build_index(drawings: Path, index_dir: Path, encoder: Encoder | None = None) -> RebuildReport:
    return rebuild([drawings], index_dir, encoder or make_fake_encoder(), workers=1)


@pytest.fixture(scope="session")
def engine(tiny_index: Path) -> Iterator[Engine]:
    """The engine over `tiny_index`."""
    opened = Engine.open(tiny_index, make_fake_encoder())
    yield opened
    opened.generation.close()

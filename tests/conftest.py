"""Fixtures for all tests: an encoder that needs no weights, drawings drawn by code, a small index of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from indexer.rebuild import RebuildReport, rebuild
from search.encoder import Encoder, EncoderSpec
from search.engine import Engine
from tests.drawn import A4_MM, TEMPLATES, raster, write_pdf

FAKE_PX, FAKE_DIMENSIONS = 64, 96

settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes several seconds; leave out with -m 'not slow'")


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


def make_fake_encoder(
    fingerprint: str = "fake@000000000000", words: Callable[[str], NDArray[np.float32]] | None = None
) -> Encoder:
    return Encoder(EncoderSpec("fake", fingerprint, FAKE_PX, FAKE_DIMENSIONS), FakeRuntime(), words)


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


TINY_CONFIG: dict[str, Any] = {
    "embed_dim": 256,
    "vision_cfg": {
        "timm_model_name": "test_efficientnet",
        "timm_model_pretrained": False,
        "timm_pool": "gem",
        "timm_proj": "none",
        "image_size": FAKE_PX,
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}
"""A model config of 100,000 parameters, 64 px in, 256 dimensions out."""


def write_random_weights(path: Path, seed: int, config: dict[str, Any] | None = None) -> Path:
    """Encoder weights as `load_encoder` reads them, untrained."""
    import torch

    from search.encoder import build_tower, save_weights

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        save_weights(build_tower(config or TINY_CONFIG), config or TINY_CONFIG, path)
    return path


@pytest.fixture(scope="session")
def onnx_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Exported encoders go to a folder of this session, not to the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory, onnx_cache: Path) -> Path:
    """A real encoder, untrained and small, for what needs `--encoder`."""
    return write_random_weights(tmp_path_factory.mktemp("weights") / "tiny.safetensors", seed=1)


@pytest.fixture(scope="session")
def untrained_detector(tmp_path_factory: pytest.TempPathFactory, onnx_cache: Path) -> Path:
    """Weights of a detector that sees all sorts of symbols where there is ink."""
    import torch
    from safetensors.torch import save_file

    from search.symbols.classes import CLASSES
    from search.symbols.network import SymbolNetwork

    path = tmp_path_factory.mktemp("weights") / "symbols.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = SymbolNetwork()
    strokes = torch.full((4, 256, 256), 255, dtype=torch.uint8)
    strokes[:, 20::37, 30:] = strokes[:, 10:, 15::29] = 0
    network.train().trunk.eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0  # takes the moments of what it sees next
    with torch.no_grad():
        network(strokes)
        network.eval()
        network.classes[-1].weight *= 10.0
        on_paper = network(torch.full((1, 128, 128), 255, dtype=torch.uint8))[0][0, :, 16, 16]
        network.classes[-1].bias -= on_paper + 2.0
    state = {key: value.half().contiguous() for key, value in network.state_dict().items()}
    save_file(state, path, metadata={"classes": json.dumps([one.name for one in CLASSES])})
    return path

"""The encoder: parity of its runtimes, weights that survive the disk, fingerprints, and errors that help."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from search.encoder import (
    BATCH_SIZE,
    Encoder,
    EncoderSpec,
    OnnxRuntime,
    TorchRuntime,
    build_tower,
    load_encoder,
    load_tower,
    model_config,
    save_weights,
)
from search.errors import EncoderUnusable
from search.prepare import Recipe, prepare
from search.types import Sheet, SizeSource
from tests.conftest import TINY_CONFIG, FakeRuntime, write_random_weights
from tests.drawn import drawn_pixels

SHIPPED = Path(__file__).parents[2] / "search" / "models" / "nizu.safetensors"


def pictures(count: int, side_px: int) -> NDArray[np.uint8]:
    pixels, _ = drawn_pixels(3, 1500)
    return prepare(Sheet(1, pixels, None, SizeSource.UNKNOWN), Recipe(side_px)).images[:count]


@pytest.mark.parametrize("name", ["lite0-gem", "tiny"])
def test_onnx_gives_the_vectors_that_torch_gives(name: str, tmp_path: Path, onnx_cache: Path) -> None:
    config = TINY_CONFIG if name == "tiny" else model_config(name)
    write_random_weights(tmp_path / "random.safetensors", 3, config)
    tower, _ = load_tower(tmp_path / "random.safetensors")
    side_px = config["vision_cfg"]["image_size"]
    images = pictures(5, side_px)
    spec = EncoderSpec("random", f"random@{name}-parity", side_px, config["embed_dim"])
    by_torch, by_onnx = TorchRuntime(tower, "cpu")(images), OnnxRuntime(tower, spec, threads=1)(images)
    assert by_torch.shape == by_onnx.shape == (5, config["embed_dim"]) and by_onnx.dtype == np.float32
    assert (by_torch * by_onnx).sum(axis=1).min() >= 0.999
    assert np.linalg.norm(by_onnx, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_weights_survive_the_disk(tmp_path: Path) -> None:
    path = write_random_weights(tmp_path / "a.safetensors", 4)
    tower, config = load_tower(path)
    assert config == TINY_CONFIG
    save_weights(tower, config, tmp_path / "b.safetensors")
    again, _ = load_tower(tmp_path / "b.safetensors")
    images = torch.from_numpy(pictures(3, 64))
    with torch.inference_mode():
        assert torch.equal(tower(images), again(images))


def test_the_fingerprint_is_that_of_the_weights(tiny_weights: Path, tmp_path: Path) -> None:
    same = tmp_path / "tiny.safetensors"
    same.write_bytes(tiny_weights.read_bytes())
    other = write_random_weights(tmp_path / "other.safetensors", 2)
    specs = [load_encoder(str(path)).spec for path in (tiny_weights, same, other)]
    assert specs[0] == specs[1]
    assert specs[0].fingerprint.startswith("tiny@") and specs[2].fingerprint.startswith("other@")
    assert specs[0].fingerprint.split("@")[1] != specs[2].fingerprint.split("@")[1]
    assert (specs[0].image_px, specs[0].dimensions) == (64, 256)


def test_a_picture_gets_the_same_vector_whatever_shares_its_batch(tiny_weights: Path) -> None:
    encoder = load_encoder(str(tiny_weights))
    images = pictures(8, 64)
    together = encoder.encode(np.concatenate([images] * 6))
    alone = np.concatenate([encoder.encode(images[index : index + 1]) for index in range(8)])
    assert np.abs(together[:8] - alone).max() < 1e-4
    assert np.abs(together[40:] - alone).max() < 1e-4


@pytest.mark.parametrize("count", [0, 1, BATCH_SIZE, BATCH_SIZE + 1])
def test_any_number_of_pictures_gives_as_many_vectors(count: int) -> None:
    runtime = FakeRuntime()
    encoder = Encoder(EncoderSpec("fake", "fake@0", 64, 96), runtime)
    vectors = encoder.encode([np.zeros((64, 64), np.uint8)] * count)
    assert vectors.shape == (count, 96) and vectors.dtype == np.float32 and runtime.encoded == count


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nonsense", ["nonsense", "'nizu'", ".safetensors", "MODEL/TAG"]),
        ("ViT-B-32", ["ViT-B-32", "MODEL/TAG"]),
        ("ViT-B-32/no_such_tag", ["ViT-B-32/no_such_tag"]),
        ("nowhere.safetensors", ["no encoder weights", "nowhere.safetensors"]),
    ],
)
def test_an_unknown_encoder_is_named_with_what_would_be_right(name: str, words: list[str]) -> None:
    with pytest.raises(EncoderUnusable) as caught:
        load_encoder(name)
    for word in words:
        assert word in str(caught.value)


def test_weights_that_are_none_are_refused(tmp_path: Path, tiny_weights: Path) -> None:
    (tmp_path / "text.safetensors").write_text("not weights")
    whole = tiny_weights.read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    for name in ("text", "cut"):
        with pytest.raises(EncoderUnusable, match=f"{name}.safetensors holds no nizu encoder weights"):
            load_encoder(str(tmp_path / f"{name}.safetensors"))


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    config = {**TINY_CONFIG, "vision_cfg": {**TINY_CONFIG["vision_cfg"], "timm_model_name": "test_resnet"}}
    save_weights(build_tower(TINY_CONFIG), config, tmp_path / "wrong.safetensors")
    with pytest.raises(EncoderUnusable, match="holds no nizu encoder weights"):
        load_tower(tmp_path / "wrong.safetensors")


def test_an_unknown_config_lists_those_there_are() -> None:
    with pytest.raises(EncoderUnusable, match="lite0-gem"):
        model_config("nonsense")


@pytest.mark.slow
@pytest.mark.skipif(not SHIPPED.exists(), reason="no weights are shipped yet")
def test_the_shipped_encoder_loads_and_is_small_enough_to_ship(onnx_cache: Path) -> None:
    encoder = load_encoder()
    assert SHIPPED.stat().st_size <= 50 * 2**20
    assert encoder.spec.name == "nizu" and encoder.spec.image_px in (224, 256)
    vectors = encoder.encode(pictures(3, encoder.spec.image_px))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)
    assert encoder.knows_words, "words are trained again for every new encoder: python -m training.text"
    assert encoder.encode_text("フランジ 穴6個").shape == (encoder.spec.dimensions,)


def test_every_config_of_the_package_can_be_built() -> None:
    for path in sorted(SHIPPED.parent.glob("*.json")):
        config = json.loads(path.read_text())
        side_px = config["vision_cfg"]["image_size"]
        with torch.inference_mode():
            vectors = build_tower(config).eval()(torch.full((1, side_px, side_px), 255, dtype=torch.uint8))
        assert vectors.shape == (1, config["embed_dim"])

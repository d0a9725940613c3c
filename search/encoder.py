"""Region pixels to embeddings. The only file that knows open_clip.

Three ways to name an encoder:

- `nizu`: the weights in this package (`search/models/nizu.safetensors`).
- a path ending in `.safetensors`: weights written by `save_weights`, which carry their own model config.
- `NAME/TAG`: any open_clip model by name and pretrained tag, or checkpoint path in place of the tag.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
import open_clip
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from search.errors import EncoderUnusable, UsageError
from search.even_padding import with_even_padding
from search.ink import PREPROCESSING_VERSION
from search.onnx import session
from search.text_encoder import text_encoder_of

DEFAULT_ENCODER = "nizu"
BATCH_SIZE = 32
_MODELS = Path(__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """What others need to know of an encoder.

    fingerprint: `name@` and a hash over weights, model config and preprocessing version; vectors of two fingerprints
        cannot be compared.
    """

    name: str
    fingerprint: str
    image_px: int
    dimensions: int


class Runtime(Protocol):
    """Runs an image tower: (N, S, S) uint8 to (N, D) float32 of unit length."""

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]: ...


class Encoder:
    """Images to unit vectors, in batches. Thread-safe: one batch runs at a time."""

    def __init__(
        self, spec: EncoderSpec, runtime: Runtime, words: Callable[[str], NDArray[np.float32]] | None = None
    ) -> None:
        self.spec = spec
        self._runtime = runtime
        self._words = words
        self._lock = threading.Lock()

    def encode(self, images: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, S, S) uint8, 255 is paper, S = spec.image_px, to (N, D) float32 of unit length."""
        if len(images) == 0:
            return np.empty((0, self.spec.dimensions), np.float32)
        with self._lock:
            parts = [
                self._runtime(np.asarray(images[start : start + BATCH_SIZE], np.uint8))
                for start in range(0, len(images), BATCH_SIZE)
            ]
        return np.concatenate(parts)

    @property
    def knows_words(self) -> bool:
        return self._words is not None

    def encode_text(self, text: str) -> NDArray[np.float32]:
        """(D,) float32 of unit length, near the vectors of what the text describes. Raises UsageError."""
        if self._words is None:
            raise UsageError("text", f"the encoder {self.spec.name} knows no words: search with a drawing")
        return self._words(text)


class GeM(nn.Module):
    """Generalised-mean pooling of (N, C, h, w) to (N, C) of unit length (Radenović et al., 2018)."""

    def __init__(self, power: float = 3.0) -> None:
        super().__init__()
        self.power = nn.Parameter(torch.tensor(power))

    def forward(self, features: Tensor) -> Tensor:
        pooled = features.clamp(min=1e-6).pow(self.power).mean(dim=(-2, -1)).pow(1.0 / self.power)
        return nn.functional.normalize(pooled, dim=-1)


class GreyTower(nn.Module):
    """An open_clip image tower from grey pixels to unit vectors: what is trained is what is run and exported."""

    def __init__(self, visual: nn.Module, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.visual: Any = visual  # open_clip's wrapper of a timm model: `trunk`, then `head`
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """(N, S, S) uint8 or float of 0 to 255 to (N, D) float of unit length."""
        return nn.functional.normalize(self.visual(self.normalised(images)), dim=-1)

    def normalised(self, images: Tensor) -> Tensor:
        """(N, S, S) grey pictures to the (N, 3, S, S) that the tower was made for."""
        grey = images.unsqueeze(1).float() / 255.0
        return (grey.expand(-1, 3, -1, -1) - self.mean) / self.std


def build_tower(config: dict[str, Any]) -> GreyTower:
    """The image tower of an open_clip model config; `vision_cfg.timm_pool` may also be "gem" here."""
    vision = dict(config["vision_cfg"])
    gem = vision.get("timm_pool") == "gem"
    if gem:
        vision["timm_pool"] = "avg"
    visual = open_clip.model._build_vision_tower(config["embed_dim"], vision)
    if gem:
        visual.trunk.global_pool = GeM()
    preprocess = config["preprocess_cfg"]
    return GreyTower(visual, preprocess["mean"], preprocess["std"])


def model_config(name: str) -> dict[str, Any]:
    """A config of this package, by name. Raises EncoderUnusable."""
    path = _MODELS / f"{name}.json"
    if not path.is_file():
        raise EncoderUnusable(f"There is no model config {name}; {_MODELS.name}/ has: {_names(_MODELS, '*.json')}.")
    config: dict[str, Any] = json.loads(path.read_text())
    return config


def save_weights(tower: GreyTower, config: dict[str, Any], path: Path) -> None:
    """Write a tower as float16 safetensors with its model config in the header."""
    state = {key: value.detach().half().contiguous() for key, value in tower.visual.state_dict().items()}
    save_file(state, path, metadata={"config": json.dumps(config, sort_keys=True)})


def load_tower(path: Path) -> tuple[GreyTower, dict[str, Any]]:
    """Read what `save_weights` wrote. Raises EncoderUnusable."""
    try:
        with safe_open(path, framework="pt") as file:
            config: dict[str, Any] = json.loads((file.metadata() or {})["config"])
            state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118 (not a mapping)
        tower = build_tower(config)
        tower.visual.load_state_dict(state)
    except Exception as error:
        raise EncoderUnusable(f"{path.name} holds no nizu encoder weights: {error}") from error
    return tower.eval(), config


def load_encoder(name: str = DEFAULT_ENCODER, *, device: str = "cpu", threads: int | None = None) -> Encoder:
    """The encoder of a name (see the module's docstring) on "cpu" or "cuda". Raises EncoderUnusable."""
    tower, image_px, content_hash = tower_of(name)
    digest = hashlib.sha256(f"{content_hash} {image_px} preprocessing {PREPROCESSING_VERSION}".encode())
    with torch.inference_mode():
        dimensions = tower(torch.full((1, image_px, image_px), 255, dtype=torch.uint8)).shape[1]
    short_name = Path(name).stem if name.endswith(".safetensors") else name
    spec = EncoderSpec(short_name, f"{short_name}@{digest.hexdigest()[:12]}", image_px, dimensions)
    runtime: Runtime = TorchRuntime(tower, device) if device == "cuda" else OnnxRuntime(tower, spec, threads)
    return Encoder(spec, runtime, text_encoder_of(spec.fingerprint))


def tower_of(name: str) -> tuple[GreyTower, int, str]:
    """The tower of a name, its input side in pixels, and a hash of its weights and config. Raises EncoderUnusable."""
    if name == DEFAULT_ENCODER or name.endswith(".safetensors"):
        path = _MODELS / "nizu.safetensors" if name == DEFAULT_ENCODER else Path(name)
        if not path.is_file():
            raise EncoderUnusable(f"There are no encoder weights at {path}.")
        tower, config = load_tower(path)
        return tower, int(config["vision_cfg"]["image_size"]), hashlib.sha256(path.read_bytes()).hexdigest()
    return _open_clip_tower(name)


def _open_clip_tower(name: str) -> tuple[GreyTower, int, str]:
    model_name, _, tag = name.partition("/")
    if model_name not in open_clip.list_models() or not tag:
        raise EncoderUnusable(
            f"There is no encoder {name!r}. Use 'nizu', a .safetensors file, or MODEL/TAG of open_clip, for example "
            "ViT-B-32/laion2b_s34b_b79k, where TAG may be the path of a checkpoint."
        )
    try:
        model = open_clip.create_model(model_name, pretrained=tag).eval()
    except Exception as error:
        raise EncoderUnusable(f"open_clip cannot load {name}: {error}") from error
    preprocess = open_clip.get_model_preprocess_cfg(model)
    digest = hashlib.sha256(model_name.encode())
    for key, value in sorted(model.visual.state_dict().items()):
        digest.update(key.encode() + value.cpu().numpy().tobytes())
    size = preprocess["size"]
    image_px = int(size if isinstance(size, int) else size[0])
    return GreyTower(model.visual, preprocess["mean"], preprocess["std"]).eval(), image_px, digest.hexdigest()


class TorchRuntime:
    """Runs the tower in torch; float16 on a GPU."""

    def __init__(self, tower: GreyTower, device: str) -> None:
        self._device = torch.device(device)
        self._tower = tower.to(self._device).to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        batch = torch.from_numpy(images).to(self._device)
        with torch.autocast(self._device.type, dtype=torch.float16, enabled=self._device.type == "cuda"):
            vectors = self._tower(batch)
        return nn.functional.normalize(vectors.float(), dim=-1).cpu().numpy()


class OnnxRuntime:
    """Runs the tower exported to ONNX, on a CPU faster than torch (`benchmarks.speed`). The export is kept on disk."""

    def __init__(self, tower: GreyTower, spec: EncoderSpec, threads: int | None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the cores to the readers
        name = f"tower-{spec.fingerprint.rpartition('@')[2]}"
        self._session = session(name, lambda to: export_onnx(tower, spec.image_px, to), options)

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._session.run(None, {"images": images})[0]
        return vectors


def export_onnx(tower: GreyTower, image_px: int, path: Path) -> None:
    """Write the tower as ONNX, input `images` (N, S, S) uint8, output `vectors` (N, D) float32."""
    example = torch.full((2, image_px, image_px), 255, dtype=torch.uint8)
    torch.onnx.export(
        with_even_padding(tower, example),
        (example,),
        str(path),
        input_names=["images"],
        output_names=["vectors"],
        dynamic_axes={"images": {0: "n"}, "vectors": {0: "n"}},
        dynamo=False,
    )


def _names(folder: Path, pattern: str) -> str:
    return ", ".join(sorted(path.stem for path in folder.glob(pattern)))

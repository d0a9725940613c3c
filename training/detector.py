"""Train the symbol detector: `python -m training.detector --out runs/detector`.

Seeded and resumable as `training.encoder` is; starts from the encoder's trunk, which knows drawings already.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.utils.data import DataLoader

import search
from search.symbols.classes import CLASSES
from search.symbols.network import SymbolNetwork, load_network
from training.checkpoint import load_checkpoint
from training.curves_plot import plot_curves
from training.frozen_norm import fuse_frozen_norms
from training.precision import depthwise_in_float32, mixed_precision
from training.symbols.examples import SymbolTiles
from training.symbols.labelled import Labels
from training.symbols.loss import detection_loss, target_of
from training.symbols.marked import Marked

log = logging.getLogger("training.detector")
ENCODER_WEIGHTS = Path(search.__file__).parent / "models" / "nizu.safetensors"
CHECKPOINT_EVERY = 50
FROZEN = ("conv_stem", "bn1", "blocks_0", "blocks_1")
"""Layers of the trunk that stay as the encoder's training left them, as torchvision's detectors keep their first two
stages: strokes are strokes, and their gradients cost most."""


TRUNK_RATE = 0.3
"""Learning rate of the trunk, which knows drawings already, as a share of the head's."""


@dataclass(frozen=True, slots=True)
class Config:
    """See training/configs/detector.json. practice: share of tiles from practice sheets. worn: share that is degraded.

    labelled: share of tiles from labelled sheets, where there are any. scale_spread: standard deviation of the
    logarithm of the lettering's height. start_share: of the weights that a run goes on from in those it writes, so that
    less of what they knew is forgotten (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
    """

    seed: int
    steps: int
    tiles_per_step: int
    side_px: int
    learning_rate: float
    weight_decay: float
    warmup_steps: int
    average_decay: float
    labelled: float
    practice: float
    worn: float
    scale_spread: float
    box_loss: float
    start_share: float

    @classmethod
    def read(cls, path: Path) -> Config:
        return cls(**json.loads(path.read_text()))


@dataclass(slots=True)
class State:
    network: SymbolNetwork
    average: SymbolNetwork
    start: SymbolNetwork
    optimizer: torch.optim.Optimizer
    step: int
    history: list[dict[str, float]]


def train(
    config: Config,
    out: Path,
    bank: Path | None = None,
    *,
    start: Path | None = None,
    labels: Labels | None = None,
    workers: int = 1,
) -> Path:
    """Run to the last step; write `detector.safetensors`, `log.jsonl`, `curves.png` into `out`; the weights' path.

    start: detector weights to go on from; the encoder's trunk where None. labels: real sheets among the made ones.
    """
    out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    state = _start(config, out, device, start)
    started, start_step = time.monotonic(), state.step
    for tiles in _loader(SymbolTiles(asdict(config), bank, labels), state.step, config.steps, workers):
        losses = _step(state, tiles, config, device)
        state.step += 1
        rate = (state.step - start_step) / (time.monotonic() - started)
        state.history.append({"step": state.step, **losses, "steps_per_s": rate})
        if state.step % 10 == 0:
            log.info("%s", json.dumps({key: round(value, 4) for key, value in state.history[-1].items()}))
        if state.step % CHECKPOINT_EVERY == 0 or state.step == config.steps:
            _save(state, out, config)
    return out / "detector.safetensors"


def _start(config: Config, out: Path, device: torch.device, start: Path | None) -> State:
    torch.manual_seed(config.seed)
    network = load_network(start) if start else SymbolNetwork()
    if start is None:
        take_trunk(network, ENCODER_WEIGHTS)
    network.to(device).to(memory_format=torch.channels_last)
    average, begun = (deepcopy(network).eval().requires_grad_(requires_grad=False) for _ in range(2))
    for name, parameter in network.trunk.named_parameters():
        parameter.requires_grad_(not name.startswith(FROZEN))
    fuse_frozen_norms(network.trunk)
    if device.type == "cpu":
        depthwise_in_float32(network)
    trunk = [parameter for parameter in network.trunk.parameters() if parameter.requires_grad]
    head = [parameter for name, parameter in network.named_parameters() if not name.startswith("trunk.")]
    groups: list[dict[str, Any]] = [{"params": trunk, "share": TRUNK_RATE}, {"params": head, "share": 1.0}]
    optimizer = torch.optim.AdamW(groups, lr=config.learning_rate, weight_decay=config.weight_decay)
    state = State(network, average, begun, optimizer, 0, [])
    saved = load_checkpoint(out / "checkpoint.pt", asdict(config), device)
    if saved is not None:
        begun.load_state_dict(saved["start"])
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        state.step, state.history = saved["step"], saved["history"]
        log.info("going on from step %d", state.step)
    return state


def take_trunk(network: SymbolNetwork, encoder_weights: Path) -> None:
    """The encoder's convolutions as a start; its last layers, which the detector has not, are left out."""
    wanted = network.trunk.state_dict()
    with safe_open(encoder_weights, framework="pt") as file:
        given = {key.removeprefix("trunk."): key for key in file.keys()}  # noqa: SIM118 (not a mapping)
        taken = {key: file.get_tensor(given[_encoder_key(key)]).float() for key in wanted if _encoder_key(key) in given}
    missing = [key for key in wanted if key not in taken and not key.endswith("num_batches_tracked")]
    if missing:
        raise ValueError(f"{encoder_weights.name} has not the detector's trunk: {missing[0]} and others are missing")
    network.trunk.load_state_dict(taken, strict=False)


def _encoder_key(key: str) -> str:
    """timm's feature extractor numbers the blocks with an underscore."""
    return key.replace("blocks_", "blocks.") if key.startswith("blocks_") else key


def _loader(tiles: SymbolTiles, first: int, last: int, workers: int) -> Iterator[list[Marked]]:
    steps = range(first, last)
    if workers == 0:
        return (tiles[step] for step in steps)
    return iter(
        DataLoader(
            tiles,
            batch_size=None,
            sampler=steps,
            num_workers=workers,
            prefetch_factor=4,
            multiprocessing_context="spawn",
            collate_fn=_as_they_are,
        )
    )


def _as_they_are(tiles: list[Marked]) -> list[Marked]:
    return tiles


def _step(state: State, tiles: list[Marked], config: Config, device: torch.device) -> dict[str, float]:
    warm = min(1.0, (state.step + 1) / config.warmup_steps)
    rate = config.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * state.step / config.steps))
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["share"]
    state.network.train()
    state.network.trunk.eval()  # its norms stay as they are
    pictures = torch.from_numpy(np.stack([tile.pixels for tile in tiles])).to(device)
    targets = [target_of(tile.kinds, tile.boxes, tile.anchors, config.side_px) for tile in tiles]
    with mixed_precision(device):
        logits, distances = state.network(pictures)
    losses = detection_loss(logits.float(), distances.float(), targets)
    loss = losses["scores"] + config.box_loss * losses["boxes"]
    state.optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(state.network.parameters(), 5.0)
    state.optimizer.step()
    _follow(state.average, state.network, min(config.average_decay, (state.step + 1) / (state.step + 10)))
    return {name: value.item() for name, value in losses.items()}


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    for mean, value in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(value, 1 - decay)


def _save(state: State, out: Path, config: Config) -> None:
    partial = out / "checkpoint.partial"
    torch.save(
        {
            "network": state.network.state_dict(),
            "average": state.average.state_dict(),
            "optimizer": state.optimizer.state_dict(),
            "step": state.step,
            "history": state.history,
            "config": asdict(config),
            "start": state.start.state_dict(),
        },
        partial,
    )
    partial.replace(out / "checkpoint.pt")
    written = deepcopy(state.average)
    _follow(written, state.start, 1 - config.start_share)
    weights: dict[str, Tensor] = {key: value.half().contiguous() for key, value in written.state_dict().items()}
    names = json.dumps([one.name for one in CLASSES])
    save_file(weights, out / "detector.safetensors", metadata={"classes": names})
    (out / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in state.history))
    plot_curves(state.history, out / "curves.png")


def main(
    out: Annotated[Path, typer.Option(help="Folder of the run; a run that is there goes on.")],
    config: Annotated[Path, typer.Option(help="JSON, see training/configs.")] = Path("training/configs/detector.json"),
    bank: Annotated[Path | None, typer.Option(help="Part bank; the packaged one by default.")] = None,
    finetune: Annotated[
        Path | None, typer.Option(exists=True, help="Go on from these weights, with the labels and the made data.")
    ] = None,
    labels: Annotated[Path | None, typer.Option(exists=True, help="COCO file of labelled sheets.")] = None,
    drawings: Annotated[Path | None, typer.Option(exists=True, help="Folder with the labelled sheets' files.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that make tiles; with a GPU, all cores but one.")] = 1,
) -> None:
    """Train the symbol detector and write its weights, log and curves."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if (labels is None) != (drawings is None):
        raise typer.BadParameter("--labels and --drawings belong together: give both or neither")
    real = Labels(labels, drawings) if labels and drawings else None
    written = train(Config.read(config), out, bank, start=finetune, labels=real, workers=workers)
    log.info("weights: %s", written)


if __name__ == "__main__":
    typer.run(main)

"""Train the encoder: `python -m training.encoder --config training/configs/encoder.json --out runs/encoder`.

Seeded and resumable: the drawings of a step follow from the seed and the step's number alone, and a run that was
stopped goes on from its checkpoint. Needs neither the CAD kernel nor a download; uses a GPU where there is one.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from torch import Tensor, nn
from torch.utils.data import DataLoader

from search.encoder import GreyTower, model_config, save_weights
from training.checkpoint import load_checkpoint
from training.curves_plot import plot_curves
from training.encoding.examples import Batch, Drawings, ValidationSet
from training.encoding.head import fit_projection, whiten
from training.encoding.losses import Indexed, region_loss, sheet_loss
from training.encoding.start import IMAGENET, RANDOM, start_tower
from training.frozen_norm import fuse_frozen_norms
from training.precision import depthwise_in_float32, mixed_precision

log = logging.getLogger("training.encoder")
PROJECTION_BATCHES = 8
WHITENING_BATCHES = 60
MAX_SCALE = 50.0


@dataclass(frozen=True, slots=True)
class Config:
    """See training/configs/encoder.json; lengths in pixels, shares from 0 to 1.

    other_drawing: share of queries that are another drawing of the part. crop: share of the rest that are cut out.
    same_template: share of steps whose drawings all come from one template. twins: share of family mates that are drawn
    as the one before, by the same office in the same layout. sheet_loss, trunk_loss: weights.
    memory: drawings of earlier steps that a query is told apart from, too.
    sketched: share of the other drawings that are made by hand. assembly: share of sheets that show further parts, too.
    first_scale: inverse temperature at the start. dense_crop: share of crops taken where most ink is, title block or
    not. start: "imagenet", "random", or a file of weights.
    frozen: beginnings of the names of the trunk's layers that stay as they are.
    small_steps, small_px: the first steps see smaller pictures, which costs half (progressive learning, Tan and Le,
    EfficientNetV2, 2021).
    """

    seed: int
    model: str
    start: str
    frozen: tuple[str, ...]
    steps: int
    small_steps: int
    small_px: int
    drawings_per_step: int
    query_regions: int
    index_regions: int
    memory: int
    first_scale: float
    learning_rate: float
    weight_decay: float
    warmup_steps: int
    average_decay: float
    long_side_px: int
    other_drawing: float
    crop: float
    dense_crop: float
    same_template: float
    twins: float
    sketched: float
    assembly: float
    sheet_loss: float
    trunk_loss: float
    validate_every: int
    validation_parts: int

    @classmethod
    def read(cls, path: Path) -> Config:
        given = json.loads(path.read_text())
        return cls(**{**given, "frozen": tuple(given["frozen"])})


@dataclass(slots=True)
class State:
    """Everything a run needs to go on. average: moving average of the weights, which is what ships.

    memory: of the embeddings and of the trunk's vectors, empty at the start.
    """

    tower: GreyTower
    average: GreyTower
    log_scale: nn.Parameter
    optimizer: torch.optim.Optimizer
    step: int
    history: list[dict[str, float]]
    memory: dict[str, Indexed] = field(default_factory=dict)


def train(config: Config, out: Path, bank: Path | None = None, *, workers: int = 1) -> Path:
    """Run to the last step and write `encoder.safetensors`, `log.jsonl`, `curves.png` into `out`; the weights' path.

    workers: processes that make drawings, 0 to make them in this one.
    """
    out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    drawings = Drawings(asdict(config), model_config(config.model)["vision_cfg"]["image_size"], bank)
    state = _start(config, drawings, out, device, workers)
    validation = ValidationSet(drawings, config.validation_parts)
    started, start_step = time.monotonic(), state.step
    for batch in _loader(drawings, state.step, config.steps, workers):
        losses = _step(state, batch, config, device)
        state.step += 1
        rate = (state.step - start_step) / (time.monotonic() - started)
        state.history.append({"step": state.step, **losses, "steps_per_s": rate})
        if state.step % 10 == 0:
            log.info("%s", json.dumps({key: round(value, 4) for key, value in state.history[-1].items()}))
        if state.step % config.validate_every == 0 or state.step == config.steps:
            state.history[-1]["recall@1"] = validation.recall_at_1(state.average, device)
            log.info("step %d: validation recall@1 %.3f", state.step, state.history[-1]["recall@1"])
            _save(state, config, out)
        elif state.step % 50 == 0:
            _save(state, config, out)
    return _finish(state, drawings, config, out, workers)


def _start(config: Config, drawings: Drawings, out: Path, device: torch.device, workers: int) -> State:
    tower = start_tower(config.model, config.start, config.seed)
    checkpoint = out / "checkpoint.pt"
    saved = load_checkpoint(checkpoint, asdict(config), device)
    if saved is None and config.start in (IMAGENET, RANDOM) and hasattr(tower.visual.head, "proj"):
        first = _loader(drawings, config.steps, config.steps + PROJECTION_BATCHES, workers)  # steps never trained on
        fit_projection(tower, (batch.pictures() for batch in first))
    tower.to(device).to(memory_format=torch.channels_last)
    average = deepcopy(tower).eval().requires_grad_(requires_grad=False)
    for name, parameter in tower.visual.trunk.named_parameters():
        parameter.requires_grad_(not name.startswith(config.frozen))
    fuse_frozen_norms(tower.visual.trunk)  # after the copy, which would else run on this one's weights
    if device.type == "cpu":
        depthwise_in_float32(tower.visual.trunk)
    log_scale = nn.Parameter(torch.tensor(math.log(config.first_scale), device=device))
    parameters: list[dict[str, Any]] = [
        {"params": [parameter for parameter in tower.parameters() if parameter.requires_grad]},
        {"params": [log_scale], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(parameters, lr=config.learning_rate, weight_decay=config.weight_decay)
    state = State(tower, average, log_scale, optimizer, 0, [])
    if saved is not None:
        tower.load_state_dict(saved["tower"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        state.step, state.history = saved["step"], saved["history"]
        state.memory = {name: Indexed(**memory) for name, memory in saved["memory"].items()}
        with torch.no_grad():
            log_scale.copy_(saved["log_scale"])
        log.info("going on from step %d", state.step)
    return state


def _finish(state: State, drawings: Drawings, config: Config, out: Path, workers: int) -> Path:
    """Whiten the average's head over drawings that were never trained on, and write it."""
    if hasattr(state.average.visual.head, "proj"):
        last = _loader(drawings, config.steps, config.steps + WHITENING_BATCHES, workers)
        whiten(state.average, (batch.pictures() for batch in last))
    save_weights(state.average, model_config(config.model), out / "encoder.safetensors")
    return out / "encoder.safetensors"


def _loader(drawings: Drawings, first: int, last: int, workers: int) -> Iterator[Batch]:
    steps = range(first, last)
    if workers == 0:
        return (drawings[step] for step in steps)
    return iter(
        DataLoader(
            drawings,
            batch_size=None,
            sampler=steps,
            num_workers=workers,
            prefetch_factor=4,
            multiprocessing_context="spawn",
        )
    )


def _step(state: State, batch: Batch, config: Config, device: torch.device) -> dict[str, float]:
    rate = _learning_rate(state.step, config)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    _train_mode(state.tower)
    query, index, relation = batch.query.to(device), batch.index.to(device), batch.relation.to(device)
    pictures = torch.cat([query.flatten(0, 1), index.flatten(0, 1)])
    with mixed_precision(device):
        trunk, embedded = _vectors(state.tower, pictures)
    scale = state.log_scale.exp().clamp(max=MAX_SCALE)
    split = query.shape[0] * query.shape[1]
    losses: dict[str, Tensor] = {}
    for name, vectors in (("embedding", embedded), ("trunk", trunk)):
        q = vectors[:split].unflatten(0, query.shape[:2])
        i = Indexed(vectors[split:].unflatten(0, index.shape[:2]), batch.part.to(device))
        memory = state.memory.get(name, i.nothing())
        losses[f"{name}_regions"] = region_loss(q, i, relation, scale, memory)
        losses[f"{name}_sheets"] = sheet_loss(q, batch.weights.to(device), i, scale, memory)
        state.memory[name] = memory.followed_by(i, config.memory)
    loss = losses["embedding_regions"] + config.sheet_loss * losses["embedding_sheets"]
    loss = loss + config.trunk_loss * (losses["trunk_regions"] + config.sheet_loss * losses["trunk_sheets"])
    state.optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(state.tower.parameters(), 1.0)
    state.optimizer.step()
    _follow(state.average, state.tower, min(config.average_decay, (state.step + 1) / (state.step + 10)))
    return {name: value.item() for name, value in losses.items()} | {"scale": scale.item()}


def _vectors(tower: GreyTower, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Unit vectors before and after the head; the same where there is no head."""
    pooled = tower.visual.trunk(tower.normalised(pictures))
    return pooled.float(), nn.functional.normalize(tower.visual.head(pooled).float(), dim=-1)


def _train_mode(tower: GreyTower) -> None:
    """Training, but for batch normalisation: its statistics stay ImageNet's, a step's pictures are too much alike."""
    tower.train()
    for module in tower.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def _learning_rate(step: int, config: Config) -> float:
    warm = min(1.0, (step + 1) / config.warmup_steps)
    return config.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * step / config.steps))


@torch.no_grad()
def _follow(average: GreyTower, tower: GreyTower, decay: float) -> None:
    for mean, value in zip(average.parameters(), tower.parameters(), strict=True):
        mean.lerp_(value, 1 - decay)


def _save(state: State, config: Config, out: Path) -> None:
    partial = out / "checkpoint.partial"
    torch.save(
        {
            "tower": state.tower.state_dict(),
            "average": state.average.state_dict(),
            "optimizer": state.optimizer.state_dict(),
            "log_scale": state.log_scale.detach(),
            "step": state.step,
            "history": state.history,
            "config": asdict(config),
            "memory": {name: asdict(memory) for name, memory in state.memory.items()},
        },
        partial,
    )
    partial.replace(out / "checkpoint.pt")
    save_weights(state.average, model_config(config.model), out / "encoder.safetensors")
    (out / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in state.history))
    plot_curves(state.history, out / "curves.png")


def main(
    out: Annotated[Path, typer.Option(help="Folder of the run; a run that is there goes on.")],
    config: Annotated[Path, typer.Option(help="JSON, see training/configs.")] = Path("training/configs/encoder.json"),
    bank: Annotated[Path | None, typer.Option(help="Part bank; the packaged one by default.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that make drawings; with a GPU, all cores but one.")] = 1,
) -> None:
    """Train the encoder and write its weights, log and curves."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    log.info("weights: %s", train(Config.read(config), out, bank, workers=workers))


if __name__ == "__main__":
    typer.run(main)

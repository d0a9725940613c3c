"""What matters in the encoder and its training? python -m benchmarks.ablation --json FILE --out FOLDER

Short runs that differ from one base in one thing each, at equal seed and number of steps, measured on parts that no run
saw. They say which way a change pulls, not how good an encoder gets.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from torch.utils.flop_counter import FlopCounterMode

import search.ink
import search.regions.tiles
import search.regions.views
import training.encoder
import training.encoding.start
import training.wear.degrade
from benchmarks import command
from benchmarks.figures import Figures, tell
from search.encoder import GreyTower, load_tower, model_config
from search.errors import UsageError
from training.encoder import Config, train
from training.encoding.examples import Batch, Drawings, ValidationSet
from training.wear.degrade import RECIPES

CONFIG = Path("training/configs/ablation.json")
CPU = torch.device("cpu")
QUERIES: Mapping[str, Mapping[str, float]] = {
    "copy": {"other_drawing": 0.0, "crop": 0.0},
    "crop": {"other_drawing": 0.0, "crop": 1.0},
    "other": {"other_drawing": 1.0},
}
"""What is asked with: a worn copy, a part of one, another drawing of the part."""
QUERIES_A_KIND = 200
WHITENING_BATCHES = 20
"""A third of what a full run takes: making drawings is most of a short run."""

Patch = tuple[Any, str, object]
"""A module, the name of something in it, and what takes its place."""


@dataclass(frozen=True, slots=True)
class Variant:
    """config: what differs in the training's configuration. everywhere: what differs in training and in measuring.
    training: what differs in training only."""

    config: Mapping[str, Any] = field(default_factory=dict)
    everywhere: tuple[Patch, ...] = ()
    training: tuple[Patch, ...] = ()
    own_drawings: bool = True
    """Whether the run must make its own, because what differs is how drawings are made or cut."""


def _tower(name: str) -> Variant:
    """From chance: other towers have no weights here to start from."""

    def config(_: str) -> dict[str, Any]:
        base = model_config("lite0-gem-256")
        vision = {**base["vision_cfg"], "timm_model_name": name, "timm_pool": "avg", "image_size": 128}
        return {**base, "vision_cfg": vision}

    patches = ((training.encoder, "model_config", config), (training.encoding.start, "model_config", config))
    return Variant({"start": "random", "frozen": ()}, patches, own_drawings=False)


def _without_recipe(name: str) -> Variant:
    rest = {key: value for key, value in RECIPES.items() if key != name}
    return Variant(training=((training.wear.degrade, "RECIPES", rest),))


def _plain_downsampling() -> Variant:
    linear = (np.arange(255, -1, -1, dtype=np.float32) / 255.0).astype(np.float32)
    return Variant(everywhere=((search.ink, "INK_POWER", 1.0), (search.ink, "_TO_POWER", linear)))


VARIANTS: Mapping[str, Variant] = {
    "base": Variant(own_drawings=False),
    "start: chance": Variant({"start": "random", "frozen": ()}, own_drawings=False),
    "tower: convnext_atto from chance": _tower("convnext_atto"),
    "tower: resnet10t from chance": _tower("resnet10t"),
    "tower: pvt_v2_b0 from chance": _tower("pvt_v2_b0"),
    "96 px": Variant({"small_px": 96}),
    "192 px": Variant({"small_px": 192}),
    "plain downsampling": _plain_downsampling(),
    "no views": Variant(everywhere=((search.regions.views, "MAX_VIEWS", 0),)),
    "no content tiles": Variant(everywhere=((search.regions.tiles, "MAX_CONTENT_TILES", 0),)),
    "no page tiles": Variant(everywhere=((search.regions.tiles, "PAGE_TILES", ()),)),
    "no sheet loss": Variant({"sheet_loss": 0.0}, own_drawings=False),
    "no trunk loss": Variant({"trunk_loss": 0.0}, own_drawings=False),
    "no whitening": Variant(training=((training.encoder, "whiten", lambda tower, batches: None),), own_drawings=False),
    "no memory": Variant({"memory": 0}, own_drawings=False),
    "no steps on one template": Variant({"same_template": 0.0}),
    "no twins": Variant({"twins": 0.0}),
    "no crops": Variant({"crop": 0.0}),
    "no other drawings": Variant({"other_drawing": 0.0}),
    **{f"no {name}": _without_recipe(name) for name in RECIPES},
}


class KeptDrawings(Drawings):
    """Drawings that several runs see: made once, then read."""

    def __init__(self, folder: Path, *drawings: Any) -> None:
        super().__init__(*drawings)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, step: int) -> Batch:
        kept = self._folder / f"{step}-{self.config['small_px']}.pt"
        if not kept.is_file():
            partial_file = kept.with_suffix(f".{os.getpid()}")
            torch.save(asdict(super().__getitem__(step)), partial_file)
            partial_file.replace(kept)
        return Batch(**torch.load(kept))


@contextmanager
def patched(patches: tuple[Patch, ...]) -> Iterator[None]:
    """The modules as they are with the patches, and afterwards as they were."""
    before = [(module, name, getattr(module, name)) for module, name, _ in patches]
    for module, name, value in patches:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def run(name: str, config: Config, out: Path) -> Figures:
    """recall@1 of a variant by kind of query and what a picture costs; of a finished run as it was measured."""
    torch.set_num_threads(1)
    variant, folder = VARIANTS[name], out / name.replace(": ", "-").replace(" ", "-")
    finished = folder / "figures.json"
    if finished.is_file():
        known: Figures = json.loads(finished.read_text())
        return known
    varied = replace(config, **variant.config)
    shared: tuple[Patch, ...] = ((training.encoder, "WHITENING_BATCHES", WHITENING_BATCHES),)
    if not variant.own_drawings:
        shared += ((training.encoder, "Drawings", partial(KeptDrawings, out / "drawings")),)
    with patched(variant.everywhere):
        with patched(shared + variant.training):
            tower, _ = load_tower(train(varied, folder, workers=0))
        regions = name if variant.everywhere and variant.own_drawings else "base"
        asked = replace(config, small_px=varied.small_px)
        recalls = {f"{kind}.recall@1": _asked(kind, asked, regions).recall_at_1(tower, CPU) for kind in QUERIES}
    measured = {**recalls, "gflop": picture_gflop(tower, varied.small_px)}
    figures = {f"{name}.{key}": value for key, value in measured.items()}
    finished.write_text(json.dumps(figures))
    return figures


@torch.no_grad()
def picture_gflop(tower: GreyTower, side_px: int) -> float:
    """What encoding a picture costs, in 1e9 floating point operations: times of runs that share a machine tell less."""
    with FlopCounterMode(display=False) as counter:
        tower(torch.zeros(1, side_px, side_px, dtype=torch.uint8))
    return float(counter.get_total_flops()) / 1e9


@cache
def _asked(kind: str, config: Config, regions: str) -> ValidationSet:
    """What is asked with, made once in a process. regions: name of the variant whose patches say what regions are."""
    return ValidationSet(Drawings({**asdict(config), **QUERIES[kind]}, config.small_px), QUERIES_A_KIND)


def main(
    out: Annotated[Path, typer.Option(help="Folder of the runs; those that are there go on or count as they are.")],
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    variants: Annotated[str, typer.Option(help="Comma separated; all by default.")] = ",".join(VARIANTS),
    config: Annotated[Path, typer.Option(help="What the runs have in common.")] = CONFIG,
) -> None:
    """Train all variants, a process each, and tell how well each finds drawings."""
    names = variants.split(",")
    for name in names:
        if name not in VARIANTS:
            raise UsageError("variants", f"{name} is no variant; there are: {', '.join(VARIANTS)}")
    figures: Figures = {}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        for found in pool.map(partial(run, config=Config.read(config), out=out), names):
            figures |= found
    tell(figures, {"queries_a_kind": QUERIES_A_KIND}, json_path)


if __name__ == "__main__":
    command.run(main)

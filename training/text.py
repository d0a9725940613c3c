"""Train the words' side of an encoder: `python -m training.text --out runs/text`.

The encoder stays as it is: made drawings are encoded once, and a text tower learns to bring captions to the region of
the drawing that they fit best, which is how search compares them. An hour on two cores; train it again for every new
encoder.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from search.encoder import DEFAULT_ENCODER, Encoder, load_encoder
from search.text_encoder import TextTower, save_text_tower
from search.types import RegionKind
from training.bank import Bank, load_bank
from training.captions import caption, full_caption
from training.encoding.examples import held_out
from training.encoding.regions import Drawn
from training.sheets import draw, draw_spec, plan

log = logging.getLogger("training.text")
LONG_SIDE_PX = 3000
MOST_REGIONS = 7
"""Of a drawing: the sheet and its views; no tile shows what a caption says."""
BATCH = 256
SCALE = 20.0
LEARNING_RATE = 0.002
AS_LIKELY = -1e4


@dataclass(frozen=True, slots=True)
class Described:
    """vectors: (N, MOST_REGIONS, D) float32, zeros where a drawing has fewer. parts: (N,) int64, index in the bank."""

    vectors: NDArray[np.float32]
    parts: NDArray[np.int64]


class Pictures(Dataset[tuple[int, NDArray[np.uint8]]]):
    """Number to a part's index and the (R, S, S) pictures of one drawing of it."""

    def __init__(self, parts: list[int], side_px: int, seed: int, bank_path: Path | None) -> None:
        self.parts, self.side_px, self.seed, self.bank_path = parts, side_px, seed, bank_path
        self._bank: Bank | None = None

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, number: int) -> tuple[int, NDArray[np.uint8]]:
        self._bank = self._bank or load_bank(self.bank_path, split="train")
        index = self.parts[number]
        spec = draw_spec(self._bank[index], np.random.default_rng([self.seed, number]))
        drawn = Drawn.of(draw(plan(spec), LONG_SIDE_PX))
        places = drawn.layout.places if drawn else ()
        whole = [number for number, place in enumerate(places) if place.kind is not RegionKind.TILE]
        if drawn is None or not whole:
            return index, np.zeros((0, self.side_px, self.side_px), np.uint8)
        return index, drawn.images(np.array(whole[:MOST_REGIONS]), self.side_px)


def train(
    out: Path, encoder: Encoder, drawings: int, steps: int, seed: int, bank_path: Path | None = None, workers: int = 1
) -> Path:
    """Encode so many drawings, train so many steps, write `text.safetensors` into `out`; the weights' path."""
    out.mkdir(parents=True, exist_ok=True)
    bank = load_bank(bank_path, split="train")
    seen = [index for index, name in enumerate(bank.names) if not held_out(name)]
    rng = np.random.default_rng(seed)
    parts = [seen[i] for i in rng.integers(0, len(seen), drawings)]
    described = encoded(Pictures(parts, encoder.spec.image_px, seed, bank_path), encoder, workers)
    torch.manual_seed(seed)
    tower = TextTower(encoder.spec.dimensions)
    optimizer = torch.optim.AdamW(tower.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    said_of = [replace(part, views={}) for part in bank]  # decoding their views took longer than the training
    alike = [full_caption(part) for part in said_of]
    for step in range(steps):
        chosen = rng.choice(len(described.parts), min(BATCH, len(described.parts)), replace=False)
        of = described.parts[chosen].tolist()
        texts = tower.of([caption(said_of[index], rng) for index in of])
        loss = caption_loss(texts, torch.from_numpy(described.vectors[chosen]), [alike[index] for index in of])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            log.info("step %d: loss %.3f", step + 1, loss.item())
    path = out / "text.safetensors"
    save_text_tower(tower, encoder.spec.fingerprint, path)
    return path


def encoded(pictures: Pictures, encoder: Encoder, workers: int) -> Described:
    """Drawings to vectors; drawings without regions are left out."""
    vectors, parts = [], []
    made = DataLoader(
        pictures, batch_size=None, num_workers=workers, multiprocessing_context="spawn" if workers else None
    )
    for index, images in made:
        if len(images):
            full = np.zeros((MOST_REGIONS, encoder.spec.dimensions), np.float32)
            full[: len(images)] = encoder.encode(images.numpy())
            vectors.append(full)
            parts.append(index)
            if len(parts) % 500 == 0:
                log.info("%d drawings encoded", len(parts))
    return Described(np.stack(vectors), np.array(parts, np.int64))


def caption_loss(texts: Tensor, regions: Tensor, alike: list[str]) -> Tensor:
    """InfoNCE both ways between (B, D) captions and (B, R, D) drawings, by a drawing's best region; zeros are none.

    alike: of each drawing what can be said of it; drawings of which the same can be said are no negatives.
    """
    fits = SCALE * torch.einsum("bd,nrd->bnr", texts, regions)
    scores = fits.masked_fill((regions == 0).all(dim=2), AS_LIKELY).amax(dim=2)
    names = np.array(alike)
    equal = torch.from_numpy(names[:, None] == names[None]) & ~torch.eye(len(names), dtype=torch.bool)
    scores = scores.masked_fill(equal, AS_LIKELY)
    target = torch.arange(len(texts))
    return (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2


def main(
    out: Annotated[Path, typer.Option(help="Folder for the weights.")],
    encoder: Annotated[str, typer.Option(help="The encoder that the captions are to fit.")] = DEFAULT_ENCODER,
    drawings: Annotated[int, typer.Option(min=1, help="How many made drawings.")] = 6000,
    steps: Annotated[int, typer.Option(min=1, help="Of 256 captions.")] = 3000,
    seed: Annotated[int, typer.Option(help="Of all chance.")] = 20261125,
    bank: Annotated[Path | None, typer.Option(help="Part bank; the packaged one by default.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes that make drawings.")] = 1,
) -> None:
    """Train the text tower and write its weights."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    log.info("weights: %s", train(out, load_encoder(encoder), drawings, steps, seed, bank, workers))


if __name__ == "__main__":
    typer.run(main)

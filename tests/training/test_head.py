"""The head in closed form: it starts as principal components and ends whitened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from search.encoder import GreyTower, build_tower, model_config
from training.encoding.head import fit_projection, whiten
from training.precision import mixed_precision


@pytest.fixture(scope="module")
def tower() -> GreyTower:
    torch.manual_seed(1)
    config = model_config("lite0-gem-256")
    return build_tower({**config, "embed_dim": 8})


def pictures() -> Iterator[Tensor]:
    for seed in range(3):
        noise = torch.randint(0, 256, (20, 64, 64), generator=torch.Generator().manual_seed(seed))
        shades = torch.linspace(0.2, 1.0, 20)[:, None, None]
        yield (noise * shades).to(torch.uint8)


@torch.no_grad()
def values(tower: GreyTower) -> Tensor:
    with mixed_precision(torch.device("cpu")):
        pooled = [tower.visual.trunk(tower.normalised(part)).float() for part in pictures()]
    found: Tensor = tower.visual.head.proj(torch.cat(pooled))
    return found


def test_a_projection_gives_uncorrelated_numbers_the_most_varied_first(tower: GreyTower) -> None:
    fit_projection(tower, pictures())
    spread = torch.cov(values(tower).T)
    assert values(tower).mean(dim=0).abs().max() < 1e-3
    assert (spread - spread.diag().diag()).abs().max() < 1e-3 * spread.max()
    assert (spread.diag().diff() <= 1e-6).all()


def test_whitened_numbers_vary_alike(tower: GreyTower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.encoding.head.RIDGE", 0.0)
    fit_projection(tower, pictures())
    before = torch.cov(values(tower).T).diag()
    whiten(tower, pictures())
    spread = torch.cov(values(tower).T)
    assert spread.diag().mean() == pytest.approx(before.mean().item(), rel=0.02)
    assert torch.allclose(spread, before.mean() * torch.eye(8), atol=0.05 * before.mean().item())


def test_directions_that_hardly_vary_are_stretched_little(tower: GreyTower) -> None:
    fit_projection(tower, pictures())
    before = tower.visual.head.proj.weight.norm(dim=1).max()
    whiten(tower, pictures())
    assert tower.visual.head.proj.weight.isfinite().all()
    assert tower.visual.head.proj.weight.norm(dim=1).max() <= before * 101

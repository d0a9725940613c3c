"""The losses pull together what shows the same, and nothing else."""

import pytest
import torch

from training.losses import region_loss, sheet_loss
from training.regions import OTHER, SAME, UNSURE

SCALE = torch.tensor(20.0)


def unit(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(*shape, generator=torch.Generator().manual_seed(seed)), dim=-1)


def test_regions_that_match_only_their_own_cost_almost_nothing() -> None:
    query = torch.eye(8).view(2, 4, 8)
    relation = torch.where(torch.eye(4, dtype=torch.bool), SAME, OTHER).to(torch.int8).expand(2, 4, 4)
    assert region_loss(query, query, relation, SCALE).item() < 1e-6
    assert region_loss(query, query.flip(1), relation, SCALE).item() > 5


def test_unsure_pairs_have_no_influence() -> None:
    query, index = unit(2, 2, 16), unit(2, 3, 16, seed=1)
    relation = torch.tensor([[[SAME, OTHER, UNSURE], [OTHER, SAME, UNSURE]]] * 2, dtype=torch.int8)
    moved = index.clone()
    moved[:, 2] = unit(2, 16, seed=2)
    within = torch.full_like(relation, OTHER)
    within[relation == SAME] = SAME
    assert region_loss(query, index, relation, SCALE) < region_loss(query, index, within, SCALE)


def test_a_row_without_a_positive_is_left_out() -> None:
    query, index = unit(2, 2, 16), unit(2, 2, 16, seed=1)
    relation = torch.tensor([[[SAME, OTHER], [OTHER, OTHER]]] * 2, dtype=torch.int8)
    assert torch.isfinite(region_loss(query, index, relation, SCALE))


@pytest.mark.parametrize("seed", range(3))
def test_the_sheet_loss_is_the_cross_entropy_of_the_score_that_search_ranks_by(seed: int) -> None:
    query, index = unit(3, 4, 8, seed=seed), unit(3, 5, 8, seed=seed + 10)
    scores = torch.stack([torch.stack([(q @ i.T).amax(1).mean() for i in index]) for q in query]) * SCALE
    target = torch.arange(3)
    expected = (
        torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)
    ) / 2
    assert sheet_loss(query, index, SCALE).item() == pytest.approx(expected.item(), rel=1e-5)

"""The losses pull together what shows the same, and nothing else."""

import numpy as np
import pytest
import torch

from search.late import Candidate, score
from training.encoding.losses import Indexed, region_loss, sheet_loss
from training.encoding.regions import OTHER, SAME, UNSURE

SCALE = torch.tensor(20.0)


def unit(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(*shape, generator=torch.Generator().manual_seed(seed)), dim=-1)


def indexed(vectors: torch.Tensor, first_part: int = 0) -> Indexed:
    return Indexed(vectors, torch.arange(first_part, first_part + len(vectors)))


def loss_of(query: torch.Tensor, index: torch.Tensor, relation: torch.Tensor) -> torch.Tensor:
    return region_loss(query, indexed(index), relation, SCALE, indexed(index).nothing())


def test_regions_that_match_only_their_own_cost_almost_nothing() -> None:
    query = torch.eye(8).view(2, 4, 8)
    relation = torch.where(torch.eye(4, dtype=torch.bool), SAME, OTHER).to(torch.int8).expand(2, 4, 4)
    assert loss_of(query, query, relation).item() < 1e-6
    assert loss_of(query, query.flip(1), relation).item() > 5


def test_unsure_pairs_have_no_influence() -> None:
    query, index = unit(2, 2, 16), unit(2, 3, 16, seed=1)
    relation = torch.tensor([[[SAME, OTHER, UNSURE], [OTHER, SAME, UNSURE]]] * 2, dtype=torch.int8)
    within = torch.full_like(relation, OTHER)
    within[relation == SAME] = SAME
    assert loss_of(query, index, relation) < loss_of(query, index, within)


def test_a_row_without_a_positive_is_left_out() -> None:
    query, index = unit(2, 2, 16), unit(2, 2, 16, seed=1)
    relation = torch.tensor([[[SAME, OTHER], [OTHER, OTHER]]] * 2, dtype=torch.int8)
    assert torch.isfinite(loss_of(query, index, relation))


@pytest.mark.parametrize("loss", ["regions", "sheets"])
def test_earlier_drawings_are_further_others_but_for_those_of_the_same_part(loss: str) -> None:
    query, index = unit(2, 2, 16), indexed(unit(2, 2, 16, seed=1))
    relation = torch.where(torch.eye(2, dtype=torch.bool), SAME, OTHER).to(torch.int8).expand(2, 2, 2)

    def value(memory: Indexed) -> float:
        if loss == "sheets":
            return sheet_loss(query, torch.full((2, 2), 0.5), index, SCALE, memory).item()
        return region_loss(query, index, relation, SCALE, memory).item()

    alike = query.clone()
    assert value(indexed(alike, first_part=7)) > value(index.nothing()) + 1
    own = Indexed(alike[:1], index.parts[:1])
    of_the_other = Indexed(alike[:1], index.parts[1:])
    assert value(own) < value(of_the_other)


def test_memory_keeps_the_latest_without_gradients() -> None:
    first, second = indexed(unit(3, 2, 8)), indexed(unit(2, 2, 8, seed=1).requires_grad_(), first_part=10)
    both = first.nothing().followed_by(first, 4).followed_by(second, 4)
    assert both.parts.tolist() == [1, 2, 10, 11]
    assert torch.equal(both.vectors[2:], second.vectors) and not both.vectors.requires_grad
    assert len(both.followed_by(first, 0).parts) == 0


@pytest.mark.parametrize("seed", range(3))
def test_the_sheet_loss_is_the_cross_entropy_of_the_score_that_search_ranks_by(seed: int) -> None:
    query, index, weights = (
        unit(3, 4, 8, seed=seed),
        unit(3, 5, 8, seed=seed + 10),
        torch.tensor([[0.4, 0.3, 0.2, 0.1]]),
    )
    vectors, first, candidates = (
        index.flatten(0, 1).half(),
        np.array([0, 5, 10, 15]),
        [Candidate(i, 0) for i in range(3)],
    )
    rows = [score(q[None].numpy(), weights[0].numpy(), tuple(candidates), vectors.numpy(), first) for q in query]
    scores = torch.tensor([[one.similarity for one in row] for row in rows]) * SCALE
    target = torch.arange(3)
    expected = (
        torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)
    ) / 2
    found = sheet_loss(query, weights.expand(3, 4), indexed(index), SCALE, indexed(index).nothing())
    assert found.item() == pytest.approx(expected.item(), rel=1e-2)

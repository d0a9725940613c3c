"""Parts of a family are graded, and a query's hits are shared out by the grades."""

from pathlib import Path

import pytest
import torch

from training.bank import Part, load_bank, save_bank
from training.kinship import Kinship, likeness


def part(name: str, features: tuple[str, ...] = ("hub",), **params: float) -> Part:
    return Part(name, "gear", "test", "Gear", "歯車", params, features, {})


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        (part("a", teeth=20, bore=10), 2),
        (part("b", teeth=25, bore=14), 1),
        (part("c", teeth=40, bore=10), 0),  # twice the teeth
        (part("d", ("keyway",), teeth=20, bore=10), 0),
        (part("e", teeth=20), 0),
    ],
)
def test_likeness_is_of_features_and_measures(other: Part, grade: int) -> None:
    asked = part("a", teeth=20, bore=10)
    assert likeness(asked, other) == likeness(other, asked) == grade


@pytest.fixture(scope="module")
def kinship(tmp_path_factory: pytest.TempPathFactory) -> Kinship:
    """Places 0 to 3 are gears: one, a like one, two unlike ones; 4 is alone in its family."""
    gears = [part("a", teeth=20), part("b", teeth=25), part("c", teeth=60), part("d", teeth=200)]
    other = Part("e", "shaft", "test", "Shaft", "軸", {"length": 20}, (), {})
    path: Path = tmp_path_factory.mktemp("bank") / "bank.npz"
    save_bank(path, [*gears, other])
    return Kinship(load_bank(path, split="test"))


def test_hits_are_shared_by_likeness_within_the_family(kinship: Kinship) -> None:
    targets = kinship.targets(torch.tensor([0, 4]), torch.tensor([1, 2, 4, 0]), kin_share=0.2)
    expected = [[0.8, 0.0, 0.15, 0.05, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0, 0.0]]
    assert torch.allclose(targets, torch.tensor(expected))


def test_without_a_share_only_the_own_drawing_is_a_hit(kinship: Kinship) -> None:
    assert torch.equal(kinship.targets(torch.arange(4), torch.tensor([4]), 0.0), torch.eye(4, 5))

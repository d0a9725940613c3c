"""The rewritten convolutions say what the trained ones say, for pictures of the example's size."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from timm.layers.conv2d_same import Conv2dSame
from torch import nn

from search.even_padding import with_even_padding


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([3, 5, (3, 5)]), st.sampled_from([1, 2, 3]), st.booleans(), st.integers(5, 16), st.integers(5, 16)
)
def test_even_padding_says_the_same(
    kernel: int | tuple[int, int], stride: int, grouped: bool, height: int, width: int
) -> None:
    torch.manual_seed(0)
    tower = nn.Sequential(
        Conv2dSame(4, 4, kernel, stride=stride, groups=4 if grouped else 1, bias=grouped), nn.ReLU(), nn.Conv2d(4, 2, 1)
    )
    example = torch.randn(2, 4, height, width)
    even = with_even_padding(tower, example)
    assert not any(isinstance(part, Conv2dSame) for part in even.modules())
    assert torch.allclose(even(example), tower(example), atol=1e-5)


def test_the_tower_itself_stays_as_it_is() -> None:
    tower = nn.Sequential(Conv2dSame(1, 1, 3, stride=2))
    with_even_padding(tower, torch.zeros(1, 1, 8, 8))
    assert isinstance(tower[0], Conv2dSame) and tower[0].kernel_size == (3, 3)

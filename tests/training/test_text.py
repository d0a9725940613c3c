"""Captions say what a part is, and a tower learns to bring them to its drawings."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from search.text_encoder import TextEncoder
from search.types import Pixels, RegionKind
from tests.conftest import FAKE_DIMENSIONS, make_fake_encoder
from training.bank import Part, load_bank
from training.captions import JAPANESE_FEATURES, OTHER_NAMES, caption, counts_of, english, full_caption, japanese
from training.encoding.regions import Drawn
from training.text import Pictures, caption_loss, train


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    bank = load_bank(split="train")
    return [bank[members[0]] for members in bank.families.values()]


def test_every_family_has_other_names_in_both_languages(parts: list[Part]) -> None:
    assert set(OTHER_NAMES) == {part.family for part in parts}
    for names in OTHER_NAMES.values():
        assert any(name.isascii() for name in names) and any(not name.isascii() for name in names)


def test_captions_name_the_part_and_only_what_it_has(parts: list[Part]) -> None:
    for part in parts:
        for seed in range(6):
            rng = np.random.default_rng(seed)
            said = english(part, rng)
            names = [part.title.lower(), part.family.replace("_", " "), *OTHER_NAMES[part.family]]
            assert any(name in said for name in names), said
            others = {one for one in JAPANESE_FEATURES if one not in part.features}
            spoken = japanese(part, rng)
            assert any(name in spoken for name in (part.title_ja, *OTHER_NAMES[part.family])), spoken
            assert not any(
                f"{JAPANESE_FEATURES[one]}付き" in spoken for one in others if len(JAPANESE_FEATURES[one]) > 2
            )


def test_the_full_caption_counts_what_can_be_seen(parts: list[Part]) -> None:
    gear = next(part for part in parts if part.family == "spur_gear")
    assert dict(counts_of(gear))["teeth"] == gear.params["teeth"]
    assert f"{int(gear.params['teeth'])} teeth" in full_caption(gear)


def test_equal_chance_gives_equal_captions(parts: list[Part]) -> None:
    assert caption(parts[0], np.random.default_rng(5)) == caption(parts[0], np.random.default_rng(5))


def test_drawings_of_which_the_same_can_be_said_are_no_negatives() -> None:
    texts = torch.nn.functional.normalize(torch.randn(3, 8, generator=torch.Generator().manual_seed(0)), dim=-1)
    regions = texts[:, None].clone()
    regions[1] = regions[0]  # the second drawing shows what the first does
    told_apart = caption_loss(texts, regions, ["a", "b", "c"])
    assert caption_loss(texts, regions, ["a", "a", "c"]) < told_apart


def test_a_run_writes_words_for_the_encoder_it_was_given(tmp_path: Path) -> None:
    written = train(tmp_path, make_fake_encoder(), drawings=4, steps=2, seed=1, workers=0)
    words = TextEncoder(written)
    assert words.encoder == make_fake_encoder().spec.fingerprint
    assert words("spur gear").shape == (FAKE_DIMENSIONS,)


def test_a_drawing_of_tiles_alone_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = Pictures([3], 64, 1, None)
    assert len(pictures[0][1]) > 0

    def tiles_only(pixels: Pixels) -> Drawn | None:
        drawn = Drawn.of(pixels)
        assert drawn is not None
        tiles = tuple(place for place in drawn.layout.places if place.kind is RegionKind.TILE)
        return replace(drawn, layout=replace(drawn.layout, places=tiles))

    monkeypatch.setattr("training.text.Drawn", SimpleNamespace(of=tiles_only))
    assert pictures[0][1].shape == (0, 64, 64)

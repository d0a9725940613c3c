"""Words become vectors: what is written otherwise means the same, and what cannot be read is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from search.errors import EncoderUnusable, UsageError
from search.text_encoder import (
    BUCKETS,
    MAX_CHARS,
    PACKAGED,
    TextEncoder,
    TextTower,
    ngram_places,
    save_text_tower,
    words_of,
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> TextEncoder:
    path = tmp_path_factory.mktemp("text") / "text.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_text_tower(TextTower(32), "nizu@0123456789ab", path)
    return TextEncoder(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Flange, with 6 holes!", ["flange", "with", "6", "holes"]),
        ("穴６個のフランジ", ["穴", "6", "個のフランジ"]),
        ("M8x1.25 Ø40", ["m", "8", "x", "1.25", "ø", "40"]),
        (" -- ", []),
    ],
)
def test_words_and_numbers_whatever_stands_between_them(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_kindred_words_share_ngrams() -> None:
    def shared(one: str, other: str) -> float:
        a, b = set(ngram_places(one)), set(ngram_places(other))
        return len(a & b) / len(a | b)

    assert shared("gear", "gears") > 0.3 > shared("gear", "flange")
    assert shared("平歯車", "歯車") > 0.3 > shared("平歯車", "フランジ")
    assert set(ngram_places("6 holes")) != set(ngram_places("5 holes"))
    assert all(0 <= place < BUCKETS for place in ngram_places("spur gear with 24 teeth"))


def test_the_packaged_words_mean_the_same_in_both_languages() -> None:
    pairs = (("spur gear with keyway", "平歯車 キー溝付き"), ("sheet metal bracket", "板金ブラケット"), ("shaft", "軸"))
    packaged = TextEncoder(PACKAGED)
    english, japanese = (np.stack([packaged(pair[side]) for pair in pairs]) for side in (0, 1))
    cosines = english @ japanese.T
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2] and np.diag(cosines).min() > 0.5


@given(st.text(max_size=80))
def test_every_text_gives_a_unit_vector_or_is_refused(encoder: TextEncoder, text: str) -> None:
    try:
        vector = encoder(text)
    except UsageError as error:
        assert error.field == "text" and not words_of(text)
    else:
        assert vector.shape == (32,) and np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_a_text_does_not_depend_on_those_beside_it() -> None:
    tower = TextTower(32)
    together = tower.of(["flange", "spur gear with 24 teeth"])
    assert torch.allclose(together[0], tower.of(["flange"])[0], atol=1e-6)
    assert torch.allclose(together[1], tower.of(["spur gear with 24 teeth"])[0], atol=1e-6)


def test_too_long_a_text_is_refused(encoder: TextEncoder) -> None:
    with pytest.raises(UsageError, match=str(MAX_CHARS)):
        encoder("a " * MAX_CHARS)


def test_weights_know_their_encoder_and_others_are_refused(encoder: TextEncoder, tmp_path: Path) -> None:
    assert encoder.encoder == "nizu@0123456789ab"
    (tmp_path / "wrong.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderUnusable, match="text tower"):
        TextEncoder(tmp_path / "wrong.safetensors")
